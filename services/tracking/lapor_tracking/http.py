"""Tracking's API: what everyone may see of a report, and what its reporter may do with the receipt."""

from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from lapor_chassis.refusals import Refusal
from lapor_chassis.tracking_ids import TrackingIds
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Problem, StrictSchema, refused, said
from lapor_contracts.vocabulary import Clock, Status
from lapor_tracking import handlers, store
from lapor_tracking.domain.clocks import Rulebook
from lapor_tracking.domain.steps import Step, StepType
from lapor_tracking.domain.timeline import UNHEARD
from lapor_tracking.view import View, show


@dataclass(frozen=True, kw_only=True)
class Counter:
    """Where reporters and the public ask: the API and the pages stand at the same one."""

    transactions: Transactions
    ids: TrackingIds
    rules: Rulebook
    public_url: str

    def view(self, tracking_id: str, *, with_thread: bool = False) -> View:
        """The report as it is now."""
        with self.transactions.read() as connection:
            timeline = store.find_timeline(connection, tracking_id, self.rules)
        now = self.transactions.clock.now()
        return show(tracking_id, timeline or UNHEARD, now, self.rules.calendar, with_thread=with_thread)

    def opens(self, tracking_id: str, receipt: str) -> bool:
        """Whether this is the receipt of this report."""
        with self.transactions.read() as connection:
            timeline = store.find_timeline(connection, tracking_id, self.rules)
        return self.ids.opens(tracking_id, receipt, timeline.receipt_hash if timeline else None)

    def reply(self, tracking_id: str, words: str, *, key: str | None = None) -> Step | Refusal:
        """Write to the body that holds the report."""
        with self.transactions.begin() as tx:
            return handlers.reply(tracking_id, words, tx, rules=self.rules, key=key)

    def close(self, tracking_id: str) -> Step | Refusal:
        """Close the report in the reporter's name."""
        with self.transactions.begin() as tx:
            return handlers.close(tracking_id, tx, rules=self.rules)


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
    due_at = fields.AwareDateTime()
    last_day = fields.Date(metadata={"description": "The last day, where the report is handled."})
    working_days_left = fields.Integer()


class EntrySchema(ma.Schema):
    """A step of the report's life."""

    step = fields.Enum(StepType, by_value=True)
    words = fields.Nested(WordsSchema)
    happened_at = fields.AwareDateTime()
    agency_name = fields.String(allow_none=True)
    text = fields.String(allow_none=True)


class MessageSchema(ma.Schema):
    """A message between the reporter and the state."""

    author = fields.String(validate=validate.OneOf(["reporter", "verifier", "agency"]))
    words = fields.Nested(WordsSchema)
    written_at = fields.AwareDateTime()
    agency_name = fields.String(allow_none=True)
    text = fields.String()


class ReportSchema(ma.Schema):
    """A report as everyone may see it; with the receipt, its private thread as well."""

    tracking_id = fields.String()
    status = fields.Enum(Status, by_value=True)
    status_text = fields.Nested(WordsSchema, attribute="words")
    changed_at = fields.AwareDateTime(allow_none=True)
    title = fields.String(allow_none=True, metadata={"description": "None if the report is secret."})
    holder = fields.Nested(DeskSchema, attribute="desk", allow_none=True)
    deadlines = fields.List(fields.Nested(LimitSchema), attribute="limits")
    timeline = fields.List(fields.Nested(EntrySchema))
    thread = fields.List(
        fields.Nested(MessageSchema), allow_none=True, metadata={"description": "None without the receipt."}
    )
    links = fields.Dict(keys=fields.String(), values=fields.URL())


class ReceiptHeader(ma.Schema):
    """The receipt opens the private thread."""

    receipt = fields.String(data_key="X-Receipt", validate=validate.Length(max=40))

    class Meta:
        unknown = ma.EXCLUDE


class IdempotencyHeader(ma.Schema):
    """Sent again with the same key, a reply is said once."""

    key = fields.String(data_key="Idempotency-Key", validate=validate.Length(1, 200))

    class Meta:
        unknown = ma.EXCLUDE


class ClosureSchema(StrictSchema):
    """The reporter says that it is done."""

    receipt = fields.String(required=True, validate=validate.Length(1, 40))


class ReplySchema(ClosureSchema):
    """The reporter writes back."""

    text = said(10_000)


class ReplyWritten(ma.Schema):
    """The reply, as it was sent on."""

    reply_id = fields.UUID(attribute="event_id")
    replied_at = fields.AwareDateTime(attribute="happened_at")


class ReportClosedSchema(ma.Schema):
    """The report's end."""

    status = fields.Constant(Status.CLOSED.value)
    closed_at = fields.AwareDateTime(attribute="happened_at")


def blueprint(counter: Counter) -> Blueprint:
    """The API."""
    api = Blueprint("tracking", description="Where a report stands")

    @api.route("/api/v1/reports/<tracking_id>")
    @api.arguments(ReceiptHeader, location="headers")
    @api.response(200, ReportSchema)
    def report(headers: dict[str, str], tracking_id: str) -> dict[str, Any]:
        receipt = headers.get("receipt")
        tracking_id = _admitted(counter, tracking_id, receipt)
        view = counter.view(tracking_id, with_thread=receipt is not None)
        return vars(view) | {"links": _links(counter.public_url, tracking_id)}

    @api.route("/api/v1/reports/<tracking_id>/replies", methods=["POST"])
    @api.arguments(ReplySchema)
    @api.arguments(IdempotencyHeader, location="headers")
    @api.response(201, ReplyWritten)
    def reply(wanted: dict[str, str], headers: dict[str, str], tracking_id: str) -> Step:
        tracking_id = _admitted(counter, tracking_id, wanted["receipt"])
        return _done(counter.reply(tracking_id, wanted["text"], key=headers.get("key")))

    @api.route("/api/v1/reports/<tracking_id>/closure", methods=["POST"])
    @api.arguments(ClosureSchema)
    @api.response(201, ReportClosedSchema)
    def close(wanted: dict[str, str], tracking_id: str) -> Step:
        return _done(counter.close(_admitted(counter, tracking_id, wanted["receipt"])))

    return api


def _admitted(counter: Counter, typed: str, receipt: str | None) -> str:
    """The tracking ID; the same 404 for one that is mistyped and for a receipt that does not open it."""
    tracking_id = counter.ids.read(typed)
    if tracking_id is None or (receipt is not None and not counter.opens(tracking_id, receipt)):
        raise Problem(404, "Laporan tidak ditemukan", detail="There is no report with this tracking ID and receipt.")
    return tracking_id


def _done(outcome: Step | Refusal) -> Step:
    if isinstance(outcome, Refusal):
        raise refused(outcome)
    return outcome


def _links(public_url: str, tracking_id: str) -> dict[str, str]:
    base = public_url.rstrip("/")
    report = f"{base}/api/v1/reports/{tracking_id}"
    return {
        "self": report,
        "page": f"{base}/lacak/{tracking_id}",
        "replies": f"{report}/replies",
        "closure": f"{report}/closure",
    }
