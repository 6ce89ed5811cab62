"""Random histories of one report: likely and unlikely ones, with things that happen at the same moment."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import Event
from lapor_contracts.vocabulary import AnswerKind, ClosedBy, Kind
from lapor_tracking import handlers, store
from lapor_tracking.store import Rules
from tests.support import builders
from tests.support.stage import WEDNESDAY, Stage

REPORT = UUID("01890000-0000-7000-8000-000000000001")
AGENCIES = {"PLN": "Asia/Jakarta", "PEMDA-91.71": "Asia/Jayapura", "PEMDA-51.71": "Asia/Makassar"}

moments = st.sampled_from([0, 0.001, 60, 3600, 86_400, 10 * 86_400, 40 * 86_400]).map(
    lambda seconds: WEDNESDAY + timedelta(seconds=seconds)
)
kinds = st.sampled_from(Kind)
PARENT = UUID("01890000-0000-7000-8000-000000000002")
parts = st.sampled_from([UUID(f"01890000-0000-7000-8000-0000000001{number:02}") for number in range(3)])
"""The owner's disposition, or those of co-owners."""
codes = st.sampled_from(sorted(AGENCIES))


def _of(build: Any, at: str, **fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Event]:
    return st.builds(lambda **drawn: build(report_id=REPORT, **drawn), **{at: moments}, **fields)


heard: st.SearchStrategy[Event] = st.one_of(
    _of(builders.received, "received_at", kind=kinds, secret=st.booleans()),
    _of(builders.verified, "verified_at", kind=kinds, secret=st.booleans(), supervised=st.booleans()),
    _of(builders.returned, "returned_at"),
    _of(builders.supplemented, "supplemented_at"),
    _of(builders.archived, "archived_at"),
    codes.flatmap(
        lambda code: _of(
            builders.routed, "routed_at", kind=kinds, agency_code=st.just(code), time_zone=st.just(AGENCIES[code])
        )
    ),
    _of(builders.recalled, "recalled_at", round=st.integers(1, 2)),
    _of(builders.merged, "merged_at", parent_report_id=st.just(PARENT)),
    _of(builders.split_off, "split_at", parent_report_id=st.just(PARENT)),
    _of(builders.appeal_decided, "decided_at", granted=st.booleans()),
    _of(builders.co_owner_added, "added_at", disposition_id=parts, kind=kinds),
    _of(builders.co_owner_released, "released_at", disposition_id=parts),
    _of(builders.extension_granted, "granted_at", disposition_id=parts),
    _of(builders.refused, "refused_at"),
    _of(builders.unroutable, "decided_at"),
    _of(builders.answered, "answered_at", answer_kind=st.sampled_from(AnswerKind), disposition_id=parts),
    _of(builders.notice_failed, "failed_at"),
    _of(builders.identity_requested, "requested_at"),
    _of(builders.identity_disclosed, "disclosed_at"),
    _of(builders.identity_forgotten, "forgotten_at"),
    _of(builders.copy_sent, "sent_at"),
    _of(builders.contact_paused, "paused_at", reachable=st.booleans()),
    _of(builders.redacted, "redacted_at"),
    _of(builders.edited, "edited_at"),
)
said: st.SearchStrategy[Event] = st.one_of(
    _of(builders.replied, "replied_at", reply_id=st.uuids()),
    _of(builders.appealed, "appealed_at", appeal_id=st.uuids()),
    _of(builders.rated, "rated_at", rating_id=st.uuids(), rating=st.integers(1, 5)),
    _of(builders.closed, "closed_at", closed_by=st.sampled_from(ClosedBy)),
    _of(builders.reopened, "reopened_at", reopening_id=st.uuids()),
    _of(builders.withdrawn, "withdrawn_at", withdrawal_id=st.uuids()),
    _of(builders.referral_offered, "offered_at"),
    _of(builders.referred, "referred_at", referral_id=st.uuids()),
    _of(builders.outcome_asked, "asked_at", question_id=st.uuids()),
    _of(builders.outcome_reported, "reported_at", question_id=st.uuids(), holds=st.booleans()),
)
"""What tracking itself says, whenever it does: the services' clocks differ."""
events = heard | said
histories = st.lists(st.tuples(st.uuids(), events), min_size=1, max_size=12, unique_by=lambda pair: pair[0])
"""A report's events in some order, each with its event id."""


@st.composite
def deliveries(draw: st.DrawFn, count: int) -> list[list[int]]:
    """How ``count`` messages may arrive: shuffled, some of them twice, cut into batches."""
    twice = draw(st.lists(st.integers(0, count - 1), max_size=4))
    order = draw(st.permutations([*range(count), *twice]))
    cuts = sorted(draw(st.sets(st.integers(1, len(order)), max_size=3)) | {len(order)})
    return [list(order[start:end]) for start, end in zip([0, *cuts], cuts, strict=False)]


def deliver(stage: Stage, batch: Sequence[tuple[UUID, Event]]) -> None:
    """Let tracking hear what others said, as one batch; what it says itself it writes down, once."""
    stage.receive(*(stage.letter(event, event_id=event_id) for event_id, event in batch if is_heard(event)))
    with stage.transactions.begin() as tx:
        for event_id, event in batch:
            if not is_heard(event):
                _write_down(tx, event_id, event)
        store.refold(tx, [REPORT], rules=Rules())


def is_heard(event: Event) -> bool:
    """Whether another service says it."""
    return type(event) not in handlers.SAID


def _write_down(tx: Transaction, event_id: UUID, event: Event) -> None:
    step = handlers.step_of(event, handlers.SAID[type(event)], event_id)
    known = tx.execute(store.steps.select().where(store.steps.c.event_id == step.event_id)).first()
    if known is None:
        store.add_step(tx, event.report_id, step)
