"""The pages: what one has asked for or must decide, a new request, and one request with what can be done about it."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, PageBlueprint, current_staff, paging_of_request, read_form, render, requires
from lapor_contracts.vocabulary import Role
from lapor_intake.disclosure.domain import QUORUM, Disclosure, State
from lapor_intake.disclosure.handlers import Look, Registry
from lapor_intake.disclosure.http import AskSchema, DecisionSchema, accepted, found, is_sealed, listed, looked
from lapor_intake.pages import wrong

#: Moments are said as the ministry's own clock shows them; the three zones of the country are an hour apart each.
_ZONE = "Asia/Jakarta"

STATES = {
    State.WAITING: ("Menunggu persetujuan", "Waits for consent", "busy"),
    State.OPEN: ("Dapat dilihat", "May be looked at", "good"),
    State.REFUSED: ("Ditolak", "Refused", "late"),
    State.EXPIRED: ("Waktu habis", "Time is over", "none"),
    State.ENDED: ("Identitas sudah dihapus", "The identity is forgotten", "none"),
}


def blueprint(registry: Registry, transactions: Transactions) -> PageBlueprint:
    """``/identitas`` and what lies below it."""
    page = PageBlueprint("disclosure", __name__)
    views = DisclosurePages(registry, transactions)
    page.add_url_rule("/identitas", view_func=views.requests)
    page.add_url_rule("/identitas/baru", view_func=views.ask, methods=["GET", "POST"])
    page.add_url_rule("/identitas/<uuid:disclosure_id>", view_func=views.one)
    page.add_url_rule("/identitas/<uuid:disclosure_id>/keputusan", view_func=views.decide, methods=["POST"])
    page.add_url_rule("/identitas/<uuid:disclosure_id>/lihat", view_func=views.look, methods=["POST"])
    return page


@dataclass(frozen=True)
class DisclosurePages:
    """The views."""

    registry: Registry
    transactions: Transactions

    @requires(Role.OFFICER, Role.CUSTODIAN)
    def requests(self) -> str:
        """An officer's own requests, all for custodians; these first see what waits for them."""
        text = request.args.get("state", State.WAITING if current_staff().has(Role.CUSTODIAN) else "")
        state = State(text) if text in list(State) else None
        page = listed(self.transactions, paging_of_request() | ({"state": state} if state else {}))
        return render("disclosure/list.html", page=page, state=state, **_WORDS)

    @requires(Role.OFFICER)
    def ask(self) -> Any:
        """A new request."""
        if request.method == "GET":
            return self._form(Form({"tracking_id": request.args.get("laporan", "")}))
        form = read_form(AskSchema)
        if form.values is None:
            return self._form(form)
        with self.transactions.begin() as tx:
            outcome = self.registry.ask(form.values, current_staff(), tx)
        if isinstance(outcome, Refusal):
            return self._form(wrong(form, outcome))
        return redirect(url_for(".one", disclosure_id=outcome.disclosure_id, done="asked"), 303)

    @requires(Role.OFFICER, Role.CUSTODIAN)
    def one(self, disclosure_id: UUID) -> str:
        """Where a request stands."""
        return self._show(disclosure_id)

    @requires(Role.CUSTODIAN)
    def decide(self, disclosure_id: UUID) -> Any:
        """A custodian agrees or refuses."""
        form = read_form(DecisionSchema)
        if form.values is None:
            return self._show(disclosure_id, form=form), 422
        with self.transactions.begin() as tx:
            outcome = self.registry.decide(disclosure_id, current_staff(), tx, **form.values)
        if isinstance(outcome, Refusal):
            return self._show(disclosure_id, form=replace(form, values=None), refusal=outcome), 409
        accepted(outcome)
        return redirect(url_for(".one", disclosure_id=disclosure_id, done="decided"), 303)

    @requires(Role.OFFICER, Role.CUSTODIAN)
    def look(self, disclosure_id: UUID) -> str:
        """The identity, this once: it is on the answer to this form and on no page that could be opened again."""
        return self._show(disclosure_id, look=looked(self.registry, self.transactions, disclosure_id))

    def _form(self, form: Form) -> tuple[str, int]:
        return render("disclosure/ask.html", form=form), 422 if form.errors else 200

    def _show(
        self,
        disclosure_id: UUID,
        *,
        form: Form | None = None,
        refusal: Refusal | None = None,
        look: Look | None = None,
    ) -> str:
        disclosure = found(self.transactions, disclosure_id)
        may_decide = _may_decide(disclosure)
        return render(
            "disclosure/one.html",
            disclosure=disclosure,
            form=form or Form(),
            refusal=refusal,
            look=look,
            may_decide=may_decide,
            may_look=disclosure.look(current_staff().id, self.transactions.clock.now()) is None,
            is_sealed=may_decide and is_sealed(self.transactions, disclosure),
            **_WORDS,
        )


def _may_decide(disclosure: Disclosure) -> bool:
    staff = current_staff()
    has_decided = any(consent.custodian == staff.id for consent in disclosure.consents)
    waits = disclosure.state is State.WAITING and disclosure.requested_by != staff.id
    return waits and staff.has(Role.CUSTODIAN) and not has_decided


_WORDS: dict[str, Any] = {"states": STATES, "zone": _ZONE, "quorum": QUORUM}
