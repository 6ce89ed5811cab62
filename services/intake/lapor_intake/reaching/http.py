"""The API: another address with its language, and a browser that is to show when there is news."""

from typing import Any

from flask import request
from marshmallow import ValidationError, fields, validate

from lapor_chassis import push
from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import Blueprint, Problem, StrictSchema, refused
from lapor_contracts.fields import Line
from lapor_contracts.schema import field_of
from lapor_intake.handlers import Opened
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


def language_field() -> fields.String:
    """In which language they want to read."""
    return fields.String(
        load_default="",
        validate=validate.OneOf(["", "id", "en"]),
        metadata={"description": "Indonesian, English, or empty: in both."},
    )


class AddressSchema(StrictSchema):
    """Where a reporter is reached from now on."""

    receipt = field_of(Line, required=True)
    address = fields.String(
        required=True,
        validate=validate.Length(1, 200),
        metadata={"description": "An e-mail address or a telephone number. Kept sealed, and shown to nobody."},
    )
    language = language_field()


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
    """``/api/v1/contacts``, and ``/api/v1/push``; without a key there is none of that."""
    api = Blueprint("contacts", description="How a reporter is reached.")

    @api.route("/api/v1/contacts/<tracking_id>", methods=["PUT"])
    @api.arguments(AddressSchema)
    @api.response(204)
    @api.alt_response(404, description="No such report, or the receipt is not its receipt.")
    @api.alt_response(409, description="The reporter is forgotten.")
    @api.alt_response(422, description="Neither an e-mail address nor a telephone number.")
    @api.alt_response(429, description="Too many wrong receipts; see Retry-After.")
    def give_address(given: dict[str, str], tracking_id: str) -> None:
        """Tell a reporter at this address, in this language, and at no address before."""
        with transactions.begin() as tx:
            opened = known(tracking_id, given["receipt"], tx)
            refusal = (
                opened
                if isinstance(opened, Refusal)
                else reaching.give_address(opened, given["address"], given["language"], tx)
            )
        if refusal:
            raise refused(refusal)

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
            opened = known(tracking_id, given["receipt"], tx)
            refusal = opened if isinstance(opened, Refusal) else reaching.subscribe(opened, subscription, tx)
        if refusal:
            raise refused(refusal)

    def known(tracking_id: str, receipt: str, tx: Transaction) -> Opened | Refusal:
        opened = reaching.desk.opened(tracking_id, receipt, tx, address=request.remote_addr or "")
        if opened is None:
            raise Problem(404, detail="No such report, or not its receipt.")
        return opened

    return api
