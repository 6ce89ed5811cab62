"""How a coordinator's decisions about corrections of the rules are read."""

from marshmallow import fields
from marshmallow.validate import OneOf

from lapor_routing.domain.corrections import ProposalState
from lapor_routing.schemas.dispositions import ReasonSchema


class DecisionSchema(ReasonSchema):
    """Approved or rejected, and why."""

    state = fields.Enum(
        ProposalState,
        by_value=True,
        required=True,
        validate=OneOf([ProposalState.APPROVED, ProposalState.REJECTED]),
    )


class GoingBackSchema(ReasonSchema):
    """Why an earlier version is to be in force again, instead of the one that was seen in force."""

    seen = fields.Integer(required=True)
