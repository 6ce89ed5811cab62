"""The directory of agencies: loaded, written into a file, and changed by one."""

import getpass
import time
from collections.abc import Mapping
from pathlib import Path
from uuid import UUID

import click
from rich.progress import Progress

from lapor_chassis.transactions import Transactions
from lapor_launcher.operate import console, database, in_words

#: Until somebody else who carries out the same file has gone on.
POLL_SECONDS = 0.5


@in_words()
def load(folder: Path) -> None:
    """Load the shipped directory of agencies, with progress."""
    transactions = database(folder, "routing")
    from lapor_routing.directory import load_directory
    from lapor_routing.reference.agencies import agency_rows

    with (
        Progress(console=console, transient=True, disable=not console.is_terminal) as progress,
        transactions.begin() as tx,
    ):
        task = progress.add_task("Loading the directory of agencies", total=None)
        loaded = load_directory(
            tx, agency_rows(), lambda done, total: progress.update(task, completed=done, total=total)
        )
    console.print(f"{loaded.total:,} bodies: {loaded.added:,} new, {loaded.changed:,} changed")


@in_words()
def export(folder: Path, path: Path) -> None:
    """Write every body there is or was into a file."""
    transactions = database(folder, "routing")
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
    transactions = database(folder, "routing")
    from lapor_routing import directory
    from lapor_routing.domain.sheet import MOST_MISTAKES
    from lapor_routing.handlers import directory_files as files
    from lapor_routing.handlers.directory import Editor
    from lapor_routing.reference import suggesting

    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(f"{path}: is not UTF-8") from None
    subjects = suggesting.subjects()
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
