"""The operator's commands about identities: master keys, forgetting, the audit log. They work on intake's database."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.markup import escape
from rich.progress import Progress
from rich.table import Table

from lapor_chassis.errors import AwayError
from lapor_launcher.embedded import FolderInUseError, lock_folder
from lapor_launcher.keys import new_vault_key
from lapor_launcher.operate import console, database, in_words
from lapor_launcher.real import environment_of, is_real

if TYPE_CHECKING:
    from lapor_intake.vault import MasterKey


@in_words()
def status(folder: Path) -> None:
    """Which master keys wrap how many data keys, and whether they are at hand."""
    transactions = database(folder, "intake")
    from lapor_intake import rotation
    from lapor_intake.master_keys import KeySettings

    settings = KeySettings.from_environment(environment_of(folder))
    current = _key_id(settings.vault_key)
    with transactions.read() as connection:
        counts = rotation.usage(connection)
        forgotten = rotation.forgotten(connection)
    table = Table("master key", "data keys", "state")
    for key_id in sorted({current, *counts}, key=lambda one: one != current):
        at_hand = any(key.made(key_id) for key in (settings.vault_key, *settings.vault_old_keys))
        state = "current" if key_id == current else "old" if at_hand else "not at hand: what it wraps cannot be opened"
        table.add_row(escape(key_id), f"{counts.get(key_id, 0):,}", state)
    console.print(table)
    console.print(f"{forgotten:,} records are forgotten.")


@in_words()
def rotate(folder: Path, *, wants_new_key: bool) -> None:
    """Wrap all data keys with the present master key, and show that none is left under another."""
    transactions = database(folder, "intake")
    from lapor_intake import rotation
    from lapor_intake.master_keys import KeySettings
    from lapor_intake.vault import VaultError

    if wants_new_key:
        _make_key(folder)
    keys = KeySettings.from_environment(environment_of(folder)).vault
    current = _key_id(keys.current)
    with transactions.read() as connection:
        before = rotation.usage(connection)
    total = sum(count for key_id, count in before.items() if key_id != current)
    try:
        with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
            task = progress.add_task("Wrapping data keys anew", total=total)
            done = rotation.rotate(transactions, keys, lambda count: progress.update(task, completed=count))
    except VaultError as error:
        raise click.ClickException(f"{error}; what is done stays done: put it right and begin again") from None
    with transactions.read() as connection:
        after = rotation.usage(connection)
    console.print(f"{done:,} data keys were wrapped anew; {after.get(current, 0):,} are under {current} now.")
    for key_id in before.keys() - after.keys():
        console.print(f"None is under {key_id} any more.", markup=False)
    if before.keys() - after.keys():
        console.print("Destroy that key when no process and no backup that you might restore needs it any more.")
    elif not wants_new_key:
        console.print("Nothing was to be done. To rotate, put a new key in place first: docs/operations.md says how.")


@in_words()
def forget(folder: Path, tracking_id: str) -> None:
    """Forget who reported this."""
    transactions = database(folder, "intake")
    from lapor_intake import forgetting

    wanted = _as_written(tracking_id)
    with transactions.begin() as tx:
        report_id = forgetting.report_id_of(tx, wanted)
        forgotten = forgetting.forget(tx, [report_id], actor="operator") if report_id else []
    if report_id is None:
        raise click.ClickException(f"{tracking_id}: there is no such report")
    if forgotten:
        console.print(f"{wanted}: forgotten. For what backups still hold see docs/operations.md.")
    else:
        console.print(f"{wanted}: nothing was kept (any more).")


@in_words()
def show_audit(folder: Path, tracking_id: str | None, last: int) -> None:
    """The newest entries."""
    transactions = database(folder, "intake")
    from lapor_intake import audit

    subject = _as_written(tracking_id) if tracking_id else None
    with transactions.read() as connection:
        entries = audit.find_entries(connection, None, last, subject=subject)
    table = Table("no.", "at (UTC)", "who", "what", "of", "details")
    for entry in entries:
        cells = (str(entry.seq), entry.at[:19].replace("T", " "), entry.actor, entry.action, entry.subject)
        table.add_row(*map(escape, (*cells, entry.details)))
    console.print(table if entries else "Nothing was done yet.")


@in_words()
def verify_audit(folder: Path, expected: str | None) -> None:
    """Walk the whole chain."""
    transactions = database(folder, "intake")
    from lapor_intake.audit import Broken, Head, verify

    try:
        head = Head.read(expected) if expected else None
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--expect") from None
    found = verify(transactions, head)
    if isinstance(found, Broken):
        raise click.ClickException(f"entry {found.seq} {found.reason}")
    console.print(f"{found.count:,} entries, none was changed, removed, put in or moved.")
    console.print(f"Keep this elsewhere, and give it to --expect the next time: {found}", markup=False)


def _make_key(folder: Path) -> None:
    if is_real(os.environ) or os.environ.get("LAPOR_INTAKE_VAULT_KEY"):
        raise click.ClickException(
            "--new-key is for `lapor run` alone: elsewhere put the new key into LAPOR_INTAKE_VAULT_KEY and the present "
            "one into LAPOR_INTAKE_VAULT_OLD_KEYS of every process, then give this command without it"
        )
    try:
        lock = lock_folder(folder)
    except FolderInUseError as error:
        raise click.ClickException(str(error)) from None
    with lock:
        new_vault_key(folder / "keys")


def _key_id(key: "MasterKey") -> str:
    try:
        return key.key_id
    except AwayError as error:
        raise click.ClickException(f"LAPOR_INTAKE_VAULT_KEY: {error}") from None


def _as_written(tracking_id: str) -> str:
    """``7k3m 9qxf2tpa`` as ``7K3M-9QXF-2TPA``; whether it is genuine takes a key that is not needed here."""
    plain = "".join(char for char in tracking_id.upper() if char.isalnum())
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))
