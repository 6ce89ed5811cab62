"""What tracking does with what it hears: it writes down the step, and works out anew what follows from it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from lapor_chassis.addresses import forget_addresses
from lapor_chassis.errors import PermanentError
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import (
    AppealDecided,
    ContactPaused,
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
    ReportArchived,
    ReportEdited,
    ReportMerged,
    ReportRecalled,
    ReportReceived,
    ReportRedacted,
    ReportRefused,
    ReportReturned,
    ReportRouted,
    ReportSplit,
    ReportSupplemented,
    ReportUnroutable,
    ReportVerified,
)
from lapor_contracts.vocabulary import AnswerKind
from lapor_tracking import store
from lapor_tracking.domain.steps import Step, StepType

Refold = Callable[[Transaction, Sequence[UUID]], None]


@dataclass(frozen=True, kw_only=True)
class Noted:
    """What is kept of an event: its name as a step, when it happened, and the fields worth keeping."""

    step: StepType
    at: str
    kept: tuple[str, ...] = ()
    text: str | None = None
    id: str | None = None
    """The field whose value names the step, so that it is found again; else it bears the event's own id."""
    by: str | None = None
    """The field that says who decided: ``system``, or somebody's id."""


#: ``report.verified`` repeats the whole report for routing's sake; here it is kept once, as it was received.
HEARD: Mapping[type[Event], Noted] = {
    ReportReceived: Noted(
        step=StepType.RECEIVED,
        at="received_at",
        kept=(
            "kind",
            "channel",
            "title",
            "region_code",
            "category",
            "secret",
            "anonymous",
            "receipt_hash",
            "marks",
            "attachments",
        ),
        text="body",
    ),
    ReportSupplemented: Noted(
        step=StepType.SUPPLEMENTED,
        at="supplemented_at",
        kept=("supplement_id", "region_code", "marks", "attachments"),
        text="body",
    ),
    ReportRedacted: Noted(step=StepType.REDACTED, at="redacted_at", kept=("marks", "fields"), by="redacted_by"),
    ReportEdited: Noted(step=StepType.EDITED, at="edited_at", kept=("title",), text="body", by="edited_by"),
    ReportVerified: Noted(
        step=StepType.VERIFIED,
        at="verified_at",
        kept=(
            "kind",
            "region_code",
            "counted_as",
            "counted_as_name",
            "secret",
            "supervised",
            "round",
            "reported_agency_code",
        ),
        text="supervision_reason",
        by="verified_by",
    ),
    ReportRecalled: Noted(step=StepType.RECALLED, at="recalled_at", kept=("round",), text="reason", by="recalled_by"),
    ReportMerged: Noted(
        step=StepType.MERGED,
        at="merged_at",
        kept=("parent_report_id", "parent_tracking_id"),
        text="reason",
        by="merged_by",
    ),
    ReportSplit: Noted(step=StepType.SPLIT, at="split_at", text="reason", by="split_by"),
    ReportReturned: Noted(
        step=StepType.RETURNED, at="returned_at", kept=("missing",), text="message", by="returned_by"
    ),
    ReportArchived: Noted(
        step=StepType.ARCHIVED, at="archived_at", kept=("reason_code",), text="reason", by="archived_by"
    ),
    ReportRouted: Noted(
        step=StepType.ROUTED,
        at="routed_at",
        kept=("agency_code", "agency_name", "time_zone", "agency_region", "kind", "hop", "round"),
        by="routed_by",
    ),
    ReportUnroutable: Noted(step=StepType.UNROUTABLE, at="decided_at", kept=("round",), text="reason"),
    ReportRefused: Noted(
        step=StepType.REFUSED,
        at="refused_at",
        kept=("agency_code", "agency_name", "named_agency_code"),
        text="reason",
        by="refused_by",
    ),
    CoOwnerReleased: Noted(
        step=StepType.CO_OWNER_RELEASED,
        at="released_at",
        kept=("disposition_id", "agency_code", "agency_name"),
        text="reason",
        by="released_by",
    ),
    CopySent: Noted(
        step=StepType.COPY_SENT, at="sent_at", kept=("agency_code", "agency_name"), text="reason", by="sent_by"
    ),
    ExtensionGranted: Noted(
        step=StepType.EXTENDED,
        at="granted_at",
        kept=("disposition_id", "agency_code", "agency_name", "working_days"),
        text="reason",
        by="granted_by",
    ),
    ContactPaused: Noted(step=StepType.CONTACT_PAUSED, at="paused_at", kept=("via", "reachable", "reason")),
    NoticeFailed: Noted(step=StepType.NOTICE_FAILED, at="failed_at", kept=("template", "via", "reason")),
    IdentityRequested: Noted(step=StepType.IDENTITY_REQUESTED, at="requested_at", kept=("agency_code",)),
    IdentityDisclosed: Noted(
        step=StepType.IDENTITY_DISCLOSED, at="disclosed_at", kept=("agency_code", "until"), text="legal_basis"
    ),
    IdentityForgotten: Noted(step=StepType.IDENTITY_FORGOTTEN, at="forgotten_at"),
}
ANSWERED: Mapping[AnswerKind, Noted] = {
    kind: Noted(
        step=step,
        at="answered_at",
        kept=(
            "agency_code",
            "agency_name",
            "disposition_id",
            "answer_type",
            "planned_on",
            "legal_basis",
            "needed_agency_code",
            "needed_agency_name",
            "attachments",
        ),
        text="text",
        by="answered_by",
    )
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
    by="added_by",
)
APPEAL_DECIDED: Mapping[bool, Noted] = {
    granted: Noted(step=step, at="decided_at", text="reason", by="decided_by")
    for granted, step in {True: StepType.APPEAL_GRANTED, False: StepType.APPEAL_UPHELD}.items()
}


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


#: What is heard to be written down. Replay takes the same way.
NOTING: Mapping[type[Event], Callable[..., None]] = {
    **dict.fromkeys(HEARD, note),
    ReportReceived: note_report,
    ReportRouted: note_routing,
    CoOwnerAdded: note_routing,
    AppealDecided: note_appeal_decision,
    ReportAnswered: note_answer,
    IdentityForgotten: note_forgetting,
}


def _forget_addresses(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    forget_addresses(tx, store.metadata, report_ids)


def step_of(event: Event, noted: Noted, event_id: UUID, **more: str) -> Step:
    """What is kept of an event: of the same event always the same."""
    data: dict[str, Any] = {name: getattr(event, name) for name in noted.kept} | more
    if noted.by:
        data["by"] = getattr(event, noted.by)
    if (tracking_id := getattr(event, "tracking_id", None)) is not None:
        data["tracking_id"] = tracking_id
    text = (getattr(event, noted.text) or None) if noted.text else None
    step_id = getattr(event, noted.id) if noted.id else event_id
    return Step(step_id, noted.step, getattr(event, noted.at), data, text)


def _write(event: Event, noted: Noted, tx: Transaction, refold: Refold, **more: str) -> None:
    store.add_step(tx, event.report_id, step_of(event, noted, tx.event_id or tx.new_id(), **more))
    tx.once(refold, event.report_id)


@lru_cache
def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True
