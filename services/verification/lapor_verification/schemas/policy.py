"""The policy, as its form sends it."""

from typing import Any

from marshmallow import fields, post_load, validate

from lapor_chassis.web import StrictSchema, said
from lapor_contracts.fields import ArchiveReasonField
from lapor_contracts.schema import field_of
from lapor_verification.domain.policy import HOLDING, MARKING, Policy


def percent() -> fields.Integer:
    """How sure a check must be; nothing: it never counts."""
    return fields.Integer(load_default=None, validate=validate.Range(0, 100))


class PolicyForm(StrictSchema):
    """A new policy. A threshold that is left empty never counts; a box that is not ticked says no."""

    clarity = percent()
    spam = percent()
    hate_speech = percent()
    scope = percent()
    kind = percent()
    repeat = percent()
    urgency = percent()
    sensitivity = percent()
    seen = fields.Integer(required=True)
    verifies_alone = fields.Boolean(load_default=False)
    returns_alone = fields.Boolean(load_default=False)
    merges_alone = fields.Boolean(load_default=False)
    archive_reasons_two = fields.List(field_of(ArchiveReasonField), load_default=list)
    archive_sample_percent = fields.Integer(load_default=0, validate=validate.Range(0, 100))
    reason = said(1000)
    confirmed = fields.Boolean(required=True, validate=validate.Equal(True, error="Missing data for required field."))

    @post_load
    def policy(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        """The policy as the next version, and why."""
        thresholds = {check: data[check.value] for check in (*HOLDING, *MARKING) if data[check.value] is not None}
        policy = Policy(
            version=data["seen"] + 1,
            verifies_alone=data["verifies_alone"],
            returns_alone=data["returns_alone"],
            merges_alone=data["merges_alone"],
            thresholds=thresholds,
            archive_reasons_two=tuple(data["archive_reasons_two"]),
            archive_sample_percent=data["archive_sample_percent"],
        )
        return {"policy": policy, "reason": data["reason"]}
