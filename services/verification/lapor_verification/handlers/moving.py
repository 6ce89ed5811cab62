"""How a person's decision moves a case: locked, checked, saved and recorded."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_verification import store
from lapor_verification.domain.case import Case, Decision, State, moved
from lapor_verification.domain.holding import reserved

#: Who decided, where no person did.
SYSTEM = "system"

#: The case as decided, or why not; None where there is no such case.
Decided = Case | Refusal | None

#: A way to decide: about a report, with a command, by somebody.
Decide = Callable[[UUID, Any, str, Transaction], Decided]


def lock_for(report_id: UUID, by: str, tx: Transaction) -> Decided:
    """The case, if nobody else has it in hand; no other can change it until the commit."""
    case = store.lock_case(tx, report_id)
    return case and (reserved(case, by, tx.now) or case)


def move(
    case: Case,
    to: State,
    by: str,
    tx: Transaction,
    *,
    seen: int | None,
    note: str = "",
    details: Mapping[str, Any] | None = None,
) -> Case | Refusal:
    """Bring a locked case to its next state, and record who did; ``seen`` is the version that they saw."""
    outcome = moved(case, to, seen)
    if isinstance(outcome, Refusal):
        return outcome
    save([outcome], by, tx, note=note, details=details)
    return outcome


def move_all(
    cases: Iterable[Case], to: State, by: str, tx: Transaction, *, note: str, details: Mapping[str, Any]
) -> list[Case]:
    """The same for locked cases that go where another one went; those that cannot go there stay where they are."""
    outcomes = [outcome for outcome in (moved(case, to) for case in cases) if isinstance(outcome, Case)]
    save(outcomes, by, tx, note=note, details=details)
    return outcomes


def save(
    cases: Sequence[Case], by: str, tx: Transaction, *, note: str, details: Mapping[str, Any] | None = None
) -> None:
    """Write where cases are now, and record who brought them there."""
    if cases:
        store.save_cases(tx, cases)
    for case in cases:
        record(case, by, tx, note=note, details=details)


def record(case: Case, by: str, tx: Transaction, *, note: str = "", details: Mapping[str, Any] | None = None) -> None:
    """Keep for ever who brought a case to where it is, and why."""
    decision = Decision(
        decision_id=tx.new_id(),
        report_id=case.report_id,
        decided_at=tx.now,
        decided_by=by,
        state=case.state,
        note=note,
        details=details or {},
    )
    store.add_decision(tx, decision)


def decide(
    report_id: UUID,
    to: State,
    by: str,
    tx: Transaction,
    *,
    seen: int | None,
    note: str = "",
    details: Mapping[str, Any] | None = None,
) -> Decided:
    """Lock a case and bring it to its next state."""
    case = lock_for(report_id, by, tx)
    return move(case, to, by, tx, seen=seen, note=note, details=details) if isinstance(case, Case) else case


def behind(now: datetime, earlier: Iterable[datetime]) -> datetime:
    """Now, but behind all these: the latest counts, also where the clocks of two machines differ."""
    return max((now, *(moment + timedelta(microseconds=1) for moment in earlier)))
