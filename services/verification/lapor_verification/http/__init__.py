"""The API for verifiers."""

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint
from lapor_verification.http import cases
from lapor_verification.http.answers import DECIDERS, ORDER, accepted, found

__all__ = ["DECIDERS", "ORDER", "accepted", "blueprints", "found"]


def blueprints(transactions: Transactions) -> list[Blueprint]:
    """Every route of the API."""
    return [cases.blueprint(transactions)]
