"""Disclosure: asked for by one, agreed to by two others, seen by the one who asked, for some hours; all recorded."""

from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from lapor_chassis.refusals import Refusal
from lapor_chassis.tracking_ids import TrackingIds
from lapor_contracts.events import IdentityDisclosed, IdentityForgotten, IdentityRequested
from lapor_contracts.vocabulary import Role
from lapor_intake import audit, forgetting, service
from lapor_intake.disclosure import domain
from lapor_intake.disclosure.domain import Consent, Disclosure, State
from lapor_intake.disclosure.http import RecordSchema
from lapor_intake.disclosure.store import consents, disclosures
from lapor_intake.store import reports
from lapor_intake.vault import Record
from tests.support.builders import TRACKING_KEY, tracking_id
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service

PERSON = {"name": "Kenari Sangkar", "phone": "0812-0000-0042", "email": "kenari@sangkar.example"}
BODY = "Jalan di Rengat rusak, hubungi saya di 0812-0000-0042"
ASKED = {"reason": "Saksi perlu didengar", "legal_basis": "Pasal 30 UU 25/2009"}


def report(stage: Stage, **changes: Any) -> str:
    """A report of somebody who said who they are; its tracking ID."""
    given = {"body": BODY, "region_code": "14.02", "reporter": PERSON, **changes}
    response = stage.client.post("/api/v1/reports", json={k: v for k, v in given.items() if v is not None})
    assert response.status_code == 201, response.text
    return str(response.json["tracking_id"])


def ask(stage: Stage, wanted: str, officer: str = "officer-1", **changes: Any) -> Any:
    """An officer of a ministry asks."""
    headers = stage.signed_in(Role.OFFICER, officer=officer, agency_code="KEMENPUPR")
    return stage.client.post("/api/v1/disclosures", json={"tracking_id": wanted, **ASKED, **changes}, headers=headers)


def asked(stage: Stage, wanted: str) -> str:
    """A request that waits for custodians; its id."""
    return str(ask(stage, wanted).json["disclosure_id"])


def decide(stage: Stage, request: str, custodian: str, *, agreed: bool = True) -> Any:
    """A custodian decides."""
    headers = stage.signed_in(Role.CUSTODIAN, officer=custodian)
    given = {"agreed": agreed, "note": "Sudah diperiksa"}
    return stage.client.post(f"/api/v1/disclosures/{request}/decisions", json=given, headers=headers)


def agree(stage: Stage, request: str) -> None:
    """Two custodians agree."""
    assert [decide(stage, request, custodian).status_code for custodian in ("ani", "budi")] == [201, 201]


def look(stage: Stage, request: str, officer: str = "officer-1", role: Role = Role.OFFICER) -> Any:
    """Somebody looks."""
    headers = stage.signed_in(role, officer=officer)
    return stage.client.post(f"/api/v1/disclosures/{request}/looks", headers=headers)


def log(stage: Stage) -> list[tuple[str, str]]:
    """Who did what, in order."""
    with stage.transactions.read() as connection:
        found = audit.find_entries(connection, None, 100)
    return [(entry.actor, entry.action) for entry in reversed(found)]


def test_two_custodians_let_one_officer_see_who_reported(stage: Stage) -> None:
    wanted = report(stage)
    request = asked(stage, wanted)
    agree(stage, request)

    seen = look(stage, request)

    assert seen.status_code == 201
    (record,) = seen.json["records"]
    assert (record["name"], record["phone"], record["email"]) == (PERSON["name"], "+6281200000042", PERSON["email"])
    assert record["body"] == BODY
    assert "receipt" not in record
    assert log(stage) == [
        ("officer-1", "disclosure.requested"),
        ("ani", "disclosure.agreed"),
        ("budi", "disclosure.agreed"),
        ("system", "disclosure.opened"),
        ("officer-1", "disclosure.looked"),
    ]
    assert isinstance(audit.verify(stage.transactions), audit.Head)


