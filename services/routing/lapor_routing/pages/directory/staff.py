"""A body's officers: who they are, who is away, and who acts for them."""

import secrets
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for

from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import Form, Problem, current_staff, render, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import directory, officers
from lapor_routing.domain.agencies import Agency
from lapor_routing.handlers import staff
from lapor_routing.http.access import EDITORS, access_to, allowed
from lapor_routing.http.answering import existing
from lapor_routing.officers import Officer
from lapor_routing.pages.deciding import carry_out
from lapor_routing.pages.directory import words
from lapor_routing.schemas import directory as s


@dataclass(frozen=True)
class StaffPages:
    """For coordinators, and for the administrator of the body or of one above it."""

    transactions: Transactions

    @requires(*EDITORS)
    def of_body(self, code: str) -> Any:
        """All of them, and a form for one more. The password is shown on the answer, and kept nowhere."""

        def act(given: dict[str, Any], tx: Transaction) -> Any:
            return staff.add_officer(tx, given["username"], password, given["roles"], code)

        body = self._kept(code)
        password, form, added = secrets.token_urlsafe(12), Form({"roles": ["officer"]}), ""
        if request.method == "POST":
            form = carry_out(self.transactions, s.OfficerSchema, act)
            added = "" if form.errors else form.given["username"].strip().lower()
        with self.transactions.read() as connection:
            found = officers.officers_of(connection, code)
            today = officers.today_at(connection, code, self.transactions.clock.now())
        names = {one.id: one.username for one in found}
        shown = render(
            "routing/directory/officers.html",
            body=body,
            officers=found,
            names=names,
            today=today,
            form=form,
            added=added,
            password=password,
            words=words,
            zone=body.time_zone,
        )
        return shown, 422 if form.errors else 200, {"Cache-Control": "no-store"}

    @requires(*EDITORS)
    def absence(self, officer_id: UUID) -> Any:
        """From when until when somebody is away, and who acts meanwhile."""

        def act(given: dict[str, Any], tx: Transaction) -> Any:
            first, last = given["absent_from"], given["absent_until"]
            return staff.set_absence(tx, officer, first, last, given["substitute"])

        officer, body = self._officer(officer_id)
        with self.transactions.read() as connection:
            others = [one for one in officers.officers_of(connection, body.code) if one.active and one != officer]
        substitute = next((one.username for one in others if one.id == officer.substitute_id), "")
        form = Form(
            {
                "absent_from": officer.absent_from or "",
                "absent_until": officer.absent_until or "",
                "substitute": substitute,
            }
        )
        if request.method == "POST":
            form = carry_out(self.transactions, s.AbsenceSchema, act)
            if not form.errors:
                return redirect(url_for(".of_body", code=body.code, done="absence"), 303)
        shown = render(
            "routing/directory/absence.html",
            body=body,
            officer=officer,
            colleagues=[(one.username, one.username) for one in others],
            form=form,
            words=words,
        )
        return shown, 422 if form.errors else 200

    @requires(*EDITORS)
    def status(self, officer_id: UUID) -> Any:
        """Let somebody sign in no more, or again."""
        officer, body = self._officer(officer_id)
        with self.transactions.begin() as tx:
            officers.set_active(tx, officer.id, active=request.form.get("active") == "true")
        return redirect(url_for(".of_body", code=body.code, done="status"), 303)

    def _officer(self, officer_id: UUID) -> tuple[Officer, Agency]:
        with self.transactions.read() as connection:
            officer = existing(officers.with_id(connection, officer_id))
        if officer.agency_code is None:
            raise Problem(404)
        body = self._kept(officer.agency_code)
        # Who is more than an officer of the body is not the body's to dismiss.
        allowed(officer.roles <= officers.OF_A_BODY or current_staff().has(Role.COORDINATOR))
        return officer, body

    def _kept(self, code: str) -> Agency:
        """The body, if whoever is signed in keeps its officers in order."""
        with self.transactions.read() as connection:
            around = directory.read_around(connection, [code])
        body = existing(around.get(code))
        allowed(access_to(code, around).keeps_house)
        return body
