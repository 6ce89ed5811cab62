"""Who may ask, and how a case, or why there is none, is answered."""

from collections.abc import Mapping
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
    with transactions.read() as connection:
        case = store.read_case(connection, report_id)
    if case is None:
        raise Problem(404, detail="Laporan ini tidak ada di sini. (There is no case of this report.)")
    return case


def accepted(transactions: Transactions, report_id: UUID, decided: handlers.Decided) -> Case:
    """The case as it is after the decision, or why that was not possible."""
    if isinstance(decided, Refusal):
        raise refused(decided)
    return found(transactions, report_id)


def decide(transactions: Transactions, report_id: UUID, handler: handlers.Decide, command: Any) -> Case:
    """Let whoever asks decide."""
    with transactions.begin() as tx:
        decided = handler(report_id, command, current_staff().id, tx)
    return accepted(transactions, report_id, decided)


def sift_of(transactions: Transactions, query: Mapping[str, Any]) -> store.Sift:
    """What whoever asks wants to see."""
    asked = {name: value for name, value in query.items() if name not in ("cursor", "limit")}
    return store.Sift(by=current_staff().id, now=transactions.clock.now(), **asked)
