"""A few days of a made-up country: all promises are kept, and a broken one is found."""

from collections.abc import Callable, Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from random import Random

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from rich.console import Console

from lapor_launcher import simulate
from lapor_launcher.cli import main
from lapor_launcher.simulate.checks import findings
from lapor_launcher.simulate.figures import backlog, figures, statistics
from lapor_launcher.simulate.people import Writers
from lapor_launcher.simulate.world import World, world
from lapor_tracking.store import deadlines, tallies

DAYS = 13

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """So many days that the clocks of those who never answer run out and go up."""
    with world(tmp_path_factory.mktemp("country"), begin=simulate.BEGIN, seed=7) as made:
        simulate.pass_time(made, DAYS, 3, Console(quiet=True))
        yield made


def broken(country: World) -> list[str]:
    """The promises that were not kept."""
    return [one.promise for one in findings(country) if one.counterexamples]


def test_nothing_is_forgotten_unsaid_skipped_or_told_twice(country: World) -> None:
    assert [one for one in findings(country) if one.counterexamples] == []


def test_the_days_are_worth_looking_at(country: World) -> None:
    counted = dict(figures(country))

    assert counted["reports"] > 30
    assert counted["clocks that ran out"] > 0
    assert counted["escalated to agency"] > 0
    assert next(statistics(country))[:2] == ("all", str(country.submitted))
    assert dict(backlog(country))["open for 0 to 3 days"] > 0


def test_the_figures_can_be_read_in_a_narrow_terminal_a_line_for_each_body(country: World) -> None:
    terminal = Console(width=80, record=True, file=StringIO())

    simulate.print_figures(country, terminal)

    lines = terminal.export_text().splitlines()
    bodies = lines[lines.index(next(line for line in lines if line.startswith("whose"))) + 1 :]
    assert len(bodies) == len(list(statistics(country)))
    assert any(line.startswith(("Kota ", "Kabupaten ")) for line in bodies)


def test_made_up_reports_come_into_no_folder_that_holds_anything(tmp_path: Path) -> None:
    (tmp_path / "intake.db").touch()

    refused = CliRunner().invoke(main, ["simulate", "--days", "1", "--keep", str(tmp_path)])

    assert refused.exit_code == 2
    assert "is not empty" in refused.stderr


def _forget_a_clock(country: World) -> None:
    with country.system.services["tracking"].transactions.begin() as tx:
        one = tx.execute(sa.select(deadlines.c.report_id).where(deadlines.c.stopped_at.is_(None)).limit(1)).scalar_one()
        tx.execute(deadlines.delete().where(deadlines.c.report_id == one))


def _miscount(country: World) -> None:
    with country.system.services["tracking"].transactions.begin() as tx:
        tx.execute(tallies.update().where(tallies.c.by == "all").values(open=tallies.c.open + 1))


def _say_a_deadline_twice(country: World) -> None:
    country.missed[next(iter(country.missed))] += 1


def _skip_a_level(country: World) -> None:
    dates = next(dates for dates in country.escalated.values() for levels in dates.values() if len(levels) > 1)
    next(iter(dates.values())).pop(0)


def _tell_a_reporter_twice(country: World) -> None:
    told = country.notices.read_bytes()
    country.notices.write_bytes(told + told.splitlines(keepends=True)[0])


def _lose_a_report(country: World) -> None:
    country.submitted += 1


@pytest.mark.parametrize(
    ("spoil", "promise"),
    [
        pytest.param(_lose_a_report, "every report that came in is known", id="a report is lost"),
        pytest.param(
            _say_a_deadline_twice, "every clock that ran out was announced, once", id="a deadline is said twice"
        ),
        pytest.param(_skip_a_level, "no level of escalation was skipped", id="a level is skipped"),
        pytest.param(_miscount, "the statistics say what a recount says", id="the statistics are wrong"),
        pytest.param(_tell_a_reporter_twice, "no reporter heard a thing twice", id="a reporter is told twice"),
        pytest.param(
            _forget_a_clock, "every report is at its end, or open with a running clock", id="a report is forgotten"
        ),
    ],
)
def test_a_broken_promise_is_found(country: World, spoil: Callable[[World], None], promise: str) -> None:
    spoil(country)

    assert promise in broken(country)


def test_the_same_seed_makes_up_the_same_people() -> None:
    def written() -> list[str]:
        writers = Writers(Random(5))
        return [writers.write(date(2026, 3, 2)).body for _ in range(50)]

    assert written() == written()
    assert len(set(written())) > 40
