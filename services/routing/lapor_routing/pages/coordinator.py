"""The coordinator's queue: reports that neither the rules nor the bodies could settle."""

from typing import Any
from uuid import UUID

from flask import redirect, request, url_for

from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import Form, PageBlueprint, current_staff, paging_of_request, render, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import handlers
from lapor_routing import schemas as s
from lapor_routing.http import Current, waiting_dossier, waiting_page
from lapor_routing.pages import words
from lapor_routing.pages.deciding import bodies_to_choose, carry_out


def pages(transactions: Transactions, current: Current) -> PageBlueprint:
    """``/koordinator`` and the reports below it."""
    page = PageBlueprint("coordinator", __name__)

    @page.get("/koordinator")
    @requires(Role.COORDINATOR)
    def queue() -> str:
        return render(
            "routing/queue.html", page=waiting_page(transactions, paging_of_request()), words=words, zone=words.JAKARTA
        )

    @page.route("/koordinator/<uuid:report_id>", methods=["GET", "POST"])
    @requires(Role.COORDINATOR)
    def report(report_id: UUID) -> Any:
        def assign(given: dict[str, Any], tx: Transaction) -> Any:
            command = handlers.Assign(report_id=report_id, **given)
            return handlers.assign(command, tx, coordinator=current_staff().id, snapshot=current())

        form = Form()
        if request.method == "POST":
            form = carry_out(transactions, s.AssignmentSchema, assign)
            if not form.errors:
                return redirect(url_for(".queue", done="assigned"), 303)
        dossier = waiting_dossier(transactions, report_id)
        candidates = {one.agency_code: one for one in dossier.turn.grounds.candidates}
        bodies = bodies_to_choose(transactions, current(), [form.given.get("agency_code", ""), *candidates])
        shown = render(
            "routing/assignment.html",
            dossier=dossier,
            form=form,
            candidates=candidates,
            bodies=bodies,
            name_of=current().name_of,
            words=words,
            zone=words.JAKARTA,
        )
        return shown, 422 if form.errors else 200

    return page
