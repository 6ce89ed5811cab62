"""How a body's officers are read and kept in order."""

from marshmallow import ValidationError, fields, validate, validates_schema

from lapor_chassis.web import StrictSchema, page_of
from lapor_contracts.fields import text
from lapor_contracts.vocabulary import Role
from lapor_routing.officers import OF_A_BODY


class OfficerEntrySchema(StrictSchema):
    """Somebody who works or worked for a body."""

    id = fields.UUID()
    username = fields.String()
    roles = fields.List(fields.Enum(Role, by_value=True))
    agency_code = fields.String()
    active = fields.Boolean(metadata={"description": "Whether they may sign in."})
    created_at = fields.AwareDateTime()
    signed_in_at = fields.AwareDateTime(allow_none=True)
    absent_from = fields.Date(allow_none=True)
    absent_until = fields.Date(allow_none=True, metadata={"description": "The last day."})
    substitute = fields.String(allow_none=True, metadata={"description": "Who has their roles meanwhile."})


OfficerEntryPageSchema = page_of(OfficerEntrySchema)


class AddedOfficerSchema(StrictSchema):
    """How somebody new comes in."""

    id = fields.UUID()
    username = fields.String()
    password = fields.String(metadata={"description": "Said this once, and kept nowhere."})


class OfficerStatusSchema(StrictSchema):
    """Whether somebody may sign in."""

    active = fields.Boolean(required=True)


class NewOfficerSchema(StrictSchema):
    """Somebody who shall work for a body."""

    username = text(80, 1, required=True)
    roles = fields.List(
        fields.Enum(Role, by_value=True, validate=validate.OneOf(sorted(OF_A_BODY))),
        load_default=lambda: [Role.OFFICER],
        validate=validate.Length(1),
    )


class AbsenceSchema(StrictSchema):
    """From when until when somebody is away, and who acts for them; nothing sent: they are back."""

    absent_from = fields.Date(load_default=None)
    absent_until = fields.Date(load_default=None)
    substitute = text(80, load_default="")

    @validates_schema
    def is_a_span(self, data: dict[str, object], **_: object) -> None:
        first, last = data["absent_from"], data["absent_until"]
        if (first is None) != (last is None):
            raise ValidationError("Missing data for required field.", "absent_until" if first else "absent_from")
        if first is not None and last is not None and last < first:  # type: ignore[operator]
            raise ValidationError("Not a valid date.", "absent_until")
