"""What of a report the public must not read, and putting that right."""

from typing import Any, cast
from uuid import UUID

from flask import redirect, url_for

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, PageBlueprint, current_staff, read_form, render, requires
from lapor_contracts.regions import time_zone_of
from lapor_verification import handlers
from lapor_verification.domain.redaction import Correction, segments
from lapor_verification.http import DECIDERS, accepted, check_whose, found
from lapor_verification.pages import labels
from lapor_verification.schemas import CorrectionForm, key_of


def blueprint(transactions: Transactions) -> PageBlueprint:
    """The page, on this database."""
    page = PageBlueprint("marks", __name__)

    @page.get("/verifikasi/<uuid:report_id>/tanda")
    @requires(*DECIDERS)
    def marks(report_id: UUID) -> Any:
        return show(report_id, Form())

    @page.post("/verifikasi/<uuid:report_id>/tanda")
    @requires(*DECIDERS)
    def correct(report_id: UUID) -> Any:
        form = read_form(CorrectionForm)
        if form.values is None:
            return show(report_id, form), 422
        check_whose(transactions, report_id)
        with transactions.begin() as tx:
            outcome = handlers.correct_marks(report_id, cast(Correction, form.values), current_staff().id, tx)
        if isinstance(outcome, Refusal):
            return show(report_id, form, outcome), 409
        accepted(transactions, report_id, outcome)
        return redirect(url_for(".marks", report_id=report_id, done="1"), 303)

    def show(report_id: UUID, form: Form, refusal: Refusal | None = None) -> str:
        case = found(transactions, report_id)
        return render(
            "verification/marks.html",
            case=case,
            form=form,
            refusal=refusal,
            to_lift=[(key_of(mark), mark) for mark in case.marked.marks],
            zone=time_zone_of(case.report.region_code),
            segments=segments,
            personal=labels.PERSONAL,
            personal_options=[(kind.value, f"{words[0]} ({words[1]})") for kind, words in labels.PERSONAL.items()],
        )

    return page
