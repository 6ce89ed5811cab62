"""How the directory is read and written."""

from typing import cast

from marshmallow import fields

from lapor_chassis.web import Paging, StrictSchema, page_of
from lapor_contracts.fields import AgencyCode, text
from lapor_contracts.schema import field_of


class AgencySearchSchema(Paging):
    """Words of a name, an alias or a code."""

    q = text(100, load_default="")
    cursor = cast(fields.String, field_of(AgencyCode))


class AgencySchema(StrictSchema):
    """A body of the directory."""

    code = fields.String(required=True)
    name = fields.String(required=True)
    short_name = fields.String()
    kind = fields.String()
    parent_code = fields.String(allow_none=True)
    region_code = fields.String(allow_none=True)
    active = fields.Boolean()
    successor_codes = fields.List(fields.String())
    aliases = fields.List(fields.String(), metadata={"description": "Names by which it is found besides its own."})
    verifies_itself = fields.Boolean(
        metadata={"description": "Its own administrator verifies what reporters send straight to it."}
    )


AgencyPageSchema = page_of(AgencySchema)
