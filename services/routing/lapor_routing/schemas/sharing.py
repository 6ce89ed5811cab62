"""How copies and co-owners are read and written."""

from marshmallow import fields

from lapor_chassis.web import StrictSchema, page_of, said
from lapor_contracts.fields import enum_of, text
from lapor_contracts.vocabulary import Kind


class SendCopySchema(StrictSchema):
    """Who may read along, and why."""

    agency_code = text(80, 1, required=True)
    reason = text(2_000, load_default="")


class AddCoOwnerSchema(StrictSchema):
    """Who must act too, and on what."""

    agency_code = text(80, 1, required=True)
    reason = said(2_000)


class CopyEntrySchema(StrictSchema):
    """A report that one's body may read along."""

    id = fields.UUID()
    report_id = fields.UUID()
    tracking_id = fields.String()
    kind = enum_of(Kind)
    title = fields.String()
    secret = fields.Boolean()
    agency_code = fields.String()
    agency_name = fields.String()
    sent_at = fields.AwareDateTime()
    reason = fields.String()


CopyPageSchema = page_of(CopyEntrySchema)
