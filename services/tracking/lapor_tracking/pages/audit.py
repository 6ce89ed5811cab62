"""The proof of a report, in plain words and as a file."""

from typing import Any

from flask import request
from marshmallow import fields, validate

from lapor_chassis.web import Form, PageBlueprint, StrictSchema, read_form, render
from lapor_tracking.http import Counter, address_of_request
from lapor_tracking.http.audit import as_file, prove
from lapor_tracking.pages import closed_page
from lapor_tracking.words import STEPS


class ProofForm(StrictSchema):
    """The receipt opens what is the reporter's."""

    receipt = fields.String(required=True, validate=validate.Length(max=40))
    action = fields.String(load_default="open", validate=validate.OneOf(["open", "download"]))


def blueprint(counter: Counter) -> PageBlueprint:
    """The page."""
    page = PageBlueprint("bukti", __name__)

    @page.route("/lacak/<typed>/bukti", methods=["GET", "POST"])
    def proof(typed: str) -> Any:
        form = Form() if request.method == "GET" else read_form(ProofForm)
        receipt = None if request.method == "GET" else form.given.get("receipt", "")
        visit = counter.admit(typed, receipt, address=address_of_request())
        if visit is None:
            return closed_page(typed, form)
        shown = prove(counter, visit)
        if form.given.get("action") == "download":
            return as_file(shown)
        days = {seal.number: seal for seal, _ in shown.seals}
        return render("tracking/proof.html", proof=shown, days=days, words=STEPS, form=form)

    return page
