"""What the channels read over HTTP, and what they answer. Limits are those of the events, declared there once."""

from collections.abc import Mapping
from typing import Any

from marshmallow import EXCLUDE, fields, validate

from lapor_chassis.web import StrictSchema
from lapor_contracts.events import Point
from lapor_contracts.fields import (
    AgencyCode,
    Body,
    ChannelField,
    Day,
    Id,
    KindField,
    Line,
    Place,
    RegionCode,
    Title,
    Token,
    TrackingId,
)
from lapor_contracts.schema import field_of
from lapor_intake.domain import Reporter, Submission, agency_hint, token

#: Documents the header of a 201.
LOCATION = {"Location": {"description": "Where the report can be followed.", "schema": {"type": "string"}}}


class YesOrNo(fields.Boolean):
    """True or false and nothing else: whoever writes ``"no"`` must not get the opposite of what was meant."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **_: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class ReporterSchema(StrictSchema):
    """Who reports. Kept apart from the report, and shown to nobody."""

    name = field_of(Line | None)
    phone = field_of(Line | None)
    email = field_of(Line | None)


def attachments_field() -> fields.Field[Any]:
    """Names files that were uploaded before: `POST /api/v1/uploads`."""
    field = field_of(tuple[Id, ...])
    field.metadata = {"description": "Ids of files that were uploaded before."}
    return field


def supports_field() -> fields.Field[Any]:
    """Names an earlier report: `POST /api/v1/similar` of verification finds some."""
    field = field_of(TrackingId | None)
    field.metadata = {"description": "Tracking ID of an earlier report of the same matter, which this one follows."}
    return field


class ReportFields(StrictSchema):
    """What every way to report over HTTP has in common."""

    kind = field_of(KindField)
    title = field_of(Title | None)
    body = field_of(Body, required=True)
    occurred_on = field_of(Day | None)
    region_code = field_of(RegionCode | None)
    place = field_of(Place | None)
    category = field_of(Token | None)
    supports = supports_field()
    attachments = attachments_field()


class ReportSchema(ReportFields):
    """A report."""

    point = field_of(Point | None)

    agency_code = field_of(AgencyCode | None)
    anonymous = YesOrNo()
    secret = YesOrNo()
    reporter = fields.Nested(ReporterSchema, allow_none=True)


class FlatReport(ReportFields):
    """A report as forms and rows of a file give it: flat, with body and topic in the reporter's own words."""

    key = field_of(Token)
    agency = field_of(Line)
    category = field_of(Line)
    anonymous = fields.Boolean()
    secret = fields.Boolean()
    name = field_of(Line)
    phone = field_of(Line)
    email = field_of(Line)


class SubmissionSchema(ReportSchema):
    """A report that an adapter hands in for somebody."""

    idempotency_key = field_of(Token)
    channel = field_of(ChannelField | None)


class SupplementSchema(StrictSchema):
    """What completes a report that was returned, and the receipt that shows whose it is."""

    receipt = field_of(Line, required=True)
    body = field_of(Body | None)
    occurred_on = field_of(Day | None)
    region_code = field_of(RegionCode | None)
    place = field_of(Place | None)
    attachments = attachments_field()


class AddedSchema(StrictSchema):
    """Files for a report that is being handled."""

    receipt = field_of(Line, required=True)
    attachments = attachments_field()
    attachments.required = True


class IdempotencyHeader(StrictSchema):
    """The key under which a request may be sent again without a second effect."""

    class Meta:
        unknown = EXCLUDE  # browsers and proxies send many other headers

    idempotency_key = field_of(Token)
    idempotency_key.data_key = "Idempotency-Key"


class ReportHeaders(IdempotencyHeader):
    """What may stand in the headers of a report."""

    proof = fields.String(data_key="Proof-Of-Work", validate=validate.Length(max=2_000))


class KeySchema(StrictSchema):
    """Which report a challenge is for."""

    key = field_of(Token, required=True)


class ChallengeSchema(StrictSchema):
    """The number from 0 to ``maxnumber`` is wanted whose SHA-256, written behind the salt, gives the challenge."""

    algorithm = fields.String()
    challenge = fields.String()
    maxnumber = fields.Integer()
    salt = fields.String()
    signature = fields.String()


class SlipSchema(StrictSchema):
    """The report is durable, and can be followed at once."""

    tracking_id = field_of(TrackingId)
    receipt = fields.String(
        allow_none=True,
        metadata={"description": "Opens the private thread; shown only here. None once the reporter is forgotten."},
    )
    status_url = fields.Url()


class SupplementedSchema(StrictSchema):
    """The supplement is durable."""

    tracking_id = field_of(TrackingId)
    status_url = fields.Url()


def submission_of(given: dict[str, Any], **facts: Any) -> Submission:
    """What a schema read, as a submission; ``facts`` are what the channel itself knows."""
    reporter = Reporter(**(given.pop("reporter", None) or {}))
    return Submission(**given, **facts, reporter=reporter)


def submission_of_flat(given: Mapping[str, Any], *, key: str, **facts: Any) -> Submission:
    """What a `FlatReport` read, as a submission; ``key`` is for those that have none of their own."""
    values = {**given, **facts}
    agency_code, keyword = agency_hint(values.pop("agency", ""))
    return Submission(
        idempotency_key=values.pop("key", None) or key,
        reporter=Reporter(**{part: values.pop(part, None) for part in ("name", "phone", "email", "address")}),
        agency_code=agency_code,
        keyword=keyword,
        category=token(values.pop("category", "")),
        **values,
    )
