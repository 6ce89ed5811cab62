"""What the reporter may do, by the same rules on the page, in the API and by a message."""

from uuid import UUID, uuid5

from lapor_chassis.redaction import clean
from lapor_chassis.refusals import Refusal
from lapor_chassis.sealing import LONGEST_MESSAGE, seal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportAppealed, ReportReplied
from lapor_contracts.vocabulary import ClosedBy, Status
from lapor_tracking import store
from lapor_tracking.domain.steps import MOVES, Step, StepType, may_follow
from lapor_tracking.domain.timeline import Timeline
from lapor_tracking.handlers.ending import end
from lapor_tracking.handlers.saying import say
from lapor_tracking.store import Rules
from lapor_tracking.words import STATUSES

KEY_TAKEN = Refusal(
    "Kunci ini sudah dipakai untuk tanggapan lain. (This Idempotency-Key belongs to another reply.)", "key_taken"
)
TOO_LONG = Refusal(
    "Tanggapan terlalu panjang untuk disegel (the reply is too long to be sealed).",
    code="too_long",
    errors={"text": [f"Paling banyak {LONGEST_MESSAGE} bita (at most {LONGEST_MESSAGE} bytes)."]},
)


NOT_TO_APPEAL = Refusal(
    "Hanya laporan yang diarsipkan yang dapat diajukan keberatan, satu kali "
    "(only a report that was archived can be appealed, once).",
    code="not_to_appeal",
)

#: Of the event that brings it to the body.
LONGEST_REPLY = 10_000


def reply(tracking_id: str, text: str, tx: Transaction, *, rules: Rules, key: str | None = None) -> Step | Refusal:
    """The reporter writes to the body that holds the report. Sent twice, it is said once.

    A whistleblower's words are sealed here and now. What is sealed cannot be compared, so they are part of its name.
    All others' are cleaned like the report: who adds a telephone number to a reply means the state, not everybody who
    reads its queues and backups.
    """
    timeline = store.lock_timeline(tx, tracking_id, rules)
    if timeline is None:
        return too_early(StepType.REPLIED)
    name = f"reply/{key}/{text}" if timeline.oversight_key else f"reply/{key}"
    reply_id = uuid5(timeline.report_id, name) if key else tx.new_id()
    if timeline.oversight_key:
        if len(text.encode()) > LONGEST_MESSAGE:
            return TOO_LONG
        text = seal(text, timeline.oversight_key, tracking_id)
    else:
        text = clean(text, longest=LONGEST_REPLY).text
    if said := _said_already(timeline, reply_id, text):
        return said
    if not may_follow(timeline.status, StepType.REPLIED):
        return _out_of_turn(timeline, StepType.REPLIED)
    return say(
        ReportReplied(
            report_id=timeline.report_id, tracking_id=tracking_id, reply_id=reply_id, replied_at=tx.now, text=text
        ),
        tx,
        rules=rules,
    )


def close(tracking_id: str, tx: Transaction, *, rules: Rules) -> Step | Refusal:
    """The reporter says that it is done. Said twice, it is done once."""
    timeline = store.lock_timeline(tx, tracking_id, rules)
    if timeline is None:
        return too_early(StepType.CLOSED)
    last = next((step for step in reversed(timeline.steps) if step.type is StepType.CLOSED), None)
    if last and timeline.status is Status.CLOSED and last.data["closed_by"] == ClosedBy.REPORTER:
        return last
    if not may_follow(timeline.status, StepType.CLOSED):
        return _out_of_turn(timeline, StepType.CLOSED)
    return end(tracking_id, timeline, ClosedBy.REPORTER, tx, rules)


def appeal(tracking_id: str, text: str, tx: Transaction, *, rules: Rules) -> Step | Refusal:
    """The reporter does not accept that the report was archived. Each archiving has one appeal."""
    timeline = store.lock_timeline(tx, tracking_id, rules)
    if timeline is None or not timeline.may_be_appealed:
        return (timeline and timeline.appeal) or NOT_TO_APPEAL
    text = clean(text, longest=LONGEST_REPLY).text
    return say(
        ReportAppealed(
            report_id=timeline.report_id,
            tracking_id=tracking_id,
            appeal_id=tx.new_id(),
            appealed_at=tx.now,
            text=text,
        ),
        tx,
        rules=rules,
    )


def _said_already(timeline: Timeline, reply_id: UUID, text: str) -> Step | Refusal | None:
    for step in timeline.steps:
        if step.event_id == reply_id:
            return step if timeline.oversight_key or step.text == text else KEY_TAKEN
    last = timeline.steps[-1]
    return last if last.type is StepType.REPLIED and last.text == text else None


def too_early(step: StepType) -> Refusal:
    """Nothing has been heard of the report yet."""
    return _out_of_turn(None, step)


def _out_of_turn(timeline: Timeline | None, step: StepType) -> Refusal:
    """Not yet, or not any more: says where the report stands and where it was to go."""
    present = (timeline and timeline.status) or Status.RECEIVED
    wanted = MOVES[step].to
    return Refusal(
        f"Laporan berstatus “{STATUSES[present].id}” tidak dapat menjadi “{STATUSES[wanted].id}”. "
        f"(A report that is {present} cannot become {wanted}.)",
        code="wrong_status",
    )
