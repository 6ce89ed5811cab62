"""The API for the reporter's own programs: report, and complete a report that was returned."""

import uuid
from typing import Any

from flask import request

from lapor_chassis.refusals import Refusal
from lapor_chassis.web import Blueprint, Problem, refused
from lapor_contracts import vocabulary
from lapor_intake.adding import add_own_files
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.domain import Supplement
from lapor_intake.handlers import Slip
from lapor_intake.schemas import (
    LOCATION,
    AddedSchema,
    ChallengeSchema,
    KeySchema,
    ReportHeaders,
    ReportSchema,
    SlipSchema,
    SupplementedSchema,
    SupplementSchema,
    submission_of,
)


def channel(_settings: object, reception: Reception) -> Channel:
    """Reports by the reporter's own programs."""
    return Channel(name="api", title="JSON API (aplikasi)", blueprints=[blueprint(reception)])


def blueprint(reception: Reception) -> Blueprint:
    """``/api/v1/reports``, ``/api/v1/supplements`` and ``/api/v1/challenges``."""
    desk, transactions = reception.desk, reception.transactions
    api = Blueprint("reports", description="Report, and complete a report that was returned.")

    @api.route("/api/v1/reports", methods=["POST"])
    @api.arguments(ReportHeaders, location="headers")
    @api.arguments(ReportSchema)
    @api.response(201, SlipSchema, headers=LOCATION)
    @api.alt_response(409, description="The Idempotency-Key was used for another report.")
    @api.alt_response(429, description="Too many reports; Retry-After says in how many seconds to come again.")
    def report(header: dict[str, str], given: dict[str, Any]) -> Any:
        """Hand in a report. Sent again with the same Idempotency-Key it is the same report."""
        key = header.get("idempotency_key") or str(uuid.uuid4())
        submission = submission_of(
            given,
            source="api",
            idempotency_key=key,
            channel=vocabulary.Channel.APP,
            acknowledged=True,
        )
        with transactions.begin() as tx:
            outcome = desk.accept(submission, tx, reception.visitor(key, header.get("proof")))
        if isinstance(outcome, Refusal):
            raise refused(outcome)
        return created(desk.slip(outcome.tracking_id, outcome.receipt))

    @api.route("/api/v1/challenges")
    @api.arguments(KeySchema, location="query")
    @api.response(200, ChallengeSchema)
    def challenge(query: dict[str, str]) -> Any:
        """A challenge to be solved for the report with this Idempotency-Key.

        In the form of ALTCHA 1. Sent along as Proof-Of-Work (base64 of the JSON with the number that was found) it
        lifts the limit for a network address, which thousands of phones may share.
        """
        return reception.proofs.challenge(query["key"], transactions.clock.now())

    _add_supplements(api, reception)
    return api


def _add_supplements(api: Blueprint, reception: Reception) -> None:
    """What is added to a report later, by whoever shows its receipt."""
    desk, transactions = reception.desk, reception.transactions

    @api.route("/api/v1/supplements/<tracking_id>", methods=["POST"])
    @api.arguments(SupplementSchema)
    @api.response(201, SupplementedSchema, headers=LOCATION)
    @api.alt_response(404, description="No such report, or the receipt is not its receipt.")
    @api.alt_response(409, description="The report does not wait for completion.")
    @api.alt_response(429, description="Too many wrong receipts; see Retry-After.")
    def supplement(given: dict[str, Any], tracking_id: str) -> Any:
        """Complete a report that was returned."""
        receipt = given.pop("receipt")
        with transactions.begin() as tx:
            outcome = desk.supplement(tracking_id, receipt, Supplement(**given), tx, address=request.remote_addr or "")
        if outcome is None:
            raise Problem(404, "Laporan tidak ditemukan", detail="No report has this tracking ID and this receipt.")
        if isinstance(outcome, Refusal):
            raise refused(outcome)
        return created(desk.slip(outcome))

    @api.route("/api/v1/supplements/<tracking_id>/attachments", methods=["POST"])
    @api.arguments(AddedSchema)
    @api.response(201, SupplementedSchema, headers=LOCATION)
    @api.alt_response(404, description="No such report, or the receipt is not its receipt.")
    @api.alt_response(409, description="The report takes no attachments.")
    @api.alt_response(429, description="Too many wrong receipts; see Retry-After.")
    def add(given: dict[str, Any], tracking_id: str) -> Any:
        """Add files to a report that is being handled. The same files again are the same addition."""
        with transactions.begin() as tx:
            outcome = add_own_files(
                desk, tracking_id, given["receipt"], given["attachments"], tx, address=request.remote_addr or ""
            )
        if outcome is None:
            raise Problem(404, "Laporan tidak ditemukan", detail="No report has this tracking ID and this receipt.")
        if isinstance(outcome, Refusal):
            raise refused(outcome)
        return created(desk.slip(outcome))


def created(slip: Slip) -> tuple[Slip, int, dict[str, str]]:
    """A 201 that says where the report can be followed."""
    return slip, 201, {"Location": slip.status_url}
