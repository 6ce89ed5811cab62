"""How reporters are reached: another address, a browser that shows when there is news, or no notices at all."""

from typing import Any

from lapor_chassis.transactions import Transactions
from lapor_intake.reaching import http, pages
from lapor_intake.reaching.handlers import Reaching, Settings

__all__ = ["Reaching", "Settings", "blueprints"]


def blueprints(reaching: Reaching, transactions: Transactions) -> list[Any]:
    """The API and the pages."""
    return [http.blueprint(reaching, transactions), pages.blueprint(reaching, transactions)]
