"""The page on which a reporter completes a report that was returned."""

from dataclasses import replace

from flask import request

from lapor_chassis.refusals import Refusal
from lapor_chassis.web import Form, PageBlueprint, StrictSchema, longest_body, read_form, refused, render, t
from lapor_contracts.fields import Body, Day, Line, Place, RegionCode
from lapor_contracts.schema import field_of
from lapor_intake.channels.channel import Reception
from lapor_intake.domain import Supplement
from lapor_intake.pages import by_province, wrong
from lapor_intake.pages.attaching import attached, longest_form, with_files
from lapor_intake.schemas import attachments_field


class SupplementForm(StrictSchema):
    """The form that completes a report."""

    receipt = field_of(Line, required=True)
    body = field_of(Body)
    occurred_on = field_of(Day)
    region_code = field_of(RegionCode)
    place = field_of(Place)
    attachments = attachments_field()


def blueprint(reception: Reception) -> PageBlueprint:
    """``/lengkapi``: the same for every ID, so that it does not tell which ones exist."""
    desk, transactions = reception.desk, reception.transactions
    page = PageBlueprint("completion", __name__)

    @page.get("/lengkapi/<tracking_id>")
    def blank_supplement(tracking_id: str) -> str:
        return show(Form(), tracking_id)

    @page.post("/lengkapi/<tracking_id>")
    @longest_body(longest_form(reception))
    def supplement(tracking_id: str) -> tuple[str, int]:
        form = with_files(read_form(SupplementForm), reception, ("supplement", tracking_id))
        if form.values is None:
            return show(form, tracking_id), 422
        receipt = form.values.pop("receipt")
        with transactions.begin() as tx:
            outcome = desk.supplement(
                tracking_id, receipt, Supplement(**form.values), tx, address=request.remote_addr or ""
            )
        if outcome is None:
            unknown = [t("Nomor laporan atau kode rahasia tidak cocok.", "No such report, or not its receipt.")]
            return show(replace(form, errors={"receipt": unknown}), tracking_id), 404
        if isinstance(outcome, Refusal) and outcome.errors:
            return show(wrong(form, outcome), tracking_id), 422
        if isinstance(outcome, Refusal) and outcome.retry_after:
            raise refused(outcome)
        if isinstance(outcome, Refusal):
            return show(form, tracking_id, refusal=outcome), 409
        return render("intake/completed.html", slip=desk.slip(outcome)), 201

    def show(form: Form, tracking_id: str, *, refusal: Refusal | None = None) -> str:
        return render(
            "intake/supplement.html",
            form=form,
            regions=by_province(),
            attached=attached(form, reception),
            tracking_id=tracking_id,
            refusal=refusal,
        )

    return page
