"""What the public reads instead of what was written: an edit that lies over it, or none."""

from typing import Any, cast
from uuid import UUID

from flask import redirect, request, url_for

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, PageBlueprint, current_staff, read_form, render, requires
from lapor_contracts.regions import time_zone_of
from lapor_verification import handlers, store
from lapor_verification.domain.canned import Purpose
from lapor_verification.domain.commands import Rewording
from lapor_verification.domain.edits import as_written, difference, latest_of
from lapor_verification.http import DECIDERS, accepted, check_whose, found
from lapor_verification.schemas import RewordingForm


def add_to(page: PageBlueprint, transactions: Transactions) -> None:
    """The routes of the public's version."""

    @page.get("/verifikasi/<uuid:report_id>/teks-publik")
    @requires(*DECIDERS)
    def public_text(report_id: UUID) -> Any:
        return show(report_id, Form())

    @page.post("/verifikasi/<uuid:report_id>/teks-publik")
    @requires(*DECIDERS)
    def edit(report_id: UUID) -> Any:
        form = read_form(RewordingForm)
        if form.values is None:
            return show(report_id, form), 422
        check_whose(transactions, report_id)
        with transactions.begin() as tx:
            outcome = handlers.edit_public_text(report_id, cast(Rewording, form.values), current_staff().id, tx)
        if isinstance(outcome, Refusal):
            return show(report_id, form, outcome), 409
        accepted(transactions, report_id, outcome)
        return redirect(url_for(".public_text", report_id=report_id, done="1"), 303)

    def show(report_id: UUID, form: Form, refusal: Refusal | None = None) -> str:
        case = found(transactions, report_id)
        with transactions.read() as connection:
            texts = [text for text in store.read_canned_texts(connection) if not text.retired]
        written, edited = as_written(case.marked), latest_of(case.edits)
        return render(
            "verification/public_text.html",
            case=case,
            form=form,
            refusal=refusal,
            written=written,
            title=edited.title or written.title,
            body=edited.body or written.body,
            is_edited=bool(edited.title or edited.body),
            difference=difference,
            texts=[text for text in texts if text.purpose is Purpose.EDIT],
            begun={text.purpose.value: text.text for text in texts if text.text_id == request.args.get("teks")},
            zone=time_zone_of(case.report.region_code),
        )
