"""What staff see: sign in, a body's inbox, the coordinator's queue."""

from lapor_chassis.sign_in import SigningKey
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import PageBlueprint
from lapor_routing.domain.drafts import ExtensionPolicy
from lapor_routing.http import Current
from lapor_routing.pages import agency, connections, coordinator, sign_in


def blueprints(
    transactions: Transactions, current: Current, key: SigningKey, policy: ExtensionPolicy, amqp_uri: str | None
) -> list[PageBlueprint]:
    """Every page of routing."""
    return [
        sign_in.pages(transactions, key),
        agency.pages(transactions, current, policy),
        coordinator.pages(transactions, current),
        connections.pages(transactions, current, amqp_uri),
    ]
