"""What of a report the public must not read, and putting that right."""

from typing import Any
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, PageBlueprint, render, requires
from lapor_contracts.regions import time_zone_of
from lapor_verification import handlers
from lapor_verification.domain.redaction import segments
from lapor_verification.http import DECIDERS, found
from lapor_verification.pages import labels
from lapor_verification.pages.rewriting import carry_out
from lapor_verification.schemas import CorrectionForm, key_of


def blueprint(transactions: Transactions) -> PageBlueprint:
    """The page, on this database."""
    page = PageBlueprint("marks", __name__)

    @page.get("/verifikasi/<uuid:report_id>/tanda")
    @requires(*DECIDERS)
    def marks(report_id: UUID) -> Any:
        return show(report_id, Form(), None)

    @page.post("/verifikasi/<uuid:report_id>/tanda")
    @requires(*DECIDERS)
    def correct(report_id: UUID) -> Any:
        return carry_out(transactions, report_id, CorrectionForm, handlers.correct_marks, show, ".marks")

    def show(report_id: UUID, form: Form, refusal: Refusal | None) -> str:
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
