"""Made-up reports with the bodies that are right for each: what the rules alone must keep reaching."""

import csv
from pathlib import Path

import pytest

from lapor_routing.domain.choice import Report, choose
from lapor_routing.reference.rules import shipped_rules
from tests.routing.country import country

REPORTS = Path(__file__).parent / "reports"


@pytest.mark.parametrize(
    ("file", "first", "in_three"),
    [
        pytest.param("seen.csv", 0.94, 0.98, id="by which the rules were made"),
        pytest.param("held_back.csv", 0.92, 0.96, id="which were put aside until they stood"),
        pytest.param("harder.csv", 0.9, 0.94, id="which hardly name what they are about"),
        pytest.param("fresh.csv", 0.96, 0.98, id="which came last"),
    ],
)
def test_reports_from_all_over_the_country_find_their_bodies(file, first, in_three):
    with (REPORTS / file).open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))

    ranks = [rank_of_right_body(row) for row in rows]

    assert sum(rank < 1 for rank in ranks) / len(rows) >= first
    assert sum(rank < 3 for rank in ranks) / len(rows) >= in_three


def rank_of_right_body(row: dict[str, str]) -> int:
    report = Report(title=row["title"], body=row["text"], region_code=row["region_code"] or None)
    candidates = choose(report, shipped_rules(), country()).candidates
    right = set(row["accept_codes"].split("|"))
    return next((rank for rank, candidate in enumerate(candidates) if candidate.agency_code in right), len(candidates))
