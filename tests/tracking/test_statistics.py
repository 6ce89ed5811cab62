"""Statistics: counted as reports change, never by looking through all of them."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lapor_contracts.events import Event
from lapor_contracts.vocabulary import AnswerKind, Channel, Role
from lapor_tracking import service, store
from lapor_tracking.domain.statistics import (
    Band,
    Grouping,
    Measure,
    Months,
    by_age,
    figures,
    grade,
    rounded,
    share,
)
from tests.support import builders
from tests.support.stage import WEDNESDAY, Stage
from tests.tracking.case import Case, later
from tests.tracking.test_referral import agree, offered

SERVICE = service
EVER = Months("2000-01", "2100-01")
BODY = {"agency_code": "PEMDA-14.02/OPD-DPUPR", "agency_name": "Dinas PUPR Kabupaten Indragiri Hulu"}


def sums(stage: Stage, by: Grouping = Grouping.ALL) -> dict[str, dict[str, int]]:
    """All tallies by value, without what is zero."""
    stage.run("count_anew")
    with stage.transactions.read() as connection:
        rows = store.sums(connection, by, EVER, None, 100)
    return {
        row["value"]: {name: count for name, count in row.items() if isinstance(count, int) and count} for row in rows
    }


def life(report_id: UUID, **report: object) -> list[Event]:
    """A report that was answered in time."""
    about = {"report_id": report_id}
    return [
        builders.received(**about, **report),
        builders.verified(
            **about, counted_as="LK08.007", counted_as_name="Jalan > Jalan kabupaten", verified_at=later(1)
        ),
        builders.routed(**about, **BODY, routed_at=later(2)),
        builders.answered(**about, **BODY, answer_kind=AnswerKind.SUBSTANTIVE, answered_at=later(3)),
    ]


def test_a_report_is_counted_under_all_that_it_belongs_to(stage: Stage) -> None:
    stage.hear(*life(uuid4(), channel=Channel.SMS))

    counted = {by: list(sums(stage, by)) for by in Grouping}

    assert counted == {
        Grouping.ALL: [""],
        Grouping.AGENCY: [BODY["agency_code"]],
        Grouping.PROVINCE: ["14"],
        Grouping.REGION: ["14.02"],
        Grouping.TOPIC: ["LK08.007"],
        Grouping.CHANNEL: ["sms"],
        Grouping.KIND: ["complaint"],
    }


def test_what_was_done_in_time_is_counted_by_clock(stage: Stage) -> None:
    stage.hear(*life(uuid4()))

    assert sums(stage)[""] == {
        "received": 1,
        "verified_in_time": 1,
        "answered_in_time": 1,
        "resolved_in_time": 1,
        "open": 1,
        "routed": 1,
        "hops": 1,
    }


def test_what_nobody_verifies_is_late_as_soon_as_its_time_is_over(stage: Stage) -> None:
    stage.hear(builders.received())
    before = sums(stage)[""]

    stage.clock.advance(days=10)
    stage.run("announce_rungs")

    assert "verified_late" not in before
    assert sums(stage)[""]["verified_late"] == 1


def test_the_three_ways_to_close_are_counted_apart(stage: Stage) -> None:
    stage.hear(*life(uuid4()))
    stage.run("count_anew")
    stage.clock.advance(days=30)

    stage.run("close_silent")

    assert sums(stage)[""]["closed_by_silence"] == 1
    assert "open" not in sums(stage)[""]
    assert stage.rows(store.backlog) == []


def test_a_report_that_goes_to_another_body_is_counted_there_and_no_longer_here(stage: Stage) -> None:
    stage.hear(*life(report_id := uuid4())[:3])
    assert list(sums(stage, Grouping.AGENCY)) == [BODY["agency_code"]]

    stage.hear(builders.routed(report_id=report_id, agency_code="PLN", agency_name="PLN", routed_at=later(5), hop=2))

    assert sums(stage, Grouping.AGENCY)["PLN"]["hops"] == 2
    assert list(sums(stage, Grouping.AGENCY)) == ["PLN"]


def test_a_refusal_in_time_is_no_answer_of_the_body_that_comes_next(stage: Stage) -> None:
    about = {"report_id": uuid4()}

    stage.hear(
        builders.received(**about),
        builders.verified(**about, verified_at=later(1)),
        builders.routed(**about, agency_code="PLN", agency_name="PLN", routed_at=later(2)),
        builders.refused(**about, refused_at=later(3)),
        builders.routed(**about, **BODY, routed_at=later(3), hop=2),
        builders.answered(**about, **BODY, answer_kind=AnswerKind.SUBSTANTIVE, answered_at=later(5)),
    )

    assert sums(stage, Grouping.AGENCY)[BODY["agency_code"]]["answered_in_time"] == 1


def test_what_was_returned_and_then_verified_was_verified_once(stage: Stage) -> None:
    about = {"report_id": uuid4()}

    stage.hear(
        builders.received(**about),
        builders.returned(**about, returned_at=later(1)),
        builders.supplemented(**about, supplemented_at=later(2)),
        builders.verified(**about, verified_at=later(3)),
        builders.routed(**about, **BODY, routed_at=later(4)),
    )

    assert sums(stage)[""]["verified_in_time"] == 1


def test_what_the_ombudsman_took_over_is_counted_for_the_body_that_had_it(case: Case, stage: Stage) -> None:
    agree(offered(case))

    counted = sums(stage, Grouping.AGENCY)

    assert [(code, of["referred"]) for code, of in counted.items()] == [(BODY["agency_code"], 1)]


def test_of_a_whistleblowers_report_only_that_there_is_one_is_counted(stage: Stage) -> None:
    stage.hear(builders.received(secret=True, sealed=builders.sealed()))

    assert [by for by in Grouping if sums(stage, by)] == [Grouping.ALL]


def test_the_backlog_is_known_by_age(stage: Stage) -> None:
    stage.hear(builders.received(), builders.received(received_at=WEDNESDAY - timedelta(days=40)))
    stage.run("count_anew")

    with stage.transactions.read() as connection:
        ages = by_age(store.open_by_day(connection, Grouping.ALL, ""), WEDNESDAY.date())

    assert [(age.least, age.most, age.reports) for age in ages] == [(0, 3, 1), (4, 14, 0), (15, 60, 1), (61, None, 0)]


def test_counting_twice_changes_nothing_and_leaves_no_empty_days(stage: Stage) -> None:
    stage.hear(*life(report_id := uuid4()))
    once = sums(stage)

    with stage.transactions.begin() as tx:
        store.uncount(tx, [report_id])

    assert sums(stage) == once


STEPS = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6)), min_size=1, max_size=25)


@given(STEPS)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_counted_bit_by_bit_is_counted_at_once(stage: Stage, history: list[tuple[int, int]]) -> None:
    """Whatever happens to whichever report in whatever order, and whenever we count in between."""
    _empty(stage)
    reports = [uuid4() for _ in range(5)]
    for number, (which, what) in enumerate(history):
        about = {"report_id": reports[which]}
        at = later(number)
        stage.hear(
            [
                builders.received(**about, received_at=at),
                builders.verified(**about, verified_at=at, counted_as="LK01", counted_as_name="Agama"),
                builders.routed(**about, **BODY, routed_at=at),
                builders.routed(**about, agency_code="PLN", agency_name="PLN", routed_at=at, hop=2),
                builders.answered(**about, **BODY, answer_kind=AnswerKind.SUBSTANTIVE, answered_at=at),
                builders.archived(**about, archived_at=at),
                builders.refused(**about, refused_at=at),
            ][what]
        )
        if number % 3 == 0:
            stage.run("count_anew")
    bit_by_bit = [sums(stage, by) for by in Grouping]

    _forget_counting(stage)

    assert [sums(stage, by) for by in Grouping] == bit_by_bit


def _empty(stage: Stage) -> None:
    with stage.transactions.begin() as tx:
        for table in reversed(store.metadata.sorted_tables):
            tx.execute(table.delete())


def _forget_counting(stage: Stage) -> None:
    with stage.transactions.begin() as tx:
        for table in (store.tallies, store.backlog, store.counted):
            tx.execute(table.delete())
        tx.execute(sa.update(store.timelines).values(is_counted=False))


@given(st.integers(0, 500), st.integers(1, 500))
def test_the_true_share_may_lie_on_both_sides_of_the_one_that_was_seen(count: int, more: int) -> None:
    found = share(count, count + more)

    assert found is not None
    assert 0 <= found.low <= found.share + 1e-9
    assert found.share - 1e-9 <= found.high <= 1


@pytest.mark.parametrize(
    ("count", "total", "band", "is_sure"),
    [
        (990, 1000, Band.GOOD, True),
        (800, 1000, Band.FAIR, True),
        (100, 1000, Band.POOR, True),
        (4, 4, Band.GOOD, False),
        (2, 4, Band.POOR, False),
    ],
)
def test_a_band_is_sure_only_where_there_are_reports_enough(
    count: int, total: int, band: Band, *, is_sure: bool
) -> None:
    kept = share(count, total)

    assert kept is not None
    assert grade(kept) == (band, is_sure)


@given(st.integers(0, 60), st.integers(1, 5))
def test_no_rounding_makes_reporters_more_content_than_they_can_be(reporters: int, rating: int) -> None:
    counts = dict.fromkeys(Measure, 0)
    counts[Measure.RATED], counts[Measure.POINTS] = rounded(reporters), rounded(reporters * rating)

    mean = figures(counts, least=1).mean_rating

    assert mean is None or 1 <= mean <= 5


def test_months_go_over_the_end_of_a_year() -> None:
    assert Months("2025-11", "2026-02").each == ["2025-11", "2025-12", "2026-01", "2026-02"]


def test_nothing_has_no_share() -> None:
    assert share(0, 0) is None


def many(stage: Stage, number: int) -> None:
    """So many reports of one body, all answered in time."""
    for _ in range(number):
        stage.hear(*life(uuid4()))
    stage.run("count_anew")


def test_the_public_reads_rounded_figures_and_a_coordinator_the_exact_ones(stage: Stage) -> None:
    many(stage, 23)
    coordinator = stage.signed_in(Role.COORDINATOR)
    officer = stage.signed_in(Role.OFFICER, agency_code=BODY["agency_code"])

    (public,) = stage.client.get("/api/v1/statistics?by=agency").json["items"]
    (exact,) = stage.client.get("/api/v1/statistics?by=agency", headers=coordinator).json["items"]

    assert (public["value"], public["name"]) == (BODY["agency_code"], BODY["agency_name"])
    assert public["figures"]["counts"]["received"] == 25
    assert public["figures"]["answered"]["total"] == 25
    assert public["figures"]["answered"]["low"] == pytest.approx(0.867, abs=0.001)
    assert exact["figures"]["counts"]["received"] == 23
    assert stage.client.get("/api/v1/statistics?by=agency", headers=officer).json["items"] == [public]


def test_of_few_reports_the_public_is_told_no_share_and_of_two_nothing(stage: Stage) -> None:
    many(stage, 2)

    assert stage.client.get("/api/v1/statistics?by=agency").json["items"] == []

    many(stage, 3)
    (found,) = stage.client.get("/api/v1/statistics?by=agency").json["items"]

    assert found["figures"]["counts"]["received"] == 5
    assert found["figures"]["answered"] is None
    assert found["figures"]["grade"] is None


def test_values_come_page_by_page_those_with_most_reports_first(stage: Stage) -> None:
    for number, code in ((3, "PLN"), (1, "KAI"), (3, "BULOG")):
        for _ in range(number):
            stage.hear(builders.received(report_id=(one := uuid4())), builders.routed(report_id=one, agency_code=code))
    stage.run("count_anew")
    coordinator = stage.signed_in(Role.COORDINATOR)

    first = stage.client.get("/api/v1/statistics?by=agency&limit=2", headers=coordinator).json
    rest = stage.client.get(f"/api/v1/statistics?by=agency&limit=2&cursor={first['next']}", headers=coordinator).json

    assert [row["value"] for row in first["items"] + rest["items"]] == ["BULOG", "PLN", "KAI"]
    assert rest["next"] is None


def test_a_value_is_told_month_by_month_with_its_backlog(stage: Stage) -> None:
    stage.hear(*life(uuid4()), *life(uuid4(), received_at=WEDNESDAY - timedelta(days=30)))
    stage.run("count_anew")
    coordinator = stage.signed_in(Role.COORDINATOR)

    months = stage.client.get("/api/v1/statistics/months?by=region&value=14.02", headers=coordinator).json["items"]
    backlog = stage.client.get("/api/v1/statistics/backlog?by=region&value=14.02", headers=coordinator).json["items"]

    assert [(row["month"], row["figures"]["counts"]["received"]) for row in months] == [("2025-12", 1), ("2026-01", 1)]
    assert [row["reports"] for row in backlog] == [1, 0, 1, 0]


@pytest.mark.parametrize(
    "query", ["by=person", "first=2026", "first=2026-13", "first=2026-05&last=2026-04", "cursor=x", "limit=0"]
)
def test_nonsense_is_refused(stage: Stage, query: str) -> None:
    assert stage.client.get(f"/api/v1/statistics?{query}").status_code == 422


def test_the_page_shows_figures_charts_and_the_same_as_a_table(stage: Stage) -> None:
    many(stage, 23)

    page = stage.client.get("/statistik?by=agency").text
    alone = stage.client.get(f"/statistik?by=agency&value={BODY['agency_code']}").text
    nobody = stage.client.get("/statistik?by=agency&value=NOBODY").text

    assert "<svg" in page
    assert "Tabel per bulan" in page
    assert BODY["agency_name"] in page
    assert "Baik" in page
    assert BODY["agency_name"] in alone
    assert "Belum ada laporan" in nobody
    assert stage.client.get("/statistik?first=x").status_code == 422


def test_the_page_says_that_nothing_was_counted_yet(stage: Stage) -> None:
    assert "Belum ada laporan dalam bulan-bulan ini" in stage.client.get("/statistik").text
