"""What refusals teach, as coordinators see it: proposals with what they would have changed, and going back."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import redirect, request, url_for

from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import Form, PageBlueprint, Problem, current_staff, paged, paging_of_request, render, requires
from lapor_contracts.vocabulary import Role
from lapor_routing.domain.corrections import ProposalState
from lapor_routing.handlers import proposing
from lapor_routing.http import Current
from lapor_routing.pages import words
from lapor_routing.pages.deciding import carry_out
from lapor_routing.reference.suggesting import subjects
from lapor_routing.schemas.proposals import DecisionSchema, GoingBackSchema
from lapor_routing.store import proposals as store


def pages(transactions: Transactions, current: Current) -> PageBlueprint:
    """``/koordinasi/usulan``, each proposal below it, and each version of the rules."""
    page = PageBlueprint("proposal-pages", __name__)
    views = ProposalPages(transactions, current)
    page.add_url_rule("/koordinasi/usulan", view_func=views.proposals)
    for address, view in (
        ("usulan/<uuid:proposal_id>", views.proposal),
        ("versi-aturan/<int:version>", views.rule_version),
    ):
        page.add_url_rule(f"/koordinasi/{address}", view_func=view, methods=["GET", "POST"])
    return page


class ProposalPages:
    """The views."""

    def __init__(self, transactions: Transactions, current: Current) -> None:
        self._transactions = transactions
        self._current = current

    @requires(Role.COORDINATOR)
    def proposals(self) -> str:
        """What waits for a decision, or was decided, and which versions there have been."""
        wanted = request.args.get("keadaan", default=ProposalState.PROPOSED, type=ProposalState)
        with self._transactions.read() as connection:
            page = paged(
                lambda after, limit: store.list_proposals(connection, wanted, after, limit),
                paging_of_request(),
                by={"id": UUID},
            )
            versions = store.list_versions(connection)
        return self._shown("proposals", page=page, wanted=wanted, versions=versions)

    @requires(Role.COORDINATOR)
    def proposal(self, proposal_id: UUID) -> Any:
        """Approve a proposal or reject it."""

        def decide(given: dict[str, Any], tx: Transaction) -> Any:
            command = proposing.DecideProposal(proposal_id=proposal_id, state=given["state"], reason=given["reason"])
            return proposing.decide_proposal(command, tx, coordinator=current_staff().id)

        form = self._sent(DecisionSchema, decide)
        if request.method == "POST" and not form.errors:
            return redirect(url_for(".proposals", done="decided"), 303)
        with self._transactions.read() as connection:
            found = store.find_proposal(connection, proposal_id)
        if found is None:
            raise Problem(404)
        return self._shown("proposal", proposal=found, form=form), 422 if form.errors else 200

    @requires(Role.COORDINATOR)
    def rule_version(self, version: int) -> Any:
        """See a version's corrections, and go back to them."""

        def go_back(given: dict[str, Any], tx: Transaction) -> Any:
            return proposing.go_back(version, given["seen"], tx, coordinator=current_staff().id, reason=given["reason"])

        form = self._sent(GoingBackSchema, go_back)
        if request.method == "POST" and not form.errors:
            return redirect(url_for(".proposals", done="went_back"), 303)
        with self._transactions.read() as connection:
            corrections, present = store.corrections_of(connection, version), store.present_version(connection)
        if corrections is None:
            raise Problem(404)
        told = self._shown("version", version=version, corrections=corrections, present=present, form=form)
        return told, 422 if form.errors else 200

    def _sent(self, schema: type[ma.Schema], act: Callable[[dict[str, Any], Transaction], Any]) -> Form:
        return carry_out(self._transactions, schema, act) if request.method == "POST" else Form()

    def _shown(self, template: str, **what: Any) -> str:
        return render(
            f"routing/{template}.html",
            subject_name=lambda code: subjects().get(code, code),
            name_of=self._current().name_of,
            State=ProposalState,
            words=words,
            zone=words.JAKARTA,
            **what,
        )
