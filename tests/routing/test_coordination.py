"""What the coordinator does: decide where neither the rules nor the bodies could."""

import re
from dataclasses import replace
from typing import Any

import pytest

from lapor_contracts.events import EscalationRaised, ReportRouted
from lapor_contracts.vocabulary import Clock, Level, Role
from lapor_routing import service
from lapor_routing.domain.agencies import Agency, AgencyKind, Directory
from lapor_routing.domain.choice import Candidate
from lapor_routing.domain.levels import body_of
from tests.routing.conftest import BODIES, FORMER, INHU, POWER, ROADS, TRAFFIC
from tests.routing.desks import Officer, coordinator, routed_to
from tests.routing.test_routing import NOBODYS
from tests.support.builders import closed, deadline_escalated, sealed, verified
from tests.support.stage import Stage

SERVICE = service


def assign(stage: Stage, report_id: Any, agency_code: str, reason: str = "Listrik urusan PLN.") -> Any:
    """The coordinator's decision, and what comes back."""
    return stage.client.post(
        f"/api/v1/coordination/{report_id}/assignments",
        json={"agency_code": agency_code, "reason": reason},
        headers=stage.signed_in(Role.COORDINATOR, officer="coordinator-1"),
    )


def queue(stage: Stage) -> list[dict[str, Any]]:
    """What waits for the coordinator."""
    return stage.client.get("/api/v1/coordination", headers=stage.signed_in(Role.COORDINATOR)).json["items"]


def refuse(stage: Stage, routed: ReportRouted) -> None:
    """The body is not competent, and does not know who is."""
    stage.clock.advance(minutes=1)
    refused = Officer(stage, routed.agency_code).post(
        f"dispositions/{routed.disposition_id}/refusals", agency_code=None, reason="Bukan urusan kami."
    )
    assert refused.status_code == 201


def test_what_waits_is_listed_with_the_reason_the_longest_waiting_first(stage: Stage) -> None:
    first, second = verified(**NOBODYS), verified(**NOBODYS)
    stage.hear(first)
    stage.hear(second)

    waiting = queue(stage)

    assert [entry["report_id"] for entry in waiting] == [str(first.report_id), str(second.report_id)]
    assert all(entry["reason"] for entry in waiting)


def test_the_coordinator_gives_a_report_to_a_body_with_a_reason(stage: Stage) -> None:
    report = verified(**NOBODYS)
    stage.hear(report)

    response = assign(stage, report.report_id, POWER.code)

    assert response.status_code == 201
    (routed,) = stage.announced(ReportRouted)
    assert (routed.agency_code, routed.hop, routed.routed_by) == (POWER.code, 1, "coordinator-1")
    assert (routed.evidence[0].kind, routed.confidence) == ("coordinator", 1.0)
    assert "Listrik urusan PLN." in routed.evidence[0].detail
    assert queue(stage) == []


def test_who_decides_on_what_was_refused_sees_the_bodies_that_were_weighed_before(stage: Stage) -> None:
    lamp = {"title": "Lampu PJU padam", "body": "Lampu PJU di depan kantor camat padam sejak Senin.", "place": None}
    routed = routed_to(stage, POWER.code, **lamp)
    refuse(stage, routed)
    stage.open_session(Role.COORDINATOR)

    page = stage.client.get(f"/koordinator/{routed.report_id}").text

    assert f'value="{TRAFFIC.code}"' in page
    assert "lampu pju" in page
    assert f'value="{POWER.code}"' not in page
    assert "100 %" not in page


def test_beside_a_body_stand_those_below_it_for_which_something_speaks_too(stage: Stage) -> None:
    lamp = {"title": "Lampu PJU padam", "body": "Lampu PJU di depan kantor camat padam sejak Senin.", "place": None}
    routed_to(stage, POWER.code, **lamp)
    for named in (ROADS.code, INHU.code):
        routed = stage.announced(ReportRouted)[-1]
        Officer(stage, routed.agency_code).post(
            f"dispositions/{routed.disposition_id}/refusals", agency_code=named, reason="Bukan urusan kami."
        )
    stage.open_session(Role.COORDINATOR)

    page = stage.client.get(f"/koordinator/{routed.report_id}").text

    (hint,) = re.findall(r"<p class=\"hint\">\s*Di bawahnya.*?</p>", page, re.DOTALL)
    assert TRAFFIC.name in hint
    assert page.index(f'value="{INHU.code}"') < page.index(hint) < page.index(f'value="{TRAFFIC.code}"')


