"""The API for verifiers: what waits, and the three things that can be done about it."""

from functools import partial
from typing import Any
from uuid import UUID

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, current_staff, page_of, paged, requires
from lapor_verification import handlers, store
from lapor_verification.domain.case import Case
from lapor_verification.domain.commands import Archiving, Return, Verification
from lapor_verification.domain.redaction import Correction
from lapor_verification.http.answers import DECIDERS, ORDER, accepted, found
from lapor_verification.schemas import (
    ArchivingSchema,
    CaseQuery,
    CaseSchema,
    CaseSummarySchema,
    CorrectionSchema,
    ReturnSchema,
    VerificationSchema,
)


def blueprint(transactions: Transactions) -> Blueprint:
    """The routes, on this database."""
    api = Blueprint("cases", description="Reports that wait for a verifier")

    @api.route("/api/v1/cases")
    @requires(*DECIDERS)
    @api.arguments(CaseQuery, location="query")
    @api.response(200, page_of(CaseSummarySchema))
    def cases(query: dict[str, Any]) -> dict[str, Any]:
        """Cases in a state, the most urgent first."""
        with transactions.read() as connection:
            return paged(partial(store.find_cases, connection, state=query["state"]), query, by=ORDER)

    @api.route("/api/v1/cases/<uuid:report_id>")
    @requires(*DECIDERS)
    @api.response(200, CaseSchema)
    @api.alt_response(404, description="No such case")
    def case(report_id: UUID) -> Case:
        """A case with its text, the machine's reasons and the decisions so far."""
        return found(transactions, report_id)

    def decide(report_id: UUID, handler: handlers.Decide, command: Any) -> Case:
        with transactions.begin() as tx:
            decided = handler(report_id, command, current_staff().id, tx)
        return accepted(transactions, report_id, decided)

    @api.route("/api/v1/cases/<uuid:report_id>/verification", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(VerificationSchema)
    @api.response(201, CaseSchema)
    @api.alt_response(409, description="The case is in another state, or has changed")
    def verification(command: Verification, report_id: UUID) -> Case:
        """Pass the report on to routing."""
        return decide(report_id, handlers.verify, command)

    @api.route("/api/v1/cases/<uuid:report_id>/return", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(ReturnSchema)
    @api.response(201, CaseSchema)
    @api.alt_response(409, description="The case is in another state, or has changed")
    def return_(command: Return, report_id: UUID) -> Case:
        """Ask the reporter for what is missing."""
        return decide(report_id, handlers.return_report, command)

    @api.route("/api/v1/cases/<uuid:report_id>/archive", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(ArchivingSchema)
    @api.response(201, CaseSchema)
    @api.alt_response(409, description="The case is in another state, or has changed")
    def archive(command: Archiving, report_id: UUID) -> Case:
        """End the report here; its reporter is told why."""
        return decide(report_id, handlers.archive, command)

    @api.route("/api/v1/cases/<uuid:report_id>/marks", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(CorrectionSchema)
    @api.response(201, CaseSchema)
    @api.alt_response(409, description="A mark to lift is no longer there, or nothing would change")
    def marks(command: Correction, report_id: UUID) -> Case:
        """Put right what of the report the public must not read; its text stays as it is."""
        return decide(report_id, handlers.correct_marks, command)

    return api
