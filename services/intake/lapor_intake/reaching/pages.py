"""The pages: how a reporter is reached, for whoever holds the receipt; and the end of all notices, by a letter's link.

A link alone changes nothing: programs that look at mail open links.
"""

from collections.abc import Mapping
from typing import Any

from flask import request
from marshmallow import fields, validate

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import Form, PageBlueprint, Problem, StrictSchema, read_form, refused, render, t
from lapor_contracts.fields import Line
from lapor_contracts.schema import field_of
from lapor_intake.handlers import Opened
from lapor_intake.pages import wrong
from lapor_intake.reaching.handlers import Reaching
from lapor_intake.reaching.http import language_field


class ReachForm(StrictSchema):
    """The receipt, and what is wished, if anything yet."""

    receipt = field_of(Line, required=True)
    wish = fields.String(load_default="", validate=validate.OneOf(["", "address", "stop"]))
    address = field_of(Line)
    language = language_field()


def blueprint(reaching: Reaching, transactions: Transactions) -> PageBlueprint:
    """``/kabar``, the same for every ID, so that it does not tell which ones exist; and ``/berhenti``."""
    page = PageBlueprint("reaching", __name__)

    @page.get("/kabar/<tracking_id>")
    def closed(tracking_id: str) -> str:
        return show(Form(), tracking_id, is_open=False)

    @page.post("/kabar/<tracking_id>")
    def reach(tracking_id: str) -> Any:
        form = read_form(ReachForm)
        if form.values is None:
            return show(form, tracking_id, is_open=False), 422
        with transactions.begin() as tx:
            opened = reaching.desk.opened(tracking_id, form.values["receipt"], tx, address=request.remote_addr or "")
            if opened is None:
                unknown = [t("Nomor laporan atau kode rahasia tidak cocok.", "No such report, or not its receipt.")]
                return show(Form(errors={"receipt": unknown}), tracking_id, is_open=False), 404
            done = opened if isinstance(opened, Refusal) else _granted(reaching, form.values, opened, tx)
        if isinstance(done, Refusal) and done.errors:
            return show(wrong(form, done), tracking_id), 422
        if isinstance(done, Refusal):
            raise refused(done)
        return show(form, tracking_id, done=done)

    def show(form: Form, tracking_id: str, *, is_open: bool = True, done: str = "") -> str:
        return render(
            "reaching/reach.html",
            form=form,
            tracking_id=tracking_id,
            is_open=is_open,
            done=done,
            push_key=reaching.push_key,
        )

    _add_farewell(page, reaching, transactions)
    return page


def _granted(reaching: Reaching, given: Mapping[str, str], opened: Opened, tx: Transaction) -> Refusal | str:
    """Do what is wished; what that was."""
    if given["wish"] == "stop":
        reaching.stop(opened, tx)
    if given["wish"] == "address":
        return reaching.give_address(opened, given.get("address", ""), given["language"], tx) or "address"
    return given["wish"]


def _add_farewell(page: PageBlueprint, reaching: Reaching, transactions: Transactions) -> None:
    @page.get("/berhenti/<token>")
    def farewell(token: str) -> str:
        return render("reaching/stop.html", done=False)

    @page.post("/berhenti/<token>")
    def stop(token: str) -> str:
        """Also for mail programs, whose button sends it by itself (RFC 8058)."""
        with transactions.begin() as tx:
            if not reaching.stop_by(token, tx):
                raise Problem(404, "Tautan ini tidak berlaku", detail="This link is not good.")
        return render("reaching/stop.html", done=True)
