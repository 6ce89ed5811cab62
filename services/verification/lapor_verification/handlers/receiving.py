"""What happens when a report comes in, is completed, or its clock is set."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import cast
from uuid import UUID
from zoneinfo import ZoneInfo

from lapor_chassis.transactions import Transaction
from lapor_contracts.envelope import Envelope
from lapor_contracts.events import (
    DeadlineMissed,
    DeadlineSet,
    ReportReceived,
    ReportSupplemented,
)
from lapor_contracts.vocabulary import Clock
from lapor_verification import store
from lapor_verification.domain.case import Case, State, as_verified, opened, reopened

#: Who decided, where no person did.
SYSTEM = "system"

#: Where the day begins first: what is dated tomorrow in Jakarta may be today in Papua.
EASTERNMOST = ZoneInfo("Asia/Jayapura")


def receive_report(event: ReportReceived, tx: Transaction) -> None:
    """Examine a report: what is sure passes alone, the rest waits for a verifier.

    A whistleblower's can only be read by the body that it is sealed for, so it passes, and is never a case here.
    """
    if event.sealed:
        tx.publish(as_verified(event, ("Tersegel (sealed).",), by=SYSTEM, at=tx.now))
    else:
        tx.once(open_cases, tx.envelope)


def complete_report(event: ReportSupplemented, tx: Transaction) -> None:
    """Keep what the reporter added, and look at the case again; the case may not be here yet."""
    store.add_supplement(tx, event)
    tx.once(reopen_cases, tx.envelope)


def note_deadline(event: DeadlineSet | DeadlineMissed, tx: Transaction) -> None:
    """Keep until when the case should be decided, and whether that has passed; the case may not be here yet."""
    if event.clock is Clock.VERIFY:
        store.add_deadline(tx, event)


def open_cases(tx: Transaction, envelopes: Sequence[Envelope]) -> None:
    """Open a case for each report. The row's key decides who is first, so a report is verified once."""
    today = _latest_date(tx.now)
    causes = {envelope.event.report_id: envelope for envelope in envelopes}
    made = [opened(cast(ReportReceived, envelope.event), today) for envelope in causes.values()]
    new = store.add_cases(tx, made)
    _announce(tx, [case for case in made if case.report_id in new], causes)
    reopen_cases(tx, [causes[case.report_id] for case in made if case.state is State.WAITING])


def reopen_cases(tx: Transaction, envelopes: Sequence[Envelope]) -> None:
    """Examine again the open cases to which their reporters have added something.

    Where the case and its supplement are written at the same moment by two instances, neither may see the other:
    then a person finds both in the queue, as every reading of a case puts them together.
    """
    if not envelopes:
        return
    causes = {envelope.event.report_id: envelope for envelope in envelopes}
    today = _latest_date(tx.now)
    again = [reopened(case, case.report, today) for case in store.lock_supplemented(tx, causes)]
    if again:
        store.save_cases(tx, again)
        _announce(tx, again, causes)


def _announce(tx: Transaction, cases: Iterable[Case], causes: Mapping[UUID, Envelope]) -> None:
    """Say which cases passed alone, each because of the message that made it pass."""
    for case in cases:
        if case.state is State.VERIFIED:
            tx.handling(causes[case.report_id], reply_to=None, sender=None)
            tx.publish(as_verified(case.report, case.finding.reasons, by=SYSTEM, at=tx.now))


def _latest_date(now: datetime) -> date:
    return now.astimezone(EASTERNMOST).date()
