"""The texts that verifiers begin with."""

from marshmallow import fields

from lapor_chassis.web import StrictSchema, said
from lapor_verification.domain.canned import Purpose


class CannedTextSchema(StrictSchema):
    """A text to begin with. What stands in {{…}}, and each …, must be completed before it can be sent."""

    purpose = fields.Enum(Purpose, by_value=True, required=True)
    title = said(100)
    text = said(1000)
    retired = fields.Boolean(load_default=False, metadata={"description": "Offered no longer."})


class KnownTextSchema(CannedTextSchema):
    """One that is there."""

    text_id = fields.String()
