"""Who works on which case: taken, handed back, and the next one."""

from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_verification import store
from lapor_verification.domain.case import Case
from lapor_verification.domain.holding import handed_back, taken
from lapor_verification.handlers.moving import Decided


def take(report_id: UUID, by: str, tx: Transaction, *, over: bool = False) -> Decided:
    """Take a case in hand, or keep it for longer; ``over``: from the colleague who has it."""
    case = store.lock_case(tx, report_id)
    return case and _keep(taken(case, by, tx.now, over=over), tx)


def hand_back(report_id: UUID, by: str, tx: Transaction) -> Decided:
    """Let a case go, so that another can take it."""
    case = store.lock_case(tx, report_id)
    return case and _keep(handed_back(case, by, tx.now), tx)


def take_next(sift: store.Sift, tx: Transaction) -> Case | None:
    """Take the first case of the queue that nobody has in hand."""
    case = store.lock_next(tx, sift)
    held = case and _keep(taken(case, sift.by, tx.now), tx)
    return held if isinstance(held, Case) else None


def go_on(case: Case, by: str, tx: Transaction) -> None:
    """Whoever has a case in hand and does something about it keeps it for longer."""
    if case.holder_at(tx.now) == by:
        _keep(taken(case, by, tx.now), tx)


def _keep(outcome: Case | Refusal, tx: Transaction) -> Case | Refusal:
    if isinstance(outcome, Case):
        store.save_holder(tx, outcome)
    return outcome
