"""How the coordinator's decisions are read."""

from lapor_contracts.fields import text
from lapor_routing.schemas.dispositions import ReasonSchema


class AssignmentSchema(ReasonSchema):
    """The coordinator's decision, and why."""

    agency_code = text(80, 1, required=True)
