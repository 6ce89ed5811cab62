"""Cases as verifiers see them."""

from typing import Any

from marshmallow import fields

from lapor_chassis.web import Paging, StrictSchema
from lapor_contracts.events import Attachment
from lapor_contracts.fields import (
    AgencyCode,
    Body,
    ChannelField,
    Day,
    KindField,
    MissingField,
    Place,
    RegionCode,
    Title,
    Token,
    TrackingId,
)
from lapor_contracts.schema import field_of
from lapor_verification.domain.case import State
from lapor_verification.domain.finding import Outcome
from lapor_verification.schemas.marks import MarkSchema, RedactionSchema


class CaseQuery(Paging):
    """Which cases."""

    state = fields.Enum(State, by_value=True, load_default=State.WAITING)


class DecisionSchema(StrictSchema):
    """What a person decided."""

    state = fields.Enum(State, by_value=True)
    decided_at = fields.AwareDateTime()
    decided_by = fields.String()
    note = fields.String()
    details = fields.Dict()


class CaseSummarySchema(StrictSchema):
    """A case in a list."""

    report_id = fields.UUID()
    tracking_id = field_of(TrackingId)
    state = fields.Enum(State, by_value=True)
    version = fields.Integer(metadata={"description": "Send it back with a decision: 409 if the case has changed."})
    received_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)
    is_late = fields.Boolean()
    outcome = fields.Enum(Outcome, by_value=True, metadata={"description": "What the machine found."})
    reasons = fields.List(fields.String())
    missing = fields.List(field_of(MissingField))
    channel = field_of(ChannelField)
    kind = field_of(KindField)
    title = field_of(Title)
    region_code = field_of(RegionCode | None)

    def get_attribute(self, obj: Any, attr: str, default: Any) -> Any:
        """A case holds its report, its finding and its marks; who reads the API sees one thing."""
        for part in (obj, *(getattr(obj, name, None) for name in ("marked", "report", "finding"))):
            if hasattr(part, attr):
                return getattr(part, attr)
        return default


class CaseSchema(CaseSummarySchema):
    """A case with all that a verifier needs to decide."""

    body = field_of(Body)
    occurred_on = field_of(Day | None)
    place = field_of(Place | None)
    agency_code = field_of(AgencyCode | None)
    keyword = field_of(Token | None)
    category = field_of(Token | None)
    anonymous = fields.Boolean()
    secret = fields.Boolean()
    attachments = field_of(tuple[Attachment, ...])
    decisions = fields.List(fields.Nested(DecisionSchema))
    texts = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Title, body, place, and by its id whatever was added; marks count their letters."},
    )
    marks = fields.List(fields.Nested(MarkSchema), metadata={"description": "What the public must not read."})
    redactions = fields.List(fields.Nested(RedactionSchema))
