"""The page on which a reporter adds photos and documents; the form for it stands on the report's own page, too."""

from dataclasses import replace

from flask import request

from lapor_chassis.refusals import Refusal
from lapor_chassis.web import Form, PageBlueprint, StrictSchema, longest_body, read_form, refused, render, t
from lapor_contracts.fields import Line
from lapor_contracts.schema import field_of
from lapor_intake.adding import add_own_files
from lapor_intake.channels.channel import Reception
from lapor_intake.pages import wrong
from lapor_intake.pages.attaching import FILES, attached, longest_form, with_files
from lapor_intake.schemas import attachments_field


class FilesForm(StrictSchema):
    """Files, and what shows whose report they are for."""

    receipt = field_of(Line, required=True)
    attachments = attachments_field()


def blueprint(reception: Reception) -> PageBlueprint:
    """``/lampiran``: the same for every ID, so that it does not tell which ones exist."""
    page = PageBlueprint("adding", __name__)

    @page.get("/lampiran/<tracking_id>")
    def blank(tracking_id: str) -> str:
        return show(Form(), tracking_id)

    @page.post("/lampiran/<tracking_id>")
    @longest_body(longest_form(reception))
    def add(tracking_id: str) -> tuple[str, int]:
        form = with_files(read_form(FilesForm), reception, ("added", tracking_id))
        if form.values is None:
            return show(form, tracking_id), 422
        receipt, files = form.values["receipt"], form.values.get("attachments", ())
        with reception.transactions.begin() as tx:
            outcome = add_own_files(reception.desk, tracking_id, receipt, files, tx, address=request.remote_addr or "")
        if outcome is None:
            unknown = [t("Nomor laporan atau kode rahasia tidak cocok.", "No such report, or not its receipt.")]
            return show(replace(form, errors={"receipt": unknown}), tracking_id), 404
        if isinstance(outcome, Refusal) and outcome.retry_after:
            raise refused(outcome)
        if isinstance(outcome, Refusal) and outcome.errors:
            errors = wrong(form, outcome).errors
            return show(replace(form, errors={FILES: errors["attachments"]}), tracking_id), 422
        if isinstance(outcome, Refusal):
            return show(form, tracking_id, refusal=outcome), 409
        return render("intake/added.html", tracking_id=outcome, receipt=receipt), 201

    def show(form: Form, tracking_id: str, *, refusal: Refusal | None = None) -> str:
        return render(
            "intake/add.html",
            form=form,
            attached=attached(form, reception),
            tracking_id=tracking_id,
            refusal=refusal,
        )

    return page
