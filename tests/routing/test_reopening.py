"""The reporter says "not done": somebody above the desk that answered sees to it."""

from datetime import datetime
from typing import Any

import pytest

from lapor_contracts.events import (
    DispositionAssigned,
    DispositionEnded,
    ReportAnswered,
    ReportReopened,
    ReportRouted,
    ReportUnroutable,
)
from lapor_contracts.vocabulary import DispositionEnd, Role
from lapor_routing import officers, service, store
from lapor_routing.domain.delivering import Means
from lapor_routing.domain.disposition import AT_WORK
from lapor_routing.outbound import connecting
from lapor_routing.outbound.connecting import Connect
from tests.routing.conftest import INHU, POWER, ROADS, TRAFFIC
from tests.routing.desks import Officer, coordinator, routed_to, told
from tests.routing.test_outbound import STRONGBOX
from tests.support.builders import closed, recalled, reopened, verified
from tests.support.stage import Stage

SERVICE = service
ANSWER = {"kind": "substantive", "answer_type": "done", "text": "Sudah ditambal."}


def answered(stage: Stage, code: str, officer: str = "officer-1") -> ReportRouted:
    """A report that a body has answered."""
    given = routed_to(stage, code)
    later(stage)
    Officer(stage, code, officer).post(f"dispositions/{given.disposition_id}/answers", **ANSWER)
    return given


def later(stage: Stage) -> datetime:
    stage.clock.advance(hours=1)
    return stage.clock.now()


def not_done(stage: Stage, given: ReportRouted, **changes: Any) -> ReportReopened:
    """The reporter reopens it."""
    about: dict[str, Any] = {"report_id": given.report_id, "reopened_at": later(stage), "reason": "Masih gelap."}
    return reopened(**about | changes)


def holders(stage: Stage) -> list[tuple[str | None, str]]:
    rows = [row for row in stage.rows(store.dispositions) if row["state"] in AT_WORK]
    return [(row["agency_code"], row["state"]) for row in sorted(rows, key=lambda row: row["id"])]


def test_a_reopened_report_goes_to_the_body_above_and_is_no_refusal(stage: Stage) -> None:
    given = answered(stage, ROADS.code)
    stage.hear(closed(report_id=given.report_id, closed_at=later(stage)))

    stage.hear(not_done(stage, given))

    routed = stage.announced(ReportRouted)[-1]
    (entry,) = Officer(stage, INHU.code).inbox()
    assert (routed.agency_code, routed.hop) == (INHU.code, 1)
    assert "Masih gelap." in entry["reason"]
    assert holders(stage) == [(INHU.code, "open")]


def test_a_report_need_not_be_closed_to_be_reopened(stage: Stage) -> None:
    given = answered(stage, ROADS.code)

    stage.hear(not_done(stage, given))

    assert holders(stage) == [(INHU.code, "open")]


def _officer(stage: Stage, name: str, code: str, *roles: Role) -> str:
    with stage.transactions.begin() as tx:
        return str(officers.create(tx, name, "a password long enough", [Role.OFFICER, *roles], code))


def test_at_the_top_of_a_body_somebody_who_answers_for_it_has_it_and_not_the_officer_who_answered(
    stage: Stage,
) -> None:
    siti = _officer(stage, "siti", POWER.code, Role.APPROVER)
    _officer(stage, "budi", POWER.code, Role.ADMINISTRATOR)
    given = answered(stage, POWER.code, siti)

    stage.hear(not_done(stage, given))
    again = stage.announced(ReportRouted)[-1]
    same = Officer(stage, POWER.code, siti).post(f"dispositions/{again.disposition_id}/answers", **ANSWER)
    other = Officer(stage, POWER.code, "another").post(f"dispositions/{again.disposition_id}/answers", **ANSWER)

    (row,) = [row for row in stage.rows(store.dispositions) if row["id"] == again.disposition_id]
    assert (row["agency_code"], row["officer"]) == (POWER.code, "budi")
    assert (same.status_code, other.status_code) == (409, 201)
    assert same.json["type"].endswith(":not_again")


def test_whose_answer_was_not_accepted_is_told_so_before_they_write_another(stage: Stage) -> None:
    _officer(stage, "budi", POWER.code, Role.ADMINISTRATOR)
    given = answered(stage, POWER.code, "siti")
    stage.hear(not_done(stage, given))
    address = f"/instansi/{stage.announced(ReportRouted)[-1].disposition_id}"

    pages = {}
    for officer in ("siti", "budi"):
        stage.open_session(Role.OFFICER, agency_code=POWER.code, officer=officer)
        pages[officer] = stage.client.get(address).text

    assert ['name="text"' in page for page in pages.values()] == [False, True]
    assert ["rekan lain yang menjawab" in page for page in pages.values()] == [True, False]


def test_where_nobody_stands_above_the_coordinator_decides(stage: Stage) -> None:
    given = answered(stage, POWER.code)

    stage.hear(not_done(stage, given))
    decided = coordinator(stage).post(
        f"coordination/{given.report_id}/assignments", agency_code=INHU.code, reason="Mereka dekat."
    )

    assert "Masih gelap." in stage.announced(ReportUnroutable)[-1].reason
    assert decided.status_code == 201
    assert holders(stage) == [(INHU.code, "open")]


