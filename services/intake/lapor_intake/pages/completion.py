"""The page on which a reporter completes a report that was returned."""

from dataclasses import replace

from flask import request

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, PageBlueprint, StrictSchema, read_form, refused, render, t
from lapor_contracts.fields import Body, Day, Line, Place, RegionCode
from lapor_contracts.schema import field_of
from lapor_intake.domain import Supplement
from lapor_intake.handlers import Desk
from lapor_intake.pages import by_province, wrong


class SupplementForm(StrictSchema):
    """The form that completes a report."""

    receipt = field_of(Line, required=True)
    body = field_of(Body)
    occurred_on = field_of(Day)
    region_code = field_of(RegionCode)
    place = field_of(Place)


def blueprint(desk: Desk, transactions: Transactions) -> PageBlueprint:
    """``/lengkapi``: the same for every ID, so that it does not tell which ones exist."""
    page = PageBlueprint("completion", __name__)

    @page.get("/lengkapi/<tracking_id>")
    def blank_supplement(tracking_id: str) -> str:
        return _form(Form(), tracking_id)

    @page.post("/lengkapi/<tracking_id>")
    def supplement(tracking_id: str) -> tuple[str, int]:
        form = read_form(SupplementForm)
        if form.values is None:
            return _form(form, tracking_id), 422
        receipt = form.values.pop("receipt")
        with transactions.begin() as tx:
            outcome = desk.supplement(tracking_id, receipt, Supplement(**form.values), tx, address=request.remote_addr or "")
        if outcome is None:
            unknown = [t("Nomor laporan atau kode rahasia tidak cocok.", "No such report, or not its receipt.")]
            return _form(replace(form, errors={"receipt": unknown}), tracking_id), 404
        if isinstance(outcome, Refusal) and outcome.errors:
            return _form(wrong(form, outcome), tracking_id), 422
        if isinstance(outcome, Refusal) and outcome.retry_after:
            raise refused(outcome)
        if isinstance(outcome, Refusal):
            return _form(form, tracking_id, refusal=outcome), 409
        return render("intake/completed.html", slip=desk.slip(outcome)), 201

    return page


def _form(form: Form, tracking_id: str, *, refusal: Refusal | None = None) -> str:
    return render("intake/supplement.html", form=form, regions=by_province(), tracking_id=tracking_id, refusal=refusal)
