"""What verifiers send and see. Limits are those of the events, declared there once."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from lapor_chassis.web import Paging, StrictSchema, said
from lapor_contracts.events import Attachment, Mark
from lapor_contracts.fields import (
    AgencyCode,
    ArchiveReasonField,
    Body,
    ChannelField,
    Count,
    Day,
    KindField,
    MissingField,
    PersonalField,
    Place,
    RegionCode,
    Title,
    Token,
    TrackingId,
    text,
)
from lapor_contracts.schema import ContractError, field_of, load
from lapor_contracts.vocabulary import Missing
from lapor_verification.domain.case import State
from lapor_verification.domain.commands import Archiving, Return, Verification
from lapor_verification.domain.finding import Outcome
from lapor_verification.domain.redaction import Correction


class MarkSchema(StrictSchema):
    """A passage that the public must not read: characters ``start`` to ``end`` (not included) of a case's text."""

    field = field_of(Token, required=True)
    start = field_of(Count, required=True)
    end = field_of(Count, required=True)
    kind = field_of(PersonalField, required=True)

    @post_load
    def mark(self, data: dict[str, Any], **_: Any) -> Mark:
        """The passage."""
        return Mark(**data)


class RedactionSchema(StrictSchema):
    """How a person put the marks right."""

    redacted_at = fields.AwareDateTime()
    redacted_by = fields.String()
    reason = fields.String()
    marks = fields.List(fields.Nested(MarkSchema))


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


class DecidingSchema(StrictSchema):
    """What every decision may carry."""

    version = fields.Integer(
        load_default=None, validate=validate.Range(0), metadata={"description": "The version that was looked at."}
    )


class VerificationSchema(DecidingSchema):
    """Pass it on. What is left out stays as the reporter gave it; secrecy can be raised and never lowered."""

    kind = field_of(KindField | None)
    category = field_of(Token | None)
    region_code = field_of(RegionCode | None)
    place = field_of(Place | None)
    secret = fields.Boolean()
    anonymous = fields.Boolean()
    note = text(1000, load_default="", metadata={"description": "For colleagues; it goes no further."})

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Verification:
        """What it asks for."""
        return Verification(**data)


class ReturnSchema(DecidingSchema):
    """Ask the reporter for what is missing."""

    missing = fields.List(field_of(MissingField), required=True, validate=validate.Length(1, len(Missing)))
    message = said(1000)

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Return:
        """What it asks for; each thing once."""
        return Return(**{**data, "missing": tuple(dict.fromkeys(data["missing"]))})


class ArchivingSchema(DecidingSchema):
    """End it here. The reporter is told the reason."""

    reason_code = field_of(ArchiveReasonField, required=True)
    reason = said(2000)

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Archiving:
        """What it asks for."""
        return Archiving(**data)


class ReturnForm(DecidingSchema):
    """The same as a form sends it: one box to tick for each thing that is missing."""

    what = fields.Boolean(load_default=False)
    where = fields.Boolean(load_default=False)
    when = fields.Boolean(load_default=False)
    message = said(1000)

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Return:
        """What it asks for; a return without a question would leave the reporter guessing."""
        missing = tuple(each for each in Missing if data[each.value])
        if not missing:
            raise ValidationError("Missing data for required field.", "what")
        return Return(missing=missing, message=data["message"], version=data["version"])


class ArchivingForm(ArchivingSchema):
    """The same as a form sends it: with a box to tick, because an archived report does not come back."""

    confirmed = fields.Boolean(required=True, validate=validate.Equal(True, error="Missing data for required field."))

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Archiving:
        """What it asks for."""
        return Archiving(**{name: value for name, value in data.items() if name != "confirmed"})


#: More passages than this nobody marks in one report.
MOST_MARKS = 500


class CorrectionSchema(StrictSchema):
    """Put right what the public must not read: say which marks are to come and which to go, and why.

    The reason is told to whoever asks; it must not repeat what is to be hidden.
    """

    add = fields.List(fields.Nested(MarkSchema), load_default=list, validate=validate.Length(max=MOST_MARKS))
    lift = fields.List(fields.Nested(MarkSchema), load_default=list, validate=validate.Length(max=MOST_MARKS))
    reason = said(1000)

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Correction:
        """What it asks for."""
        return Correction(add=tuple(data["add"]), lift=tuple(data["lift"]), reason=data["reason"])


class CorrectionForm(StrictSchema):
    """The same as a form sends it: a passage in its own words, and the marks to lift by their place among all."""

    passage = text(300, load_default=None)
    kind = field_of(PersonalField)
    lift = fields.List(fields.String(validate=validate.Length(max=200)), load_default=list)
    reason = said(1000)

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Correction:
        """What it asks for."""
        if not (data["passage"] or data["lift"]):
            raise ValidationError("Missing data for required field.", "passage")
        return Correction(**{**data, "lift": tuple(map(mark_of, data["lift"]))})


def key_of(mark: Mark) -> str:
    """A mark as the value of a box to tick."""
    return f"{mark.field} {mark.start} {mark.end} {mark.kind}"


def mark_of(key: str) -> Mark:
    """The mark that a ticked box means."""
    try:
        field, start, end, kind = key.rsplit(" ", 3)
        return load(Mark, {"field": field, "start": int(start), "end": int(end), "kind": kind})
    except (ValueError, ContractError):
        raise ValidationError("Invalid mark.", "lift") from None
