"""What verifiers decide: as the API takes it, and as a form sends it."""

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from lapor_chassis.web import StrictSchema, said
from lapor_contracts.fields import (
    ArchiveReasonField,
    KindField,
    MissingField,
    Place,
    RegionCode,
    Token,
    text,
)
from lapor_contracts.schema import field_of
from lapor_contracts.vocabulary import Missing
from lapor_verification.domain.commands import Archiving, Return, Verification


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
