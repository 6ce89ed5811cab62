"""Five views of one timeline: of the public, the reporter, bodies, verifiers and supervisors, and nothing more."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import marshmallow as ma
import orjson
import pytest

from lapor_chassis.sealing import new_keypair, seal
from lapor_chassis.working_days import calendar_of
from lapor_contracts.events import SealedContent
from lapor_contracts.vocabulary import Role
from lapor_tracking import handlers, service
from lapor_tracking.domain.audiences import DESKS, INVOLVED, STAFF, TABLE, TEXT, Audience, fields_for, sees
from lapor_tracking.domain.steps import Step, StepType
from lapor_tracking.domain.timeline import Timeline
from lapor_tracking.handlers import Noted
from lapor_tracking.http.report import ReportSchema
from lapor_tracking.http.staff import ROLES, StaffTimelineSchema
from lapor_tracking.view import show
from lapor_tracking.words import AUDIENCES, DETAILS
from tests.support import builders
from tests.support.stage import WEDNESDAY, Stage
from tests.tracking.case import CANARY, Case, later

SERVICE = service
REPORT = UUID("01890000-0000-7000-8000-000000000001")
NOTED: list[Noted] = [
    *handlers.HEARD.values(),
    *handlers.ANSWERED.values(),
    handlers.CO_OWNED,
    *handlers.APPEAL_DECIDED.values(),
    *handlers.SAID.values(),
]
#: What is kept for the clocks, for taking texts apart and for finding things again: nobody is shown it.
FOR_NOBODY = {
    "agency_region",
    "disposition_id",
    "fields",
    "marks",
    "oversight_key",
    "parent_report_id",
    "question_id",
    "receipt_hash",
    "reported_agency_code",
    "supplement_id",
    "time_zone",
}


def fields_of(step: StepType) -> set[str]:
    """All that is kept of such a step."""
    kept: set[str] = {"tracking_id"}
    for noted in (noted for noted in NOTED if noted.step is step):
        kept |= {*noted.kept, *([TEXT] if noted.text else []), *(["by"] if noted.by else [])}
    return kept | ({"oversight_key"} if step is StepType.RECEIVED else set())


EVERY_FIELD = [(step, name) for step in StepType for name in sorted(fields_of(step))]


def planted(step: StepType, name: str) -> Any:
    """A value that is found again wherever it turns up."""
    canary = f"Kanari-{step}-{name}"
    match name:
        case "closed_by":
            return "silence"
        case "reason_code":
            return "not_clear"
        case "until":
            return datetime(2031, 1, 2, 3, 4, 5, tzinfo=UTC).isoformat()
        case "supervised":
            return False
        case "answer_type":
            return "planned"
        case "planned_on":
            return "2031-01-02"
        case "attachments":
            return [{"id": str(uuid4()), "media_type": canary, "size": 1}]
        case "marks":
            return [{"field": canary}]
        case "fields":
            return [canary]
    return canary


def trace(step: StepType, name: str) -> str | None:
    """By what it is found; None where it is no word of its own."""
    if name in ("closed_by", "supervised", "answer_type", "reason_code"):
        return None
    dates = {"until": "2031-01-02T03:04:05", "planned_on": "2031-01-02"}
    return dates.get(name, f"Kanari-{step}-{name}")


def dumped(audience: Audience, step: StepType, *, secret: bool = False) -> str:
    """All that the API says to this audience of a report with this one step."""
    data = {name: planted(step, name) for name in fields_of(step) - {TEXT}}
    text = planted(step, TEXT) if TEXT in fields_of(step) else None
    timeline = Timeline(
        report_id=REPORT,
        tracking_id="7K3M-9QXF-2TPA",
        status=None,
        changed_at=None,
        secret=secret,
        holder=None,
        deadlines=(),
        steps=(Step(uuid4(), step, WEDNESDAY, data, text),),
    )
    view = show("7K3M-9QXF-2TPA", timeline, WEDNESDAY, calendar_of(()), audience=audience)
    schema: type[ma.Schema] = StaffTimelineSchema if audience in STAFF else ReportSchema
    return orjson.dumps(schema(exclude=_LINKS if schema is ReportSchema else ()).dump(vars(view))).decode()


_LINKS = ("links",)


@pytest.mark.parametrize(("step", "name"), EVERY_FIELD)
def test_every_field_of_every_step_is_seen_by_whom_the_table_names_and_nobody_else(step: StepType, name: str) -> None:
    wanted = trace(step, name)
    if wanted is None:
        return

    for audience in Audience:
        allowed = audience in TABLE[step].of(name)
        # What the public may read of the title is taken out of it elsewhere.
        allowed = allowed or (step is StepType.RECEIVED and name == "title")
        shown = wanted in dumped(audience, step)

        assert allowed or not shown, audience
        assert shown or not allowed or audience not in STAFF, audience


@pytest.mark.parametrize("step", StepType)
def test_of_a_secret_report_the_public_never_reads_a_word(step: StepType) -> None:
    assert TEXT not in fields_for(Audience.PUBLIC, Step(uuid4(), step, WEDNESDAY, {}, "Rahasia"), secret=True)
    assert f"Kanari-{step}-{TEXT}" not in dumped(Audience.PUBLIC, step, secret=True)


@pytest.mark.parametrize("step", StepType)
def test_the_table_names_what_is_kept_and_what_is_kept_is_in_the_table_or_for_nobody(step: StepType) -> None:
    named = TABLE[step].fields.keys()

    assert named <= fields_of(step)
    assert fields_of(step) - named - {"tracking_id", "by"} <= FOR_NOBODY


def test_what_is_shown_to_staff_has_words() -> None:
    shown = {name for table in TABLE.values() for name, audiences in table.fields.items() if audiences & STAFF}

    assert shown - {TEXT, "agency_name", "title", "attachments"} <= DETAILS.keys()
    assert AUDIENCES.keys() == set(Audience)


REPORTERS_WORDS = [StepType.RECEIVED, StepType.SUPPLEMENTED, StepType.REPLIED, StepType.APPEALED, StepType.REOPENED]


@pytest.mark.parametrize("step", REPORTERS_WORDS)
def test_the_reporters_own_words_are_the_reporters(step: StepType) -> None:
    assert TABLE[step].of(TEXT) == {Audience.REPORTER}


@pytest.mark.parametrize("step", [step for step in StepType if step.value.startswith("identity_")])
def test_only_the_reporter_learns_that_somebody_asked_who_they_are(step: StepType) -> None:
    assert [audience for audience in Audience if sees(audience, step)] == [Audience.REPORTER]


@pytest.mark.parametrize("step", StepType)
def test_who_decided_is_for_supervisors_alone(step: StepType) -> None:
    assert TABLE[step].of("by") <= {Audience.SUPERVISOR}


def test_each_view_holds_what_the_wider_one_of_the_same_side_holds() -> None:
    for table in TABLE.values():
        for audiences in (table.to, *table.fields.values()):
            assert Audience.PUBLIC not in audiences or audiences == frozenset(Audience)
            assert Audience.VERIFIER not in audiences or audiences >= DESKS
            assert Audience.AGENCY not in audiences or audiences & INVOLVED >= {Audience.SUPERVISOR}


INSPECTORS = "PEMDA-14.02/INSPEKTORAT"
OWNER, COPIED, BYSTANDER = "PEMDA-14.02/OPD-DPUPR", "BUMN-PLN", "PEMDA-51.71"


@pytest.fixture
def shared(stage: Stage) -> Case:
    """A secret report that a body refused, that another holds, and of which a third has a copy."""
    case = Case(stage)
    about: dict[str, Any] = {"report_id": case.report_id}
    stage.hear(
        case.received(title="Judul", body=f"Isi {CANARY}", secret=True),
        builders.verified(**about, verified_at=later(0.1), secret=True),
        builders.routed(**about, routed_at=later(0.2), agency_code="PEMDA-91.71", routed_by="system"),
        builders.refused(**about, refused_at=later(1), agency_code="PEMDA-91.71", reason="Bukan jalan kami."),
        builders.routed(**about, routed_at=later(2), agency_code=OWNER, hop=2, routed_by="koordinator-1"),
        builders.copy_sent(**about, sent_at=later(3), agency_code=COPIED),
        builders.answered(**about, answered_at=later(5), text="Sudah ditambal."),
    )
    stage.clock.set(later(24))
    return case


def seen(stage: Stage, case: Case, *roles: Role, agency_code: str | None = None) -> Any:
    return stage.client.get(f"{case.address}/timeline", headers=stage.signed_in(*roles, agency_code=agency_code))


def details(answer: Any) -> Iterator[dict[str, Any]]:
    return (entry["details"] for entry in answer.json["timeline"])


def test_a_supervisor_sees_the_hops_who_decided_and_why(stage: Stage, shared: Case) -> None:
    answer = seen(stage, shared, Role.SUPERVISOR)

    assert answer.json["audience"] == "supervisor"
    routed = [entry["details"] for entry in answer.json["timeline"] if entry["step"] == "routed"]
    assert [(one["hop"], one["by"]) for one in routed] == [(1, "system"), (2, "koordinator-1")]
    assert "Bukan jalan kami." in answer.text


@pytest.mark.parametrize("agency_code", [OWNER, COPIED, "PEMDA-91.71"])
def test_a_body_that_has_to_do_with_it_sees_how_it_went_and_not_who_decided(
    stage: Stage, shared: Case, agency_code: str
) -> None:
    answer = seen(stage, shared, Role.OFFICER, agency_code=agency_code)

    assert answer.json["audience"] == "agency"
    assert "Sudah ditambal." in answer.text
    assert not any("by" in one for one in details(answer))


@pytest.mark.parametrize("role", ROLES)
def test_no_view_of_staff_holds_what_the_reporter_wrote(stage: Stage, shared: Case, role: Role) -> None:
    answer = seen(stage, shared, role, agency_code=None if role in (Role.COORDINATOR, Role.SUPERVISOR) else OWNER)

    assert answer.status_code == 200
    assert CANARY not in answer.text
    assert shared.receipt_hash not in answer.text


def test_a_body_that_has_nothing_to_do_with_it_is_answered_as_if_there_were_no_report(
    stage: Stage, shared: Case
) -> None:
    other = Case(stage)  # of which nothing was heard

    refused = seen(stage, shared, Role.OFFICER, agency_code=BYSTANDER)

    assert refused.status_code == 404
    assert refused.json["title"] == seen(stage, other, Role.SUPERVISOR).json["title"]
    assert refused.json["detail"] == seen(stage, other, Role.SUPERVISOR).json["detail"]
    assert seen(stage, shared, Role.VERIFIER, agency_code=BYSTANDER).status_code == 404


def test_a_body_sees_what_its_units_do_unless_somebody_blew_the_whistle_on_a_body(stage: Stage, shared: Case) -> None:
    above = {"agency_code": OWNER.split("/")[0]}
    assert seen(stage, shared, Role.OFFICER, **above).status_code == 200

    reported = {"reported_agency_code": "PEMDA-91.71", "verified_at": later(6), "round": 2}
    stage.hear(builders.verified(report_id=shared.report_id, secret=True, **reported))

    assert seen(stage, shared, Role.OFFICER, **above).status_code == 404
    assert seen(stage, shared, Role.OFFICER, agency_code=OWNER).status_code == 200
    assert seen(stage, shared, Role.OFFICER, agency_code="PEMDA-91.71").status_code == 404


def test_operators_and_strangers_are_not_let_in(stage: Stage, shared: Case) -> None:
    assert seen(stage, shared, Role.OPERATOR).status_code == 403
    assert seen(stage, shared, Role.CUSTODIAN).status_code == 403
    assert stage.client.get(f"{shared.address}/timeline").status_code == 401
    assert stage.client.get(f"/lacak/{shared.tracking_id}/petugas").status_code == 303


def test_a_whistleblowers_report_is_seen_by_the_body_that_it_is_sealed_for_alone(stage: Stage) -> None:
    case = Case(stage)
    _, key = new_keypair()
    sealed = SealedContent(
        content=seal("{}", key, case.tracking_id), agency_code=INSPECTORS, oversight_key=key, reporter_key=key
    )
    about: dict[str, Any] = {"report_id": case.report_id}
    answer = seal(f"Jawaban {CANARY}", key, case.tracking_id)
    stage.hear(
        case.received(title="Laporan tersegel", body="Laporan tersegel", secret=True, sealed=sealed),
        builders.verified(**about, verified_at=later(0.1), secret=True),
        builders.routed(**about, routed_at=later(0.2), agency_code=INSPECTORS, agency_name="Inspektorat", sealed=True),
        builders.answered(**about, answered_at=later(1), agency_code=INSPECTORS, text=answer, sealed=True),
    )

    body = seen(stage, case, Role.OFFICER, agency_code=INSPECTORS)

    assert body.json["audience"] == "agency"
    assert answer not in body.text
    for role in (Role.SUPERVISOR, Role.COORDINATOR, Role.VERIFIER):
        assert seen(stage, case, role).status_code == 404
    assert seen(stage, case, Role.SUPERVISOR, agency_code=INSPECTORS).json["audience"] == "agency"
    assert seen(stage, case, Role.OFFICER, agency_code="PEMDA-14.02").status_code == 404


def test_the_page_shows_staff_the_same_and_the_public_page_shows_everyone_the_same(stage: Stage, shared: Case) -> None:
    stage.open_session(Role.SUPERVISOR)

    page = stage.client.get(f"/lacak/{shared.tracking_id}/petugas")

    assert "pengawas atau koordinator" in page.text
    assert "koordinator-1" in page.text
    assert "Bukan jalan kami." in page.text
    assert "Pengaduan" in page.text
    assert CANARY not in page.text
    assert stage.client.get(f"/lacak/{shared.tracking_id}").status_code == 404
