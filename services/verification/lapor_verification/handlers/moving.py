"""How a person's decision moves a case: locked, checked, saved and recorded."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_verification import store
from lapor_verification.domain.case import Case, Decision, State, moved
from lapor_verification.domain.holding import reserved

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
    store.save_cases(tx, [outcome])
    decision = Decision(
        decision_id=tx.new_id(),
        report_id=case.report_id,
        decided_at=tx.now,
        decided_by=by,
        state=to,
        note=note,
        details=details or {},
    )
    store.add_decision(tx, decision)
    return outcome


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
