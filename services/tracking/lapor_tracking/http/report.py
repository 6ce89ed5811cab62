"""Tracking's API: what everyone may see of a report, and what its reporter may do with the receipt."""

from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from lapor_chassis.web import Blueprint
from lapor_contracts.vocabulary import AnswerType, Clock, Status
from lapor_tracking.domain.acts import Act
from lapor_tracking.domain.steps import StepType
from lapor_tracking.http.acts import WAYS, add_acts
from lapor_tracking.http.counter import Counter, admitted


class WordsSchema(ma.Schema):
    """The same in Indonesian and English."""

    id = fields.String()
    en = fields.String()


class DeskSchema(ma.Schema):
    """Who has the report in hand, and since when."""

    agency_code = fields.String(allow_none=True)
    name = fields.String()
    since = fields.AwareDateTime(allow_none=True)


class LimitSchema(ma.Schema):
    """A clock that runs."""

    clock = fields.Enum(Clock, by_value=True)
    words = fields.Nested(WordsSchema)
    agency_name = fields.String(
        allow_none=True, metadata={"description": "Whose clock it is, where several bodies have one."}
    )
    due_at = fields.AwareDateTime()
    last_day = fields.Date(metadata={"description": "The last day, where the report is handled."})
    working_days_left = fields.Integer()


class AttachmentSchema(ma.Schema):
    """A file. `POST /api/v1/attachments/ID` with the receipt shows it; evidence of a public report `GET
    /api/v1/evidence/ID` shows to everybody."""

    id = fields.UUID()
    media_type = fields.String()
    size = fields.Integer()


class OutcomeSchema(ma.Schema):
    """What a substantive answer says was done."""

    type = fields.Enum(AnswerType, by_value=True)
    words = fields.Nested(WordsSchema)
    planned_on = fields.Date(allow_none=True)
    legal_basis = fields.String(allow_none=True)
    needed_agency_name = fields.String(allow_none=True)


class EntrySchema(ma.Schema):
    """A step of the report's life."""

    step = fields.Enum(StepType, by_value=True)
    words = fields.Nested(WordsSchema)
    happened_at = fields.AwareDateTime()
    agency_name = fields.String(allow_none=True)
    text = fields.String(allow_none=True)
    until = fields.AwareDateTime(
        allow_none=True, metadata={"description": "When the officer may see the reporter no more, if told of that."}
    )
    outcome = fields.Nested(OutcomeSchema, allow_none=True)
    evidence = fields.List(fields.Nested(AttachmentSchema))


class MessageSchema(ma.Schema):
    """A message between the reporter and the state."""

    author = fields.String(validate=validate.OneOf(["reporter", "verifier", "agency"]))
    words = fields.Nested(WordsSchema)
    written_at = fields.AwareDateTime()
    agency_name = fields.String(allow_none=True)
    text = fields.String(
        allow_none=True, metadata={"description": "None of a whistleblower's own words: they are sealed for the body."}
    )
    outcome = fields.Nested(OutcomeSchema, allow_none=True)
    attachments = fields.List(fields.Nested(AttachmentSchema))


class ReportSchema(ma.Schema):
    """A report as everyone may see it; with the receipt, its private thread as well."""

    tracking_id = fields.String()
    status = fields.Enum(Status, by_value=True)
    status_text = fields.Nested(WordsSchema, attribute="words")
    changed_at = fields.AwareDateTime(allow_none=True)
    title = fields.String(allow_none=True, metadata={"description": "None if the report is secret."})
    body = fields.String(
        allow_none=True,
        metadata={"description": "As the public reads it. None if the report is secret or not verified yet."},
    )
    holder = fields.Nested(DeskSchema, attribute="desk", allow_none=True)
    co_owners = fields.List(fields.String(), metadata={"description": "Bodies that must act too."})
    parent_tracking_id = fields.String(
        allow_none=True, metadata={"description": "The report of the same matter that this one was merged into."}
    )
    supporters = fields.Integer(
        metadata={"description": "Reports that were merged into this one, and people who follow it or one of these."}
    )
    deadlines = fields.List(fields.Nested(LimitSchema), attribute="limits")
    timeline = fields.List(fields.Nested(EntrySchema))
    thread = fields.List(
        fields.Nested(MessageSchema), allow_none=True, metadata={"description": "None without the receipt."}
    )
    acts = fields.List(
        fields.Enum(Act, by_value=True),
        metadata={"description": "What its reporter may do with it now. Empty without the receipt."},
    )
    reopens_until = fields.Date(
        allow_none=True, metadata={"description": "The last day on which a closed report can be reopened."}
    )
    links = fields.Dict(keys=fields.String(), values=fields.URL())


class ReceiptHeader(ma.Schema):
    """The receipt opens the private thread."""

    receipt = fields.String(data_key="X-Receipt", validate=validate.Length(max=40))

    class Meta:
        unknown = ma.EXCLUDE


def blueprint(counter: Counter) -> Blueprint:
    """The API."""
    api = Blueprint("tracking", description="Where a report stands")

    @api.route("/api/v1/reports/<tracking_id>")
    @api.arguments(ReceiptHeader, location="headers")
    @api.response(200, ReportSchema)
    @api.alt_response(404, description="Nothing to show: no such report, not its receipt, or a secret one without it.")
    @api.alt_response(429, description="Too many wrong receipts; see Retry-After")
    def report(headers: dict[str, str], tracking_id: str) -> dict[str, Any]:
        visit = admitted(counter, tracking_id, headers.get("receipt"))
        return vars(counter.view(visit)) | {"links": _links(counter.public_url, visit.tracking_id)}

    add_acts(api, counter)
    return api


def _links(public_url: str, tracking_id: str) -> dict[str, str]:
    base = public_url.rstrip("/")
    report = f"{base}/api/v1/reports/{tracking_id}"
    return {
        "self": report,
        "page": f"{base}/lacak/{tracking_id}",
        **{way.path: f"{report}/{way.path}" for way in WAYS.values()},
    }
