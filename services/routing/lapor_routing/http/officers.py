"""Coordinators and administrators keep a body's officers in order, as they do on the pages."""

from functools import partial
from typing import Any
from uuid import UUID

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Paging, paged, requires
from lapor_routing import officers
from lapor_routing.handlers import staff
from lapor_routing.http.access import EDITORS, kept, kept_officer
from lapor_routing.http.answering import done
from lapor_routing.schemas import officers as s

_OF_BODY = "/api/v1/agencies/<path:code>/officers"
_ONE = "/api/v1/officers/<uuid:officer_id>"


def officers_api(transactions: Transactions) -> Blueprint:
    """For coordinators, and for the administrator of the body or of one above it."""
    api = Blueprint("officers", description="Who works for a body, who is away, and who acts for them")

    @api.route(_OF_BODY)
    @requires(*EDITORS)
    @api.arguments(Paging, location="query")
    @api.response(200, s.OfficerEntryPageSchema)
    def of_body(given: dict[str, Any], code: str) -> dict[str, Any]:
        """By name, also those who may sign in no more."""
        kept(transactions, code)
        return officers_page(transactions, code, given)

    @api.route(_OF_BODY, methods=["POST"])
    @requires(*EDITORS)
    @api.arguments(s.NewOfficerSchema)
    @api.response(201, s.AddedOfficerSchema)
    def add(given: dict[str, Any], code: str) -> dict[str, Any]:
        """Somebody begins to work for the body. The answer alone holds the password."""
        kept(transactions, code)
        password = officers.new_password()
        with transactions.begin() as tx:
            outcome = staff.add_officer(tx, given["username"], password, given["roles"], code)
        return {"id": done(outcome), "username": officers.plain(given["username"]), "password": password}

    @api.route(_ONE)
    @requires(*EDITORS)
    @api.response(200, s.OfficerEntrySchema)
    def get(officer_id: UUID) -> officers.Officer:
        return kept_officer(transactions, officer_id)[0]

    @api.route(_ONE, methods=["PATCH"])
    @requires(*EDITORS)
    @api.arguments(s.OfficerStatusSchema)
    @api.response(200, s.OfficerEntrySchema)
    def change(given: dict[str, Any], officer_id: UUID) -> officers.Officer:
        """Let somebody sign in no more, or again. What they did stays theirs."""
        kept_officer(transactions, officer_id)
        with transactions.begin() as tx:
            officers.set_active(tx, officer_id, active=given["active"])
        return kept_officer(transactions, officer_id)[0]

    @api.route(f"{_ONE}/absence", methods=["PUT"])
    @requires(*EDITORS)
    @api.arguments(s.AbsenceSchema)
    @api.response(200, s.OfficerEntrySchema)
    def set_absence(given: dict[str, Any], officer_id: UUID) -> officers.Officer:
        """From when until when somebody is away, and who acts for them; without dates they are back."""
        officer, _ = kept_officer(transactions, officer_id)
        with transactions.begin() as tx:
            done(staff.set_absence(tx, officer, given["absent_from"], given["absent_until"], given["substitute"]))
        return kept_officer(transactions, officer_id)[0]

    return api


def officers_page(transactions: Transactions, code: str, given: dict[str, Any]) -> dict[str, Any]:
    """One page of a body's officers."""
    with transactions.read() as connection:
        return paged(partial(officers.list_officers, connection, code), given, by={"username": str})
