"""The verifier's pages: the queue, and a report with what can be done about it."""

from collections.abc import Callable

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import PageBlueprint
from lapor_verification.domain.policy import Policy
from lapor_verification.pages import case, marks, queue


def blueprints(transactions: Transactions, current: Callable[[], Policy]) -> list[PageBlueprint]:
    """Every page of verification."""
    desk = PageBlueprint("verification", __name__)
    queue.add_to(desk, transactions)
    case.add_to(desk, transactions, current)
    return [desk, marks.blueprint(transactions)]
