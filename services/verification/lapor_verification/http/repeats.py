"""The API of repeats: what a report is like, merging and splitting, and what somebody might support instead."""

from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, requires
from lapor_verification import handlers
from lapor_verification.domain.case import Case
from lapor_verification.domain.commands import Merging, Splitting
from lapor_verification.http.alike import Repeats, repeats_of, suggestions
from lapor_verification.http.answers import DECIDERS, decide, found
from lapor_verification.schemas import (
    CaseSchema,
    DraftSchema,
    MergingSchema,
    RepeatsSchema,
    SplittingSchema,
    SuggestionsSchema,
)


def blueprint(transactions: Transactions, admit: Callable[[], None]) -> Blueprint:
    """The routes, on this database; ``admit`` lets whoever asks without signing in go on, or raises."""
    api = Blueprint("repeats", description="Reports of one matter")
    done = partial(decide, transactions)

    @api.route("/api/v1/cases/<uuid:report_id>/repeats")
    @requires(*DECIDERS)
    @api.response(200, RepeatsSchema)
    @api.alt_response(404, description="No such case")
    def repeats(report_id: UUID) -> Repeats:
        """What a report follows, what follows it, and which earlier ones it is like. None of them is secret."""
        return repeats_of(transactions, found(transactions, report_id))

    @api.route("/api/v1/cases/<uuid:report_id>/merge", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(MergingSchema)
    @api.response(201, CaseSchema)
    @api.alt_response(409, description="The case is not open, one is secret, or the earlier one is at its end")
    def merge(command: Merging, report_id: UUID) -> Case:
        """Let the report follow an earlier one: it keeps its ID, and its reporter hears the outcome of that one."""
        return done(report_id, handlers.merge, command)

    @api.route("/api/v1/cases/<uuid:report_id>/split", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(SplittingSchema)
    @api.response(201, CaseSchema)
    @api.alt_response(409, description="The report follows no other, or the case has changed")
    def split(command: Splitting, report_id: UUID) -> Case:
        """Let the report stand alone again; it waits for its verification."""
        return done(report_id, handlers.split, command)

    @api.route("/api/v1/similar", methods=["POST"])
    @api.arguments(DraftSchema)
    @api.response(200, SuggestionsSchema)
    @api.alt_response(429, description="Too many questions from this network; Retry-After says when to come again.")
    def similar(draft: dict[str, Any]) -> Any:
        """Before something is reported: which public reports of the same matter are being handled.

        Hand yours in with ``supports`` set to one of their tracking IDs, and it follows that one.
        """
        admit()
        return {"similar": suggestions(transactions, **draft)}

    return api