def test_a_decision_is_made_once(stage: Stage) -> None:
    report = verified(**NOBODYS)
    stage.hear(report)
    assign(stage, report.report_id, POWER.code)

    response = assign(stage, report.report_id, ROADS.code)

    assert response.status_code == 409
    assert POWER.name in response.json["detail"]
    assert len(stage.announced(ReportRouted)) == 1


@pytest.mark.parametrize("code", [FORMER.code, "TIDAK-ADA"], ids=["a former body", "no such body"])
def test_the_coordinator_can_only_choose_a_body_that_exists(stage: Stage, code: str) -> None:
    report = verified(**NOBODYS)
    stage.hear(report)

    response = assign(stage, report.report_id, code)

    assert response.status_code == 422
    assert list(response.json["errors"]) == ["agency_code"]
    assert len(queue(stage)) == 1


def test_a_report_that_was_closed_before_its_body_refused_it_waits_no_longer(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code)
    done = closed(report_id=routed.report_id, closed_at=stage.clock.now())
    refuse(stage, routed)

    stage.hear(done)

    assert queue(stage) == []
    assert assign(stage, routed.report_id, POWER.code).status_code == 409


def test_who_closes_a_report_not_knowing_that_its_body_refused_it_leaves_it_with_the_coordinator(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code)
    refuse(stage, routed)
    stage.clock.advance(minutes=1)

    stage.hear(closed(report_id=routed.report_id, closed_at=stage.clock.now()))

    assert len(queue(stage)) == 1
    assert assign(stage, routed.report_id, POWER.code).status_code == 201


def test_only_a_coordinator_decides(stage: Stage) -> None:
    report = verified(**NOBODYS)
    stage.hear(report)

    headers = stage.signed_in(Role.OFFICER, agency_code=POWER.code)
    response = stage.client.get("/api/v1/coordination", headers=headers)

    assert response.status_code == 403


ESCALATIONS = "/api/v1/coordination/escalations"


def escalated(stage: Stage) -> list[tuple[str, str]]:
    """What has gone up, and to which level."""
    found = stage.client.get(ESCALATIONS, headers=stage.signed_in(Role.COORDINATOR)).json["items"]
    return [(one["tracking_id"], one["level"]) for one in found]


def test_what_bodies_have_not_done_in_time_is_listed_by_how_far_up_it_has_gone(stage: Stage) -> None:
    low, high = (routed_to(stage, ROADS.code) for _ in range(2))
    for routed, level in ((low, Level.AGENCY), (high, Level.MINISTRY)):
        stage.hear(
            deadline_escalated(report_id=routed.report_id, agency_code=ROADS.code, clock=Clock.RESOLVE, level=level)
        )

    page = stage.client.get("/koordinator/eskalasi", headers=stage.signed_in(Role.COORDINATOR)).text

    assert escalated(stage) == [(high.tracking_id, "ministry"), (low.tracking_id, "agency")]
    assert page.index(high.tracking_id) < page.index(low.tracking_id)
    assert ROADS.name in page


def test_levels_that_are_heard_in_any_order_leave_the_highest_and_an_answer_ends_them(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code)
    higher = deadline_escalated(report_id=routed.report_id, agency_code=ROADS.code, level=Level.COORDINATOR)
    stage.hear(higher)
    stage.hear(replace(higher, level=Level.UNIT))
    assert escalated(stage) == [(routed.tracking_id, "coordinator")]

    Officer(stage, ROADS.code).post(f"dispositions/{routed.disposition_id}/answers", kind="initial", text="Kami cek.")

    assert escalated(stage) == []


def test_officers_do_not_see_what_others_are_late_with(stage: Stage) -> None:
    assert stage.client.get(ESCALATIONS, headers=stage.signed_in(Role.OFFICER)).status_code == 403


def test_what_nobody_holds_stands_before_parts_of_what_somebody_does(stage: Stage) -> None:
    held = routed_to(stage, ROADS.code)
    asked = coordinator(stage).post(
        f"coordination/{held.report_id}/co-owners", agency_code=TRAFFIC.code, reason="Rambunya roboh."
    )
    stage.clock.advance(minutes=1)
    Officer(stage, TRAFFIC.code).post(
        f"dispositions/{asked.json['disposition_id']}/refusals", agency_code=None, reason="Bukan rambu kami."
    )
    stage.clock.advance(minutes=1)
    nobodys = [verified(**NOBODYS), verified(**NOBODYS)]
    for report in nobodys:
        stage.hear(report)

    first = coordinator(stage).get("coordination?limit=2").json
    second = coordinator(stage).get(f"coordination?limit=2&cursor={first['next']}").json

    assert [entry["report_id"] for entry in first["items"]] == [str(report.report_id) for report in nobodys]
    assert [entry["report_id"] for entry in second["items"]] == [str(held.report_id)]
    assert second["next"] is None


