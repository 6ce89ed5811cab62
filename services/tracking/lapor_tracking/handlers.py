"""What tracking does with what it hears, and with what the reporter asks for."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lapor_chassis.addresses import forget_addresses
from lapor_chassis.errors import PermanentError
from lapor_chassis.redaction import clean
from lapor_chassis.refusals import Refusal
from lapor_chassis.sealing import LONGEST_MESSAGE, seal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import (
    AppealDecided,
    CoOwnerAdded,
    CoOwnerReleased,
    CopySent,
    Event,
    ExtensionGranted,
    IdentityDisclosed,
    IdentityForgotten,
    IdentityRequested,
    NoticeFailed,
    ReportAnswered,
    ReportAppealed,
    ReportArchived,
    ReportClosed,
    ReportEdited,
    ReportMerged,
    ReportRecalled,
    ReportReceived,
    ReportRedacted,
    ReportRefused,
    ReportReplied,
    ReportReturned,
    ReportRouted,
    ReportSplit,
    ReportSupplemented,
    ReportUnroutable,
    ReportVerified,
)
from lapor_contracts.vocabulary import AnswerKind, ClosedBy, Status
from lapor_tracking import changes, store
from lapor_tracking.domain.steps import MOVES, Step, StepType, may_follow
from lapor_tracking.domain.timeline import Timeline
from lapor_tracking.store import Rules
from lapor_tracking.words import STATUSES

Refold = Callable[[Transaction, Sequence[UUID]], None]


@dataclass(frozen=True, kw_only=True)
class Noted:
    """What is kept of an event: its name as a step, when it happened, and the fields worth keeping."""

    step: StepType
    at: str
    kept: tuple[str, ...] = ()
    text: str | None = None


#: ``report.verified`` repeats the whole report for routing's sake; here it is kept once, as it was received.
HEARD: Mapping[type[Event], Noted] = {
    ReportReceived: Noted(
        step=StepType.RECEIVED,
        at="received_at",
        kept=("kind", "channel", "title", "secret", "anonymous", "receipt_hash", "marks", "attachments"),
        text="body",
    ),
    ReportSupplemented: Noted(
        step=StepType.SUPPLEMENTED, at="supplemented_at", kept=("supplement_id", "marks", "attachments"), text="body"
    ),
    ReportRedacted: Noted(step=StepType.REDACTED, at="redacted_at", kept=("marks", "fields")),
    ReportEdited: Noted(step=StepType.EDITED, at="edited_at", kept=("title",), text="body"),
    ReportVerified: Noted(
        step=StepType.VERIFIED,
        at="verified_at",
        kept=("kind", "secret", "supervised", "round"),
        text="supervision_reason",
    ),
    ReportRecalled: Noted(step=StepType.RECALLED, at="recalled_at", kept=("round",), text="reason"),
    ReportMerged: Noted(
        step=StepType.MERGED, at="merged_at", kept=("parent_report_id", "parent_tracking_id"), text="reason"
    ),
    ReportSplit: Noted(step=StepType.SPLIT, at="split_at", text="reason"),
    ReportReturned: Noted(step=StepType.RETURNED, at="returned_at", kept=("missing",), text="message"),
    ReportArchived: Noted(step=StepType.ARCHIVED, at="archived_at", kept=("reason_code",), text="reason"),
    ReportRouted: Noted(
        step=StepType.ROUTED,
        at="routed_at",
        kept=("agency_code", "agency_name", "time_zone", "agency_region", "kind", "round"),
    ),
    ReportUnroutable: Noted(step=StepType.UNROUTABLE, at="decided_at", kept=("round",), text="reason"),
    ReportRefused: Noted(
        step=StepType.REFUSED, at="refused_at", kept=("agency_code", "agency_name", "named_agency_code"), text="reason"
    ),
    CoOwnerReleased: Noted(
        step=StepType.CO_OWNER_RELEASED,
        at="released_at",
        kept=("disposition_id", "agency_code", "agency_name"),
        text="reason",
    ),
    CopySent: Noted(step=StepType.COPY_SENT, at="sent_at", kept=("agency_code", "agency_name")),
    ExtensionGranted: Noted(
        step=StepType.EXTENDED,
        at="granted_at",
        kept=("disposition_id", "agency_code", "agency_name", "working_days"),
        text="reason",
    ),
    NoticeFailed: Noted(step=StepType.NOTICE_FAILED, at="failed_at", kept=("template", "via", "reason")),
    IdentityRequested: Noted(step=StepType.IDENTITY_REQUESTED, at="requested_at", kept=("agency_code",)),
    IdentityDisclosed: Noted(
        step=StepType.IDENTITY_DISCLOSED, at="disclosed_at", kept=("agency_code", "until"), text="legal_basis"
    ),
    IdentityForgotten: Noted(step=StepType.IDENTITY_FORGOTTEN, at="forgotten_at"),
}
ANSWERED: Mapping[AnswerKind, Noted] = {
    kind: Noted(step=step, at="answered_at", kept=("agency_code", "agency_name", "disposition_id"), text="text")
    for kind, step in {
        AnswerKind.INITIAL: StepType.INITIAL_ANSWER,
        AnswerKind.QUESTION: StepType.QUESTION,
        AnswerKind.SUBSTANTIVE: StepType.SUBSTANTIVE_ANSWER,
    }.items()
}
CO_OWNED = Noted(
    step=StepType.CO_OWNER_ADDED,
    at="added_at",
    kept=("disposition_id", "agency_code", "agency_name", "time_zone", "agency_region", "round"),
    text="reason",
)
APPEAL_DECIDED: Mapping[bool, Noted] = {
    granted: Noted(step=step, at="decided_at", text="reason")
    for granted, step in {True: StepType.APPEAL_GRANTED, False: StepType.APPEAL_UPHELD}.items()
}


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


def note(event: Event, tx: Transaction, *, refold: Refold) -> None:
    """Write down what was heard; what follows from it is worked out once per report, at the end of the batch."""
    _write(event, HEARD[type(event)], tx, refold)


def note_report(event: ReportReceived, tx: Transaction, *, refold: Refold) -> None:
    """Of what a whistleblower sealed nothing is kept but the key for which replies are sealed too."""
    keys = {"oversight_key": event.sealed.oversight_key} if event.sealed else {}
    _write(event, HEARD[ReportReceived], tx, refold, **keys)


def note_forgetting(event: IdentityForgotten, tx: Transaction, *, refold: Refold) -> None:
    """With the reporter goes the address to which answers to commands were sent."""
    note(event, tx, refold=refold)
    tx.once(_forget_addresses, event.report_id)


def note_routing(event: ReportRouted | CoOwnerAdded, tx: Transaction, *, refold: Refold) -> None:
    """The body's working days are counted where it is, so that place must exist."""
    if not _is_zone(event.time_zone):
        raise PermanentError(f"disposition {event.disposition_id}: unknown time zone")
    _write(event, CO_OWNED if isinstance(event, CoOwnerAdded) else HEARD[ReportRouted], tx, refold)


