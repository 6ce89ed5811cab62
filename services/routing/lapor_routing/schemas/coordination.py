"""How the coordinator's decisions are read."""

from lapor_routing.schemas.dispositions import RefusalSchema


class AssignmentSchema(RefusalSchema):
    """The coordinator's decision, and why."""
