"""The coordinator's queue: reports that neither the rules nor the bodies could settle, and parts of them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import Response, redirect, request, url_for

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import (
    Form,
    PageBlueprint,
    current_staff,
    live,
    news_of_list,
    paging_of_request,
    render,
    requires,
    version_of,
)
from lapor_contracts.vocabulary import Role
from lapor_routing import handlers
from lapor_routing import schemas as s
from lapor_routing.http import Current, closing_of, escalated_page, waiting_dossier, waiting_page, waiting_part
from lapor_routing.pages import words
from lapor_routing.pages.deciding import bodies_to_choose, carry_out
from lapor_routing.store import Dossier

UNKNOWN = Refusal(
    "Tidak ada laporan ini pada suatu instansi (no body has such a report).",
    code="unknown_report",
    errors={"tracking_id": ["Tidak ada laporan ini pada suatu instansi (no body has such a report)."]},
)


def pages(transactions: Transactions, current: Current) -> PageBlueprint:
    """``/koordinator`` and the reports below it."""
    page = PageBlueprint("coordinator", __name__)
    views = CoordinatorPages(transactions, current)
    page.add_url_rule("/koordinator", view_func=views.queue)
    page.add_url_rule("/koordinator/perubahan", view_func=views.changes)
    page.add_url_rule("/koordinator/eskalasi", view_func=views.escalations)
    page.add_url_rule("/koordinator/penutupan", view_func=views.closing, methods=["GET", "POST"])
    for address, view in (
        ("<uuid:report_id>", views.report),
        ("bagian/<uuid:disposition_id>", views.part),
        ("bagian/<uuid:disposition_id>/pelepasan", views.release),
    ):
        page.add_url_rule(f"/koordinator/{address}", view_func=view, methods=["GET", "POST"])
    return page


class CoordinatorPages:
    """The views."""

    def __init__(self, transactions: Transactions, current: Current) -> None:
        self._transactions = transactions
        self._current = current

    @requires(Role.COORDINATOR)
    def queue(self) -> str:
        """All that waits, what nobody has first."""
        waiting = waiting_page(self._transactions, paging_of_request())
        news = news_of_list(".changes", version_of(waiting["items"]))
        return render("routing/queue.html", page=waiting, news=news, words=words, zone=words.JAKARTA)

    @requires(Role.COORDINATOR)
    def changes(self) -> Response:
        """Whether the queue shows something else now: asked by the page itself."""
        return live(version_of(waiting_page(self._transactions, paging_of_request())["items"]), seconds=10)

    @requires(Role.COORDINATOR, Role.SUPERVISOR)
    def escalations(self) -> str:
        """What was not done in time, what no body has first."""
        overdue = escalated_page(self._transactions, paging_of_request())
        return render(
            "routing/escalations.html", page=overdue, name_of=self._current().name_of, words=words, zone=words.JAKARTA
        )

    @requires(Role.COORDINATOR)
    def report(self, report_id: UUID) -> Any:
        """Who is competent for a report?"""

        def assign(given: dict[str, Any], tx: Transaction) -> Any:
            command = handlers.Assign(report_id=report_id, **given)
            return handlers.assign(command, tx, coordinator=current_staff().id, snapshot=self._current())

        form = self._sent(s.AssignmentSchema, assign)
        return self._shown(lambda: waiting_dossier(self._transactions, report_id), form, "assigned")

    @requires(Role.COORDINATOR)
    def part(self, disposition_id: UUID) -> Any:
        """Who is to do a part that a co-owner refused?"""

        def assign(given: dict[str, Any], tx: Transaction) -> Any:
            command = handlers.AssignPart(disposition_id=disposition_id, **given)
            return handlers.assign_part(command, tx, coordinator=current_staff().id, snapshot=self._current())

        form = self._sent(s.AssignmentSchema, assign)
        return self._shown(lambda: waiting_part(self._transactions, disposition_id), form, "assigned")

    @requires(Role.COORDINATOR)
    def release(self, disposition_id: UUID) -> Any:
        """Nobody need do it."""

        def release(given: dict[str, Any], tx: Transaction) -> Any:
            command = handlers.Release(disposition_id=disposition_id, reason=given["note"])
            return handlers.release(command, tx, sharer=sharer, snapshot=self._current())

        dossier = waiting_part(self._transactions, disposition_id)
        sharer = handlers.Coordinator(report_id=dossier.disposition.report.id, by=current_staff().id)
        return self._shown(lambda: dossier, self._sent(s.NoteFormSchema, release), "released")

    @requires(Role.COORDINATOR)
    def closing(self) -> Any:
        """A report that was answered is at its end, whoever has it."""

        def close(given: dict[str, Any], tx: Transaction) -> Any:
            outcome = handlers.close_answered(handlers.Close(reason=given["reason"]), tx, closer=closing_of(given))
            return UNKNOWN if outcome == handlers.NOT_FOUND else outcome

        form = self._sent(s.ClosingFormSchema, close)
        if request.method == "POST" and not form.errors:
            return redirect(url_for(".queue", done="closed"), 303)
        return render("routing/closing.html", form=form, back=url_for(".queue")), 422 if form.errors else 200

    def _sent(self, schema: type[ma.Schema], act: Callable[[dict[str, Any], Transaction], Any]) -> Form:
        return carry_out(self._transactions, schema, act) if request.method == "POST" else Form()

    def _shown(self, read: Callable[[], Dossier], form: Form, done: str) -> Any:
        if request.method == "POST" and not form.errors:
            return redirect(url_for(".queue", done=done), 303)
        dossier = read()
        snapshot = self._current()
        likely = [form.given.get("agency_code", ""), *dossier.candidates]
        bodies = bodies_to_choose(self._transactions, snapshot, likely)
        below = {
            body.code: [snapshot.name_of(code) for code in dossier.candidates if snapshot.is_below(code, body.code)]
            for body in bodies
        }
        shown = render(
            "routing/assignment.html",
            dossier=dossier,
            form=form,
            candidates=dossier.candidates,
            bodies=bodies,
            below=below,
            name_of=snapshot.name_of,
            words=words,
            zone=words.JAKARTA,
        )
        return shown, 422 if form.errors else 200
