"""How a coordinator's decisions about corrections of the rules are read."""

from marshmallow import fields
from marshmallow.validate import Equal, OneOf

from lapor_routing.domain.corrections import ProposalState
from lapor_routing.schemas.dispositions import ReasonSchema


class _ConfirmedSchema(ReasonSchema):
    """It changes where reports go from now on: not without looking twice."""

    confirmed = fields.Boolean(required=True, validate=Equal(True))


class DecisionSchema(_ConfirmedSchema):
    """Approved or rejected, and why."""

    state = fields.Enum(
        ProposalState,
        by_value=True,
        required=True,
        validate=OneOf([ProposalState.APPROVED, ProposalState.REJECTED]),
    )


class GoingBackSchema(_ConfirmedSchema):
    """Why an earlier version is to be in force again, instead of the one that was seen in force."""

    seen = fields.Integer(required=True)
