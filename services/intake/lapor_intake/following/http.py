"""The API: follow a public report, confirm it, end it. Addresses and tokens travel in bodies, never in an address."""

from typing import Any

from flask import request
from marshmallow import fields, validate

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Problem, StrictSchema, refused
from lapor_contracts.fields import TrackingId
from lapor_contracts.schema import field_of
from lapor_intake.following.handlers import Following
from lapor_intake.following.store import Follower


class FollowSchema(StrictSchema):
    """Who wants to hear of which report."""

    tracking_id = field_of(TrackingId, required=True)
    address = fields.String(
        required=True,
        validate=validate.Length(1, 200),
        metadata={"description": "An e-mail address or a telephone number. Kept sealed, and shown to nobody."},
    )


class TokenSchema(StrictSchema):
    """What stands in the links of the messages to a follower."""

    token = fields.String(required=True, validate=validate.Length(1, 40))


class FollowedSchema(StrictSchema):
    """The report that it is about."""

    tracking_id = field_of(TrackingId)


def blueprint(following: Following, transactions: Transactions) -> Blueprint:
    """``/api/v1/follows`` and what lies below it."""
    api = Blueprint("follows", description="Follow a public report.")

    @api.route("/api/v1/follows", methods=["POST"])
    @api.arguments(FollowSchema)
    @api.response(202, FollowedSchema)
    @api.alt_response(429, description="Too many requests from this network; see Retry-After.")
    def ask(given: dict[str, str]) -> Any:
        """Ask for news of a report. If the public may see it, a message asks the owner of the address to confirm that.

        The answer is the same whether there is such a report or not, and nobody is sent anything before they confirm.
        """
        with transactions.begin() as tx:
            refusal = following.ask(given["tracking_id"], given["address"], tx, visitor=request.remote_addr or "")
        if isinstance(refusal, Refusal):
            raise refused(refusal)
        return {"tracking_id": given["tracking_id"]}

    @api.route("/api/v1/follows/confirmation", methods=["POST"])
    @api.arguments(TokenSchema)
    @api.response(200, FollowedSchema)
    @api.alt_response(404, description="This token is not, or no longer, good.")
    def confirm(given: dict[str, str]) -> Follower:
        """Confirm with the token of the message."""
        with transactions.begin() as tx:
            return known(following.confirm(given["token"], tx))

    @api.route("/api/v1/follows/end", methods=["POST"])
    @api.arguments(TokenSchema)
    @api.response(200, FollowedSchema)
    @api.alt_response(404, description="Nobody was sent this token.")
    def end(given: dict[str, str]) -> Follower:
        """Hear no more; the address is forgotten."""
        with transactions.begin() as tx:
            return known(following.end(given["token"], tx))

    return api


def known(follower: Follower | None) -> Follower:
    """The follower, or the one 404."""
    if follower is None:
        raise Problem(404, "Tautan ini tidak berlaku", detail="This link is not, or no longer, good.")
    return follower
