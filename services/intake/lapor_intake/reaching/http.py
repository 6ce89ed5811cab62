"""The API: a browser that is to show when there is news."""

from typing import Any

from flask import request
from marshmallow import ValidationError, fields, validate

from lapor_chassis import push
from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Problem, StrictSchema, refused
from lapor_contracts.fields import Line
from lapor_contracts.schema import field_of
from lapor_intake.reaching.handlers import Reaching, Subscription


def _point(text: str) -> None:
    try:
        push.public_point(text)
    except ValueError:
        raise ValidationError("Must be a public key on P-256, in base64url.") from None


def _secret(text: str) -> None:
    try:
        is_right = len(push.from_base64url(text)) == 16
    except ValueError:
        is_right = False
    if not is_right:
        raise ValidationError("Must be 16 bytes in base64url.")


class KeysSchema(StrictSchema):
    """What makes messages readable for that browser alone."""

    p256dh = fields.String(required=True, validate=[validate.Length(max=200), _point])
    auth = fields.String(required=True, validate=[validate.Length(max=50), _secret])


class SubscriptionSchema(StrictSchema):
    """What ``PushManager.subscribe`` gives."""

    receipt = field_of(Line, required=True)
    endpoint = fields.Url(
        required=True, schemes={"https", "http"}, require_tld=False, validate=validate.Length(max=1000)
    )
    keys = fields.Nested(KeysSchema, required=True)


def blueprint(reaching: Reaching, transactions: Transactions) -> Blueprint:
    """``/api/v1/push``; without a key there is none."""
    api = Blueprint("push", description="Show in a browser when there is news.")

    @api.route("/api/v1/push/<tracking_id>", methods=["POST"])
    @api.arguments(SubscriptionSchema)
    @api.response(204)
    @api.alt_response(404, description="No such report, or the receipt is not its receipt; or web push is not set up.")
    @api.alt_response(409, description="The reporter is forgotten.")
    @api.alt_response(422, description="A service that we do not call, or keys that are none.")
    @api.alt_response(429, description="Too many wrong receipts; see Retry-After.")
    def subscribe(given: dict[str, Any], tracking_id: str) -> None:
        """Show in this browser that there is news of a report, and never what it is."""
        if reaching.push_key is None:
            raise Problem(404, detail="Web push is not set up here.")
        subscription = Subscription(given["endpoint"], given["keys"]["p256dh"], given["keys"]["auth"])
        with transactions.begin() as tx:
            opened = reaching.desk.opened(tracking_id, given["receipt"], tx, address=request.remote_addr or "")
            if opened is None:
                raise Problem(404, detail="No such report, or not its receipt.")
            refusal = opened if isinstance(opened, Refusal) else reaching.subscribe(opened, subscription, tx)
        if refusal:
            raise refused(refusal)

    return api
