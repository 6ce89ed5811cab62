"""Verifications that are undone: whoever holds the report lets it go, and the next verification is routed anew."""

from dataclasses import replace

import pytest

from lapor_contracts.events import DispositionEnded, ReportRouted
from lapor_contracts.vocabulary import DispositionEnd
from lapor_routing import service
from lapor_routing.outbound import store as outbound
from tests.routing.conftest import POWER, ROADS, TRAFFIC
from tests.routing.desks import Officer, routed_to, told
from tests.support.builders import closed, recalled, verified
from tests.support.stage import Stage

SERVICE = service


def test_a_recalled_report_leaves_the_inbox_and_comes_again_when_it_is_verified_anew(stage: Stage) -> None:
    first = routed_to(stage, ROADS.code)
    report = {"report_id": first.report_id, "tracking_id": first.tracking_id}
    officer, other = Officer(stage, ROADS.code), Officer(stage, TRAFFIC.code)

    stage.hear(recalled(**report, recalled_at=stage.clock.now(), reason="Kategorinya keliru."))
    assert officer.inbox() == []
    refused = officer.post(f"dispositions/{first.disposition_id}/answers", kind="initial", text="Kami tinjau.")
    stage.clock.advance(hours=1)
    stage.hear(
        verified(**report, agency_code=TRAFFIC.code, round=2, title="Rambu roboh", verified_at=stage.clock.now())
    )

    assert "ditarik verifikator" in refused.json["detail"]
    assert officer.dossier(first.disposition_id)["recalls"][0]["reason"] == "Kategorinya keliru."
    (entry,) = other.inbox()
    assert (entry["title"], entry["hop"]) == ("Rambu roboh", 1)
    assert [(routed.agency_code, routed.round) for routed in stage.announced(ReportRouted)] == [
        (ROADS.code, 1),
        (TRAFFIC.code, 2),
    ]


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2), (2, 0, 1), (0, 2, 1)], ids=str)
def test_in_whichever_order_one_hears_of_it_the_last_verification_counts(stage: Stage, order: tuple[int, ...]) -> None:
    one = verified(agency_code=ROADS.code, verified_at=stage.clock.now())
    stage.clock.advance(hours=1)
    undone = recalled(report_id=one.report_id, recalled_at=stage.clock.now())
    stage.clock.advance(hours=1)
    two = replace(one, round=2, agency_code=TRAFFIC.code, verified_at=stage.clock.now())

    for position in order:
        stage.hear((one, undone, two)[position])

    assert Officer(stage, ROADS.code).inbox() == []
    assert len(Officer(stage, TRAFFIC.code).inbox()) == 1


def test_what_was_taken_back_cannot_be_closed_by_who_had_not_heard_of_it(stage: Stage) -> None:
    one = verified(agency_code=ROADS.code, verified_at=stage.clock.now())
    stage.hear(one)
    stage.clock.advance(hours=1)
    undone = recalled(report_id=one.report_id, recalled_at=stage.clock.now())
    stage.clock.advance(hours=1)
    two = replace(one, round=2, verified_at=stage.clock.now())
    stage.clock.advance(hours=1)
    tried = closed(report_id=one.report_id, closed_at=stage.clock.now())
    stage.clock.advance(hours=1)

    stage.hear(two)
    stage.hear(tried)
    assert Officer(stage, ROADS.code).inbox() == []
    stage.hear(undone)

    assert len(Officer(stage, ROADS.code).inbox()) == 1


def test_what_was_closed_stays_closed_though_a_verifier_who_had_not_heard_of_it_sends_it_again(stage: Stage) -> None:
    one = verified(agency_code=ROADS.code, verified_at=stage.clock.now())
    stage.hear(one)
    stage.clock.advance(hours=1)
    done = closed(report_id=one.report_id, closed_at=stage.clock.now())
    stage.clock.advance(hours=1)
    undone = recalled(report_id=one.report_id, recalled_at=stage.clock.now())
    two = replace(one, round=2, agency_code=TRAFFIC.code, verified_at=stage.clock.now())

    stage.hear(undone, two, done)

    assert Officer(stage, TRAFFIC.code).inbox() == []


def test_a_bodys_own_system_is_told_that_it_has_nothing_more_to_do(stage: Stage) -> None:
    with stage.transactions.begin() as tx:
        outbound.connect(tx, POWER.code)
    routed = routed_to(stage, POWER.code)

    stage.hear(recalled(report_id=routed.report_id, recalled_at=stage.clock.now()))

    ended = told(stage)[-1]
    assert isinstance(ended, DispositionEnded)
    assert (ended.disposition_id, ended.reason) == (routed.disposition_id, DispositionEnd.RECALLED)
