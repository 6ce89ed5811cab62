"""Officers work off what came to their body and its units."""

from functools import partial
from typing import Any
from uuid import UUID

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Problem, current_staff, paged, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import handlers, store
from lapor_routing import schemas as s
from lapor_routing.domain.disposition import Answer, State
from lapor_routing.handlers import Desk
from lapor_routing.http.answering import BY_ID, Current, done, existing

#: What an officer still has on the table.
ON_THE_TABLE = (State.OPEN, State.IN_PROGRESS, State.ANSWERED)


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
        desk = own_desk(current)
        with transactions.begin() as tx:
            outcome = handlers.give_answer(command, tx, desk=desk)
        return done(outcome)

    @api.route("/api/v1/dispositions/<uuid:disposition_id>/refusals", methods=["POST"])
    @requires(Role.OFFICER)
    @api.arguments(s.RefusalSchema)
    @api.response(201, s.HolderSchema)
    def refuse(given: dict[str, Any], disposition_id: UUID) -> Any:
        command = handlers.Refuse(disposition_id=disposition_id, **given)
        desk = own_desk(current)
        with transactions.begin() as tx:
            outcome = handlers.refuse(command, tx, desk=desk, snapshot=current())
        return done(outcome)

    @api.route("/api/v1/dispositions/<uuid:disposition_id>/handovers", methods=["POST"])
    @requires(Role.OFFICER)
    @api.arguments(s.HandoverSchema)
    @api.response(201, s.HolderSchema)
    def pass_on(given: dict[str, Any], disposition_id: UUID) -> Any:
        command = handlers.PassOn(disposition_id=disposition_id, **given)
        desk = own_desk(current)
        with transactions.begin() as tx:
            outcome = handlers.pass_on(command, tx, desk=desk, snapshot=current())
        return done(outcome)

    return api


def own_desk(current: Current) -> Desk:
    """What whoever is signed in may act on: the dispositions of their body and its units."""
    staff = current_staff()
    if staff.agency_code is None:
        raise Problem(403, detail="Akun ini bukan milik suatu instansi (this account belongs to no body).")
    own = staff.agency_code
    return Desk(actor=staff.id, agency_code=own, inboxes=current().inboxes_of(own))


def inbox_page(transactions: Transactions, current: Current, given: dict[str, Any]) -> dict[str, Any]:
    """One page of the inbox of whoever is signed in."""
    states = [given["state"]] if "state" in given else ON_THE_TABLE
    desk = own_desk(current)
    with transactions.read() as connection:
        fetch = partial(store.list_inbox, connection, desk.inboxes, desk.agency_code, states)
        return paged(fetch, given, by=BY_ID)


def own_dossier(transactions: Transactions, current: Current, disposition_id: UUID) -> store.Dossier:
    """All about one disposition of the signed-in officer's; another body's does not exist for them."""
    with transactions.read() as connection:
        dossier = existing(store.find_dossier(connection, disposition_id))
    if not own_desk(current).has(dossier.disposition):
        raise Problem(404)
    return dossier


def sealed_papers(transactions: Transactions, dossier: store.Dossier) -> dict[str, Any]:
    """All that is sealed about a whistleblower's report, with the keys for whom."""
    report = dossier.disposition.report
    with transactions.read() as connection:
        sealed = existing(store.find_sealed(connection, report.id))
    return {
        "tracking_id": report.tracking_id,
        "oversight_key": sealed.oversight_key,
        "reporter_key": sealed.reporter_key,
        "report": sealed.content,
        "messages": dossier.messages,
    }
