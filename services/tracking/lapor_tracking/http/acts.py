"""What the reporter may do with the receipt, in the API: each act has an address, and all work alike."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from lapor_chassis.refusals import Refusal
from lapor_chassis.web import Blueprint, StrictSchema, refused, said
from lapor_contracts.fields import text
from lapor_contracts.vocabulary import Status
from lapor_tracking.domain.acts import Act
from lapor_tracking.domain.steps import Step, StepType
from lapor_tracking.handlers import Wish
from lapor_tracking.http.counter import Counter, admitted


class IdempotencyHeader(ma.Schema):
    """Sent again with the same key, it is done once."""

    key = fields.String(data_key="Idempotency-Key", validate=validate.Length(1, 200))

    class Meta:
        unknown = ma.EXCLUDE


class ReceiptSchema(StrictSchema):
    """The reporter, by the receipt."""

    receipt = fields.String(required=True, validate=validate.Length(1, 40))


class ReplySchema(ReceiptSchema):
    """The reporter writes back."""

    text = said(10_000)


class RatingSchema(ReceiptSchema):
    """How content the reporter is."""

    rating = fields.Integer(
        strict=True,
        required=True,
        validate=validate.Range(1, 5),
        metadata={"description": "1 not at all, 5 very much."},
    )


class ClosureSchema(ReceiptSchema):
    """The reporter says that it is done."""

    rating = fields.Integer(
        strict=True, validate=validate.Range(1, 5), metadata={"description": "Given along, if at all."}
    )


class ReopeningSchema(ReceiptSchema):
    """The reporter says that it is not done."""

    text = text(10_000, metadata={"description": "What is not done. From the second time on it must be said."})


class OutcomeReportedSchema(ReopeningSchema):
    """The reporter says whether what was done holds. If it does not, the report is reopened, if it can be."""

    holds = fields.Boolean(required=True)


class DoneSchema(ma.Schema):
    """What was done, as it was sent on."""

    id = fields.UUID(attribute="event_id")
    step = fields.Enum(StepType, by_value=True, attribute="type")
    happened_at = fields.AwareDateTime()


class AppealWritten(ma.Schema):
    """The appeal, as it was sent on."""

    appeal_id = fields.UUID(attribute="event_id")
    appealed_at = fields.AwareDateTime(attribute="happened_at")


class ReplyWritten(ma.Schema):
    """The reply, as it was sent on."""

    reply_id = fields.UUID(attribute="event_id")
    replied_at = fields.AwareDateTime(attribute="happened_at")


class ReportClosedSchema(ma.Schema):
    """The report's end."""

    status = fields.Constant(Status.CLOSED.value)
    closed_at = fields.AwareDateTime(attribute="happened_at")


@dataclass(frozen=True, slots=True)
class _Way:
    """An act as an address: what is sent there, what comes back."""

    path: str
    given: type[ReceiptSchema]
    answer: type[ma.Schema]
    summary: str
    refused: str


#: All but the files that are added: intake takes them.
WAYS: Mapping[Act, _Way] = {
    Act.REPLY: _Way("replies", ReplySchema, ReplyWritten, "Write to the body that holds the report.", "No body has it"),
    Act.RATE: _Way(
        "ratings",
        RatingSchema,
        DoneSchema,
        "Say how content you are. Said again, the last one counts.",
        "Not answered yet",
    ),
    Act.CLOSE: _Way("closure", ClosureSchema, ReportClosedSchema, "Say that it is done.", "No body has it"),
    Act.REOPEN: _Way(
        "reopenings",
        ReopeningSchema,
        DoneSchema,
        "Say that it is not done: somebody above the desk that answered sees to it.",
        "Not answered yet, or closed too long ago",
    ),
    Act.OUTCOME: _Way(
        "outcome",
        OutcomeReportedSchema,
        DoneSchema,
        "Say whether what was done holds, once that was asked.",
        "Not asked, or answered before",
    ),
    Act.WITHDRAW: _Way(
        "withdrawal",
        ReceiptSchema,
        DoneSchema,
        "Take the report back, as long as nobody has answered it.",
        "Answered, or at its end",
    ),
    Act.REFER: _Way(
        "referral",
        ReceiptSchema,
        DoneSchema,
        "Agree that the Ombudsman takes the report over, once that was asked.",
        "Not asked, or at its end",
    ),
    Act.APPEAL: _Way(
        "appeals",
        ReplySchema,
        AppealWritten,
        "Say why the report ought not to have been archived: somebody else looks at it again.",
        "The report was not archived by an officer, or appealed before",
    ),
}


def add_acts(api: Blueprint, counter: Counter) -> None:
    """Let the reporter do each of them."""
    for act, way in WAYS.items():
        _add(api, counter, act, way)


def _add(api: Blueprint, counter: Counter, act: Act, way: _Way) -> None:
    """Let the reporter do it there."""

    @api.route(f"/api/v1/reports/<tracking_id>/{way.path}", methods=["POST"], endpoint=act)
    @api.arguments(way.given)
    @api.arguments(IdempotencyHeader, location="headers")
    @api.response(201, way.answer)
    @api.alt_response(404, description="No such report, or not its receipt.")
    @api.alt_response(409, description=f"{way.refused}, or the key belongs to something else.")
    @api.doc(summary=way.summary)
    def do(wanted: dict[str, Any], headers: dict[str, Any], tracking_id: str) -> Step:
        visit = admitted(counter, tracking_id, wanted.pop("receipt"))
        outcome = counter.do(visit, Wish(act=act, **wanted, **headers))
        if isinstance(outcome, Refusal):
            raise refused(outcome)
        return outcome
