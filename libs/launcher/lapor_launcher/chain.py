"""The chain over all that happened to reports: walked by whoever has the database, checked by whoever has a proof."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import orjson
from rich.markup import escape
from rich.table import Table

from lapor_launcher.operate import console, database, in_words
from lapor_launcher.real import environment_of
from lapor_launcher.services import database_variable, installed


def within_reach(folder: Path, heads: Mapping[str, str | None]) -> list[str]:
    """The services whose chains can be walked from here; complains where none can, or not one that has a kept head."""
    environment = environment_of(folder)
    reached = [name for name in heads if name in installed() and environment.get(database_variable(name))]
    for name, head in heads.items():
        if name not in reached and (head or not reached):
            why = f"{database_variable(name)} is not set, or lapor-{name} not installed"
            raise click.ClickException(f"{name}: its chain was not looked at: {why}")
    return reached


@in_words()
def verify(folder: Path, expected: str | None) -> None:
    """Walk the whole chain."""
    if expected and not re.fullmatch(r"[0-9]+:[0-9a-f]{64}", expected):
        raise click.BadParameter("not NUMBER:HASH as this command prints it", param_hint="--expect-seal")
    transactions = database(folder, "tracking")
    from lapor_tracking import chaining
    from lapor_tracking.service import signing_key

    secret = environment_of(folder).get("LAPOR_TRACKING_AUDIT_KEY")
    public_key = signing_key(secret).verify_key.encode().hex() if secret else None
    found = chaining.verify(transactions, public_key, expected)
    if isinstance(found, chaining.Broken):
        raise click.ClickException(f"reports: {found}")
    console.print(
        f"{found.leaves:,} steps of reports under {found.seals:,} seals, {found.unsealed:,} of them not sealed yet: "
        "none was changed, removed, put in or moved."
    )
    if found.written_anew:
        console.print(
            f"{found.written_anew:,} steps were put right by a replay; the chain holds them as they were, too."
        )
    if found.seals:
        console.print(f"Keep this elsewhere, and give it to --expect-seal the next time: {found.head}", markup=False)
    if public_key is None:
        console.print("LAPOR_TRACKING_AUDIT_KEY: is not set, so whose signatures these are was not looked at.")


def check(given: bytes, public_key: str) -> None:
    """Check a proof with nothing else at hand."""
    from lapor_tracking.domain import proof

    try:
        document: Any = orjson.loads(given)
        proven = proof.read_proof(document)
        seals = proof.check(proven, public_key.strip().lower())
    except orjson.JSONDecodeError:
        raise click.ClickException("this file is no proof: not JSON") from None
    except proof.BrokenProof as error:
        raise click.ClickException(f"does not hold: {error}") from None
    table = Table("no.", "at (UTC)", "step", "sealed", "what was shown")
    for step in proven.steps:
        shown = ", ".join(sorted(opening.name for opening in step.opened))
        day = seals[step.seal].day if step.seal else "not yet"
        table.add_row(*map(escape, (str(step.seq), step.happened_at[:19].replace("T", " "), step.type, day, shown)))
    console.print(table)
    sealed = sum(step.seal is not None for step in proven.steps)
    console.print(f"Genuine: {sealed} of {len(proven.steps)} steps of {escape(proven.tracking_id)} are sealed.")
