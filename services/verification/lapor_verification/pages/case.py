"""A report before its verifier, and what can be done about it."""

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from flask import redirect, url_for
from werkzeug.wrappers import Response

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, PageBlueprint, StrictSchema, current_staff, read_form, render, requires
from lapor_verification import handlers
from lapor_verification.domain.policy import Policy
from lapor_verification.http import DECIDERS, accepted, found
from lapor_verification.pages.words import WORDS, region_options
from lapor_verification.schemas import ArchivingForm, ReturnForm, VerificationSchema

Page = str | tuple[str, int] | Response

#: What can be done, as it stands in the address: what reads the form, and what does it.
Actions = Mapping[str, tuple[type[StrictSchema], handlers.Decide]]


def actions(current: Callable[[], Policy]) -> Actions:
    """All of them, with the policy as it stands."""
    return {
        "verifikasi": (VerificationSchema, handlers.verify),
        "kembalikan": (ReturnForm, handlers.return_report),
        "arsipkan": (ArchivingForm, partial(handlers.archive, current=current)),
    }


def add_to(page: PageBlueprint, transactions: Transactions, current: Callable[[], Policy]) -> None:
    """The routes of a case."""
    known = actions(current)

    @page.get("/verifikasi/<uuid:report_id>")
    @requires(*DECIDERS)
    def case(report_id: UUID) -> Page:
        return show(report_id, {})

    @page.post(f"/verifikasi/<uuid:report_id>/<any({', '.join(known)}):action>")
    @requires(*DECIDERS)
    def decide(report_id: UUID, action: str) -> Page:
        schema, handler = known[action]
        form = read_form(schema)
        if form.values is None:
            return show(report_id, {action: form}), 422
        with transactions.begin() as tx:
            decided = handler(report_id, form.values, current_staff().id, tx)
        case = accepted(transactions, report_id, decided)
        return redirect(url_for(".queue", done=case.state.value, tracking_id=case.report.tracking_id), 303)

    def show(report_id: UUID, forms: Mapping[str, Form]) -> str:
        case = found(transactions, report_id)
        return render(
            "verification/case.html",
            case=case,
            forms={action: forms.get(action, Form()) for action in known},
            errors=next((form.errors for form in forms.values()), {}),
            regions=region_options(),
            **WORDS,
        )
