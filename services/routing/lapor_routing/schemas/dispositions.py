"""How dispositions, and what is done with them, are read and written."""

from typing import Any

from marshmallow import fields, post_load, validate

from lapor_chassis.tracking_ids import as_written
from lapor_chassis.web import Paging, StrictSchema, page_of, said
from lapor_contracts.events import Attachment, Point
from lapor_contracts.fields import AgencyCode, RegionCode, enum_of, text
from lapor_contracts.schema import field_of
from lapor_contracts.vocabulary import AnswerKind, Clock, Kind, Level
from lapor_routing.domain.disposition import State
from lapor_routing.domain.reactions import ReactionKind
from lapor_routing.schemas.drafts import DraftSchema
from lapor_routing.schemas.substance import SaidSubstanceSchema, SubstanceSchema


class EvidenceSchema(StrictSchema):
    """One thing that speaks for a body."""

    kind = fields.String()
    detail = fields.String()
    weight = fields.Float()


class CandidateSchema(StrictSchema):
    """A body that may be competent."""

    agency_code = fields.String()
    score = fields.Float()
    evidence = fields.List(fields.Nested(EvidenceSchema))


class GroundsSchema(StrictSchema):
    """Why the report came here."""

    decided_by = fields.String()
    rules_version = fields.String()
    model_version = fields.String(allow_none=True)
    reason = fields.String()
    confidence = fields.Float()
    evidence = fields.List(fields.Nested(EvidenceSchema))
    candidates = fields.List(fields.Nested(CandidateSchema))


