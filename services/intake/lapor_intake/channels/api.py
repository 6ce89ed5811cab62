"""The API for the reporter's own programs: report, and complete a report that was returned."""

import uuid
from typing import Any

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Problem, refused
from lapor_contracts import vocabulary
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.domain import Supplement
from lapor_intake.handlers import Desk, Slip
from lapor_intake.schemas import (
    LOCATION,
    IdempotencyHeader,
    ReportSchema,
    SlipSchema,
    SupplementedSchema,
    SupplementSchema,
    submission_of,
)


def channel(_settings: object, reception: Reception) -> Channel:
    """Reports by the reporter's own programs."""
    blueprints = [blueprint(reception.desk, reception.transactions)]
    return Channel(name="api", title="JSON API (aplikasi)", blueprints=blueprints)


def blueprint(desk: Desk, transactions: Transactions) -> Blueprint:
    """``/api/v1/reports`` and ``/api/v1/supplements``."""
    api = Blueprint("reports", description="Report, and complete a report that was returned.")

    @api.route("/api/v1/reports", methods=["POST"])
    @api.arguments(IdempotencyHeader, location="headers")
    @api.arguments(ReportSchema)
    @api.response(201, SlipSchema, headers=LOCATION)
    @api.alt_response(409, description="The Idempotency-Key was used for another report.")
    def report(header: dict[str, str], given: dict[str, Any]) -> Any:
        """Hand in a report. Sent again with the same Idempotency-Key it is the same report."""
        submission = submission_of(
            given,
            source="api",
            idempotency_key=header.get("idempotency_key") or str(uuid.uuid4()),
            channel=vocabulary.Channel.APP,
            acknowledged=True,
        )
        with transactions.begin() as tx:
            outcome = desk.accept(submission, tx)
        if isinstance(outcome, Refusal):
            raise refused(outcome)
        return created(desk.slip(outcome.tracking_id, outcome.receipt))

    @api.route("/api/v1/supplements/<tracking_id>", methods=["POST"])
    @api.arguments(SupplementSchema)
    @api.response(201, SupplementedSchema, headers=LOCATION)
    @api.alt_response(404, description="No such report, or the receipt is not its receipt.")
    @api.alt_response(409, description="The report does not wait for completion.")
    def supplement(given: dict[str, Any], tracking_id: str) -> Any:
        """Complete a report that was returned."""
        receipt = given.pop("receipt")
        with transactions.begin() as tx:
            outcome = desk.supplement(tracking_id, receipt, Supplement(**given), tx)
        if outcome is None:
            raise Problem(404, "Laporan tidak ditemukan", detail="No report has this tracking ID and this receipt.")
        if isinstance(outcome, Refusal):
            raise refused(outcome)
        return created(desk.slip(outcome))

    return api


def created(slip: Slip) -> tuple[Slip, int, dict[str, str]]:
    """A 201 that says where the report can be followed."""
    return slip, 201, {"Location": slip.status_url}
