"""One report at a body: what it says, why it came, and what its officers can do about it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, send_from_directory, url_for

from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import Form, PageBlueprint, render, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import handlers
from lapor_routing import schemas as s
from lapor_routing.directory import units_of
from lapor_routing.domain.disposition import NEXT
from lapor_routing.http import Current, own_desk, own_dossier, sealed_papers
from lapor_routing.pages import inbox, words
from lapor_routing.pages.deciding import bodies_to_choose, carry_out
from lapor_routing.store import Dossier


def pages(transactions: Transactions, current: Current) -> PageBlueprint:
    """``/instansi`` and what lies below it."""
    page = PageBlueprint("agency", __name__)
    views = AgencyPages(transactions, current)
    inbox.add_to(page, transactions, current)
    page.add_url_rule("/instansi/sealed.js", view_func=script)
    for address, view in (("", views.disposition), ("/penolakan", views.refusal), ("/penerusan", views.handover)):
        page.add_url_rule(f"/instansi/<uuid:disposition_id>{address}", view_func=view, methods=["GET", "POST"])
    return page


def script() -> Response:
    """Opens and seals in the officer's browser. Asked for each time, because its name never changes."""
    return send_from_directory(Path(__file__).parent / "static", "sealed.js", max_age=0)


@dataclass(frozen=True)
class AgencyPages:
    """The views; each form posts to its own page, which shows it again where something is wrong."""

    transactions: Transactions
    current: Current

    @requires(Role.OFFICER)
    def disposition(self, disposition_id: UUID) -> Any:
        """One report: what it says, why it came here, and the answer."""

        def answer(given: dict[str, Any], tx: Transaction) -> Any:
            command = handlers.GiveAnswer(disposition_id=disposition_id, **given)
            return handlers.give_answer(command, tx, desk=desk)

        desk, form = own_desk(self.transactions, self.current), Form()
        if request.method == "POST":
            form = carry_out(self.transactions, s.GiveAnswerSchema, answer)
            if not form.errors:
                return redirect(url_for(".disposition", disposition_id=disposition_id, done="answered"), 303)
        dossier = self._dossier(disposition_id)
        if dossier.disposition.report.sealed_for:
            return self._show("sealed", dossier, form, papers=sealed_papers(self.transactions, dossier))
        return self._show("disposition", dossier, form)

    @requires(Role.OFFICER)
    def refusal(self, disposition_id: UUID) -> Any:
        """Not our competence: whose, then?"""

        def refuse(given: dict[str, Any], tx: Transaction) -> Any:
            command = handlers.Refuse(disposition_id=disposition_id, **given)
            return handlers.refuse(command, tx, desk=desk, snapshot=self.current())

        desk, form = own_desk(self.transactions, self.current), Form()
        if request.method == "POST":
            form = carry_out(self.transactions, s.RefusalSchema, refuse)
            if not form.errors:
                return redirect(url_for(".inbox", done="refused"), 303)
        dossier = self._dossier(disposition_id)
        likely = [form.given.get("agency_code", ""), *(one.agency_code for one in dossier.turn.grounds.candidates)]
        own = dossier.disposition.agency_code
        bodies = bodies_to_choose(self.transactions, self.current(), likely, without=own)
        return self._show("refusal", dossier, form, bodies=bodies)

    @requires(Role.OFFICER)
    def handover(self, disposition_id: UUID) -> Any:
        """Down to a unit of the body."""

        def pass_on(given: dict[str, Any], tx: Transaction) -> Any:
            command = handlers.PassOn(disposition_id=disposition_id, **given)
            return handlers.pass_on(command, tx, desk=desk, snapshot=self.current())

        desk, form = own_desk(self.transactions, self.current), Form()
        if request.method == "POST":
            form = carry_out(self.transactions, s.HandoverSchema, pass_on)
            if not form.errors:
                return redirect(url_for(".inbox", done="passed_on"), 303)
        dossier = self._dossier(disposition_id)
        with self.transactions.read() as connection:
            units = units_of(connection, str(dossier.disposition.agency_code))
        return self._show("handover", dossier, form, units=[(unit.code, unit.name) for unit in units])

    def _dossier(self, disposition_id: UUID) -> Dossier:
        return own_dossier(self.transactions, self.current, disposition_id)

    def _show(self, template: str, dossier: Dossier, form: Form, **values: Any) -> tuple[str, int]:
        shown = render(
            f"routing/{template}.html",
            dossier=dossier,
            form=form,
            may=NEXT[dossier.disposition.state],
            zone=self._zone_of(dossier.disposition.agency_code),
            name_of=self.current().name_of,
            words=words,
            **values,
        )
        return shown, 422 if form.errors else 200

    def _zone_of(self, agency_code: str | None) -> str:
        agency = self.current().directory.get(agency_code)
        return agency.time_zone if agency else words.JAKARTA
