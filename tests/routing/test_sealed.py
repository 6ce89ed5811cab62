"""A whistleblower's report: to the body that it is sealed for, and to nobody else."""

from typing import Any
from uuid import UUID

import pytest

from lapor_chassis.batches import Fate
from lapor_chassis.sealing import new_keypair, open_sealed, seal
from lapor_contracts.events import DispositionAssigned, ReportAnswered, ReportRouted, ReportUnroutable, ReportVerified
from lapor_contracts.vocabulary import Role
from lapor_routing import service, store
from lapor_routing.outbound.store import connect
from tests.routing.conftest import INHU, POWER, ROADS, TRAFFIC
from tests.routing.desks import told
from tests.support import builders
from tests.support.builders import agency_replied, replied
from tests.support.stage import Stage

SERVICE = service

#: ROADS is the oversight body here: INHU stands above it and reads along in everything else.
BODY, BODY_KEY = new_keypair()
REPORTER, REPORTER_KEY = new_keypair()
SECRET = "Kepala seksi meminta setoran setiap bulan."
PLACE = {"region_code": "14.02", "place": None, "occurred_on": None, "category": "pungli"}


def whistle(agency_code: str = ROADS.code) -> ReportVerified:
    """As verification lets it pass."""
    report_id = UUID(int=7)
    content = seal(SECRET, BODY_KEY, builders.tracking_id(report_id))
    sealed = builders.sealed(
        content=content, agency_code=agency_code, oversight_key=BODY_KEY, reporter_key=REPORTER_KEY
    )
    segel = "Laporan tersegel"
    return builders.verified(report_id=report_id, title=segel, body=segel, secret=True, sealed=sealed, **PLACE)


@pytest.fixture
def routed(stage: Stage) -> ReportRouted:
    """The report at its body."""
    stage.hear(whistle())
    return stage.announced(ReportRouted)[-1]


def as_officer(stage: Stage, of: str, path: str, /, **body: str) -> Any:
    """What an officer of a body gets, or sends."""
    headers = stage.signed_in(Role.OFFICER, agency_code=of)
    if body:
        return stage.client.post(path, json=body, headers=headers)
    return stage.client.get(path, headers=headers)


def as_coordinator(stage: Stage, path: str, /, **body: str) -> Any:
    """What the coordinator gets, or sends."""
    headers = stage.signed_in(Role.COORDINATOR)
    return stage.client.post(path, json=body, headers=headers) if body else stage.client.get(path, headers=headers)


def disposition(routed: ReportRouted) -> str:
    return f"/api/v1/dispositions/{routed.disposition_id}"


def test_it_goes_to_the_body_that_was_chosen_and_no_other_is_thought_of(stage: Stage, routed: ReportRouted) -> None:
    assert (routed.agency_code, routed.confidence, routed.runner_up, routed.evidence) == (ROADS.code, 1.0, None, ())
    assert routed.sealed
    (row,) = stage.rows(store.dispositions)
    assert (row["candidates"], row["evidence"]) == ([], [])
    assert SECRET not in str([stage.rows(table) for table in store.tables.metadata.sorted_tables])


def test_its_officer_finds_it_in_the_inbox_and_gets_it_sealed(stage: Stage, routed: ReportRouted) -> None:
    stage.hear(replied(report_id=routed.report_id, text=seal("Ada saksi.", BODY_KEY, routed.tracking_id)))

    (entry,) = as_officer(stage, ROADS.code, "/api/v1/dispositions").json["items"]
    papers = as_officer(stage, ROADS.code, f"{disposition(routed)}/sealed").json

    assert (entry["id"], entry["title"]) == (str(routed.disposition_id), "Laporan tersegel")
    assert open_sealed(papers["report"], BODY, papers["tracking_id"]) == SECRET
    assert [open_sealed(one["text"], BODY, papers["tracking_id"]) for one in papers["messages"]] == ["Ada saksi."]


@pytest.mark.parametrize("other", [INHU.code, TRAFFIC.code], ids=["the body above", "a neighbour"])
def test_no_other_body_learns_that_it_exists(stage: Stage, routed: ReportRouted, other: str) -> None:
    paths = [disposition(routed), f"{disposition(routed)}/sealed", f"/instansi/{routed.disposition_id}"]

    assert as_officer(stage, other, "/api/v1/dispositions").json["items"] == []
    assert [as_officer(stage, other, path).status_code for path in paths] == [404] * 3
    text = seal("Halo", REPORTER_KEY, routed.tracking_id)
    assert as_officer(stage, other, f"{disposition(routed)}/answers", kind="initial", text=text).status_code == 404


