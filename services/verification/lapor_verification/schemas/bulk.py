"""Many cases at once: a campaign's copies, each decided by itself."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from marshmallow import ValidationError, fields, post_load, validate

from lapor_chassis.web import StrictSchema
from lapor_contracts.fields import LARGEST_COUNT, TrackingId
from lapor_contracts.schema import field_of
from lapor_verification.domain.case import State
from lapor_verification.schemas.decisions import ArchivingSchema, ReturnSchema, VerificationSchema
from lapor_verification.schemas.repeats import MergingSchema

#: So many at a time: a list that somebody can still look through.
MOST = 200

MANY = validate.Length(1, MOST, error=f"Pilih 1 sampai {MOST} laporan. (Choose 1 to {MOST} reports.)")


class ChosenSchema(StrictSchema):
    """A case, as whoever chose it saw it."""

    report_id = fields.UUID(required=True)
    version = fields.Integer(load_default=None, validate=validate.Range(0, LARGEST_COUNT))

    @post_load
    def pair(self, data: dict[str, Any], **_: Any) -> tuple[UUID, int | None]:
        """The case and its version."""
        return data["report_id"], data["version"]


class BulkSchema(StrictSchema):
    """One of the decisions, for many cases."""

    cases = fields.List(fields.Nested(ChosenSchema), required=True, validate=MANY)
    verification = fields.Nested(VerificationSchema)
    return_ = fields.Nested(ReturnSchema, data_key="return")
    archive = fields.Nested(ArchivingSchema)
    merge = fields.Nested(MergingSchema)

    @post_load
    def one(self, data: dict[str, Any], **_: Any) -> Mapping[str, Any]:
        """The cases, and what is to be done: exactly one thing."""
        chosen = [name for name in data if name != "cases"]
        if len(chosen) != 1:
            raise ValidationError("Exactly one of verification, return, archive, merge.")
        return {"cases": data["cases"], "action": chosen[0], "command": data[chosen[0]]}


class OutcomeSchema(StrictSchema):
    """What became of one of many cases."""

    report_id = fields.UUID()
    tracking_id = field_of(TrackingId | None)
    state = fields.Enum(State, by_value=True, allow_none=True, metadata={"description": "Null: it was refused."})
    refusal = fields.String(allow_none=True)
    code = fields.String(allow_none=True)


class OutcomesSchema(StrictSchema):
    """What became of each, in the order in which they were named."""

    done = fields.Integer()
    refused = fields.Integer()
    cases = fields.List(fields.Nested(OutcomeSchema))


def chosen_of(keys: list[str]) -> list[tuple[UUID, int | None]]:
    """The cases that ticked boxes mean, each once: a box holds the report's id and the version that was seen."""
    pairs = (key.split(".") for key in dict.fromkeys(keys))
    try:
        return [(UUID(report_id), int(version)) for report_id, version in pairs]
    except ValueError:
        raise ValidationError("Invalid choice.", "case") from None
