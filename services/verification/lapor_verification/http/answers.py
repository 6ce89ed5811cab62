"""Who may ask, and how a case, or why there is none, is answered."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Problem, current_staff, refused
from lapor_contracts.vocabulary import Role
from lapor_verification import handlers, store
from lapor_verification.domain.case import Case

#: Who may decide about a report before it goes to an agency.
DECIDERS = (Role.VERIFIER, Role.COORDINATOR)

#: How cases are ordered, for the cursor of a list.
ORDER = {"rank": int, "sort_at": datetime, "report_id": UUID}


def found(transactions: Transactions, report_id: UUID) -> Case:
    """The case, or a 404."""
    check_whose(transactions, report_id)
    with transactions.read() as connection:
        case = store.read_case(connection, report_id)
    if case is None:
        raise _not_here()
    return case


def check_whose(transactions: Transactions, report_id: UUID) -> None:
    """A 404 where another body's verifiers decide about it."""
    if not may_decide(transactions, [report_id]):
        raise _not_here()


def _not_here() -> Problem:
    return Problem(404, detail="Laporan ini tidak ada di sini. (There is no case of this report.)")


def accepted(transactions: Transactions, report_id: UUID, decided: handlers.Decided) -> Case:
    """The case as it is after the decision, or why that was not possible."""
    if isinstance(decided, Refusal):
        raise refused(decided)
    return found(transactions, report_id)


def decide(transactions: Transactions, report_id: UUID, handler: handlers.Decide, command: Any) -> Case:
    """Let whoever asks decide."""
    check_whose(transactions, report_id)
    with transactions.begin() as tx:
        decided = handler(report_id, command, current_staff().id, tx)
    return accepted(transactions, report_id, decided)


def own_body() -> str | None:
    """The only body about whose reports whoever asks may decide; None for central verifiers and coordinators."""
    staff = current_staff()
    return None if staff.has(Role.COORDINATOR) else staff.agency_code


def may_decide(transactions: Transactions, report_ids: Collection[UUID]) -> Collection[UUID]:
    """About which of these reports whoever asks may decide."""
    body = own_body()
    if body is None:
        return report_ids
    with transactions.read() as connection:
        return store.of_body(connection, report_ids, body)


def sift_of(transactions: Transactions, query: Mapping[str, Any]) -> store.Sift:
    """What whoever asks wants to see."""
    asked = {name: value for name, value in query.items() if name not in ("cursor", "limit")}
    return store.Sift(by=current_staff().id, now=transactions.clock.now(), body=own_body(), **asked)
