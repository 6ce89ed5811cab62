"""What the pages about one report share: reading it, doing what a form asks, showing it again."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import marshmallow as ma
from flask import redirect, request, url_for

from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import Form, current_staff, render
from lapor_contracts.vocabulary import Role
from lapor_routing.domain.disposition import AT_WORK, NEXT, State
from lapor_routing.handlers import Desk
from lapor_routing.http import Current, own_desk, own_dossier
from lapor_routing.pages import words
from lapor_routing.pages.deciding import carry_out
from lapor_routing.store import Dossier


@dataclass(frozen=True)
class Dossiers:
    """One report at a body."""

    transactions: Transactions
    current: Current

    def desk(self) -> Desk:
        """What whoever is signed in may act on."""
        return own_desk(self.transactions, self.current)

    def read(self, disposition_id: UUID) -> Dossier:
        """One of the desk's own."""
        return own_dossier(self.transactions, self.current, disposition_id)

    def sent(
        self, schema: type[ma.Schema], act: Callable[[dict[str, Any], Transaction], Any], onward: str, **address: Any
    ) -> Any:
        """An untouched form where none was sent; one with errors; or, once it is done, the way on."""
        if request.method != "POST":
            return Form()
        form = carry_out(self.transactions, schema, act)
        return form if form.errors else redirect(url_for(onward, **address), 303)

    def show(self, template: str, dossier: Dossier, form: Form, **values: Any) -> tuple[str, int]:
        """The page about a report."""
        disposition = dossier.disposition
        checked = disposition.agency_code in self.desk().checked and not disposition.report.sealed_for
        shown = render(
            f"routing/{template}.html",
            dossier=dossier,
            form=form,
            evidence=[one for one in dossier.evidence if one.agency_code in self.house_of(disposition.agency_code)],
            may_close=disposition.state is State.ANSWERED
            and not disposition.part
            and not disposition.report.sealed_for
            and current_staff().has(Role.ADMINISTRATOR),
            may=NEXT[disposition.state],
            is_at_work=disposition.state in AT_WORK,
            checked=checked,
            is_barred=disposition.not_by == current_staff().id and not checked,
            approves=current_staff().has(Role.APPROVER),
            zone=self.zone_of(disposition.agency_code),
            name_of=self.current().name_of,
            words=words,
            **values,
        )
        return shown, 422 if form.errors else 200

    def house_of(self, agency_code: str | None) -> frozenset[str]:
        """The bodies whose officers give evidence for an answer of this one."""
        return frozenset(body.code for body in self.current().directory.same_house(agency_code))

    def zone_of(self, agency_code: str | None) -> str:
        """In which a body reads the clock."""
        agency = self.current().directory.get(agency_code)
        return agency.time_zone if agency else words.JAKARTA
