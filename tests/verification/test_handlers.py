"""What verification does with what it hears, on both databases."""

import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from lapor_contracts.envelope import decode
from lapor_contracts.events import ReportArchived, ReportReceived, ReportReturned, ReportVerified
from lapor_contracts.vocabulary import Clock, Missing, Role
from lapor_verification import service, store
from lapor_verification.domain.case import Case, State
from tests.support.builders import deadline_missed, deadline_set, received, sealed, supplemented
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service


def incomplete(**changes: object) -> ReportReceived:
    """A report of which nobody can say where it happened; its channel asks back already, so it waits."""
    body = "Kemarin petugas loket meminta uang kepada saya tanpa kuitansi."
    lacks = {"body": body, "region_code": None, "place": None, "asks": (Missing.WHERE,)}
    return received(title="Pungutan liar", **{**lacks, **changes})


def case_of(stage: Stage, report_id: uuid.UUID) -> Case:
    with stage.transactions.read() as connection:
        case = store.read_case(connection, report_id)
    assert case
    return case


def test_a_sure_report_passes_alone(stage: Stage) -> None:
    report = received()

    stage.hear(report)

    (verified,) = stage.announced(ReportVerified)
    assert verified.report_id == report.report_id
    assert verified.verified_by == "system"
    assert verified.reasons
    assert case_of(stage, report.report_id).state is State.VERIFIED


def test_a_whistleblowers_report_passes_unread_and_is_never_a_case(stage: Stage) -> None:
    report = received(title="Laporan tersegel", body="Laporan tersegel", region_code=None, sealed=sealed())

    stage.hear(report)

    (verified,) = stage.announced(ReportVerified)
    assert verified.sealed == report.sealed
    assert (verified.verified_by, verified.reasons) == ("system", ("Tersegel (sealed).",))
    assert stage.rows(store.cases) == []
    assert report.tracking_id not in stage.client.get("/verifikasi", headers=stage.signed_in(Role.VERIFIER)).text


def test_an_incomplete_report_waits_with_its_reasons(stage: Stage) -> None:
    report = incomplete()

    stage.hear(report)

    case = case_of(stage, report.report_id)
    assert stage.announced() == []
    assert case.state is State.WAITING
    assert case.finding.reasons == ("Tempat kejadian atau instansi belum disebut.",)
    assert case.report == report


def test_a_batch_of_many_reports_is_sorted_into_sure_and_waiting(stage: Stage) -> None:
    reports = [received() if number % 3 else incomplete() for number in range(30)]

    stage.hear(*reports)

    assert {event.report_id for event in stage.announced(ReportVerified)} == {
        report.report_id for report in reports if report.region_code
    }
    assert len(stage.rows(store.cases)) == 30


def test_a_report_is_verified_once_however_often_it_is_heard(stage: Stage) -> None:
    report = received()

    stage.hear(report, report)
    stage.hear(report)

    assert len(stage.announced(ReportVerified)) == 1
    assert len(stage.rows(store.cases)) == 1


def test_each_verified_report_names_the_message_that_made_it_so(stage: Stage) -> None:
    letters = [stage.letter(received()) for _ in range(3)]

    stage.receive(*letters)

    said = [decode(row["body"]) for row in stage.rows(stage.transactions.tables.events)]
    causes = {decode(letter).event.report_id: str(decode(letter).id) for letter in letters}
    assert {each.event.report_id: each.causation_id for each in said} == causes
    assert all(each.correlation_id == str(each.event.report_id) for each in said)


@pytest.mark.parametrize("supplement_comes_first", [False, True])
@pytest.mark.parametrize("together", [False, True])
def test_a_completed_report_passes_whatever_came_first(
    stage: Stage, supplement_comes_first: bool, together: bool
) -> None:
    report = incomplete()
    events = [report, supplemented(report_id=report.report_id, body="Di Samsat Rengat.", region_code="14.02")]
    if supplement_comes_first:
        events.reverse()

    if together:
        stage.hear(*events)
    else:
        for event in events:
            stage.hear(event)

    (verified,) = stage.announced(ReportVerified)
    assert verified.region_code == "14.02"
    assert verified.body.endswith("tanpa kuitansi.\n\nDi Samsat Rengat.")


