"""Many cases at once: chosen in the queue, looked through once more, then each decided by itself."""

from collections.abc import Callable
from uuid import UUID

from flask import request
from marshmallow import ValidationError

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, PageBlueprint, Problem, current_staff, read_form, render, requires
from lapor_verification import handlers, store
from lapor_verification.domain.policy import Policy
from lapor_verification.http import DECIDERS, found, may_decide
from lapor_verification.http.alike import undecided_copies
from lapor_verification.http.bulk import decide_each, summary
from lapor_verification.pages.case import Page, actions
from lapor_verification.pages.queue import kept
from lapor_verification.pages.words import WORDS, region_options
from lapor_verification.schemas import MOST, VerificationSchema, chosen_of

#: What can be done to many, as it stands in the address.
OFFERED = ("verifikasi", "kembalikan", "arsipkan", "gabung")


def add_to(page: PageBlueprint, transactions: Transactions, current: Callable[[], Policy]) -> None:
    """The routes of many cases."""
    known = {name: action for name, action in actions(current).items() if name in OFFERED}
    # Of many, only what its form offers is said: each keeps its own marks.
    known["verifikasi"] = (VerificationSchema, handlers.verify)

    @page.get("/verifikasi/<uuid:report_id>/salinan")
    @requires(*DECIDERS)
    def copies(report_id: UUID) -> Page:
        case = found(transactions, report_id)
        alike = undecided_copies(transactions, case, MOST - 1)
        ones_own = may_decide(transactions, [each.report_id for each in alike])
        alike = [each for each in alike if each.report_id in ones_own]
        return render("verification/copies.html", case=case, cases=[case, *alike], kept=kept(), **WORDS)

    @page.post("/verifikasi/banyak")
    @requires(*DECIDERS)
    def choose() -> Page:
        action = request.form.get("action", "")
        if action not in known:
            raise Problem(422, detail="Pilih apa yang dilakukan. (Choose what is to be done.)")
        return confirm(action, Form())

    @page.post(f"/verifikasi/banyak/<any({', '.join(OFFERED)}):action>")
    @requires(*DECIDERS)
    def decide_many(action: str) -> Page:
        schema, handler = known[action]
        form = read_form(schema, beside=("case",))
        if form.values is None:
            return confirm(action, form), 422
        outcomes = decide_each(transactions, chosen(), handler, form.values, current_staff().id)
        return render("verification/bulk_done.html", **summary(outcomes), kept=kept(), **WORDS)

    def confirm(action: str, form: Form) -> str:
        pairs = chosen()
        ones_own = may_decide(transactions, [report_id for report_id, _ in pairs])
        with transactions.read() as connection:
            cases = {case.report_id: case for case in store.read_cases(connection, list(ones_own))}
        listed = [(f"{report_id}.{version}", cases[report_id]) for report_id, version in pairs if report_id in cases]
        return render(
            "verification/bulk.html",
            action=action,
            form=form,
            listed=listed,
            kept=kept(),
            regions=region_options(),
            **WORDS,
        )


def chosen() -> list[tuple[UUID, int | None]]:
    """The cases that were ticked."""
    try:
        pairs = chosen_of(request.form.getlist("case"))
    except ValidationError:
        raise Problem(422) from None
    if not 1 <= len(pairs) <= MOST:
        raise Problem(422, detail=f"Pilih 1 sampai {MOST} laporan. (Choose 1 to {MOST} reports.)")
    return pairs
