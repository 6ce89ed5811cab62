"""Reports that adapters written by others hand in: over the broker, or over HTTP where there is none."""

from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import request

from lapor_chassis.errors import PermanentError
from lapor_chassis.redaction import clean
from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import Blueprint, Problem, refused
from lapor_contracts import vocabulary
from lapor_contracts.events import ReportSubmitted
from lapor_intake import adapters
from lapor_intake.admission import TRUSTED
from lapor_intake.channels.api import created
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.domain import Reporter, Submission
from lapor_intake.handlers import Desk
from lapor_intake.schemas import LOCATION, IdempotencyHeader, SlipSchema, SubmissionSchema, submission_of


def hear(event: ReportSubmitted, tx: Transaction, *, desk: Desk) -> None:
    """A submission from the broker, which has checked who sent it."""
    if tx.sender is None:
        raise PermanentError(f"submission {event.report_id}: without user_id nobody knows who hands it in")
    given = event.reporter
    submission = Submission(
        source=_source(tx.sender),
        idempotency_key=event.idempotency_key,
        channel=event.channel or vocabulary.Channel.PARTNER,
        kind=event.kind,
        title=event.title,
        body=event.body,
        occurred_on=event.occurred_on,
        region_code=event.region_code,
        place=event.place,
        agency_code=event.agency_code,
        category=event.category,
        anonymous=event.anonymous,
        secret=event.secret,
        attachments=event.attachments,
        point=event.point,
        supports=event.supports,
        reporter=Reporter(name=given.name, phone=given.phone, email=given.email) if given else Reporter(),
    )
    desk.accept_submitted(event, submission, tx)


#: By these a submission is known again: a number in them names no person.
_NAMES = frozenset({"report_id", "idempotency_key", "attachments"})


def fit_to_keep(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a submission that could not be handled, what operators may read: the texts as the services get them.

    It may be anything. Whatever is not in its usual form is left out, and the texts too where the reporter is not, by
    whom they are to be cleaned.
    """
    reporter = data.get("reporter") or {}
    if not isinstance(reporter, Mapping):
        return {name: value for name, value in data.items() if name in _NAMES}
    parts = [part for part in reporter.values() if isinstance(part, str)]
    plain = {name: value for name, value in data.items() if isinstance(value, str | bool) or name in _NAMES}
    return {
        name: clean(value, parts).text if isinstance(value, str) and name not in _NAMES else value
        for name, value in plain.items()
    }


def channel(_settings: object, reception: Reception) -> Channel:
    """Other systems' adapters, over the broker and over HTTP."""
    return Channel(
        name="adapters",
        title="Sistem mitra (RabbitMQ, HTTPS)",
        blueprints=[blueprint(reception.desk, reception.transactions)],
        handlers={ReportSubmitted: partial(hear, desk=reception.desk)},
    )


def blueprint(desk: Desk, transactions: Transactions) -> Blueprint:
    """``/api/v1/submissions``."""
    api = Blueprint("submissions", description="Reports that other systems hand in for somebody.")

    @api.route("/api/v1/submissions", methods=["POST"])
    @api.arguments(IdempotencyHeader, location="headers")
    @api.arguments(SubmissionSchema)
    @api.response(201, SlipSchema, headers=LOCATION)
    @api.alt_response(401, description="No adapter has this secret.")
    @api.alt_response(409, description="The idempotency key was used for another report.")
    @api.doc(security=[{"bearer": []}])
    def submit(header: dict[str, str], given: dict[str, Any]) -> Any:
        """Hand in a report for somebody.

        The same idempotency key is the same report; it stands in the header, or in the body as over the broker.
        """
        adapter = _adapter(transactions)
        key = given.pop("idempotency_key", None) or header.get("idempotency_key")
        if not key:
            raise Problem(422, errors={"idempotency_key": ["Missing data for required field."]})
        channel = given.pop("channel", None) or vocabulary.Channel.PARTNER
        submission = submission_of(given, source=_source(adapter), idempotency_key=key, channel=channel)
        with transactions.begin() as tx:
            outcome = desk.accept(submission, tx, TRUSTED)
        if isinstance(outcome, Refusal):
            raise refused(outcome)
        return created(desk.slip(outcome.tracking_id, outcome.receipt))

    return api


def _adapter(transactions: Transactions) -> str:
    """The name of the adapter that sends this request."""
    given = request.authorization
    if given and given.type == "bearer" and given.token:
        with transactions.read() as connection:
            name = adapters.known_by(connection, given.token)
        if name:
            return name
    raise Problem(401, detail="No adapter has this secret.", headers={"WWW-Authenticate": 'Bearer realm="lapor"'})


def _source(adapter: str) -> str:
    """Apart from the names of our own channels; the same over the broker and over HTTP."""
    return f"adapter/{adapter}"
