"""What verifiers decide: as the API takes it, and as a form sends it."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from lapor_chassis.web import StrictSchema, said
from lapor_contracts.fields import (
    AgencyCode,
    ArchiveReasonField,
    Body,
    KindField,
    MissingField,
    Place,
    RegionCode,
    Title,
    text,
)
from lapor_contracts.schema import field_of
from lapor_contracts.vocabulary import Missing
from lapor_verification.domain.canned import open_places
from lapor_verification.domain.commands import (
    AppealDecision,
    ArchiveReview,
    Archiving,
    Recall,
    Return,
    Rewording,
    Verification,
)

#: Of a category's path, which is as good as its code.
LONGEST_PATH = 400


def completed(longest: int) -> fields.String:
    """A text that says something, and in which nothing is left open that a canned text asks to be completed."""
    field = said(longest)
    field.validators.append(_nothing_open)
    return field


def _nothing_open(text: str) -> None:
    if places := open_places(text):
        raise ValidationError(f"Lengkapi dahulu: {', '.join(places)} (Complete this first.)")


class DecidingSchema(StrictSchema):
    """What every decision may carry."""

    version = fields.Integer(
        load_default=None, validate=validate.Range(0), metadata={"description": "The version that was looked at."}
    )


class VerificationSchema(DecidingSchema):
    """Pass it on. What is left out stays as the reporter gave it; secrecy can be raised and never lowered.

    After a recall, marks, supervision and ``reported_agency_code`` that are left out stay as they were verified.
    ``reported_agency_code`` is the body that a whistleblower complains of: neither it nor one above it gets the report.
    """

    kind = field_of(KindField | None)
    category = text(LONGEST_PATH, load_default=None, metadata={"description": "A category's code, its name or path."})
    region_code = field_of(RegionCode | None)
    place = field_of(Place | None)
    secret = fields.Boolean()
    anonymous = fields.Boolean()
    urgent = fields.Boolean(metadata={"description": "Somebody may come to harm; left out: as the machine marked it."})
    sensitive = fields.Boolean(metadata={"description": "To be handled by few; left out: as the machine marked it."})
    supervised = fields.Boolean(metadata={"description": "A complaint with supervision; the reason must be given."})
    supervision_reason = text(300, load_default=None, metadata={"description": "In words that the reporter reads."})
    reported_agency_code = field_of(AgencyCode | None)
    note = text(1000, load_default="", metadata={"description": "For colleagues; it goes no further."})

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Verification:
        """What it asks for."""
        return Verification(**data)


class VerificationForm(VerificationSchema):
    """The same as a form sends it: a box that is not ticked says no, and a field that is left empty says nothing."""

    urgent = fields.Boolean(load_default=False)
    sensitive = fields.Boolean(load_default=False)
    supervised = fields.Boolean(load_default=False)
    supervision_reason = text(300, load_default="")

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Verification:
        """What it asks for."""
        return Verification(**{"reported_agency_code": "", **data})


class RecallSchema(DecidingSchema):
    """Take a verified report back. The reason is told to the body that holds it."""

    reason = completed(1000)

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Recall:
        """What it asks for."""
        return Recall(**data)


class RecallForm(RecallSchema):
    """The same as a form sends it: with a box to tick, because a body may be at work already."""

    confirmed = fields.Boolean(required=True, validate=validate.Equal(True, error="Missing data for required field."))

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Recall:
        """What it asks for."""
        return Recall(**{name: value for name, value in data.items() if name != "confirmed"})


class ReturnSchema(DecidingSchema):
    """Ask the reporter for what is missing."""

    missing = fields.List(field_of(MissingField), required=True, validate=validate.Length(1, len(Missing)))
    message = completed(1000)

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Return:
        """What it asks for; each thing once."""
        return Return(**{**data, "missing": tuple(dict.fromkeys(data["missing"]))})


class ArchivingSchema(DecidingSchema):
    """End it here. The reporter is told the reason."""

    reason_code = field_of(ArchiveReasonField, required=True)
    reason = completed(2000)

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Archiving:
        """What it asks for."""
        return Archiving(**data)


class ArchiveReviewSchema(DecidingSchema):
    """Agree that a report is archived, or say why not."""

    agreed = fields.Boolean(required=True)
    note = text(1000, load_default="", metadata={"description": "For whoever proposed it; it goes no further."})

    @validates_schema
    def says_why_not(self, data: dict[str, Any], **_: Any) -> None:
        """Whoever proposed it must be able to learn from it."""
        if not data.get("agreed", True) and not data["note"].strip():
            raise ValidationError("Missing data for required field.", "note")

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> ArchiveReview:
        """What it asks for."""
        return ArchiveReview(**data)


class AppealDecisionSchema(DecidingSchema):
    """Grant an appeal, or uphold the archiving. The reporter is told the reason."""

    granted = fields.Boolean(required=True)
    reason = completed(2000)

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> AppealDecision:
        """What it asks for."""
        return AppealDecision(**data)


class RewordingSchema(StrictSchema):
    """What the public is to read. What is left out, or is what was written, is shown as its reporter wrote it.

    Personal data in it is taken out, as it is of the original.
    """

    title = field_of(Title | None)
    body = field_of(Body | None)
    reason = completed(1000)

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Rewording:
        """What it asks for."""
        return Rewording(**data)


class RewordingForm(RewordingSchema):
    """The same as a form sends it: with a box to tick for what was written."""

    original = fields.Boolean(load_default=False)

    @post_load
    def command(self, data: dict[str, Any], **_: Any) -> Rewording:
        """What it asks for."""
        if data.pop("original"):
            return Rewording(reason=data["reason"])
        return Rewording(**data)


class TakingSchema(StrictSchema):
    """Take a case in hand."""

    take_over = fields.Boolean(load_default=False, metadata={"description": "From a colleague; coordinators only."})


class ReturnForm(DecidingSchema):
    """The same as a form sends it: one box to tick for each thing that is missing."""

    what = fields.Boolean(load_default=False)
    where = fields.Boolean(load_default=False)
    when = fields.Boolean(load_default=False)
    message = completed(1000)

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
