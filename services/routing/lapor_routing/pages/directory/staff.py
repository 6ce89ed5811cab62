"""A body's officers: who they are, who is away, and who acts for them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for

from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import Form, paging_of_request, render, requires
from lapor_routing import officers
from lapor_routing.handlers import staff
from lapor_routing.http import officers_page
from lapor_routing.http.access import EDITORS, kept, kept_officer
from lapor_routing.pages.deciding import carry_out
from lapor_routing.pages.directory import words
from lapor_routing.schemas import officers as s


@dataclass(frozen=True)
class StaffPages:
    """For coordinators, and for the administrator of the body or of one above it."""

    transactions: Transactions

    @requires(*EDITORS)
    def of_body(self, code: str) -> Any:
        """All of them, and a form for one more. The password is shown on the answer, and kept nowhere."""

        def act(given: dict[str, Any], tx: Transaction) -> Any:
            return staff.add_officer(tx, given["username"], password, given["roles"], code)

        body = kept(self.transactions, code)
        password, form, added = officers.new_password(), Form({"roles": ["officer"]}), ""
        if request.method == "POST":
            form = carry_out(self.transactions, s.NewOfficerSchema, act)
            added = "" if form.errors else officers.plain(form.given["username"])
        with self.transactions.read() as connection:
            today = officers.today_at(connection, code, self.transactions.clock.now())
        shown = render(
            "routing/directory/officers.html",
            body=body,
            page=officers_page(self.transactions, code, paging_of_request()),
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

        officer, body = kept_officer(self.transactions, officer_id)
        with self.transactions.read() as connection:
            others = [one for one in officers.officers_of(connection, body.code) if one.active and one != officer]
        form = Form(
            {
                "absent_from": officer.absent_from or "",
                "absent_until": officer.absent_until or "",
                "substitute": officer.substitute or "",
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
        officer, body = kept_officer(self.transactions, officer_id)
        with self.transactions.begin() as tx:
            officers.set_active(tx, officer.id, active=request.form.get("active") == "true")
        return redirect(url_for(".of_body", code=body.code, done="status"), 303)
