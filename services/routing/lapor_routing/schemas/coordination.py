"""How the coordinator's decisions are read."""

from marshmallow import Schema, fields

from lapor_chassis.web import page_of
from lapor_contracts.fields import enum_of, text
from lapor_contracts.vocabulary import Clock, Level
from lapor_routing.schemas.dispositions import ReasonSchema


class AssignmentSchema(ReasonSchema):
    """The coordinator's decision, and why."""

    agency_code = text(80, 1, required=True)


class EscalatedSchema(Schema):
    """An overdue report, and to whom it has gone."""

    tracking_id = fields.String()
    agency_code = fields.String(allow_none=True, metadata={"description": "None where no body has the report."})
    clock = enum_of(Clock)
    level = enum_of(Level)
    due_at = fields.AwareDateTime()
    escalated_at = fields.AwareDateTime()


EscalatedPageSchema = page_of(EscalatedSchema)
