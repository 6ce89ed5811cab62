"""How connections of bodies' own systems, and what they say over HTTPS, are read and written."""

from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from lapor_chassis.web import StrictSchema, page_of
from lapor_contracts.events import AgencyReplied
from lapor_contracts.fields import TrackingId, enum_of
from lapor_contracts.schema import field_of, schema_of
from lapor_routing.domain.delivering import Means

#: What a body's own system says: the data of ``agency.replied.v1``, as over the broker.
AgencyReplySchema: Schema = schema_of(AgencyReplied, unknown=RAISE)


class SignatureSchema(Schema):
    """The headers of Standard Webhooks."""

    webhook_id = fields.String(data_key="webhook-id", required=True, validate=validate.Length(1, 200))
    webhook_timestamp = fields.String(data_key="webhook-timestamp", required=True, validate=validate.Length(1, 20))
    webhook_signature = fields.String(data_key="webhook-signature", required=True, validate=validate.Length(1, 2000))


class TakenSchema(StrictSchema):
    """The reply had its effect, now or earlier."""

    reply_id = fields.UUID()
    is_new = fields.Boolean(metadata={"description": "False where the same reply was taken before."})


class HealthSchema(StrictSchema):
    """How a body's system has been doing."""

    failures = fields.Integer()
    failing_since = fields.AwareDateTime(allow_none=True)
    disabled_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "Nothing is brought any more; what waits stays due."}
    )
    next_at = fields.AwareDateTime()
    trouble = fields.String()


class QueueSchema(StrictSchema):
    """What lies in a body's queue on the broker."""

    messages = fields.Integer(metadata={"description": "That nobody has in hand."})
    readers = fields.Integer(metadata={"description": "How many take from it."})


class ConnectionSchema(StrictSchema):
    """A body's own system; never its secrets."""

    code = fields.String()
    means = enum_of(Means)
    address = fields.String()
    connected_at = fields.AwareDateTime()
    succeeded_at = fields.AwareDateTime(allow_none=True)
    waiting = fields.Integer(metadata={"description": "What it has not been brought yet."})
    waiting_since = fields.AwareDateTime(allow_none=True)
    queue = fields.Nested(
        QueueSchema,
        allow_none=True,
        metadata={"description": "Beside that, over the broker; null where the broker does not tell."},
    )
    health = fields.Nested(HealthSchema)


class DeliverySchema(StrictSchema):
    """Something that was or is to be brought to a body's own system, without its content."""

    id = fields.UUID()
    tracking_id = fields.String(allow_none=True)
    report_id = fields.UUID()
    disposition_id = fields.UUID()
    type = fields.String()
    made_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime()
    attempts = fields.Integer()
    result = fields.String()
    done_at = fields.AwareDateTime(allow_none=True)
    reference = fields.String(allow_none=True)


class RedeliverySchema(StrictSchema):
    """One delivery, all of a report, or all since a moment."""

    delivery_id = fields.UUID()
    tracking_id = field_of(TrackingId)
    since = fields.AwareDateTime()

    @validates_schema
    def one_of_them(self, data: dict[str, Any], **_: Any) -> None:
        """None says nothing; more would say several things."""
        if len(data) != 1:
            raise ValidationError("Give delivery_id, tracking_id or since.", "since")


class AgainSchema(StrictSchema):
    """What a coordinator does on the page of a connection."""

    what = fields.String(required=True, validate=validate.OneOf(["resume", "redeliver"]))
    delivery_id = fields.UUID()

    @validates_schema
    def names_what_to_bring(self, data: dict[str, Any], **_: Any) -> None:
        """The whole can be gone on with; only one of them can be brought again here."""
        if data.get("what") == "redeliver" and "delivery_id" not in data:
            raise ValidationError("Missing data for required field.", "delivery_id")


class RedeliveredSchema(StrictSchema):
    """How many are due again."""

    count = fields.Integer()


ConnectionPageSchema = page_of(ConnectionSchema)
DeliveryPageSchema = page_of(DeliverySchema)
