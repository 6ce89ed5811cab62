"""Repeats: what verifiers and reporters send, and what they are shown."""

from typing import Any

from marshmallow import fields, post_load, validate

from lapor_chassis.tracking_ids import as_written
from lapor_chassis.web import StrictSchema
from lapor_contracts.fields import Body, Place, RegionCode, TrackingId, text
from lapor_contracts.schema import field_of
from lapor_verification.domain.commands import Merging, Splitting
from lapor_verification.schemas.decisions import DecidingSchema, completed


class MergingSchema(DecidingSchema):
    """Let it follow an earlier report, or the one that this follows."""

    parent = fields.String(
        required=True, validate=validate.Length(1, 40), metadata={"description": "Tracking ID of the earlier report."}
    )
    reason = text(1000, load_default="", metadata={"description": "In words that the reporter reads."})

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Merging:
        """What it asks for, with the tracking ID as we write it."""
        return Merging(**{**data, "parent": as_written(data["parent"])})


class MergingForm(MergingSchema):
    """The same as a form sends it: with a box to tick."""

    confirmed = fields.Boolean(required=True, validate=validate.Equal(True, error="Missing data for required field."))

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Merging:
        """What it asks for."""
        given = {name: value for name, value in data.items() if name != "confirmed"}
        return Merging(**{**given, "parent": as_written(data["parent"])})


class SplittingSchema(DecidingSchema):
    """Let it stand alone again."""

    reason = completed(1000)

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Splitting:
        """What it asks for."""
        return Splitting(**data)


class PieceSchema(StrictSchema):
    """A piece of a text."""

    text = fields.String()
    shared = fields.Boolean(metadata={"description": "The other report says it too, perhaps in other words."})


class AlikeSchema(StrictSchema):
    """An earlier report that may be about the same matter."""

    report_id = fields.UUID()
    tracking_id = field_of(TrackingId)
    title = fields.String()
    received_at = fields.AwareDateTime()
    region_code = field_of(RegionCode | None)
    percent = fields.Integer(metadata={"description": "How much the two are alike."})
    place = fields.String(metadata={"description": "What they have in common about the place."})
    days = fields.Integer(metadata={"description": "So long the one came after the other."})
    own = fields.List(fields.Nested(PieceSchema), metadata={"description": "This report, as the public reads it."})
    other = fields.List(fields.Nested(PieceSchema), metadata={"description": "The text of the earlier one."})


class NamedSchema(StrictSchema):
    """A report, as it is called."""

    report_id = fields.UUID()
    tracking_id = field_of(TrackingId)


class RepeatsSchema(StrictSchema):
    """What a report follows, what follows it, and what it is like."""

    parent = fields.Nested(NamedSchema, allow_none=True)
    followers = fields.List(fields.Nested(NamedSchema))
    alike = fields.List(fields.Nested(AlikeSchema), metadata={"description": "The most alike first."})


class DraftSchema(StrictSchema):
    """What somebody is about to report. It is compared, and kept nowhere."""

    text = field_of(Body, required=True)
    place = field_of(Place | None)
    region_code = field_of(RegionCode | None)


class SuggestionSchema(StrictSchema):
    """A public report that is being handled, of what may be the same matter."""

    tracking_id = field_of(TrackingId)
    title = fields.String()
    passage = fields.String(metadata={"description": "What it says of the matter."})
    region = fields.String(allow_none=True, metadata={"description": "The name of the region."})
    month = fields.String(metadata={"description": "In which it came, such as 2026-01."})
    status_url = fields.String(metadata={"description": "Where it can be followed."})


class SuggestionsSchema(StrictSchema):
    """At most three."""

    similar = fields.List(fields.Nested(SuggestionSchema))
