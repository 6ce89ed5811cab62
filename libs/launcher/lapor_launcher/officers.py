"""Members of staff: who may sign in, and who is away."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import click
from rich.markup import escape
from rich.table import Table

from lapor_chassis.refusals import Refusal
from lapor_contracts.vocabulary import Role
from lapor_launcher.operate import console, database, in_words, must_exist


@in_words()
def add(folder: Path, username: str, roles: Sequence[Role], agency: str | None) -> None:
    """Add a member of staff, and print the password this once."""
    transactions = database(folder, "routing")
    from lapor_routing import officers

    if agency:
        must_exist(transactions, agency)
    password = secrets.token_urlsafe(12)
    try:
        with transactions.begin() as tx:
            officers.create(tx, username, password, roles, agency)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    console.print(f"{username}: password {password} (shown only now)", markup=False)


@in_words()
def reset(folder: Path, username: str) -> None:
    """Give a member of staff a new password, and print it this once."""
    transactions = database(folder, "routing")
    from lapor_routing import officers

    password = secrets.token_urlsafe(12)
    try:
        with transactions.begin() as tx:
            officers.reset_password(tx, username, password)
    except ValueError as error:
        raise click.ClickException(str(error)) from None
    console.print(f"{username}: password {password} (shown only now)", markup=False)


@in_words()
def show(folder: Path, agency: str | None) -> None:
    """List who may sign in, of one body or all."""
    transactions = database(folder, "routing")
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
    transactions = database(folder, "routing")
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
    transactions = database(folder, "routing")
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
