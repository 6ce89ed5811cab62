"""How what an answer says besides its words is read and written."""

from marshmallow import fields

from lapor_chassis.web import StrictSchema
from lapor_contracts.fields import Id, enum_of, text
from lapor_contracts.schema import field_of
from lapor_contracts.vocabulary import AnswerType


class SubstanceSchema(StrictSchema):
    """What was done, and what shows it."""

    answer_type = fields.Enum(AnswerType, by_value=True, metadata={"description": AnswerType.__doc__})
    planned_on = fields.Date(metadata={"description": "Of what is planned: by then it will be done."})
    legal_basis = text(300, metadata={"description": "Of a refusal by law."})
    needed_agency_code = text(80, 1, metadata={"description": "The other body that is needed."})
    evidence = field_of(tuple[Id, ...])


class SaidSubstanceSchema(StrictSchema):
    """The same as it was said."""

    answer_type = enum_of(AnswerType)
    planned_on = fields.Date(allow_none=True)
    legal_basis = fields.String()
    needed_agency_code = fields.String(allow_none=True)
    evidence = fields.List(fields.UUID(), metadata={"description": "Ids of files."})
