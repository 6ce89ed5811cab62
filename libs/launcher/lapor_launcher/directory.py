"""``lapor agency export`` and ``import``, ``lapor officer …``: the directory and its officers, from the terminal."""

import getpass
import time
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from uuid import UUID

import click
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from lapor_chassis.migrate import upgrade
from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_launcher.operate import console, in_words
from lapor_launcher.real import environment_of
from lapor_launcher.services import database_of

#: Until somebody else who carries out the same file has gone on.
POLL_SECONDS = 0.5


@in_words()
def export(folder: Path, path: Path) -> None:
    """Write every body there is or was into a file."""
    transactions = _routing(folder)
    from lapor_routing import directory
    from lapor_routing.domain.sheet import write_sheet

    with transactions.read() as connection:
        known = directory.read_directory(connection)
    # With the mark by which spreadsheets know UTF-8.
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        write_sheet(file, known, known.competences)
    console.print(f"{len(known):,} bodies are in {path}", markup=False)


@in_words()
def bring(folder: Path, path: Path, *, reason: str, is_trial: bool) -> int:
    """Look through a file, say what it changes, and unless it is a trial do so; returns the exit status."""
    transactions = _routing(folder)
    from lapor_routing import directory
    from lapor_routing.domain.sheet import MOST_MISTAKES
    from lapor_routing.handlers import directory_files as files
    from lapor_routing.handlers.directory import Editor, subjects_of
    from lapor_routing.reference.rules import shipped_rules

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(f"{path}: is not UTF-8") from None
    subjects = subjects_of(shipped_rules())
    with transactions.begin() as tx:
        editor = Editor(name=f"operator ({getpass.getuser()})")
        outcome = files.hand_in(text, tx, editor=editor, reason=reason or path.name, subjects=subjects)
        if isinstance(outcome, directory.Import) and not is_trial:
            files.confirm(outcome, tx)
    if not isinstance(outcome, directory.Import):
        for mistake in outcome[:MOST_MISTAKES]:
            console.print(f"{path.name}, {mistake}", markup=False)
        console.print(f"Nothing was changed: {len(outcome):,} mistakes.")
        return 1
    for kind, count in outcome.outline["counts"].items():
        console.print(f"{kind.replace('_', ' ')}: {count:,}")
    if is_trial:
        console.print("Nothing was changed: a trial.")
        return 0
    done = _carry_out(transactions, outcome.id, outcome.total, subjects)
    console.print(f"Done: {done:,} changes.")
    return 0


def _carry_out(transactions: Transactions, import_id: UUID, total: int, subjects: Mapping[str, str]) -> int:
    """See to it that a confirmed file is carried out, by us or by a worker; returns how much it changed."""
    from lapor_routing import directory
    from lapor_routing.handlers import directory_files as files

    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Changing the directory", total=total)
        while True:
            files.carry_out(
                transactions,
                subjects=lambda: subjects,
                progress=lambda done, total: progress.update(task, completed=done, total=total),
            )
            with transactions.read() as connection:
                now = directory.find_import(connection, import_id)
            if now and now.state is directory.ImportState.DONE:
                return now.done
            if now is None or now.state is directory.ImportState.FAILED:
                why = "the directory changed meanwhile, so that the file is no longer right; try it again"
                raise click.ClickException(why)
            time.sleep(POLL_SECONDS)


@in_words()
def list_officers(folder: Path, agency: str | None) -> None:
    """List who may sign in, of one body or all."""
    transactions = _routing(folder)
    from lapor_routing import officers

    table = Table("name", "roles", "agency", "last signed in (UTC)", "state")
    today = transactions.clock.now().date()
    with transactions.read() as connection:
        found = officers.officers_of(connection, agency) if agency else officers.everybody(connection)
    for one in found:
        state = "inactive" if not one.active else f"away until {one.absent_until}" if one.is_absent(today) else "active"
        seen = f"{one.signed_in_at:%Y-%m-%d %H:%M}" if one.signed_in_at else "never"
        table.add_row(escape(one.username), ", ".join(sorted(one.roles)), one.agency_code or "", seen, state)
    console.print(table if table.row_count else "There are none.")


@in_words()
def set_active(folder: Path, username: str, *, active: bool) -> None:
    """Let somebody sign in no more, or again."""
    transactions = _routing(folder)
    from lapor_routing import officers

    with transactions.begin() as tx:
        officer = officers.called(tx, username)
        if officer is None:
            raise click.ClickException(f"{username}: there is no such officer")
        officers.set_active(tx, officer.id, active=active)
    console.print(f"{officer.username}: {'may sign in' if active else 'signs in no more'}", markup=False)


@in_words()
def set_absence(
    folder: Path, username: str, first: datetime | None, last: datetime | None, substitute: str | None
) -> None:
    """Note that somebody is away, and who acts for them; without days they are back."""
    transactions = _routing(folder)
    from lapor_routing import officers
    from lapor_routing.handlers.staff import set_absence as note

    if (first is None) != (last is None) or (first and last and last < first):
        raise click.ClickException("say the first day and the last day, in this order, or neither")
    with transactions.begin() as tx:
        officer = officers.called(tx, username)
        if officer is None:
            raise click.ClickException(f"{username}: there is no such officer")
        outcome = note(tx, officer, first and first.date(), last and last.date(), substitute or "")
    if isinstance(outcome, Refusal):
        raise click.ClickException(outcome.reason)
    console.print(f"{officer.username}: noted", markup=False)


def _routing(folder: Path) -> Transactions:
    """Routing's database, at its newest version."""
    transactions = database_of("routing", environment_of(folder))
    upgrade("routing", transactions.engine)
    return transactions
