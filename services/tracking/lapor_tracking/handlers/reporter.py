"""What the reporter may do, by the same rules on the page, in the API and by a message."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from lapor_chassis.redaction import clean
from lapor_chassis.refusals import Refusal
from lapor_chassis.sealing import LONGEST_MESSAGE, seal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import (
    Event,
    OutcomeReported,
    ReportAppealed,
    ReportRated,
    ReportReopened,
    ReportReplied,
    ReportWithdrawn,
)
from lapor_contracts.vocabulary import ClosedBy, Status
from lapor_tracking import store
from lapor_tracking.domain.acts import Act, acts, answer_of, needs_reason, reopenings_of
from lapor_tracking.domain.steps import Step, StepType
from lapor_tracking.domain.timeline import UNHEARD, Timeline
from lapor_tracking.handlers.ending import end
from lapor_tracking.handlers.referring import refer
from lapor_tracking.handlers.saying import say
from lapor_tracking.store import Rules
from lapor_tracking.words import ACTS, STATUSES

KEY_TAKEN = Refusal(
    "Kunci ini sudah dipakai untuk hal lain. (This Idempotency-Key belongs to something else.)", "key_taken"
)
TOO_LONG = Refusal(
    "Tulisan terlalu panjang untuk disegel (the text is too long to be sealed).",
    code="too_long",
    errors={"text": [f"Paling banyak {LONGEST_MESSAGE} bita (at most {LONGEST_MESSAGE} bytes)."]},
)
NEEDS_REASON = Refusal(
    "Laporan ini sudah pernah dibuka kembali. Sebutkan apa yang belum selesai "
    "(the report was reopened before: say what is not done).",
    code="needs_reason",
    errors={"text": ["Sebutkan apa yang belum selesai (say what is not done)."]},
)
TOO_LATE = Refusal(
    "Laporan ini sudah lama ditutup dan tidak dapat dibuka kembali. Silakan buat laporan baru "
    "(the report was closed too long ago to be reopened: please report again).",
    code="too_late",
)
NOT_TO_APPEAL = Refusal(
    "Hanya laporan yang diarsipkan petugas yang dapat diajukan keberatan, satu kali "
    "(only a report that an officer archived can be appealed, once).",
    code="not_to_appeal",
)

#: Of the events that bring it to others.
LONGEST_TEXT = 10_000


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a reporter wants done with the report."""

    act: Act
    text: str = field(default="", repr=False)
    """A reply; why something is not done, or ought not to be archived."""
    rating: int | None = None
    """May be given along with the end."""
    holds: bool = True
    """The answer to the question whether what was done holds."""
    key: str | None = None
    """The same key is the same wish."""


@dataclass(frozen=True, kw_only=True)
class _InHand:
    """A wish about a report that is locked."""

    wish: Wish
    timeline: Timeline
    tracking_id: str
    text: str
    """As it may travel."""
    step_id: UUID
    """Of the step that the wish is: the same for the same key."""
    tx: Transaction

    @property
    def open_acts(self) -> frozenset[Act]:
        return acts(self.timeline, self.tx.now)

    @property
    def about(self) -> dict[str, Any]:
        return {"report_id": self.timeline.report_id, "tracking_id": self.tracking_id}

    @property
    def answerer(self) -> str | None:
        """The body that answered last."""
        answer = answer_of(self.timeline)
        return answer.data.get("agency_code") if answer else None

    @property
    def reopens(self) -> bool:
        """Who answers that it does not hold, reopens it, as long as that can be done."""
        not_done = self.wish.act is Act.REOPEN or (self.wish.act is Act.OUTCOME and not self.wish.holds)
        return not_done and Act.REOPEN in self.open_acts


def do(tracking_id: str, wish: Wish, tx: Transaction, *, rules: Rules) -> Step | Refusal:
    """Do it, if the report stands so that it may be done. Wanted twice, it is done once."""
    if wish.act is Act.REFER:
        return refer(tracking_id, tx, rules=rules)
    timeline = store.lock_timeline(tx, tracking_id, rules)
    if timeline is None:
        return too_early(wish.act)
    text = _written(wish, timeline, tracking_id)
    if isinstance(text, Refusal):
        return text
    step_id = _id_of(wish, timeline) or tx.new_id()
    this = _InHand(wish=wish, timeline=timeline, tracking_id=tracking_id, text=text, step_id=step_id, tx=tx)
    if done := _done_already(this):
        return done
    if wish.act not in this.open_acts:
        return _refused(wish.act, timeline)
    if this.reopens and needs_reason(timeline) and not text:
        return NEEDS_REASON
    if wish.act is Act.CLOSE:
        closing = end(tracking_id, timeline, ClosedBy.REPORTER, tx, rules)
        for event in _rating(this):
            say(event, tx, rules=rules)
        return closing
    return [say(event, tx, rules=rules) for event in _events(this)][-1]


