"""What the public reads instead of what was written: an edit that lies over it, or none."""

from typing import Any
from uuid import UUID

from flask import request

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, PageBlueprint, render, requires
from lapor_contracts.regions import time_zone_of
from lapor_verification import handlers, store
from lapor_verification.domain.canned import Purpose
from lapor_verification.domain.edits import as_written, difference, latest_of
from lapor_verification.http import DECIDERS, found
from lapor_verification.pages.rewriting import carry_out
from lapor_verification.schemas import RewordingForm


def add_to(page: PageBlueprint, transactions: Transactions) -> None:
    """The routes of the public's version."""

    @page.get("/verifikasi/<uuid:report_id>/teks-publik")
    @requires(*DECIDERS)
    def public_text(report_id: UUID) -> Any:
        return show(report_id, Form(), None)

    @page.post("/verifikasi/<uuid:report_id>/teks-publik")
    @requires(*DECIDERS)
    def edit(report_id: UUID) -> Any:
        return carry_out(transactions, report_id, RewordingForm, handlers.edit_public_text, show, ".public_text")

    def show(report_id: UUID, form: Form, refusal: Refusal | None) -> str:
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
