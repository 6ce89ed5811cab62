"""How drafts, notes and extensions are read and written."""

from marshmallow import ValidationError, fields, validates_schema

from lapor_chassis.web import StrictSchema, said
from lapor_contracts.fields import enum_of, text
from lapor_routing.domain.drafts import DraftKind, DraftState
from lapor_routing.schemas.substance import SaidSubstanceSchema, SubstanceSchema


class DraftSchema(SaidSubstanceSchema):
    """A draft, and how far it is."""

    id = fields.UUID()
    disposition_id = fields.UUID()
    kind = enum_of(DraftKind)
    text = fields.String()
    working_days = fields.Integer(allow_none=True)
    author = fields.String()
    state = enum_of(DraftState)
    changed_at = fields.AwareDateTime()
    note = fields.String()
    decided_by = fields.String(allow_none=True)


class WriteDraftSchema(SubstanceSchema):
    """What is to be said, once somebody else has approved it; for an extension, the reason and how many days."""

    kind = fields.Enum(DraftKind, by_value=True, required=True)
    text = said(10_000)
    working_days = fields.Integer(strict=True, load_default=None, allow_none=True)
    submit = fields.Boolean(load_default=True, metadata={"description": "Hand it in; else it stays a draft."})

    @validates_schema
    def _fits_its_kind(self, data: dict[str, object], **_: object) -> None:
        if (data["kind"] is DraftKind.EXTENSION) != (data["working_days"] is not None):
            raise ValidationError("Only an extension has working days, and always.", "working_days")


class NoteSchema(StrictSchema):
    """For the body's own officers."""

    text = said(2_000)


class NoteFormSchema(StrictSchema):
    """The same on the page, where the answer's field is called text."""

    note = said(2_000)


class OfficerFormSchema(StrictSchema):
    """A colleague on the page, where there is another note."""

    username = text(80, 1, load_default=None)
    message = text(2_000, load_default="")


class OfficerSchema(StrictSchema):
    """Who has taken it on; nobody in particular without a name."""

    username = text(80, 1, load_default=None, allow_none=True)
    note = text(2_000, load_default="")


class ExtendSchema(StrictSchema):
    """How much longer, and why."""

    working_days = fields.Integer(strict=True, required=True)
    reason = said(2_000)


class ExtendFormSchema(ExtendSchema):
    """The same on the page, where all numbers are texts."""

    working_days = fields.Integer(required=True)


class WriteDraftFormSchema(WriteDraftSchema):
    """The same on the page, where all numbers are texts."""

    working_days = fields.Integer(load_default=None)


class ApprovalSchema(StrictSchema):
    """Whether a second officer approves first."""

    required = fields.Boolean(required=True)
