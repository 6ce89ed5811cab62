"""The API for verifiers."""

from collections.abc import Callable

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint
from lapor_verification.domain.policy import Policy
from lapor_verification.http import bulk, canned, cases, categories, desk, repeats
from lapor_verification.http.answers import DECIDERS, ORDER, accepted, check_whose, decide, found, may_decide, sift_of

__all__ = ["DECIDERS", "ORDER", "accepted", "blueprints", "check_whose", "decide", "found", "may_decide", "sift_of"]


def blueprints(transactions: Transactions, current: Callable[[], Policy], admit: Callable[[], None]) -> list[Blueprint]:
    """Every route of the API."""
    return [
        cases.blueprint(transactions, current),
        desk.blueprint(transactions),
        bulk.blueprint(transactions, current),
        canned.blueprint(transactions),
        categories.blueprint(transactions),
        repeats.blueprint(transactions, admit),
    ]
