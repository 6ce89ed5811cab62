"""What the pages share on which a verifier changes what the public reads."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import redirect, url_for

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, current_staff, read_form
from lapor_verification.handlers import Decide
from lapor_verification.http import accepted, check_whose

Show = Callable[[UUID, Form, Refusal | None], str]


def carry_out(
    transactions: Transactions,
    report_id: UUID,
    schema: type[ma.Schema],
    act: Decide,
    show: Show,
    onward: str,
) -> Any:
    """Do what the form of this request asks, and go on; or show it again with what is wrong."""
    form = read_form(schema)
    if form.values is None:
        return show(report_id, form, None), 422
    check_whose(transactions, report_id)
    with transactions.begin() as tx:
        outcome = act(report_id, form.values, current_staff().id, tx)
    if isinstance(outcome, Refusal):
        return show(report_id, form, outcome), 409
    accepted(transactions, report_id, outcome)
    return redirect(url_for(onward, report_id=report_id, done="1"), 303)