def test_the_longest_reason_goes_with_it_as_far_as_it_fits(stage: Stage) -> None:
    given = answered(stage, POWER.code)

    stage.hear(not_done(stage, given, reason="Masih gelap. " * 769))

    assert holders(stage) == [(None, "waiting")]
    assert len(stage.announced(ReportUnroutable)[-1].reason) < 2_200


def test_a_superior_who_alone_had_answered_for_the_unit_is_passed_over(stage: Stage) -> None:
    head = _officer(stage, "kepala", INHU.code)
    given = routed_to(stage, ROADS.code)
    Officer(stage, INHU.code, head).post(f"dispositions/{given.disposition_id}/answers", **ANSWER)

    stage.hear(not_done(stage, given))

    assert holders(stage) == [(None, "waiting")]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0), (1, 0, 2)], ids=str)
def test_closing_and_reopening_may_be_heard_in_any_order_and_twice(stage: Stage, order: tuple[int, ...]) -> None:
    given = answered(stage, ROADS.code)
    events = [
        closed(report_id=given.report_id, closed_at=later(stage)),
        (once := not_done(stage, given)),
        once,
    ]

    for position in order:
        stage.hear(events[position])

    assert holders(stage) == [(INHU.code, "open")]
    assert len([routed for routed in stage.announced(ReportRouted) if routed.agency_code == INHU.code]) == 1


def test_what_was_closed_again_since_stays_closed(stage: Stage) -> None:
    given = answered(stage, ROADS.code)
    late = not_done(stage, given)
    stage.hear(closed(report_id=given.report_id, closed_at=later(stage)))

    stage.hear(late)

    assert holders(stage) == []
    assert stage.announced(ReportRouted)[-1] == given


def test_what_verification_has_taken_back_is_not_given_to_anybody(stage: Stage) -> None:
    given = answered(stage, ROADS.code)
    late = not_done(stage, given)
    stage.hear(recalled(report_id=given.report_id, recalled_at=later(stage)))

    stage.hear(late)

    assert holders(stage) == []


def test_further_bodies_are_not_asked_again_unless_the_new_owner_does(stage: Stage) -> None:
    given = routed_to(stage, ROADS.code)
    part = Officer(stage, ROADS.code).post(
        f"dispositions/{given.disposition_id}/co-owners", agency_code=TRAFFIC.code, reason="Rambunya."
    )
    Officer(stage, ROADS.code).post(f"dispositions/{given.disposition_id}/answers", **ANSWER)
    stage.hear(closed(report_id=given.report_id, closed_at=later(stage)), not_done(stage, given))

    again = stage.announced(ReportRouted)[-1]
    asked = Officer(stage, INHU.code).post(
        f"dispositions/{again.disposition_id}/co-owners", agency_code=TRAFFIC.code, reason="Rambunya, sekali lagi."
    )

    assert part.status_code == asked.status_code == 201
    assert holders(stage) == [(INHU.code, "open"), (TRAFFIC.code, "open")]


def test_a_superiors_own_system_is_assigned_it_and_the_former_owners_hears_why(stage: Stage) -> None:
    with stage.transactions.begin() as tx:
        for code in (ROADS.code, INHU.code):
            connecting.connect(Connect(code=code, means=Means.BROKER, address=""), tx, STRONGBOX)
    stage.clock.advance(minutes=2)
    given = answered(stage, ROADS.code)

    stage.hear(not_done(stage, given))

    ended, assigned = told(stage)[-2:]
    assert isinstance(ended, DispositionEnded)
    assert (ended.disposition_id, ended.reason) == (given.disposition_id, DispositionEnd.REOPENED)
    assert isinstance(assigned, DispositionAssigned)
    assert assigned.agency_code == INHU.code
    assert "Masih gelap." in assigned.reason


def test_a_report_that_followed_another_one_is_the_coordinators_when_it_is_verified(stage: Stage) -> None:
    followed = verified(agency_code=ROADS.code)

    stage.hear(reopened(report_id=followed.report_id, reopened_at=later(stage)))
    stage.hear(followed)

    assert holders(stage) == [(None, "waiting")]
    assert not stage.announced(ReportRouted)


def test_officers_read_why_it_was_reopened(stage: Stage) -> None:
    given = answered(stage, ROADS.code)
    stage.hear(not_done(stage, given))
    stage.open_session(Role.OFFICER, agency_code=INHU.code)

    page = stage.client.get(f"/instansi/{stage.announced(ReportRouted)[-1].disposition_id}").text

    assert "Dibuka kembali" in page
    assert "Masih gelap." in page
    assert stage.announced(ReportAnswered)[0].text in page


def test_a_superior_is_not_told_to_ask_itself_for_help(stage: Stage) -> None:
    given = routed_to(stage, ROADS.code)
    later(stage)
    Officer(stage, ROADS.code).post(
        f"dispositions/{given.disposition_id}/answers",
        **ANSWER | {"answer_type": "other_body", "needed_agency_code": INHU.code},
    )
    stage.hear(not_done(stage, given))
    stage.open_session(Role.OFFICER, agency_code=INHU.code)

    page = stage.client.get(f"/instansi/{stage.announced(ReportRouted)[-1].disposition_id}").text

    assert "menyebut instansi lain yang diperlukan" not in page
