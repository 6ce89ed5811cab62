"""A whistleblower's report about a body: neither that body, nor those above it, nor its units ever get or see it."""

from dataclasses import replace

import pytest

from lapor_contracts.events import ReportRouted, ReportUnroutable
from lapor_routing import service
from lapor_routing.directory import load_directory
from lapor_routing.domain.agencies import AgencyStatus, Directory
from lapor_routing.domain.conflicts import is_party, parties
from lapor_routing.reference.agencies import AgencyRow
from tests.routing.conftest import BODIES, FORMER, HOME_AFFAIRS, INHU, POWER, ROADS, TRAFFIC
from tests.routing.desks import Officer, coordinator, routed_to
from tests.routing.test_routing import NOBODYS
from tests.support.builders import verified
from tests.support.stage import Stage

SERVICE = service


@pytest.mark.parametrize(
    ("reported", "never"),
    [
        (ROADS.code, {ROADS.code, INHU.code, HOME_AFFAIRS.code}),
        (INHU.code, {INHU.code, HOME_AFFAIRS.code, ROADS.code, TRAFFIC.code}),
        (HOME_AFFAIRS.code, {HOME_AFFAIRS.code}),
        ("TIDAK-ADA", {"TIDAK-ADA"}),
        (None, set()),
    ],
    ids=["an office", "a regency", "a ministry above regions that govern themselves", "no body we know", "nobody"],
)
def test_parties_are_the_body_those_above_it_and_its_own_units(reported: str | None, never: set[str]) -> None:
    assert parties(reported, Directory(BODIES)) == never


def test_who_took_over_from_a_body_takes_over_the_conflict_too() -> None:
    merged = Directory([*BODIES[:-1], replace(FORMER, successor_codes=(POWER.code,))])

    assert is_party(POWER.code, FORMER.code, merged)


def test_the_body_complained_of_is_never_chosen_though_the_reporter_names_it(stage: Stage) -> None:
    stage.hear(verified(**NOBODYS, agency_code=INHU.code, reported_agency_code=ROADS.code))

    assert not stage.announced(ReportRouted)
    assert len(stage.announced(ReportUnroutable)) == 1


def test_where_the_code_of_the_body_complained_of_is_mistyped_a_person_decides(stage: Stage) -> None:
    report = verified(agency_code=ROADS.code, reported_agency_code=f"{ROADS.code}X")

    stage.hear(report)

    assert not stage.announced(ReportRouted)
    assert "Instansi yang diadukan tidak ada di direktori" in stage.announced(ReportUnroutable)[0].reason
    assert coordinator(stage).get(f"coordination/{report.report_id}").status_code == 200


def test_nobody_can_send_it_there_later(stage: Stage) -> None:
    routed = routed_to(stage, POWER.code, reported_agency_code=ROADS.code)
    own, officer = f"dispositions/{routed.disposition_id}", Officer(stage, POWER.code)

    for code in (ROADS.code, INHU.code):
        for act in ("refusals", "copies", "co-owners"):
            assert list(officer.post(f"{own}/{act}", agency_code=code, reason="Ke sana.").json["errors"]) == [
                "agency_code"
            ]
    officer.post(f"{own}/refusals", agency_code=None, reason="Entah.")
    decided = coordinator(stage).post(
        f"coordination/{routed.report_id}/assignments", agency_code=INHU.code, reason="Ke sana."
    )

    assert list(decided.json["errors"]) == ["agency_code"]
    assert len(stage.announced(ReportRouted)) == 1


def test_who_reads_along_elsewhere_does_not_read_along_here(stage: Stage) -> None:
    routed = routed_to(stage, TRAFFIC.code, reported_agency_code=ROADS.code)
    above, own = Officer(stage, INHU.code), Officer(stage, TRAFFIC.code)

    assert [entry["id"] for entry in own.inbox()] == [str(routed.disposition_id)]
    assert above.inbox() == []
    assert above.get(f"dispositions/{routed.disposition_id}").status_code == 404


def test_a_body_that_a_merger_makes_a_party_loses_the_report_to_the_coordinator(stage: Stage) -> None:
    routed = routed_to(stage, POWER.code, reported_agency_code=ROADS.code)
    gone = replace(ROADS, status=AgencyStatus.FORMER, successor_codes=(POWER.code,))
    with stage.transactions.begin() as tx:
        load_directory(tx, [AgencyRow(gone, (gone.name,))])
    stage.clock.advance(minutes=1)

    stage.run("closed-bodies")

    assert [entry["report_id"] for entry in coordinator(stage).get("coordination").json["items"]] == [
        str(routed.report_id)
    ]
