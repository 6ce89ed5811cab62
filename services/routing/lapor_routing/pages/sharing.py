"""Several bodies: copies to read, further bodies to act too, and letting those go."""

from typing import Any
from uuid import UUID

from lapor_chassis.transactions import Transaction
from lapor_chassis.web import Form, PageBlueprint, Problem, current_staff, paging_of_request, render, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import handlers
from lapor_routing import schemas as s
from lapor_routing.http import copied_dossier, copies_page
from lapor_routing.pages import words
from lapor_routing.pages.deciding import bodies_to_choose
from lapor_routing.pages.dossiers import Dossiers


def add_to(page: PageBlueprint, dossiers: Dossiers) -> None:
    """``/instansi/tembusan``, and what the owner does below its own report."""
    views = SharingPages(dossiers)
    page.add_url_rule("/instansi/tembusan", view_func=views.copies)
    page.add_url_rule("/instansi/tembusan/<uuid:copy_id>", view_func=views.copied)
    for address, view in (
        ("tembusan", views.copy),
        ("instansi-lain", views.co_owner),
        ("instansi-lain/<uuid:part_id>", views.release),
    ):
        page.add_url_rule(f"/instansi/<uuid:disposition_id>/{address}", view_func=view, methods=["GET", "POST"])


class SharingPages:
    """The views; each form posts to its own page, which shows it again where something is wrong."""

    def __init__(self, dossiers: Dossiers) -> None:
        self._at = dossiers

    @requires(Role.OFFICER)
    def copies(self) -> str:
        """What the body may read along."""
        shown = copies_page(self._at.transactions, self._at.current, paging_of_request())
        return render(
            "routing/copies.html", page=shown, words=words, zone=self._at.zone_of(current_staff().agency_code)
        )

    @requires(Role.OFFICER)
    def copied(self, copy_id: UUID) -> Any:
        """One of them, to read."""
        return self._at.show("copied", copied_dossier(self._at.transactions, self._at.current, copy_id), Form())

    @requires(Role.OFFICER)
    def copy(self, disposition_id: UUID) -> Any:
        """Let another body read along."""

        def send(given: dict[str, Any], tx: Transaction) -> Any:
            return handlers.send_copy(handlers.SendCopy(**given), tx, sharer=owner, snapshot=self._at.current())

        owner = handlers.Owner(disposition_id=disposition_id, desk=self._at.desk())
        form = self._at.sent(s.SendCopySchema, send, ".disposition", disposition_id=disposition_id, done="copied")
        return self._choose("copy", disposition_id, form)

    @requires(Role.OFFICER)
    def co_owner(self, disposition_id: UUID) -> Any:
        """Have another body act too."""

        def ask(given: dict[str, Any], tx: Transaction) -> Any:
            return handlers.add_co_owner(handlers.AddCoOwner(**given), tx, sharer=owner, snapshot=self._at.current())

        owner = handlers.Owner(disposition_id=disposition_id, desk=self._at.desk())
        form = self._at.sent(s.AddCoOwnerSchema, ask, ".disposition", disposition_id=disposition_id, done="asked")
        return self._choose("co_owner", disposition_id, form)

    @requires(Role.OFFICER)
    def release(self, disposition_id: UUID, part_id: UUID) -> Any:
        """It need not after all; asked once more before."""

        def let_go(given: dict[str, Any], tx: Transaction) -> Any:
            command = handlers.Release(disposition_id=part_id, **given)
            return handlers.release(command, tx, sharer=owner, snapshot=self._at.current())

        owner = handlers.Owner(disposition_id=disposition_id, desk=self._at.desk())
        form = self._at.sent(s.ReasonSchema, let_go, ".disposition", disposition_id=disposition_id, done="released")
        if not isinstance(form, Form):
            return form
        dossier = self._at.read(disposition_id)
        part = next((one for one in dossier.parts if one.id == part_id), None)
        if part is None:
            raise Problem(404)
        return self._at.show("release", dossier, form, part=part)

    def _choose(self, template: str, disposition_id: UUID, form: Any) -> Any:
        if not isinstance(form, Form):
            return form
        dossier = self._at.read(disposition_id)
        likely = [form.given.get("agency_code", ""), *dossier.candidates]
        own = dossier.disposition.agency_code
        bodies = bodies_to_choose(self._at.transactions, self._at.current(), likely, without=own)
        return self._at.show(template, dossier, form, bodies=bodies)
