"""One report at a body: what it says, why it came, the answer, and what its officers write for each other."""

from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Response, send_from_directory, url_for

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import Form, PageBlueprint, render, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import handlers
from lapor_routing import schemas as s
from lapor_routing.domain.drafts import ExtensionPolicy
from lapor_routing.http import Current, sealed_papers
from lapor_routing.pages import drafting, inbox, passing, sharing
from lapor_routing.pages.deciding import with_code
from lapor_routing.pages.dossiers import Dossiers


def pages(transactions: Transactions, current: Current, policy: ExtensionPolicy) -> PageBlueprint:
    """``/instansi`` and what lies below it."""
    page = PageBlueprint("agency", __name__)
    dossiers = Dossiers(transactions, current)
    views = AgencyPages(dossiers)
    inbox.add_to(page, transactions, current)
    page.add_url_rule("/instansi/sealed.js", view_func=script)
    for address, view in (("", views.disposition), ("/catatan", views.note), ("/petugas", views.officer)):
        page.add_url_rule(f"/instansi/<uuid:disposition_id>{address}", view_func=view, methods=["GET", "POST"])
    page.add_url_rule("/instansi/<uuid:disposition_id>/penutupan", view_func=views.closing, methods=["GET", "POST"])
    passing.add_to(page, dossiers)
    sharing.add_to(page, dossiers)
    drafting.add_to(page, dossiers, policy)
    return page


def script() -> Response:
    """Opens and seals in the officer's browser. Asked for each time, because its name never changes."""
    return send_from_directory(Path(__file__).parent / "static", "sealed.js", max_age=0)


class AgencyPages:
    """The views; each form posts to its own address, which shows the report again where something is wrong."""

    def __init__(self, dossiers: Dossiers) -> None:
        self._at = dossiers

    @requires(Role.OFFICER)
    def disposition(self, disposition_id: UUID) -> Any:
        """One report: what it says, why it came here, and the answer."""

        def answer(given: dict[str, Any], tx: Transaction) -> Any:
            named = with_code(tx, given, "needed_agency_code")
            if isinstance(named, Refusal):
                return named
            command = handlers.GiveAnswer(disposition_id=disposition_id, **named)
            return handlers.give_answer(command, tx, desk=desk, snapshot=self._at.current())

        desk = self._at.desk()
        sent = self._at.sent(s.GiveAnswerSchema, answer, ".disposition", disposition_id=disposition_id, done="answered")
        return self._shown(disposition_id, sent)

    @requires(Role.OFFICER)
    def note(self, disposition_id: UUID) -> Any:
        """For colleagues alone."""

        def write(given: dict[str, Any], tx: Transaction) -> Any:
            command = handlers.WriteNote(disposition_id=disposition_id, text=given["note"])
            return handlers.write_note(command, tx, desk=desk)

        desk = self._at.desk()
        sent = self._at.sent(s.NoteFormSchema, write, ".disposition", disposition_id=disposition_id, done="noted")
        return self._shown(disposition_id, sent)

    @requires(Role.OFFICER)
    def officer(self, disposition_id: UUID) -> Any:
        """Who has it."""

        def hand_over(given: dict[str, Any], tx: Transaction) -> Any:
            command = handlers.HandOver(
                disposition_id=disposition_id, username=given["username"], note=given["message"]
            )
            return handlers.hand_over(command, tx, desk=desk, snapshot=self._at.current())

        desk = self._at.desk()
        sent = self._at.sent(
            s.OfficerFormSchema, hand_over, ".disposition", disposition_id=disposition_id, done="handed_over"
        )
        return self._shown(disposition_id, sent)

    @requires(Role.ADMINISTRATOR)
    def closing(self, disposition_id: UUID) -> Any:
        """The body's administrator holds it to be at its end."""

        def close(given: dict[str, Any], tx: Transaction) -> Any:
            closer = handlers.Administrator(disposition_id=disposition_id, desk=desk)
            return handlers.close_answered(handlers.Close(**given), tx, closer=closer)

        desk = self._at.desk()
        sent = self._at.sent(s.ReasonSchema, close, ".disposition", disposition_id=disposition_id, done="closed")
        if not isinstance(sent, Form):
            return sent
        dossier = self._at.read(disposition_id)
        back = url_for(".disposition", disposition_id=disposition_id)
        tracking_id = dossier.disposition.report.tracking_id
        shown = render("routing/closing.html", form=sent, back=back, tracking_id=tracking_id)
        return shown, 422 if sent.errors else 200

    def _shown(self, disposition_id: UUID, sent: Any) -> Any:
        if not isinstance(sent, Form):
            return sent
        dossier = self._at.read(disposition_id)
        if dossier.disposition.report.sealed_for:
            return self._at.show("sealed", dossier, sent, papers=sealed_papers(self._at.transactions, dossier))
        return self._at.show("disposition", dossier, sent)
