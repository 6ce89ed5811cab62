"""The API for many cases at once. Each is decided by itself: one that cannot be decided holds up no other."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, current_staff, requires
from lapor_verification import handlers, store
from lapor_verification.domain.case import State
from lapor_verification.domain.policy import Policy
from lapor_verification.http.answers import DECIDERS, may_decide
from lapor_verification.schemas import BulkSchema, OutcomesSchema


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one of many cases."""

    report_id: UUID
    tracking_id: str | None = None
    state: State | None = None
    refusal: str | None = None
    code: str | None = None


def handlers_by_name(current: Callable[[], Policy]) -> Mapping[str, handlers.Decide]:
    """What can be done to many at once."""
    return {
        "verification": handlers.verify,
        "return_": handlers.return_report,
        "archive": partial(handlers.archive, current=current),
        "merge": handlers.merge,
    }


def decide_each(
    transactions: Transactions,
    chosen: Sequence[tuple[UUID, int | None]],
    handler: handlers.Decide,
    command: Any,
    by: str,
) -> list[Outcome]:
    """Decide the same about many cases, each in a transaction of its own."""
    with transactions.read() as connection:
        names = store.read_names(connection, may_decide(transactions, [report_id for report_id, _ in chosen]))
    outcomes = []
    for report_id, version in chosen:
        if report_id not in names:
            outcomes.append(_outcome(report_id, None, None))
            continue
        with transactions.begin() as tx:
            decided = handler(report_id, replace(command, version=version), by, tx)
        outcomes.append(_outcome(report_id, names[report_id], decided))
    return outcomes


def summary(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """How many were decided, and what became of each."""
    done = sum(outcome.state is not None for outcome in outcomes)
    return {"done": done, "refused": len(outcomes) - done, "cases": outcomes}


def blueprint(transactions: Transactions, current: Callable[[], Policy]) -> Blueprint:
    """The routes, on this database and with the policy as it stands."""
    api = Blueprint("bulk", description="Many cases at once")
    known = handlers_by_name(current)

    @api.route("/api/v1/cases/bulk", methods=["POST"])
    @requires(*DECIDERS)
    @api.arguments(BulkSchema)
    @api.response(200, OutcomesSchema)
    def bulk(asked: dict[str, Any]) -> dict[str, Any]:
        """Verify, return, archive or merge up to 200 cases; each is done or refused by itself."""
        by, handler = current_staff().id, known[asked["action"]]
        return summary(decide_each(transactions, asked["cases"], handler, asked["command"], by))

    return api


def _outcome(report_id: UUID, tracking_id: str | None, decided: handlers.Decided) -> Outcome:
    outcome = Outcome(report_id=report_id, tracking_id=tracking_id)
    if decided is None:
        return replace(outcome, refusal="Tidak ada di sini. (There is no such case.)", code="not_found")
    if isinstance(decided, Refusal):
        return replace(outcome, refusal=decided.reason, code=decided.code)
    return replace(outcome, state=decided.state)