def note_answer(event: ReportAnswered, tx: Transaction, *, refold: Refold) -> None:
    """An initial and a substantive answer are different steps: only the latter starts the reporter's clock."""
    _write(event, ANSWERED[event.answer_kind], tx, refold)


def note_appeal_decision(event: AppealDecided, tx: Transaction, *, refold: Refold) -> None:
    """A granted appeal and an archiving that is upheld are different steps: only the former opens the report again."""
    _write(event, APPEAL_DECIDED[event.granted], tx, refold)


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
    step = Step(reply_id, StepType.REPLIED, tx.now, {"tracking_id": tracking_id}, text)
    store.add_step(tx, timeline.report_id, step)
    changes.refold(tx, [timeline.report_id], rules=rules)
    tx.publish(
        ReportReplied(
            report_id=timeline.report_id, tracking_id=tracking_id, reply_id=reply_id, replied_at=tx.now, text=text
        )
    )
    return step


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
    return _close(tracking_id, timeline, ClosedBy.REPORTER, tx, rules)


def appeal(tracking_id: str, text: str, tx: Transaction, *, rules: Rules) -> Step | Refusal:
    """The reporter does not accept that the report was archived. Each archiving has one appeal."""
    timeline = store.lock_timeline(tx, tracking_id, rules)
    if timeline is None or not timeline.may_be_appealed:
        return (timeline and timeline.appeal) or NOT_TO_APPEAL
    text = clean(text, longest=LONGEST_REPLY).text
    step = Step(tx.new_id(), StepType.APPEALED, tx.now, {"tracking_id": tracking_id}, text)
    store.add_step(tx, timeline.report_id, step)
    changes.refold(tx, [timeline.report_id], rules=rules)
    tx.publish(
        ReportAppealed(
            report_id=timeline.report_id,
            tracking_id=tracking_id,
            appeal_id=step.event_id,
            appealed_at=tx.now,
            text=text,
        )
    )
    return step


def close_followers(tx: Transaction, *, rules: Rules, limit: int) -> int:
    """Close reports that follow one which is at its end: so each of their reporters hears the outcome, once."""
    found = store.take_endings(tx, limit)
    for follower, closed_by in found:
        timeline = store.lock_timeline(tx, follower, rules)
        if timeline and timeline.parent and timeline.status is Status.MERGED:
            _close(follower, timeline, closed_by, tx, rules)
    return len(found)


def close_silent(tracking_id: str, tx: Transaction, *, rules: Rules) -> bool:
    """Close a report whose reporter let the time for a reaction run out; False if that is not so (any more)."""
    timeline = store.lock_timeline(tx, tracking_id, rules)
    if timeline is None or timeline.silence is None or timeline.silence.due_at > tx.now:
        return False
    _close(tracking_id, timeline, ClosedBy.SILENCE, tx, rules)
    return True


def _forget_addresses(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    forget_addresses(tx, store.metadata, report_ids)


def _write(event: Event, noted: Noted, tx: Transaction, refold: Refold, **more: str) -> None:
    data: dict[str, Any] = {name: getattr(event, name) for name in noted.kept} | more
    if (tracking_id := getattr(event, "tracking_id", None)) is not None:
        data["tracking_id"] = tracking_id
    text = (getattr(event, noted.text) or None) if noted.text else None
    step = Step(tx.event_id or tx.new_id(), noted.step, getattr(event, noted.at), data, text)
    store.add_step(tx, event.report_id, step)
    tx.once(refold, event.report_id)


def _close(tracking_id: str, timeline: Timeline, closed_by: ClosedBy, tx: Transaction, rules: Rules) -> Step:
    step = Step(tx.new_id(), StepType.CLOSED, tx.now, {"tracking_id": tracking_id, "closed_by": closed_by})
    store.add_step(tx, timeline.report_id, step)
    changes.refold(tx, [timeline.report_id], rules=rules)
    tx.publish(
        ReportClosed(
            report_id=timeline.report_id,
            tracking_id=tracking_id,
            closed_at=tx.now,
            closed_by=closed_by,
            sealed=timeline.oversight_key is not None,
            parent_tracking_id=timeline.parent.tracking_id if timeline.parent else None,
        )
    )
    return step


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


@lru_cache
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
