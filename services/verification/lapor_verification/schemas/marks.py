"""What of a report the public must not read, and how verifiers put that right."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from lapor_chassis.web import StrictSchema, said
from lapor_contracts.events import Mark
from lapor_contracts.fields import (
    Count,
    PersonalField,
    Token,
    text,
)
from lapor_contracts.schema import ContractError, field_of, load
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
