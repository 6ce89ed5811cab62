"""How the coordinator's decisions are read."""

from typing import Any

from marshmallow import Schema, fields, post_load

from lapor_chassis.tracking_ids import as_written
from lapor_chassis.web import page_of
from lapor_contracts.fields import TrackingId, enum_of, text
from lapor_contracts.schema import field_of
from lapor_contracts.vocabulary import Clock, Level
from lapor_routing.schemas.dispositions import ReasonSchema


class AssignmentSchema(ReasonSchema):
    """The coordinator's decision, and why."""

    agency_code = text(80, 1, required=True)


class ClosingSchema(ReasonSchema):
    """The coordinator closes a report that was answered."""

    tracking_id = field_of(TrackingId, required=True)


class ClosingFormSchema(ReasonSchema):
    """The same on the page, where it is typed."""

    tracking_id = text(40, 1, required=True)

    @post_load
    def readable(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """With the tracking ID as we write it, however it was typed."""
        return data | {"tracking_id": as_written(data["tracking_id"])}


class EscalatedSchema(Schema):
    """An overdue report, and to whom it has gone."""

    tracking_id = fields.String()
    agency_code = fields.String(allow_none=True, metadata={"description": "None where no body has the report."})
    clock = enum_of(Clock)
    level = enum_of(Level)
    due_at = fields.AwareDateTime()
    escalated_at = fields.AwareDateTime()


EscalatedPageSchema = page_of(EscalatedSchema)
