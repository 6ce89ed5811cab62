"""Out of hand: not our competence, or down to a unit."""

from typing import Any
from uuid import UUID

from lapor_chassis.transactions import Transaction
from lapor_chassis.web import Form, PageBlueprint, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import handlers
from lapor_routing import schemas as s
from lapor_routing.directory import units_of
from lapor_routing.pages.deciding import bodies_to_choose
from lapor_routing.pages.dossiers import Dossiers

#: Chosen on the page by who does not know who is competent. No body can be called so.
UNKNOWN = "-"


def add_to(page: PageBlueprint, dossiers: Dossiers) -> None:
    """``/instansi/…/penolakan`` and ``/penerusan``."""
    views = PassingPages(dossiers)
    for address, view in (("penolakan", views.refusal), ("penerusan", views.handover)):
        page.add_url_rule(f"/instansi/<uuid:disposition_id>/{address}", view_func=view, methods=["GET", "POST"])


class PassingPages:
    """The views; each form posts to its own page, which shows it again where something is wrong."""

    def __init__(self, dossiers: Dossiers) -> None:
        self._at = dossiers

    @requires(Role.OFFICER)
    def refusal(self, disposition_id: UUID) -> Any:
        """Not our competence: whose, then?"""

        def refuse(given: dict[str, Any], tx: Transaction) -> Any:
            code = None if given["agency_code"] == UNKNOWN else given["agency_code"]
            command = handlers.Refuse(disposition_id=disposition_id, agency_code=code, reason=given["reason"])
            return handlers.refuse(command, tx, desk=desk, snapshot=self._at.current())

        desk = self._at.desk()
        form = self._at.sent(s.RefusalSchema, refuse, ".inbox", done="refused")
        if not isinstance(form, Form):
            return form
        dossier = self._at.read(disposition_id)
        likely = [form.given.get("agency_code", ""), *dossier.candidates]
        own = dossier.disposition.agency_code
        bodies = bodies_to_choose(self._at.transactions, self._at.current(), likely, without=own)
        return self._at.show("refusal", dossier, form, bodies=bodies, unknown=UNKNOWN)

    @requires(Role.OFFICER)
    def handover(self, disposition_id: UUID) -> Any:
        """Down to a unit of the body."""

        def pass_on(given: dict[str, Any], tx: Transaction) -> Any:
            command = handlers.PassOn(disposition_id=disposition_id, **given)
            return handlers.pass_on(command, tx, desk=desk, snapshot=self._at.current())

        desk = self._at.desk()
        form = self._at.sent(s.HandoverSchema, pass_on, ".inbox", done="passed_on")
        if not isinstance(form, Form):
            return form
        dossier = self._at.read(disposition_id)
        with self._at.transactions.read() as connection:
            units = units_of(connection, str(dossier.disposition.agency_code))
        return self._at.show("handover", dossier, form, units=[(unit.code, unit.name) for unit in units])