def test_the_reporter_is_told_by_whom_why_and_until_when(stage: Stage) -> None:
    wanted = report(stage)

    agree(stage, asked(stage, wanted))

    (requested,), (disclosed,) = stage.announced(IdentityRequested), stage.announced(IdentityDisclosed)
    assert (requested.tracking_id, requested.agency_code) == (wanted, "KEMENPUPR")
    assert disclosed.request_id == requested.request_id
    assert disclosed.until == WEDNESDAY + timedelta(hours=8)
    assert disclosed.legal_basis == ASKED["legal_basis"]


def test_the_log_says_what_was_shown_and_nothing_of_it(stage: Stage) -> None:
    request = asked(stage, report(stage))
    agree(stage, request)
    look(stage, request)

    with stage.transactions.read() as connection:
        (entry,) = audit.find_entries(connection, None, 1)

    assert '"shown":["body","email","name","phone"]' in entry.details
    texts = repr([stage.rows(table) for table in (audit.audit, disclosures, consents)])
    assert [part for part in ("Kenari", "sangkar", "200000042", "0042") if part in texts] == []


def test_the_time_to_look_ends(stage: Stage) -> None:
    request = asked(stage, report(stage))
    agree(stage, request)
    stage.clock.advance(hours=7, minutes=59)
    in_time = look(stage, request)
    stage.clock.advance(minutes=1)

    too_late = look(stage, request)

    assert (in_time.status_code, too_late.status_code) == (201, 410)
    assert stage.run("expire_disclosures") == 1
    assert look(stage, request).status_code == 410
    assert log(stage)[-4:] == [
        ("officer-1", "disclosure.looked"),
        ("officer-1", "disclosure.look_denied"),
        ("system", "disclosure.expired"),
        ("officer-1", "disclosure.look_denied"),
    ]


@pytest.mark.parametrize(
    ("agreeing", "officer", "role"),
    [
        ([], "officer-1", Role.OFFICER),
        (["ani"], "officer-1", Role.OFFICER),
        (["ani", "budi"], "officer-2", Role.OFFICER),
        (["ani", "budi"], "ani", Role.CUSTODIAN),
    ],
    ids=["nobody agreed", "one agreed", "another officer", "a custodian"],
)
def test_nobody_else_and_nobody_sooner_sees_anything(
    stage: Stage, agreeing: list[str], officer: str, role: Role
) -> None:
    request = asked(stage, report(stage))
    for custodian in agreeing:
        decide(stage, request, custodian)

    denied = look(stage, request, officer, role)

    assert denied.status_code == 403
    assert "Kenari" not in denied.text
    assert log(stage)[-1] == (officer, "disclosure.look_denied")


def test_one_custodian_who_refuses_ends_it(stage: Stage) -> None:
    request = asked(stage, report(stage))
    decide(stage, request, "ani")

    refused = decide(stage, request, "budi", agreed=False)

    assert refused.json["state"] == "refused"
    assert decide(stage, request, "citra").status_code == 409
    assert look(stage, request).status_code == 403
    assert stage.announced(IdentityDisclosed) == []


def test_a_whistleblower_is_refused_and_the_officer_learns_no_more_than_of_any_refusal(stage: Stage) -> None:
    ordinary, sealed = report(stage), report(stage)
    with stage.transactions.begin() as tx:
        tx.execute(reports.update().where(reports.c.tracking_id == sealed).values(source="whistleblower"))
    requests = [asked(stage, wanted) for wanted in (ordinary, sealed)]

    agreed = decide(stage, requests[1], "ani")
    for request in requests:
        decide(stage, request, "ani", agreed=False)

    assert (agreed.status_code, agreed.json["type"]) == (409, "urn:lapor:problem:sealed")
    headers = stage.signed_in(Role.OFFICER, officer="officer-1", agency_code="KEMENPUPR")
    seen = [stage.client.get(f"/api/v1/disclosures/{request}", headers=headers).json for request in requests]
    changing = ("disclosure_id", "tracking_id")
    assert len({repr([value for name, value in one.items() if name not in changing]) for one in seen}) == 1
    page = stage.client.get(f"/identitas/{requests[1]}", headers=stage.signed_in(Role.CUSTODIAN, officer="budi"))
    assert page.status_code == 200


def test_all_that_the_vault_holds_is_shown_but_the_receipt() -> None:
    assert set(RecordSchema().fields) == {field.name for field in fields(Record)} - {"receipt"}


