"""``lapor simulate``: a made-up country for so many days, on a clock of its own, and whether all promises were kept."""

import os
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress
from rich.table import Column, Table

from lapor_chassis.telemetry import configure_logging
from lapor_launcher.simulate.checks import Finding, findings
from lapor_launcher.simulate.figures import backlog, figures, statistics
from lapor_launcher.simulate.world import STEP, World, world

#: A Monday, 00:00 in Jakarta; the weeks after it hold holidays and joint leave.
BEGIN = datetime(2026, 3, 1, 17, tzinfo=UTC)
DAY = timedelta(days=1)
SHOWN = 5
#: What the figures of a body take of its line; its name has the rest.
WIDTH_OF_FIGURES = 56


def run(*, days: int, reports_per_day: int, seed: int, folder: Path | None) -> int:
    """Simulate, print what came of it, and return the exit status: 1 where a promise was broken."""
    if folder and folder.exists() and any(folder.iterdir()):  # perhaps somebody's reports: no place for made-up ones
        raise click.BadParameter(f"{folder} is not empty", param_hint="--keep")
    configure_logging(as_json=False, level=os.environ.get("LAPOR_LOG_LEVEL", "ERROR"))
    console = Console(highlight=False)
    with (
        tempfile.TemporaryDirectory(prefix="lapor-simulate-") as made,
        world(folder or Path(made), begin=BEGIN, seed=seed) as country,
    ):
        began = time.perf_counter()
        pass_time(country, days, reports_per_day, console)
        took = time.perf_counter() - began
        print_figures(country, console)
        found = findings(country)
    _print_findings(found, console)
    console.print(f"\n{days} days and {country.submitted:,} reports in {took:,.0f} s")
    return 1 if any(one.counterexamples for one in found) else 0


def pass_time(country: World, days: int, reports_per_day: int, console: Console) -> None:
    """Step by step."""
    end = BEGIN + timedelta(days=days)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("", total=days * DAY / STEP)
        at = BEGIN
        while at < end:
            at += STEP
            country.pass_to(at, reports_per_day)
            told = f"day {(at - BEGIN) / DAY:.0f}, {country.submitted:,} reports"
            progress.update(task, advance=1, description=told)


def print_figures(country: World, console: Console) -> None:
    """A line for each figure, and one for each body: in 80 columns, too."""
    table = Table("what", "how many", box=None, pad_edge=False)
    for what, number in [*figures(country), *backlog(country)]:
        table.add_row(what, f"{number:,}")
    console.print(table)
    console.print()
    console.print("Verified, first answered, resolved in time; confirmed by the reporter; ? where few make it unsure:")
    whose = Column("whose", no_wrap=True, max_width=max(console.width - WIDTH_OF_FIGURES, 20))
    table = Table(whose, box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for column in ("reports", "open", "verif.", "answ.", "resol.", "conf.", "rating", "band"):
        table.add_column(column, no_wrap=True, justify="left" if column == "band" else "right")
    for row in statistics(country):
        table.add_row(*row)
    console.print(table)


def _print_findings(found: list[Finding], console: Console) -> None:
    console.print()
    for promise, counterexamples in found:
        console.print(
            f"[{'bold red' if counterexamples else 'green'}]{'NO ' if counterexamples else 'yes'}[/] {promise}"
        )
        for one in counterexamples[:SHOWN]:
            console.print(f"      {one}", soft_wrap=True)
        if len(counterexamples) > SHOWN:
            console.print(f"      and {len(counterexamples) - SHOWN:,} more")
