"""What happens to a verified report: it finds its body, or the coordinator."""

import uuid
from dataclasses import replace

from lapor_contracts.events import DispositionAssigned, ReportRouted, ReportUnroutable
from lapor_routing import service, store
from lapor_routing.directory import load_directory
from lapor_routing.outbound.store import connect
from lapor_routing.reference.agencies import AgencyRow
from tests.routing.conftest import POWER, ROADS
from tests.routing.desks import told
from tests.support.builders import closed, verified
from tests.support.stage import Stage

SERVICE = service

NOBODYS = {"title": "Mohon bantuan", "body": "Mohon dibantu secepatnya ya min.", "region_code": None, "place": None}


def test_a_report_goes_to_the_body_that_the_reporter_named(stage: Stage) -> None:
    report = verified(agency_code=POWER.code)

    stage.hear(report)

    (routed,) = stage.announced(ReportRouted)
    assert (routed.report_id, routed.tracking_id) == (report.report_id, report.tracking_id)
    assert (routed.agency_code, routed.agency_name, routed.hop) == (POWER.code, POWER.name, 1)
    assert routed.routed_by == "system"
    assert routed.evidence


def test_the_decision_is_kept_with_its_evidence_and_the_rules_that_made_it(stage: Stage) -> None:
    stage.hear(verified(agency_code=POWER.code))

    (row,) = stage.rows(store.dispositions)
    (routed,) = stage.announced(ReportRouted)
    assert (row["id"], row["agency_code"], row["state"]) == (routed.disposition_id, POWER.code, "open")
    assert row["rules_version"] == routed.rules_version
    assert row["confidence"] == routed.confidence
    assert row["evidence"][0]["kind"]
    assert row["candidates"][0]["agency_code"] == POWER.code


def test_a_report_that_nobody_seems_competent_for_goes_to_the_coordinator(stage: Stage) -> None:
    report = verified(**NOBODYS)

    stage.hear(report)

    (unroutable,) = stage.announced()
    assert isinstance(unroutable, ReportUnroutable)
    assert unroutable.report_id == report.report_id
    assert unroutable.reason
    (row,) = stage.rows(store.dispositions)
    assert (row["agency_code"], row["state"]) == (None, "waiting")


def test_a_report_is_routed_once_however_often_it_is_verified(stage: Stage) -> None:
    report = verified(agency_code=POWER.code)

    stage.hear(report, replace(report, verified_by="officer-7"))
    stage.hear(replace(report, agency_code=ROADS.code))

    assert [routed.agency_code for routed in stage.announced(ReportRouted)] == [POWER.code]


def test_each_report_of_a_batch_is_announced_as_following_from_its_own_verification(stage: Stage) -> None:
    reports = [verified(agency_code=POWER.code) for _ in range(3)]
    letters = [stage.letter(report, event_id=uuid.uuid5(report.report_id, "verified")) for report in reports]

    stage.receive(*letters)

    events = stage.rows(stage.transactions.tables.events)
    assert len(events) == 3
    for event in events:
        assert str(uuid.uuid5(event["report_id"], "verified")) in event["body"]


def test_a_body_with_its_own_system_is_told_what_it_needs_to_act(stage: Stage) -> None:
    with stage.transactions.begin() as tx:
        connect(tx, POWER.code)
    report = verified(agency_code=POWER.code, secret=True)

    stage.hear(report, verified(agency_code=ROADS.code))

    (assigned,) = told(stage)
    assert isinstance(assigned, DispositionAssigned)
    assert (assigned.agency_code, assigned.title, assigned.body) == (POWER.code, report.title, report.body)
    assert assigned.secret


def test_a_body_that_connects_is_told_from_the_next_minute_on(stage: Stage) -> None:
    stage.hear(verified(agency_code=POWER.code))
    with stage.transactions.begin() as tx:
        connect(tx, POWER.code)
    stage.clock.advance(minutes=1)

    stage.hear(verified(agency_code=POWER.code))

    assert len(told(stage)) == 1


def test_a_body_that_is_new_in_the_directory_is_found_from_the_next_minute_on(stage: Stage) -> None:
    water = replace(POWER, code="PDAM-INHU", name="Perumda Air Minum Tirta Indra")
    stage.hear(verified(agency_code=POWER.code))
    with stage.transactions.begin() as tx:
        load_directory(tx, [AgencyRow(water, (water.name,))])
    stage.clock.advance(minutes=1)

    stage.hear(verified(agency_code=water.code))

    assert stage.announced(ReportRouted)[-1].agency_code == water.code


def test_a_report_that_was_closed_before_it_was_routed_is_closed(stage: Stage) -> None:
    report = verified(agency_code=POWER.code)

    stage.hear(closed(report_id=report.report_id))
    stage.hear(report)

    (routed,) = stage.announced(ReportRouted)
    with stage.transactions.begin() as tx:
        disposition = store.lock_disposition(tx, routed.disposition_id)
    assert disposition is not None
    assert disposition.state == "closed"
