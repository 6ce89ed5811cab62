"""The API of the verifier's desk: who works on which case, second opinions, and what the public reads instead."""

from functools import partial
from typing import Any
from uuid import UUID

from flask import Response

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Problem, current_staff, requires
from lapor_contracts.vocabulary import Role
from lapor_verification import handlers
from lapor_verification.domain.case import Case
from lapor_verification.domain.commands import AppealDecision, ArchiveReview, Rewording
from lapor_verification.http.answers import DECIDERS, accepted, check_whose, decide, found, sift_of
from lapor_verification.schemas import (
    AppealDecisionSchema,
    ArchiveReviewSchema,
    CaseSchema,
    RewordingSchema,
    SiftSchema,
    TakingSchema,
)


def blueprint(transactions: Transactions) -> Blueprint:
    """The routes, on this database."""
    api = Blueprint("desk", description="Who works on which case, second opinions, the public's version")
    _add_holding(api, transactions)
    _add_second_looks(api, transactions)
    return api


def _add_holding(api: Blueprint, transactions: Transactions) -> None:
    @api.route("/api/v1/cases/next", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(SiftSchema)
    @api.response(200, CaseSchema)
    @api.alt_response(204, description="Nothing waits that nobody has in hand")
    def next_(query: dict[str, Any]) -> Case | Response:
        """Take the most urgent case that nobody has in hand."""
        with transactions.begin() as tx:
            case = handlers.take_next(sift_of(transactions, query), tx)
        return found(transactions, case.report_id) if case else Response(status=204)

    @api.route("/api/v1/cases/<uuid:report_id>/holder", methods=["PUT"])
    @requires(*DECIDERS)
    @api.arguments(TakingSchema)
    @api.response(200, CaseSchema)
    @api.alt_response(409, description="A colleague has it in hand, or nothing is to be decided any more")
    def take(taking: dict[str, bool], report_id: UUID) -> Case:
        """Take a case in hand for half an hour, or for half an hour more."""
        over = taking["take_over"]
        if over and not current_staff().has(Role.COORDINATOR):
            raise Problem(403)
        check_whose(transactions, report_id)
        with transactions.begin() as tx:
            outcome = handlers.take(report_id, current_staff().id, tx, over=over)
        return accepted(transactions, report_id, outcome)

    @api.route("/api/v1/cases/<uuid:report_id>/holder", methods=["DELETE"])
    @requires(*DECIDERS)
    @api.response(200, CaseSchema)
    @api.alt_response(409, description="A colleague has it in hand")
    def hand_back(report_id: UUID) -> Case:
        """Let a case go, so that another can take it."""
        check_whose(transactions, report_id)
        with transactions.begin() as tx:
            outcome = handlers.hand_back(report_id, current_staff().id, tx)
        return accepted(transactions, report_id, outcome)


def _add_second_looks(api: Blueprint, transactions: Transactions) -> None:
    done = partial(decide, transactions)

    @api.route("/api/v1/cases/<uuid:report_id>/archive-review", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(ArchiveReviewSchema)
    @api.response(201, CaseSchema)
    @api.alt_response(409, description="Nobody proposes to archive it, or the proposal is one's own")
    def review(command: ArchiveReview, report_id: UUID) -> Case:
        """Agree that a report is archived, as a second verifier; or let it wait again."""
        return done(report_id, handlers.review_archiving, command)

    @api.route("/api/v1/cases/<uuid:report_id>/appeal-decision", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(AppealDecisionSchema)
    @api.response(201, CaseSchema)
    @api.alt_response(409, description="No appeal is waiting, or the archiving is one's own")
    def appeal(command: AppealDecision, report_id: UUID) -> Case:
        """Grant the reporter's appeal against the archiving, or uphold it."""
        return done(report_id, handlers.decide_appeal, command)

    @api.route("/api/v1/cases/<uuid:report_id>/public-text", methods=["PUT"])
    @requires(*DECIDERS)
    @api.arguments(RewordingSchema)
    @api.response(200, CaseSchema)
    @api.alt_response(409, description="Nothing would change, or a colleague has it in hand")
    def public_text(command: Rewording, report_id: UUID) -> Case:
        """Let the public read other words than the reporter's, or the reporter's own again."""
        return done(report_id, handlers.edit_public_text, command)
