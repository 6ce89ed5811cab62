"""What the pages share on which a report is given to a body: carrying out a form, finding the body."""

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import marshmallow as ma
from flask import request

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import Form, read_form
from lapor_routing.current import Snapshot
from lapor_routing.directory import agency, search_agencies
from lapor_routing.domain.agencies import Agency
from lapor_routing.http import done

#: As many bodies as one looks through without searching again.
FOUND_AT_ONCE = 12


def carry_out(
    transactions: Transactions, schema: type[ma.Schema], act: Callable[[dict[str, Any], Transaction], Any]
) -> Form:
    """Do what the form of this request asks; if it comes back with errors, nothing was done."""
    form = read_form(schema)
    if form.values is None:
        return form
    with transactions.begin() as tx:
        outcome = act(form.values, tx)
    if isinstance(outcome, Refusal) and outcome.errors:
        return replace(form, errors={name: list(texts) for name, texts in outcome.errors.items()})
    done(outcome)
    return form


def with_code(tx: Transaction, given: dict[str, Any], field: str) -> dict[str, Any] | Refusal:
    """The form with the code of a body, of which somebody may have written the name instead; or which it may be."""
    written = given.get(field)
    if not written or agency(tx, written):
        return given
    found, _ = search_agencies(tx, written, limit=FOUND_AT_ONCE)
    if len(found) == 1:
        return given | {field: found[0].code}
    said = [f"{body.name}: {body.code}" for body in found] or ["Tidak ada instansi dengan nama ini (no such body)."]
    return Refusal(" ".join(said), code="unknown_body", errors={field: said})


def bodies_to_choose(
    transactions: Transactions, snapshot: Snapshot, likely: Iterable[str], without: str | None = None
) -> list[Agency]:
    """The likely bodies, then those that the search box of this page found; each once."""
    bodies = [snapshot.active(code) for code in likely]
    wanted = request.args.get("cari", "").strip()[:100]
    if wanted:
        with transactions.read() as connection:
            found, _ = search_agencies(connection, wanted, limit=FOUND_AT_ONCE)
        bodies += found
    return list({body.code: body for body in bodies if body and body.active and body.code != without}.values())
