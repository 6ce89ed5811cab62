"""What comes to a counter, in a box, by letter, telephone or fax, typed in by an officer (digitalisasi).

Who typed it in and who reports are two people: the officer's id stays in intake's tables, the reporter in its vault.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import request
from marshmallow import fields, validate

from lapor_chassis.refusals import Refusal
from lapor_chassis.web import Form, PageBlueprint, current_staff, longest_body, read_form, render, requires
from lapor_contracts import vocabulary
from lapor_contracts.fields import Day, Line, Token
from lapor_contracts.regions import DEFAULT_TIME_ZONE
from lapor_contracts.schema import field_of
from lapor_contracts.vocabulary import Role
from lapor_intake import agenda
from lapor_intake.admission import TRUSTED
from lapor_intake.attachments.http import AROUND_FILES
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.handlers import Slip
from lapor_intake.pages import by_province, wrong
from lapor_intake.schemas import FlatReport, submission_of_flat

#: Whom the officer has before them, or on the line: they get the slip at once. Others are written to.
_PRESENT = frozenset({vocabulary.Channel.COUNTER, vocabulary.Channel.TELEPHONE})
_STAFF = (Role.OFFICER, Role.VERIFIER, Role.COORDINATOR)
_LONGEST_LIST = 200
_CHANNELS = {
    vocabulary.Channel.COUNTER: ("Loket", "Counter"),
    vocabulary.Channel.BOX: ("Kotak pengaduan", "Box"),
    vocabulary.Channel.LETTER: ("Surat", "Letter"),
    vocabulary.Channel.TELEPHONE: ("Telepon", "Telephone"),
    vocabulary.Channel.FAX: ("Faks", "Fax"),
}


class EntryForm(FlatReport):
    """The officer's form as a browser sends it; the scan comes beside it as a file."""

    class Meta:
        exclude = ("attachments",)

    key = field_of(Token, required=True)
    address = field_of(Line)
    channel = fields.Enum(
        vocabulary.Channel, by_value=True, required=True, validate=validate.OneOf(list(agenda.SERIES))
    )
    dated = field_of(Day)


@dataclass(frozen=True)
class Entered:
    """What is handed over: the number of the paper, and the slip."""

    number: str
    slip: Slip
    received_at: datetime
    is_present: bool
    """The reporter stands at the counter, or is on the line."""


def channel(_settings: object, reception: Reception) -> Channel:
    """The officer's form."""
    return Channel(name="counter", title="Loket, kotak, surat, telepon, faks", blueprints=[blueprint(reception)])


def blueprint(reception: Reception) -> PageBlueprint:
    """``/digitalisasi``."""
    page = PageBlueprint("counter", __name__, template_folder="../pages/templates")

    @page.get("/digitalisasi")
    @requires(*_STAFF)
    def blank_entry() -> str:
        return _entry_form(reception, Form({"key": str(uuid.uuid4())}))

    @page.post("/digitalisasi")
    @longest_body(reception.attachments.largest + AROUND_FILES)
    @requires(*_STAFF)
    def enter() -> tuple[str, int]:
        form = read_form(EntryForm)
        if form.values is None:
            return _entry_form(reception, form), 422
        outcome = _entered(reception, form.values)
        if isinstance(outcome, Entered):
            return render("intake/entered.html", entered=outcome, zone=DEFAULT_TIME_ZONE), 201
        if outcome.errors:
            return _entry_form(reception, wrong(form, outcome)), 422
        again = replace(form, given={**form.given, "key": str(uuid.uuid4())})
        return _entry_form(reception, again, already_sent=True), 409

    return page


def _entered(reception: Reception, values: dict[str, Any]) -> Entered | Refusal:
    officer, dated, key = current_staff().id, values.pop("dated", None), values.pop("key")
    now = reception.transactions.clock.now().astimezone(ZoneInfo(DEFAULT_TIME_ZONE))
    if dated and dated > now.date():
        text = "Tanggal ini tidak boleh di masa depan. / Must not lie in the future."
        return Refusal("Tanggal surat di masa depan.", code="invalid", errors={"dated": [text]})
    # Sent twice by the same officer it is the same report, and shows the same slip.
    named = f"{officer}/{key}"
    scan = _scan(reception, named)
    if isinstance(scan, Refusal):
        return scan
    submission = submission_of_flat(
        values, key=named, source="counter", entered_by=officer, acknowledged=values["channel"] in _PRESENT
    )
    with reception.transactions.begin() as tx:
        accepted = reception.desk.accept(submission, tx, TRUSTED)
        if isinstance(accepted, Refusal):
            return accepted
        if not accepted.is_new:
            number = agenda.number_of(tx, accepted.report_id)
        else:
            number = agenda.enter(tx, accepted.report_id, submission.channel, by=officer, dated=dated, scan=scan)
            # Not as an attachment of the report: whoever works on that would see whose letter it is.
            reception.attachments.claim(tx, [scan] if scan else [], accepted.report_id)
    slip = reception.desk.slip(accepted.tracking_id, accepted.receipt)
    return Entered(number, slip, now, is_present=submission.acknowledged)


def _scan(reception: Reception, key: str) -> UUID | Refusal | None:
    """The id of the scan, if there is one."""
    file = request.files.get("scan")
    if file is None or not file.filename:
        return None
    outcome = reception.attachments.take_in(file.read(), ("counter", key))
    if isinstance(outcome, Refusal):
        return replace(outcome, errors={"scan": [text for texts in outcome.errors.values() for text in texts]})
    return outcome.id


def _entry_form(reception: Reception, form: Form, *, already_sent: bool = False) -> str:
    day = _day_asked_for() or reception.transactions.clock.now().astimezone(ZoneInfo(DEFAULT_TIME_ZONE)).date()
    return render(
        "intake/entry.html",
        form=form,
        regions=by_province(),
        already_sent=already_sent,
        entries=_entries_of(reception, day),
        listed=day,
        channels=_CHANNELS,
        channel_names=[(one.value, indonesian) for one, (indonesian, _) in _CHANNELS.items()],
        zone=DEFAULT_TIME_ZONE,
    )


def _day_asked_for() -> date | None:
    try:
        day = date.fromisoformat(request.args.get("hari", ""))
    except ValueError:
        return None
    return day if 2000 <= day.year < 3000 else None  # the ends of the calendar have no moment in UTC


def _entries_of(reception: Reception, day: date) -> Sequence[agenda.Entry]:
    """What this officer typed in on a day."""
    midnight = datetime.combine(day, time(), tzinfo=ZoneInfo(DEFAULT_TIME_ZONE))
    with reception.transactions.read() as connection:
        return agenda.entered_by(connection, current_staff().id, since=midnight, limit=_LONGEST_LIST)
