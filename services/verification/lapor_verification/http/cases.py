"""The API for verifiers: what waits, and what becomes of it."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, page_of, paged, requires
from lapor_verification import handlers, store
from lapor_verification.domain.case import Case
from lapor_verification.domain.commands import Archiving, Recall, Return, Verification
from lapor_verification.domain.policy import Policy
from lapor_verification.domain.redaction import Correction
from lapor_verification.http.answers import DECIDERS, ORDER, decide, found, sift_of
from lapor_verification.schemas import (
    ArchivingSchema,
    CaseQuery,
    CaseSchema,
    CaseSummarySchema,
    CorrectionSchema,
    CountsSchema,
    RecallSchema,
    ReturnSchema,
    SiftSchema,
    VerificationSchema,
)


def blueprint(transactions: Transactions, current: Callable[[], Policy]) -> Blueprint:
    """The routes, on this database and with the policy as it stands."""
    api = Blueprint("cases", description="Reports that wait for a verifier")
    _add_reading(api, transactions)
    _add_decisions(api, transactions, current)
    return api


def _add_reading(api: Blueprint, transactions: Transactions) -> None:
    @api.route("/api/v1/cases")
    @requires(*DECIDERS)
    @api.arguments(CaseQuery, location="query")
    @api.response(200, page_of(CaseSummarySchema))
    def cases(query: dict[str, Any]) -> dict[str, Any]:
        """Cases in a state, the most urgent first."""
        with transactions.read() as connection:
            return paged(partial(store.find_cases, connection, sift=sift_of(transactions, query)), query, by=ORDER)

    @api.route("/api/v1/cases/counts")
    @requires(*DECIDERS)
    @api.arguments(SiftSchema, location="query")
    @api.response(200, CountsSchema)
    def counts(query: dict[str, Any]) -> dict[str, Any]:
        """How many cases there are in each state in which a person is to decide."""
        with transactions.read() as connection:
            return {"counts": store.count_cases(connection, sift_of(transactions, query))}

    @api.route("/api/v1/cases/<uuid:report_id>")
    @requires(*DECIDERS)
    @api.response(200, CaseSchema)
    @api.alt_response(404, description="No such case")
    def case(report_id: UUID) -> Case:
        """A case with its text, the machine's reasons and the decisions so far."""
        return found(transactions, report_id)


def _add_decisions(api: Blueprint, transactions: Transactions, current: Callable[[], Policy]) -> None:
    done = partial(decide, transactions)

    @api.route("/api/v1/cases/<uuid:report_id>/verification", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(VerificationSchema)
    @api.response(201, CaseSchema)
    @api.alt_response(409, description="The case is in another state, has changed, or a colleague has it in hand")
    def verification(command: Verification, report_id: UUID) -> Case:
        """Pass the report on to routing."""
        return done(report_id, handlers.verify, command)

    @api.route("/api/v1/cases/<uuid:report_id>/return", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(ReturnSchema)
    @api.response(201, CaseSchema)
    @api.alt_response(409, description="The case is in another state, has changed, or a colleague has it in hand")
    def return_(command: Return, report_id: UUID) -> Case:
        """Ask the reporter for what is missing."""
        return done(report_id, handlers.return_report, command)

    @api.route("/api/v1/cases/<uuid:report_id>/archive", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(ArchivingSchema)
    @api.response(201, CaseSchema)
    @api.alt_response(409, description="The case is in another state, has changed, or a colleague has it in hand")
    def archive(command: Archiving, report_id: UUID) -> Case:
        """End the report here; its reporter is told why. For some reasons, a colleague must agree first."""
        return done(report_id, partial(handlers.archive, current=current), command)

    @api.route("/api/v1/cases/<uuid:report_id>/recall", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(RecallSchema)
    @api.response(201, CaseSchema)
    @api.alt_response(409, description="The case is not verified, or has changed")
    def recall(command: Recall, report_id: UUID) -> Case:
        """Undo a verification, also one that the policy decided: it waits again, and whoever holds it lets it go."""
        return done(report_id, handlers.recall, command)

    @api.route("/api/v1/cases/<uuid:report_id>/marks", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(CorrectionSchema)
    @api.response(201, CaseSchema)
    @api.alt_response(409, description="A mark to lift is no longer there, or nothing would change")
    def marks(command: Correction, report_id: UUID) -> Case:
        """Put right what of the report the public must not read; its text stays as it is."""
        return done(report_id, handlers.correct_marks, command)
