"""Cases as verifiers see them."""

from typing import Any

from marshmallow import fields, post_load, validate

from lapor_chassis.tracking_ids import as_written
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
from lapor_verification.domain.finding import Check, Outcome
from lapor_verification.schemas.marks import MarkSchema, RedactionSchema


class SiftSchema(StrictSchema):
    """Which cases."""

    state = fields.Enum(State, by_value=True, load_default=State.WAITING)
    kind = field_of(KindField | None)
    channel = field_of(ChannelField | None)
    region_code = field_of(RegionCode | None)
    tracking_id = fields.String(validate=validate.Length(max=40))
    mine = fields.Boolean(metadata={"description": "Only what I have in hand."})
    untaken = fields.Boolean(metadata={"description": "Only what nobody has in hand."})
    urgent = fields.Boolean(metadata={"description": "Only where somebody may come to harm."})
    everywhere = fields.Boolean(metadata={"description": "Also what bodies that verify themselves are to decide."})

    @post_load
    def readable(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """With the tracking ID as we write it, however it was typed."""
        if typed := data.get("tracking_id"):
            data["tracking_id"] = as_written(typed)
        return data


class CaseQuery(SiftSchema, Paging):
    """Which cases, in pages."""


class CountsSchema(StrictSchema):
    """How many cases there are."""

    counts = fields.Dict(
        keys=fields.Enum(State, by_value=True),
        values=fields.Integer(),
        metadata={"description": "By state; 5000 stands for all above it."},
    )


class HintSchema(StrictSchema):
    """One thing that a check found."""

    check = fields.Enum(Check, by_value=True)
    what = fields.String()
    weight = fields.Float(metadata={"description": "How sure it is: 0 not at all, 1 beyond doubt."})
    reason = fields.String()
    reason_en = fields.String()
    suggests = fields.String(allow_none=True, metadata={"description": "A kind, or a category's code, to take over."})


class DecisionSchema(StrictSchema):
    """What a person decided, or the policy (by ``system``, in ``details`` its version and the reasons)."""

    state = fields.Enum(State, by_value=True)
    decided_at = fields.AwareDateTime()
    decided_by = fields.String()
    note = fields.String()
    details = fields.Dict()


class AppealSchema(StrictSchema):
    """What a reporter says against the archiving."""

    appeal_id = fields.UUID()
    appealed_at = fields.AwareDateTime()
    text = fields.String()


class EditSchema(StrictSchema):
    """What the public was given to read instead; null: what the reporter wrote."""

    edited_at = fields.AwareDateTime()
    edited_by = fields.String()
    reason = fields.String()
    title = fields.String(allow_none=True)
    body = fields.String(allow_none=True)


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
    taken_by = fields.String(allow_none=True, metadata={"description": "Who has it in hand."})
    taken_until = fields.AwareDateTime(allow_none=True, metadata={"description": "When that ends by itself."})

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
    hints = fields.List(fields.Nested(HintSchema), metadata={"description": "All that the checks found."})
    round = fields.Integer(metadata={"description": "Of which verification: one more with each recall."})
    decisions = fields.List(fields.Nested(DecisionSchema))
    texts = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        metadata={"description": "Title, body, place, and by its id whatever was added; marks count their letters."},
    )
    marks = fields.List(fields.Nested(MarkSchema), metadata={"description": "What the public must not read."})
    redactions = fields.List(fields.Nested(RedactionSchema))
    edits = fields.List(fields.Nested(EditSchema), metadata={"description": "The latest counts."})
    appeals = fields.List(fields.Nested(AppealSchema))
