"""The verifier's pages: the queue, and a report with what can be done about it."""

from lapor_chassis.current import Current
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import PageBlueprint
from lapor_verification.domain.policy import Policy
from lapor_verification.pages import bulk, canned, case, categories, editing, marks, policy, queue, taking


def blueprints(transactions: Transactions, current: Current[Policy]) -> list[PageBlueprint]:
    """Every page of verification."""
    desk = PageBlueprint("verification", __name__)
    queue.add_to(desk, transactions)
    case.add_to(desk, transactions, current)
    taking.add_to(desk, transactions)
    categories.add_to(desk)
    bulk.add_to(desk, transactions, current)
    editing.add_to(desk, transactions)
    canned.add_to(desk, transactions)
    return [desk, marks.blueprint(transactions), policy.blueprint(transactions, current)]