def test_what_nobody_holds_is_overdue_before_all_that_somebody_does(stage: Stage) -> None:
    held, nobodys = routed_to(stage, ROADS.code), verified(**NOBODYS)
    stage.hear(nobodys)

    stage.hear(
        deadline_escalated(report_id=held.report_id, agency_code=ROADS.code, clock=Clock.RESOLVE, level=Level.PANRB),
        deadline_escalated(report_id=nobodys.report_id, clock=Clock.VERIFY, level=Level.COORDINATOR),
    )

    assert escalated(stage) == [(nobodys.tracking_id, "coordinator"), (held.tracking_id, "panrb")]


def test_a_body_that_owes_the_reporter_a_word_is_overdue_until_it_answers(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code)
    about = {"report_id": routed.report_id, "agency_code": ROADS.code, "clock": Clock.INTERIM}
    stage.hear(deadline_escalated(**about, level=Level.UNIT))
    assert escalated(stage) == [(routed.tracking_id, "unit")]
    stage.clock.advance(minutes=1)

    Officer(stage, ROADS.code).post(
        f"dispositions/{routed.disposition_id}/answers", kind="initial", text="Masih kami kerjakan."
    )

    assert escalated(stage) == []


MINISTRY = Agency("KEMENPU", "Kementerian Pekerjaan Umum", AgencyKind.MINISTRY)
PANRB_ITSELF = Agency("KEMENPANRB", "Kementerian PANRB", AgencyKind.MINISTRY)
LADDER = Directory([*BODIES, MINISTRY, PANRB_ITSELF])


@pytest.mark.parametrize(
    ("level", "holder", "weighed", "to"),
    [
        pytest.param(Level.UNIT, ROADS.code, (), ROADS.code, id="the unit: who has it"),
        pytest.param(Level.AGENCY, ROADS.code, (), INHU.code, id="the body: who governs the unit"),
        pytest.param(Level.AGENCY, POWER.code, (), POWER.code, id="the body: itself, where nobody is above"),
        pytest.param(Level.COORDINATOR, ROADS.code, (), None, id="the coordinators"),
        pytest.param(Level.MINISTRY, ROADS.code, ("KEMENPU",), "KEMENPU", id="the ministry for which most spoke"),
        pytest.param(Level.MINISTRY, ROADS.code, (), "KEMENDAGRI", id="home affairs, for a region"),
        pytest.param(Level.MINISTRY, POWER.code, (), None, id="no ministry is known: the coordinators"),
        pytest.param(Level.PANRB, ROADS.code, (), "KEMENPANRB", id="who runs the system"),
        pytest.param(Level.COORDINATOR, None, (), None, id="nobody has it: the coordinators"),
        pytest.param(Level.PANRB, None, (), "KEMENPANRB", id="nobody has it: who runs the system"),
    ],
)
def test_each_level_is_somebody(level: Level, holder: str | None, weighed: tuple[str, ...], to: str | None) -> None:
    candidates = [Candidate(code, 0.4, ()) for code in weighed]

    assert body_of(level, holder, candidates, LADDER) == to


def test_it_is_said_to_whom_an_overdue_report_has_come(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code)

    stage.hear(
        *(
            deadline_escalated(report_id=routed.report_id, agency_code=ROADS.code, level=level)
            for level in (Level.UNIT, Level.AGENCY, Level.COORDINATOR)
        )
    )

    said = [(event.level, event.to_agency_code) for event in stage.announced(EscalationRaised)]
    assert said == [(Level.UNIT, ROADS.code), (Level.AGENCY, INHU.code), (Level.COORDINATOR, None)]


def test_above_the_body_it_is_sealed_for_only_the_coordinators_hear_of_a_whistleblowers_report(stage: Stage) -> None:
    report = verified(sealed=sealed(agency_code=POWER.code))
    stage.hear(report)

    stage.hear(
        *(
            deadline_escalated(report_id=report.report_id, agency_code=POWER.code, level=level)
            for level in (Level.UNIT, Level.MINISTRY, Level.PANRB)
        )
    )

    assert [event.to_agency_code for event in stage.announced(EscalationRaised)] == [POWER.code, None, None]


def test_whom_a_whistleblower_complains_of_hears_of_no_escalation(stage: Stage) -> None:
    report = verified(agency_code=POWER.code, reported_agency_code=INHU.code)
    stage.hear(report)

    stage.hear(deadline_escalated(report_id=report.report_id, agency_code=ROADS.code, level=Level.AGENCY))

    assert [event.to_agency_code for event in stage.announced(EscalationRaised)] == [None]