def test_one_custodian_counts_once(stage: Stage) -> None:
    request = asked(stage, report(stage))

    again = [decide(stage, request, "ani") for _ in range(3)]
    changed = decide(stage, request, "ani", agreed=False)

    assert [(answer.status_code, answer.json["state"]) for answer in again] == [(201, "waiting")] * 3
    assert (changed.status_code, changed.json["type"]) == (409, "urn:lapor:problem:decided-already")
    assert log(stage).count(("ani", "disclosure.agreed")) == 1


def test_nobody_decides_about_a_request_of_their_own(stage: Stage) -> None:
    request = asked(stage, report(stage))

    own = decide(stage, request, "officer-1")

    assert (own.status_code, own.json["type"]) == (409, "urn:lapor:problem:own-request")


def test_asking_reveals_nothing_about_the_report(stage: Stage) -> None:
    reports = {
        "ordinary": report(stage),
        "anonymous": report(stage, anonymous=True),
        "secret": report(stage, secret=True, anonymous=True),
        "of nobody": report(stage, reporter=None),
        "of none": TrackingIds(TRACKING_KEY).derived("a report that there is not"),
    }

    answers = {name: ask(stage, wanted) for name, wanted in reports.items()}

    changing = {"disclosure_id", "tracking_id"}
    told = {name: {k: v for k, v in answer.json.items() if k not in changing} for name, answer in answers.items()}
    assert {answer.status_code for answer in answers.values()} == {201}
    assert all(one == told["ordinary"] for one in told.values())


def test_where_nothing_is_kept_the_officer_sees_that_and_only_by_looking(stage: Stage) -> None:
    request = asked(stage, tracking_id("a report that there is not"))
    agree(stage, request)

    seen = look(stage, request)

    assert (seen.status_code, seen.json["records"]) == (201, [])
    assert stage.announced() == []  # there is nobody to be told


def test_an_id_that_is_none_is_refused_by_its_field(stage: Stage) -> None:
    wrong = ask(stage, "7K3M-9QXF-2TPB")

    assert (wrong.status_code, list(wrong.json["errors"])) == (422, ["tracking_id"])


@pytest.mark.parametrize("field", ["reason", "legal_basis"])
def test_who_asks_says_why_and_by_which_law(stage: Stage, field: str) -> None:
    wrong = ask(stage, report(stage), **{field: "  "})

    assert (wrong.status_code, list(wrong.json["errors"])) == (422, [field])


def test_asked_twice_it_is_one_request(stage: Stage) -> None:
    wanted = report(stage)

    first, second, of_another = ask(stage, wanted), ask(stage, wanted.lower()), ask(stage, wanted, officer="officer-2")

    assert first.json["disclosure_id"] == second.json["disclosure_id"] != of_another.json["disclosure_id"]
    assert len(stage.announced(IdentityRequested)) == 2


def test_after_its_end_the_officer_may_ask_again(stage: Stage) -> None:
    wanted = report(stage)
    decide(stage, asked(stage, wanted), "ani", agreed=False)

    again = ask(stage, wanted)

    assert again.json["state"] == "waiting"
    assert len(stage.rows(disclosures)) == 2


def test_officers_see_their_own_requests_and_nothing_of_what_custodians_wrote(stage: Stage) -> None:
    request = asked(stage, report(stage))
    decide(stage, request, "ani", agreed=False)
    own, other = (stage.signed_in(Role.OFFICER, officer=name) for name in ("officer-1", "officer-2"))
    custodian = stage.signed_in(Role.CUSTODIAN, officer="budi")

    seen = {who: stage.client.get(f"/api/v1/disclosures/{request}", headers=h) for who, h in
            (("own", own), ("other", other), ("custodian", custodian))}  # fmt: skip

    assert seen["own"].json["consents"] == []
    assert seen["other"].status_code == 404
    assert [one["custodian"] for one in seen["custodian"].json["consents"]] == ["ani"]
    assert stage.client.get("/api/v1/disclosures", headers=other).json["items"] == []
    assert len(stage.client.get("/api/v1/disclosures", headers=own).json["items"]) == 1


