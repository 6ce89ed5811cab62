"""Officers work off what came to their body and its units."""

from typing import Any
from uuid import UUID

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import handlers, store
from lapor_routing import schemas as s
from lapor_routing.domain.answers import Answer
from lapor_routing.http.answering import Current, done
from lapor_routing.http.desk import inbox_page, own_desk, own_dossier, sealed_papers


def dispositions_api(transactions: Transactions, current: Current) -> Blueprint:
    """An officer works off what came to the body and its units."""
    api = Blueprint("dispositions", description="What came to a body: answer, refuse, pass on")

    @api.route("/api/v1/dispositions")
    @requires(Role.OFFICER)
    @api.arguments(s.InboxSchema, location="query")
    @api.response(200, s.EntryPageSchema)
    def inbox(given: dict[str, Any]) -> dict[str, Any]:
        return inbox_page(transactions, current, given)

    @api.route("/api/v1/dispositions/<uuid:disposition_id>")
    @requires(Role.OFFICER)
    @api.response(200, s.DossierSchema)
    def get(disposition_id: UUID) -> store.Dossier:
        return own_dossier(transactions, current, disposition_id)

    @api.route("/api/v1/dispositions/<uuid:disposition_id>/sealed")
    @requires(Role.OFFICER)
    @api.response(200, s.SealedSchema)
    @api.alt_response(404, description="No such disposition of one's own, or not of a whistleblower's report")
    def sealed(disposition_id: UUID) -> dict[str, Any]:
        """What only the body's private key opens: for `lapor oversight open`, or a system of the body's own."""
        return sealed_papers(transactions, own_dossier(transactions, current, disposition_id))

    @api.route("/api/v1/dispositions/<uuid:disposition_id>/answers", methods=["POST"])
    @requires(Role.OFFICER)
    @api.arguments(s.GiveAnswerSchema)
    @api.response(201, s.AnswerSchema)
    def answer(given: dict[str, Any], disposition_id: UUID) -> Answer:
        command = handlers.GiveAnswer(disposition_id=disposition_id, **given)
        desk = own_desk(transactions, current)
        with transactions.begin() as tx:
            outcome = handlers.give_answer(command, tx, desk=desk, snapshot=current())
        return done(outcome)

    @api.route("/api/v1/dispositions/<uuid:disposition_id>/refusals", methods=["POST"])
    @requires(Role.OFFICER)
    @api.arguments(s.RefusalSchema)
    @api.response(201, s.HolderSchema)
    def refuse(given: dict[str, Any], disposition_id: UUID) -> Any:
        command = handlers.Refuse(disposition_id=disposition_id, **given)
        desk = own_desk(transactions, current)
        with transactions.begin() as tx:
            outcome = handlers.refuse(command, tx, desk=desk, snapshot=current())
        return done(outcome)

    @api.route("/api/v1/dispositions/<uuid:disposition_id>/handovers", methods=["POST"])
    @requires(Role.OFFICER)
    @api.arguments(s.HandoverSchema)
    @api.response(201, s.HolderSchema)
    def pass_on(given: dict[str, Any], disposition_id: UUID) -> Any:
        command = handlers.PassOn(disposition_id=disposition_id, **given)
        desk = own_desk(transactions, current)
        with transactions.begin() as tx:
            outcome = handlers.pass_on(command, tx, desk=desk, snapshot=current())
        return done(outcome)

    return api
