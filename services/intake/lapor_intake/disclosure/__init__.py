"""Disclosure: one named officer may learn who the reporter is, for some hours, if two custodians agree."""

from typing import Any

from lapor_chassis.transactions import Transactions
from lapor_intake.disclosure import http, pages
from lapor_intake.disclosure.handlers import Registry, expire

__all__ = ["Registry", "blueprints", "expire"]


def blueprints(registry: Registry, transactions: Transactions) -> list[Any]:
    """The API and the pages."""
    return [http.blueprint(registry, transactions), pages.blueprint(registry, transactions)]
