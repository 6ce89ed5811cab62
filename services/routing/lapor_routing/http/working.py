"""Within a body: notes, who has taken a report on, more time, and whether a second officer approves."""

from typing import Any
from uuid import UUID

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import handlers
from lapor_routing import schemas as s
from lapor_routing.domain.drafts import ExtensionPolicy
from lapor_routing.http.answering import Current, done
from lapor_routing.http.desk import own_desk

_OWN = "/api/v1/dispositions/<uuid:disposition_id>"


def working_api(transactions: Transactions, current: Current, policy: ExtensionPolicy) -> Blueprint:
    """What officers of a body do among themselves, and take longer for."""
    api = Blueprint("working", description="Within a body: notes, hand-over between officers, extensions")

    @api.route(f"{_OWN}/notes", methods=["POST"])
    @requires(Role.OFFICER)
    @api.arguments(s.NoteSchema)
    @api.response(204)
    def note(given: dict[str, Any], disposition_id: UUID) -> None:
        """For the body's own officers alone; handed down with the report, and shown to nobody else."""
        command, desk = handlers.WriteNote(disposition_id=disposition_id, **given), own_desk(transactions, current)
        with transactions.begin() as tx:
            outcome = handlers.write_note(command, tx, desk=desk)
        done(outcome)

    @api.route(f"{_OWN}/officer", methods=["PUT"])
    @requires(Role.OFFICER)
    @api.arguments(s.OfficerSchema)
    @api.response(204)
    def officer(given: dict[str, Any], disposition_id: UUID) -> None:
        """Who of the body has taken it on; a note goes along."""
        command, desk = handlers.HandOver(disposition_id=disposition_id, **given), own_desk(transactions, current)
        with transactions.begin() as tx:
            outcome = handlers.hand_over(command, tx, desk=desk, snapshot=current())
        done(outcome)

    @api.route(f"{_OWN}/extensions", methods=["POST"])
    @requires(Role.OFFICER)
    @api.arguments(s.ExtendSchema)
    @api.response(204)
    def extend(given: dict[str, Any], disposition_id: UUID) -> None:
        """More time, for a reason that the reporter reads."""
        command, desk = handlers.Extend(disposition_id=disposition_id, **given), own_desk(transactions, current)
        with transactions.begin() as tx:
            outcome = handlers.extend(command, tx, desk=desk, policy=policy)
        done(outcome)

    @api.route(f"{_OWN}/closings", methods=["POST"])
    @requires(Role.ADMINISTRATOR)
    @api.arguments(s.ReasonSchema)
    @api.response(204)
    def close(given: dict[str, Any], disposition_id: UUID) -> None:
        """What was answered with an outcome or with evidence is at its end; the reporter reads the reason."""
        closer = handlers.Administrator(disposition_id=disposition_id, desk=own_desk(transactions, current))
        with transactions.begin() as tx:
            outcome = handlers.close_answered(handlers.Close(**given), tx, closer=closer)
        done(outcome)

    @api.route("/api/v1/approval/<path:code>", methods=["PUT"])
    @requires(Role.ADMINISTRATOR)
    @api.arguments(s.ApprovalSchema)
    @api.response(204)
    def approval(given: dict[str, Any], code: str) -> None:
        """Whether a second officer must approve what this body and its units send out."""
        desk = own_desk(transactions, current)
        with transactions.begin() as tx:
            outcome = handlers.check_body(code, given["required"], tx, desk=desk)
        done(outcome)

    return api