def test_a_supplement_that_completes_nothing_leaves_the_report_waiting(stage: Stage) -> None:
    report = incomplete()
    stage.hear(report)

    stage.hear(supplemented(report_id=report.report_id, body="Mohon segera ditindak."))

    case = case_of(stage, report.report_id)
    assert case.state is State.WAITING
    assert case.version == 2
    assert case.report.body.endswith("Mohon segera ditindak.")


def test_a_supplement_heard_twice_is_added_once(stage: Stage) -> None:
    report = incomplete()
    supplement = supplemented(report_id=report.report_id, body="Namanya tidak saya ketahui.")

    stage.hear(report, supplement, supplement)
    stage.hear(supplement)

    assert case_of(stage, report.report_id).report.body.count("Namanya") == 1


def test_a_supplement_to_a_verified_report_changes_nothing(stage: Stage) -> None:
    report = received()
    stage.hear(report)

    stage.hear(supplemented(report_id=report.report_id, body="Sudah tiga motor."))

    assert len(stage.announced(ReportVerified)) == 1


@pytest.mark.parametrize("the_case_comes_first", [True, False])
def test_a_case_knows_its_deadline_and_whether_it_was_missed(stage: Stage, the_case_comes_first: bool) -> None:
    report = incomplete()
    due_at = WEDNESDAY + timedelta(days=5)
    clock = [
        deadline_missed(report_id=report.report_id, due_at=due_at),
        deadline_set(report_id=report.report_id, due_at=due_at),
        deadline_set(report_id=report.report_id, due_at=due_at, clock=Clock.FIRST_ANSWER),
    ]

    for event in [report, *clock] if the_case_comes_first else [*clock, report]:
        stage.hear(event)

    case = case_of(stage, report.report_id)
    assert (case.due_at, case.is_late) == (due_at, True)


def test_a_missed_deadline_is_forgiven_by_a_later_one(stage: Stage) -> None:
    report = incomplete()
    first, second = WEDNESDAY + timedelta(days=5), WEDNESDAY + timedelta(days=9)
    stage.hear(report, deadline_set(report_id=report.report_id, due_at=first))

    stage.hear(
        deadline_set(report_id=report.report_id, due_at=second),
        deadline_missed(report_id=report.report_id, due_at=first),
    )

    case = case_of(stage, report.report_id)
    assert (case.due_at, case.is_late) == (second, False)


def test_another_clock_is_none_of_verifications_business(stage: Stage) -> None:
    stage.hear(deadline_set(clock=Clock.RESOLVE))

    assert stage.rows(store.deadlines) == []


def test_an_unreadable_report_is_set_aside_and_its_neighbours_go_on(stage: Stage) -> None:
    good, bad = stage.letter(received()), stage.letter(received()).replace(b'"complaint"', b'"gossip"')

    stage.receive(bad, good)

    assert len(stage.announced(ReportVerified)) == 1


def test_a_decision_is_not_announced_by_the_machine_again(stage: Stage) -> None:
    report = incomplete()
    stage.hear(report)
    stage.client.post(
        f"/api/v1/cases/{report.report_id}/archive",
        json={"reason_code": "not_clear", "reason": "Tidak jelas."},
        headers=stage.signed_in(Role.VERIFIER),
    )

    stage.hear(supplemented(report_id=report.report_id, region_code="14.02"))

    assert [type(event) for event in stage.announced()] == [ReportArchived]
    assert stage.announced(ReportReturned) == []


def test_two_instances_that_hear_of_a_report_at_once_verify_it_once(stage: Stage, engine: sa.Engine) -> None:
    reports = [received() for _ in range(20)]
    instances = [stage, Stage(service, engine, database_url="")]

    with ThreadPoolExecutor(len(instances)) as threads:
        list(threads.map(lambda instance: instance.hear(*reports), instances))

    assert len(stage.announced(ReportVerified)) == len(stage.rows(store.cases)) == 20