def test_the_sealed_answer_is_said_as_it_came(stage: Stage, routed: ReportRouted) -> None:
    text = seal("Kami periksa.", REPORTER_KEY, routed.tracking_id)

    answer = as_officer(stage, ROADS.code, f"{disposition(routed)}/answers", kind="initial", text=text)

    assert answer.status_code == 201
    (said,) = stage.announced(ReportAnswered)
    assert said.sealed
    assert open_sealed(said.text, REPORTER, said.tracking_id) == "Kami periksa."


def test_an_answer_that_is_not_sealed_is_refused_and_kept_nowhere(stage: Stage, routed: ReportRouted) -> None:
    answer = as_officer(stage, ROADS.code, f"{disposition(routed)}/answers", kind="initial", text="Kami periksa.")

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == ["text"]
    csrf = stage.open_session(Role.OFFICER, agency_code=ROADS.code)
    form = {"csrf_token": csrf, "kind": "initial", "text": "Kami periksa."}
    page = stage.client.post(f"/instansi/{routed.disposition_id}", data=form)
    assert page.status_code == 422
    assert "Kami periksa." not in page.text
    assert stage.rows(store.answers) == stage.announced(ReportAnswered) == []


def test_it_can_neither_be_refused_nor_passed_on(stage: Stage, routed: ReportRouted) -> None:
    refusal = {"agency_code": POWER.code, "reason": "Bukan kami."}

    refused = as_officer(stage, ROADS.code, f"{disposition(routed)}/refusals", **refusal)
    passed_on = as_officer(stage, ROADS.code, f"{disposition(routed)}/handovers", agency_code=TRAFFIC.code)

    assert (refused.status_code, passed_on.status_code) == (409, 409)
    assert len(stage.rows(store.dispositions)) == 1
    page = as_officer(stage, ROADS.code, f"/instansi/{routed.disposition_id}").text
    assert "Bukan wewenang kami" not in page


def test_the_bodys_own_system_gets_it_sealed_and_answers_sealed(stage: Stage) -> None:
    with stage.transactions.begin() as tx:
        connect(tx, ROADS.code)
    report = whistle()
    stage.hear(report)
    (assigned,) = told(stage)
    assert isinstance(assigned, DispositionAssigned)
    answer = {"disposition_id": assigned.disposition_id, "agency_code": ROADS.code, "report_id": report.report_id}

    plain = stage.receive(stage.letter(agency_replied(**answer, text="Kami periksa.")), sender=ROADS.code)
    text = seal("Kami periksa.", REPORTER_KEY, report.tracking_id)
    stage.hear(agency_replied(**answer, text=text), sender=ROADS.code)

    assert assigned.sealed == report.sealed
    assert assigned.body == "Laporan tersegel"
    assert [outcome.fate for outcome in plain] == [Fate.DEAD]
    assert [said.text for said in stage.announced(ReportAnswered)] == [text]


def test_for_a_body_that_is_unknown_the_coordinator_sees_only_that_it_exists(stage: Stage) -> None:
    report = whistle("TIDAK-ADA")

    stage.hear(report)

    (unroutable,) = stage.announced(ReportUnroutable)
    assert "TIDAK-ADA" not in unroutable.reason
    shown = as_coordinator(stage, f"/api/v1/coordination/{report.report_id}")
    page = as_coordinator(stage, f"/koordinator/{report.report_id}").text
    seen = shown.json["report"]
    assert seen["title"] == "Laporan tersegel"
    assert [seen[name] for name in ("region_code", "category", "sealed_for")] == [None] * 3
    for text in (shown.text, page):
        assert report.sealed
        assert report.sealed.content not in text
        assert "TIDAK-ADA" not in text
        assert "pungli" not in text


def test_the_coordinator_can_give_it_to_no_other_body(stage: Stage) -> None:
    report = whistle("TIDAK-ADA")
    stage.hear(report)
    decision = {"agency_code": TRAFFIC.code, "reason": "Menurut tempatnya."}

    refused = as_coordinator(stage, f"/api/v1/coordination/{report.report_id}/assignments", **decision)

    assert refused.status_code == 422
    assert stage.announced(ReportRouted) == []


def test_the_script_is_ours_and_no_cache_keeps_an_old_one(stage: Stage) -> None:
    with stage.client.get("/instansi/sealed.js") as script:
        assert script.mimetype in ("text/javascript", "application/javascript")
        assert "no-cache" in script.headers["Cache-Control"]


def test_what_a_whistleblower_is_not_content_with_the_coordinator_does_not_get(
    stage: Stage, routed: ReportRouted
) -> None:
    stage.clock.advance(hours=1)
    stage.hear(
        builders.reopened(
            report_id=routed.report_id, reopened_at=stage.clock.now(), reason=seal("Masih dipungut.", BODY_KEY, "x")
        ),
        builders.rated(report_id=routed.report_id, rating=1),
    )

    shown = as_coordinator(stage, f"/api/v1/coordination/{routed.report_id}")

    assert shown.status_code == 200
    assert shown.json["reactions"] == []
