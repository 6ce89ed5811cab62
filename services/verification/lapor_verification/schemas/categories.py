"""The tree of categories as anybody may ask for it."""

import marshmallow as ma
from marshmallow import fields, validate

from lapor_chassis.web import Paging, StrictSchema
from lapor_contracts.fields import AgencyCode, text
from lapor_contracts.schema import field_of


class CategoryQuery(Paging):
    """Which categories."""

    parent = text(40, metadata={"description": "Only those directly below this one; empty for the roots."})
    agency_code = text(
        80,
        metadata={"description": "Beside the national ones only this body's own; empty for the national ones alone."},
    )
    q = text(100, load_default="", metadata={"description": "Words that a name or a name above it begins with."})


class CategorySchema(StrictSchema):
    """A category that a report may get."""

    code = fields.String(validate=validate.Length(1, 40))
    parent = fields.String(metadata={"description": "Empty for a root."})
    name = fields.String()
    path = fields.String(metadata={"description": "Its name below the names above it."})
    has_below = fields.Boolean(metadata={"description": "Whether there are some directly below it."})
    agency_code = field_of(AgencyCode | None)


class CategoryPageSchema(ma.Schema):
    """One page of them, and of which version of the tree."""

    items = fields.List(fields.Nested(CategorySchema))
    next = fields.String(allow_none=True)
    version = fields.Integer(metadata={"description": "Grows with each load; 0 is the tree that is shipped."})
