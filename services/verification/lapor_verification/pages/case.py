"""A report before its verifier, and what can be done about it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from lapor_chassis.current import Current
from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, PageBlueprint, StrictSchema, current_staff, read_form, render, requires
from lapor_contracts.vocabulary import Role
from lapor_verification import handlers, store
from lapor_verification.domain.policy import Policy
from lapor_verification.http import DECIDERS, accepted, found
from lapor_verification.http.alike import repeats_of
from lapor_verification.pages.queue import kept, to_next
from lapor_verification.pages.words import WORDS, region_options
from lapor_verification.schemas import (
    AppealDecisionSchema,
    ArchiveReviewSchema,
    ArchivingForm,
    MergingForm,
    RecallForm,
    ReturnForm,
    SplittingSchema,
    VerificationForm,
)

Page = str | tuple[str, int] | Response

#: What can be done, as it stands in the address: what reads the form, and what does it.
Actions = Mapping[str, tuple[type[StrictSchema], handlers.Decide]]


def actions(current: Callable[[], Policy]) -> Actions:
    """All of them, with the policy as it stands."""
    return {
        "verifikasi": (VerificationForm, handlers.verify),
        "kembalikan": (ReturnForm, handlers.return_report),
        "arsipkan": (ArchivingForm, partial(handlers.archive, current=current)),
        "tarik": (RecallForm, handlers.recall),
        "tinjau": (ArchiveReviewSchema, handlers.review_archiving),
        "keberatan": (AppealDecisionSchema, handlers.decide_appeal),
        "gabung": (MergingForm, handlers.merge),
        "pisahkan": (SplittingSchema, handlers.split),
    }


def add_to(page: PageBlueprint, transactions: Transactions, current: Callable[[], Policy]) -> None:
    """The routes of a case."""
    known = actions(current)
    categories = Current(transactions, store.category_version, store.read_tree)

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
        was_in_hand = found(transactions, report_id).holder_at(transactions.clock.now()) == current_staff().id
        with transactions.begin() as tx:
            decided = handler(report_id, form.values, current_staff().id, tx)
        if isinstance(decided, Refusal) and decided.errors:
            return show(report_id, {action: replace(form, errors=decided.errors)}), 422
        case = accepted(transactions, report_id, decided)
        said = {"done": case.state.value, "about": case.report.tracking_id}
        if was_in_hand:  # who works through the queue goes on with it
            return to_next(transactions, **said)
        return redirect(url_for(".queue", **{**kept(), **said}), 303)

    def show(report_id: UUID, forms: Mapping[str, Form]) -> str:
        case = found(transactions, report_id)
        with transactions.read() as connection:
            texts = [text for text in store.read_canned_texts(connection) if not text.retired]
        holder = case.holder_at(transactions.clock.now())
        return render(
            "verification/case.html",
            case=case,
            holder=holder,
            in_hand=holder == current_staff().id,
            is_coordinator=current_staff().has(Role.COORDINATOR),
            forms={action: forms.get(action, Form()) for action in known},
            errors=next((form.errors for form in forms.values()), {}),
            repeats=repeats_of(transactions, case),
            texts=texts,
            begun={text.purpose.value: text.text for text in texts if text.text_id == request.args.get("teks")},
            kept=kept(),
            regions=region_options(),
            categories=categories(),
            **WORDS,
        )