class SiftSchema(StrictSchema):
    """Which dispositions are wanted; without a state those that are not at their end."""

    state = enum_of(State)
    kind = enum_of(Kind)
    agency_code = field_of(AgencyCode)
    region_code = field_of(RegionCode)
    category = text(40, 1, metadata={"description": "A category or a topic, with all whose codes begin with it."})
    tracking_id = fields.String(validate=validate.Length(max=40))
    late = fields.Boolean(metadata={"description": "Only what is overdue."})
    replied = fields.Boolean(metadata={"description": "Only where the reporter wrote and nobody has answered."})
    urgent = fields.Boolean(metadata={"description": "Only where somebody may come to harm."})
    supervised = fields.Boolean(metadata={"description": "Only complaints with supervision."})
    mine = fields.Boolean(metadata={"description": "Only what I have taken on, or a colleague for whom I act today."})
    unclaimed = fields.Boolean(metadata={"description": "Only what nobody has taken on."})

    @post_load
    def readable(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """With the tracking ID as we write it, however it was typed."""
        if typed := data.get("tracking_id"):
            data["tracking_id"] = as_written(typed)
        return data


class InboxSchema(SiftSchema, Paging):
    """Which dispositions to list, in pages."""


class EntrySchema(StrictSchema):
    """A disposition in a list."""

    id = fields.UUID()
    report_id = fields.UUID()
    tracking_id = fields.String()
    kind = enum_of(Kind)
    title = fields.String()
    secret = fields.Boolean()
    agency_code = fields.String(allow_none=True)
    agency_name = fields.String()
    co_owner = fields.Boolean()
    urgent = fields.Boolean()
    supervised = fields.Boolean()
    officer = fields.String(allow_none=True)
    hop = fields.Integer()
    state = enum_of(State)
    reason = fields.String()
    assigned_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(allow_none=True)
    reporter_replied = fields.Boolean()


EntryPageSchema = page_of(EntrySchema)


class ReportSchema(StrictSchema):
    """The report as the body reads it; nothing of who reported."""

    id = fields.UUID()
    tracking_id = fields.String()
    channel = fields.String()
    kind = enum_of(Kind)
    title = fields.String()
    body = fields.String()
    occurred_on = fields.Date(allow_none=True)
    region_code = fields.String(allow_none=True)
    place = fields.String(allow_none=True)
    category = fields.String(allow_none=True)
    anonymous = fields.Boolean()
    secret = fields.Boolean()
    sealed_for = fields.String(
        allow_none=True, metadata={"description": "A whistleblower's report: only this body can open it."}
    )
    supervised = fields.Boolean()
    urgent = fields.Boolean()
    sensitive = fields.Boolean()
    point = field_of(Point | None)
    verified_at = fields.AwareDateTime()
    attachments = field_of(tuple[Attachment, ...])


class TurnSchema(StrictSchema):
    """Whose turn it was, why, and how it ended."""

    id = fields.UUID()
    agency_code = fields.String(allow_none=True)
    agency_name = fields.String()
    part = fields.UUID(allow_none=True, metadata={"description": "Of a co-owner; null for the owner's turns."})
    officer = fields.String(allow_none=True)
    hop = fields.Integer()
    state = enum_of(State)
    assigned_at = fields.AwareDateTime()
    grounds = fields.Nested(GroundsSchema)
    ended_at = fields.AwareDateTime(allow_none=True)
    ended_reason = fields.String(allow_none=True)
    next_agency_code = fields.String(allow_none=True)


class AnswerSchema(SaidSubstanceSchema):
    """An answer that was given."""

    id = fields.UUID()
    disposition_id = fields.UUID()
    kind = enum_of(AnswerKind)
    text = fields.String()
    answered_at = fields.AwareDateTime()


class MessageSchema(StrictSchema):
    """What the reporter wrote back."""

    text = fields.String()
    replied_at = fields.AwareDateTime()


class CopySchema(StrictSchema):
    """A body that may read the report."""

    id = fields.UUID()
    agency_code = fields.String()
    agency_name = fields.String()
    sent_at = fields.AwareDateTime()
    reason = fields.String()


class ExtensionSchema(StrictSchema):
    """More time that a body was given."""

    disposition_id = fields.UUID()
    working_days = fields.Integer()
    reason = fields.String()
    granted_at = fields.AwareDateTime()


class RecallSchema(StrictSchema):
    """A verification that was undone."""

    round = fields.Integer()
    recalled_at = fields.AwareDateTime()
    reason = fields.String()


class OverdueSchema(StrictSchema):
    """What was not done in time, and how far up that went."""

    clock = enum_of(Clock)
    level = enum_of(Level)
    agency_code = fields.String(allow_none=True)
    due_at = fields.AwareDateTime()


class WrittenNoteSchema(StrictSchema):
    """What an officer wrote for the others of the body."""

    disposition_id = fields.UUID()
    text = fields.String()
    written_at = fields.AwareDateTime()
    written_by = fields.String()


class ProofSchema(StrictSchema):
    """A file that shows what was done. `GET /api/v1/attachments/ID` of intake shows it."""

    id = fields.UUID()
    media_type = fields.String(attribute="file.media_type")
    size = fields.Integer(attribute="file.size")
    agency_code = fields.String()
    added_at = fields.AwareDateTime()


class ReactionSchema(StrictSchema):
    """What is known of the reporter besides what they wrote."""

    kind = enum_of(ReactionKind)
    said_at = fields.AwareDateTime()
    value = fields.String(metadata={"description": "1 to 5 where rated; why, where reopened; the way that failed."})


class DossierSchema(StrictSchema):
    """All that is known of a report here."""

    report = fields.Nested(ReportSchema, attribute="disposition.report")
    disposition = fields.Nested(TurnSchema, attribute="turn")
    due_at = fields.AwareDateTime(allow_none=True)
    history = fields.List(fields.Nested(TurnSchema), attribute="turns")
    answers = fields.List(fields.Nested(AnswerSchema))
    messages = fields.List(fields.Nested(MessageSchema))
    copies = fields.List(fields.Nested(CopySchema))
    extensions = fields.List(fields.Nested(ExtensionSchema))
    recalls = fields.List(fields.Nested(RecallSchema))
    overdue = fields.List(fields.Nested(OverdueSchema))
    evidence = fields.List(fields.Nested(ProofSchema))
    reactions = fields.List(fields.Nested(ReactionSchema))
    notes = fields.List(fields.Nested(WrittenNoteSchema))
    drafts = fields.List(fields.Nested(DraftSchema))


class SealedSchema(StrictSchema):
    """A whistleblower's report and what the reporter wrote later, all sealed for the body."""

    tracking_id = fields.String(metadata={"description": "The context in which everything is sealed."})
    oversight_key = fields.String(metadata={"description": "The body's public key (X25519, hexadecimal)."})
    reporter_key = fields.String(metadata={"description": "For this key answers must be sealed."})
    report = fields.String()
    messages = fields.List(fields.Nested(MessageSchema))


class GiveAnswerSchema(SubstanceSchema):
    """An answer to the reporter. A substantive one says what was done: its type, and what goes with that."""

    kind = fields.Enum(AnswerKind, by_value=True, required=True)
    text = said(10_000)


class ReasonSchema(StrictSchema):
    """Why."""

    reason = said(2_000)


class RefusalSchema(ReasonSchema):
    """Who is competent instead, and why; who does not know says null, and the coordinator decides."""

    agency_code = text(80, 1, required=True, allow_none=True)


class HandoverSchema(StrictSchema):
    """To which unit."""

    agency_code = text(80, 1, required=True)
    note = text(2_000, load_default="")


class HolderSchema(StrictSchema):
    """Who has the report now."""

    disposition_id = fields.UUID(attribute="id")
    agency_code = fields.String(allow_none=True)
    agency_name = fields.String()
    hop = fields.Integer()
    state = enum_of(State)
