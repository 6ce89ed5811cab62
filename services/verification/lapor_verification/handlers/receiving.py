"""What happens when a report comes in, is completed, or its clock is set."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from lapor_chassis.transactions import Transaction
from lapor_contracts.envelope import Envelope
from lapor_contracts.events import (
    AgencyChanged,
    DeadlineMissed,
    DeadlineSet,
    ReportReceived,
    ReportReturned,
    ReportSupplemented,
)
from lapor_contracts.vocabulary import Clock
from lapor_verification import store
from lapor_verification.domain.case import OPEN, Case, State, as_verified, lapsed, opened, reopened
from lapor_verification.domain.categories import Tree
from lapor_verification.domain.checks.completeness import asking_for
from lapor_verification.domain.policy import Policy
from lapor_verification.handlers.comparing import compare
from lapor_verification.handlers.leaving import let_go
from lapor_verification.handlers.moving import SYSTEM, record
from lapor_verification.handlers.repeats import keep_compared

#: Where the day begins first: what is dated tomorrow in Jakarta may be today in Papua.
EASTERNMOST = ZoneInfo("Asia/Jayapura")


#: Does something for all reports of a batch.
ForAll = Callable[[Transaction, Sequence[Envelope]], None]
#: The categories as they stand.
CurrentTree = Callable[[], Tree]


def receive_report(event: ReportReceived, tx: Transaction, *, open_all: ForAll) -> None:
    """Examine a report: what is sure passes alone, what only lacks something is asked for, the rest waits.

    A whistleblower's can only be read by the body that it is sealed for, so it passes, and is never a case here.
    """
    if event.sealed:
        tx.publish(as_verified(event, ("Tersegel (sealed).",), by=SYSTEM, at=tx.now))
    else:
        tx.once(store.lock_reports, event.report_id)
        tx.once(open_all, tx.envelope)


def complete_report(event: ReportSupplemented, tx: Transaction, *, reopen_all: ForAll) -> None:
    """Keep what the reporter added, and look at the case again; the case may not be here yet."""
    tx.once(store.lock_reports, event.report_id)
    store.add_supplement(tx, event)
    tx.once(reopen_all, tx.envelope)


def note_deadline(event: DeadlineSet | DeadlineMissed, tx: Transaction) -> None:
    """Keep until when the case should be decided, and whether that has passed; the case may not be here yet."""
    if event.clock is Clock.VERIFY:
        tx.once(store.lock_reports, event.report_id)
        store.add_deadline(tx, event)
        tx.once(store.put_in_order, event.report_id)
    elif event.clock is Clock.COMPLETION and isinstance(event, DeadlineMissed):
        tx.once(wait_again, event.report_id)


def note_agency(event: AgencyChanged, tx: Transaction) -> None:
    """Keep whether a body verifies itself."""
    tx.once(store.note_agencies, event)


def open_cases(
    tx: Transaction, envelopes: Sequence[Envelope], *, current: Callable[[], Policy], tree: CurrentTree
) -> None:
    """Open a case for each report. The row's key decides who is first, so a report is verified once."""
    today, policy = _latest_date(tx.now), current()
    causes = {envelope.event.report_id: envelope for envelope in envelopes}
    examined = [opened(cast(ReportReceived, envelope.event), today, policy) for envelope in causes.values()]
    compared = compare(tx, examined, policy)
    made = compared.cases
    new = store.add_cases(tx, made)
    keep_compared(tx, compared, new, causes)
    _announce(tx, [case for case in made if case.report_id in new], causes, policy, tree)
    reopen_cases(tx, [causes[case.report_id] for case in made if case.state in OPEN], current=current, tree=tree)
    let_go(tx, [*new])


def reopen_cases(
    tx: Transaction, envelopes: Sequence[Envelope], *, current: Callable[[], Policy], tree: CurrentTree
) -> None:
    """Examine again the open cases to which their reporters have added something."""
    if not envelopes:
        return
    causes = {envelope.event.report_id: envelope for envelope in envelopes}
    today, policy = _latest_date(tx.now), current()
    examined = [reopened(case, case.report, today, policy) for case in store.lock_supplemented(tx, causes)]
    if examined:
        compared = compare(tx, examined, policy, supports=False)
        again = compared.cases
        store.save_cases(tx, again)
        keep_compared(tx, compared, causes.keys(), causes)
        _announce(tx, again, causes, policy, tree)


def wait_again(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    """Let a person decide about what its reporter did not complete in time: no machine says no."""
    late = [lapsed(case) for case in store.lock_returned(tx, report_ids)]
    if late:
        store.save_cases(tx, late)


def _announce(
    tx: Transaction, cases: Iterable[Case], causes: Mapping[UUID, Envelope], policy: Policy, tree: CurrentTree
) -> None:
    """Say what was decided alone, each because of the message that led to it, and record why."""
    for case in cases:
        if case.state not in (State.VERIFIED, State.RETURNED):
            continue
        tx.handling(causes[case.report_id], reply_to=None, sender=None)
        record(case, SYSTEM, tx, details={"policy": policy.version, "reasons": list(case.finding.reasons)})
        if case.state is State.VERIFIED:
            tx.publish(as_verified(case.report, case.finding.reasons, by=SYSTEM, at=tx.now, case=case, tree=tree()))
        else:
            tx.publish(_return_of(case, tx.now))


def _return_of(case: Case, at: datetime) -> ReportReturned:
    missing = case.finding.missing
    return ReportReturned(
        report_id=case.report_id,
        tracking_id=case.report.tracking_id,
        returned_at=at,
        returned_by=SYSTEM,
        missing=missing,
        message=asking_for(missing),
    )


def _latest_date(now: datetime) -> date:
    return now.astimezone(EASTERNMOST).date()
