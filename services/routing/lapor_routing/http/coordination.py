"""The coordinator decides what neither the rules nor the bodies could."""

from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Paging, current_staff, paged, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import handlers, store
from lapor_routing import schemas as s
from lapor_routing.http.answering import Current, done, existing


def coordination_api(transactions: Transactions, current: Current) -> Blueprint:
    """The coordinator decides what neither the rules nor the bodies could."""
    api = Blueprint("coordination", description="Reports that wait for the coordinator's decision")
    _add_reading(api, transactions)
    _add_decisions(api, transactions, current)
    return api


def _add_reading(api: Blueprint, transactions: Transactions) -> None:
    @api.route("/api/v1/coordination")
    @requires(Role.COORDINATOR)
    @api.arguments(Paging, location="query")
    @api.response(200, s.EntryPageSchema)
    def queue(given: dict[str, Any]) -> dict[str, Any]:
        """What nobody holds before parts of what somebody does, the longest waiting first."""
        return waiting_page(transactions, given)

    @api.route("/api/v1/coordination/<uuid:report_id>")
    @requires(Role.COORDINATOR)
    @api.response(200, s.DossierSchema)
    def get(report_id: UUID) -> store.Dossier:
        return waiting_dossier(transactions, report_id)

    @api.route("/api/v1/coordination/parts/<uuid:disposition_id>")
    @requires(Role.COORDINATOR)
    @api.response(200, s.DossierSchema)
    def get_part(disposition_id: UUID) -> store.Dossier:
        """A co-owner's part that waits: its body refused it."""
        return waiting_part(transactions, disposition_id)

    @api.route("/api/v1/coordination/escalations")
    @requires(Role.COORDINATOR, Role.SUPERVISOR)
    @api.arguments(Paging, location="query")
    @api.response(200, s.EscalatedPageSchema)
    def escalations(given: dict[str, Any]) -> dict[str, Any]:
        """What was not done in time: first what no body has, then by how far up it has gone."""
        return escalated_page(transactions, given)


def _add_decisions(api: Blueprint, transactions: Transactions, current: Current) -> None:
    @api.route("/api/v1/coordination/<uuid:report_id>/assignments", methods=["POST"])
    @requires(Role.COORDINATOR)
    @api.arguments(s.AssignmentSchema)
    @api.response(201, s.HolderSchema)
    def assign(given: dict[str, Any], report_id: UUID) -> Any:
        command = handlers.Assign(report_id=report_id, **given)
        with transactions.begin() as tx:
            outcome = handlers.assign(command, tx, coordinator=current_staff().id, snapshot=current())
        return done(outcome)

    @api.route("/api/v1/coordination/parts/<uuid:disposition_id>/assignments", methods=["POST"])
    @requires(Role.COORDINATOR)
    @api.arguments(s.AssignmentSchema)
    @api.response(201, s.HolderSchema)
    def assign_part(given: dict[str, Any], disposition_id: UUID) -> Any:
        command = handlers.AssignPart(disposition_id=disposition_id, **given)
        with transactions.begin() as tx:
            outcome = handlers.assign_part(command, tx, coordinator=current_staff().id, snapshot=current())
        return done(outcome)

    @api.route("/api/v1/coordination/closings", methods=["POST"])
    @requires(Role.COORDINATOR)
    @api.arguments(s.ClosingSchema)
    @api.response(204)
    def close(given: dict[str, Any]) -> None:
        """An answered report is at its end, whoever has it; its reporter reads the reason."""
        with transactions.begin() as tx:
            outcome = handlers.close_answered(handlers.Close(reason=given["reason"]), tx, closer=closing_of(given))
        done(outcome)


def closing_of(given: dict[str, Any]) -> handlers.Closer:
    """Whoever is signed in, as the coordinator who closes this report."""
    return handlers.ClosingCoordinator(tracking_id=given["tracking_id"], by=current_staff().id)


def escalated_page(transactions: Transactions, given: dict[str, Any]) -> dict[str, Any]:
    """One page of the overdue reports."""
    place = {"held": int, "levels_above": int, "due_at": datetime, "deadline_id": UUID}
    with transactions.read() as connection:
        return paged(partial(store.list_escalated, connection), given, by=place)


def waiting_page(transactions: Transactions, given: dict[str, Any]) -> dict[str, Any]:
    """One page of the coordinator's queue."""
    with transactions.read() as connection:
        return paged(partial(store.list_waiting, connection), given, by={"rank": int, "id": UUID})


def waiting_dossier(transactions: Transactions, report_id: UUID) -> store.Dossier:
    """All about a report that waits for the coordinator."""
    with transactions.read() as connection:
        return _for_coordinator(existing(store.find_waiting(connection, report_id)))


def waiting_part(transactions: Transactions, disposition_id: UUID) -> store.Dossier:
    """All about a co-owner's part that waits for the coordinator."""
    with transactions.read() as connection:
        return _for_coordinator(existing(store.find_waiting_part(connection, disposition_id)))


def _for_coordinator(dossier: store.Dossier) -> store.Dossier:
    dossier = dossier.for_others
    return dossier if dossier.disposition.report.sealed_for is None else dossier.veiled
