"""The calendar of working days: what counts now, and bringing a newer one into force."""

from collections.abc import Sequence
from pathlib import Path

import click
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from lapor_chassis.working_days import DayOff
from lapor_launcher.operate import console, database, in_words

#: Of a file with hundreds of mistakes the first will do.
MOST_FAULTS = 20


@in_words()
def show(folder: Path, year: int) -> None:
    """Print the days off of a year, as they count now."""
    from lapor_tracking import store

    with database(folder, "tracking").read() as connection:
        version, days = store.present_version(connection), store.present_days(connection)
    table = Table("date", "name", "kind", "only in", title=f"{year}, version {version} of the calendar")
    for one in days:
        if one.day.year == year:
            table.add_row(f"{one.day:%a %d %b %Y}", escape(one.name), one.kind, one.region_code or "")
    console.print(table if table.row_count else f"No day of {year} is known: only weekends would be off.")


@in_words()
def bring(folder: Path, file: Path, *, is_trial: bool, is_sure: bool) -> None:
    """Say what a file changes; then let it count, and reckon every clock that runs anew."""
    transactions = database(folder, "tracking")
    from lapor_tracking import store, sweeps
    from lapor_tracking.domain.days_off import change_of, read_days

    with file.open(encoding="utf-8-sig", newline="") as lines:
        days, faults = read_days(lines)
    if faults:
        for fault in faults[:MOST_FAULTS]:
            console.print(f"{file.name}{f', row {fault.row}' if fault.row else ''}: {fault.what}", markup=False)
        raise click.ClickException(f"nothing was changed: {len(faults):,} mistakes")
    with transactions.read() as connection:
        change = change_of(store.present_days(connection), days)
        running = store.count_running(connection)
    _print("+", change.added)
    _print("-", change.removed)
    if not change.added and not change.removed:
        console.print("The calendar is so already.")
        return
    console.print(f"{running:,} clocks run; those that it moves are announced anew.")
    if is_trial:
        return
    if not is_sure:
        click.confirm("Let it count?", abort=True)
    with transactions.begin() as tx:
        version = store.add_calendar(tx, change.days, file.name)
    rules, done = store.Rules(), 0
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Reckoning the clocks anew", total=None)
        while reports := sweeps.reckon_anew(transactions, rules):
            done += reports
            progress.update(task, completed=done)
    console.print(f"Version {version} counts; the clocks of {done:,} reports were reckoned anew.")


def _print(sign: str, days: Sequence[DayOff]) -> None:
    for one in days:
        only = f" (only in {one.region_code})" if one.region_code else ""
        console.print(f"{sign} {one.day:%a %d %b %Y} {one.name}, {one.kind}{only}", markup=False)
