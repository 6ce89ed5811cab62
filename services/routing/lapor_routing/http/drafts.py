"""Maker and checker: an officer drafts, another one approves or gives it back."""

from typing import Any
from uuid import UUID

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import handlers
from lapor_routing import schemas as s
from lapor_routing.domain.drafts import Draft, ExtensionPolicy, Wording
from lapor_routing.http.answering import Current, done
from lapor_routing.http.desk import own_desk

_DRAFTS = "/api/v1/dispositions/<uuid:disposition_id>/drafts"


def drafted(given: dict[str, Any], disposition_id: UUID, draft_id: UUID | None = None) -> handlers.WriteDraft:
    """What the form or the body of a request asks for."""
    submit = given.pop("submit")
    return handlers.WriteDraft(
        disposition_id=disposition_id, draft_id=draft_id, wording=Wording(**given), submit=submit
    )


def drafts_api(transactions: Transactions, current: Current, policy: ExtensionPolicy) -> Blueprint:
    """Answers and extensions that another officer must approve."""
    api = Blueprint("drafts", description="Answers and extensions that another officer approves first")

    def write(command: handlers.WriteDraft) -> Draft:
        desk = own_desk(transactions, current)
        with transactions.begin() as tx:
            outcome = handlers.write_draft(command, tx, desk=desk, snapshot=current(), policy=policy)
        return done(outcome)

    def decide(command: handlers.DecideDraft) -> Draft:
        desk = own_desk(transactions, current)
        with transactions.begin() as tx:
            outcome = handlers.decide_draft(command, tx, desk=desk, snapshot=current(), policy=policy)
        return done(outcome)

    @api.route(_DRAFTS, methods=["POST"])
    @requires(Role.OFFICER)
    @api.arguments(s.WriteDraftSchema)
    @api.response(201, s.DraftSchema)
    def add(given: dict[str, Any], disposition_id: UUID) -> Draft:
        return write(drafted(given, disposition_id))

    @api.route(f"{_DRAFTS}/<uuid:draft_id>", methods=["PUT"])
    @requires(Role.OFFICER)
    @api.arguments(s.WriteDraftSchema)
    @api.response(200, s.DraftSchema)
    def rewrite(given: dict[str, Any], disposition_id: UUID, draft_id: UUID) -> Draft:
        return write(drafted(given, disposition_id, draft_id))

    @api.route(f"{_DRAFTS}/<uuid:draft_id>/approvals", methods=["POST"])
    @requires(Role.APPROVER)
    @api.response(201, s.DraftSchema)
    def approve(disposition_id: UUID, draft_id: UUID) -> Draft:
        """It goes out, in its author's words."""
        return decide(handlers.DecideDraft(disposition_id=disposition_id, draft_id=draft_id, approve=True))

    @api.route(f"{_DRAFTS}/<uuid:draft_id>/returns", methods=["POST"])
    @requires(Role.APPROVER)
    @api.arguments(s.NoteSchema)
    @api.response(201, s.DraftSchema)
    def give_back(given: dict[str, Any], disposition_id: UUID, draft_id: UUID) -> Draft:
        """Its author puts right what the note says."""
        note = given["text"]
        return decide(handlers.DecideDraft(disposition_id=disposition_id, draft_id=draft_id, approve=False, note=note))

    return api