def test_custodians_find_the_longest_waiting_first_page_by_page(stage: Stage) -> None:
    requests = [asked(stage, report(stage)) for _ in range(3)]
    headers = stage.signed_in(Role.CUSTODIAN, officer="ani")

    first = stage.client.get("/api/v1/disclosures?state=waiting&limit=2", headers=headers).json
    second = stage.client.get(f"/api/v1/disclosures?state=waiting&cursor={first['next']}", headers=headers).json

    found = [one["disclosure_id"] for page in (first, second) for one in page["items"]]
    assert (found, second["next"]) == (requests, None)


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.OFFICER, Role.CUSTODIAN)])
def test_no_other_role_has_anything_to_do_with_it(stage: Stage, role: Role) -> None:
    headers = stage.signed_in(role)

    answers = [
        stage.client.get("/api/v1/disclosures", headers=headers),
        stage.client.post("/api/v1/disclosures", json={}, headers=headers),
        stage.client.get("/identitas", headers=headers),
    ]

    assert [answer.status_code for answer in answers] == [403, 403, 403]


def test_whoever_is_forgotten_is_not_disclosed_any_more(stage: Stage) -> None:
    wanted = report(stage)
    request = asked(stage, wanted)
    agree(stage, request)

    with stage.transactions.begin() as tx:
        report_id = forgetting.report_id_of(tx, wanted)
        assert report_id
        forgetting.forget(tx, [report_id], actor="operator")

    assert look(stage, request).status_code == 410
    assert [event.tracking_id for event in stage.announced(IdentityForgotten)] == [wanted]
    assert log(stage)[-3:] == [
        ("operator", "identity.forgotten"),
        ("system", "disclosure.ended"),
        ("officer-1", "disclosure.look_denied"),
    ]


def test_a_look_that_cannot_be_recorded_shows_nothing(stage: Stage) -> None:
    request = asked(stage, report(stage))
    agree(stage, request)
    with stage.transactions.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE audit RENAME TO audit_away"))
    try:
        failed = look(stage, request)
    finally:
        with stage.transactions.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE audit_away RENAME TO audit"))

    assert failed.status_code == 500
    assert "Kenari" not in failed.text


# --- The rules alone


def requested(**changes: Any) -> Disclosure:
    """A request that waits."""
    defaults: dict[str, Any] = {
        "disclosure_id": uuid4(), "tracking_id": tracking_id(), "report_id": UUID(int=1), "requested_by": "officer-1",
        "username": "siti", "requested_at": WEDNESDAY, "agency_code": None, "reason": "…", "legal_basis": "…",
    }  # fmt: skip
    return Disclosure(**{**defaults, **changes})


def consent(custodian: str, *, agreed: bool = True, at: datetime = WEDNESDAY) -> Consent:
    """What a custodian decided."""
    return Consent(custodian=custodian, agreed=agreed, note="", decided_at=at)


decisions = st.lists(st.tuples(st.sampled_from(["ani", "budi", "citra", "officer-1"]), st.booleans()), max_size=8)


@given(decisions, st.booleans())
def test_it_opens_exactly_when_two_others_agreed_before_anybody_refused(
    given_: list[tuple[str, bool]], is_sealed: bool
) -> None:
    disclosure = requested()
    for custodian, agreed in given_:
        outcome = disclosure.decide(consent(custodian, agreed=agreed), lasts=timedelta(hours=8), is_sealed=is_sealed)
        disclosure = disclosure if isinstance(outcome, Refusal) else outcome

    agreeing = [one.custodian for one in disclosure.consents if one.agreed]
    assert "officer-1" not in [one.custodian for one in disclosure.consents]
    assert len(set(agreeing)) == len(agreeing) <= domain.QUORUM
    assert (disclosure.state is State.OPEN) == (len(agreeing) == domain.QUORUM)
    assert not (is_sealed and agreeing)


def test_nobody_agrees_to_disclose_a_whistleblower() -> None:
    asked_for = requested()

    agreed = asked_for.decide(consent("ani"), lasts=timedelta(hours=8), is_sealed=True)
    refused = asked_for.decide(consent("ani", agreed=False), lasts=timedelta(hours=8), is_sealed=True)

    assert agreed == domain.SEALED
    assert isinstance(refused, Disclosure)
    assert refused.state is State.REFUSED