def too_early(act: Act) -> Refusal:
    """Nothing has been heard of the report yet."""
    return _refused(act, UNHEARD)


def _written(wish: Wish, timeline: Timeline, tracking_id: str) -> str | Refusal:
    """What was written, as it may travel.

    A whistleblower's words are sealed here and now. All others' are cleaned like the report: who adds a telephone
    number to a reply means the state, not everybody who reads its queues and backups.
    """
    if timeline.oversight_key is None or not wish.text:
        return clean(wish.text.strip(), longest=LONGEST_TEXT).text
    if len(wish.text.encode()) > LONGEST_MESSAGE:
        return TOO_LONG
    return seal(wish.text, timeline.oversight_key, tracking_id)


def _id_of(wish: Wish, timeline: Timeline) -> UUID | None:
    """What is sealed cannot be compared, so a whistleblower's words are part of its name."""
    if wish.key is None:
        return None
    name = f"{wish.act}/{wish.key}"
    return uuid5(timeline.report_id, f"{name}/{wish.text}" if timeline.oversight_key else name)


#: What is the same wish where it is said twice in a row.
_IN_A_ROW = {Act.REPLY: StepType.REPLIED, Act.RATE: StepType.RATED, Act.REOPEN: StepType.REOPENED}


def _done_already(this: _InHand) -> Step | Refusal | None:
    """The step that did it: under the same key, in the same words twice in a row, or as it can be done but once."""
    wish, timeline = this.wish, this.timeline
    for step in timeline.steps:
        if step.event_id == this.step_id:
            return step if timeline.oversight_key or _says_the_same(step, this) else KEY_TAKEN
    match wish.act:
        case Act.CLOSE:
            closing = timeline.closing
            return closing if closing and closing.data["closed_by"] == ClosedBy.REPORTER else None
        case Act.WITHDRAW:
            return timeline.withdrawal
        case Act.APPEAL:
            return None if timeline.may_be_appealed else timeline.appeal
        case Act.OUTCOME:
            outcome = timeline.outcome
            return outcome if outcome and outcome.data["holds"] == wish.holds else None
    last = timeline.steps[-1]
    return last if last.type is _IN_A_ROW[wish.act] and _says_the_same(last, this) else None


def _says_the_same(step: Step, this: _InHand) -> bool:
    return (step.text or "") == this.text and step.data.get("rating") == this.wish.rating


def _events(this: _InHand) -> Iterator[Event]:
    now, text = this.tx.now, this.text
    match this.wish.act:
        case Act.REPLY:
            yield ReportReplied(**this.about, reply_id=this.step_id, replied_at=now, text=text)
        case Act.RATE:
            yield from _rating(this)
        case Act.APPEAL:
            yield ReportAppealed(**this.about, appeal_id=this.step_id, appealed_at=now, text=text)
        case Act.WITHDRAW:
            yield ReportWithdrawn(**this.about, withdrawal_id=this.step_id, withdrawn_at=now)
        case Act.OUTCOME | Act.REOPEN:
            yield from _outcome(this)
    if this.reopens:
        yield ReportReopened(
            **this.about,
            reopening_id=this.step_id,
            reopened_at=now,
            times=reopenings_of(this.timeline) + 1,
            reason=text or None,
            agency_code=this.answerer,
        )


def _rating(this: _InHand) -> Iterator[Event]:
    if this.wish.rating is not None:
        yield ReportRated(
            **this.about,
            rating_id=this.step_id,
            rated_at=this.tx.now,
            rating=this.wish.rating,
            agency_code=this.answerer,
        )


def _outcome(this: _InHand) -> Iterator[Event]:
    """Who was asked whether it holds, and says "not done", has answered that."""
    if this.timeline.question and Act.OUTCOME in this.open_acts:
        yield OutcomeReported(
            **this.about,
            question_id=this.timeline.question.event_id,
            reported_at=this.tx.now,
            holds=this.wish.act is Act.OUTCOME and this.wish.holds,
        )


def _refused(act: Act, timeline: Timeline) -> Refusal:
    """Not yet, or not any more: says where the report stands, and what was to be done with it."""
    if act is Act.APPEAL:
        return NOT_TO_APPEAL
    if act is Act.REOPEN and timeline.closing:
        return TOO_LATE
    status, words = timeline.status or Status.RECEIVED, ACTS[act]
    return Refusal(
        f"Laporan berstatus “{STATUSES[status].id}” tidak dapat {words.id}. "
        f"(A report that is {status} cannot {words.en} now.)",
        code="wrong_status",
    )
