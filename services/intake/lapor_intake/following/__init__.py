"""Following: whoever supports a public report hears its outcome, once they have shown that the address is theirs."""

from typing import Any

from lapor_chassis.transactions import Transactions
from lapor_intake.following import http, pages
from lapor_intake.following.handlers import Following, end_unconfirmed

__all__ = ["Following", "blueprints", "end_unconfirmed"]


def blueprints(following: Following, transactions: Transactions) -> list[Any]:
    """The API and the pages."""
    return [http.blueprint(following, transactions), pages.blueprint(following, transactions)]
