"""How the senders to bodies' own systems are put together, and what they are told."""

import random
from collections.abc import Callable
from dataclasses import dataclass

from lapor_chassis.mail import SmtpServer
from lapor_chassis.service import Timer
from lapor_chassis.settings import setting
from lapor_chassis.transactions import Transaction, Transactions
from lapor_contracts.events import AgencyReplied
from lapor_routing.domain.addresses import Network, networks
from lapor_routing.domain.delivering import Means
from lapor_routing.outbound.keys import Strongbox
from lapor_routing.outbound.letters import Letters, reading_sender
from lapor_routing.outbound.open311 import Open311
from lapor_routing.outbound.sender import Sender
from lapor_routing.outbound.web import Web
from lapor_routing.outbound.webhook import Webhook


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What routing is told about bodies' own systems."""

    strongbox: Strongbox = setting("LAPOR_ROUTING_CONNECTION_KEY", default=Strongbox(None), read=Strongbox.from_setting)
    """Locks the secrets of connections. Without it bodies are connected over the broker only."""
    smtp: SmtpServer | None = setting("LAPOR_ROUTING_SMTP_URL", default=None, read=reading_sender)
    """For bodies that have nothing but a mailbox; they answer to its ``from``, which intake must be told too."""
    agency_networks: frozenset[Network] = setting("LAPOR_ROUTING_AGENCY_NETWORKS", default=frozenset(), read=networks)
    """Networks that are not the public internet, in which bodies' systems may be called nevertheless."""


def timers(
    settings: Settings,
    transactions: Transactions,
    take_reply: Callable[[AgencyReplied, Transaction], object],
    public_url: str,
) -> list[Timer]:
    """What brings bodies what is due to them."""
    web = Web(own=settings.agency_networks)
    open311 = Open311(web)
    sender = Sender(
        transactions=transactions,
        strongbox=settings.strongbox,
        couriers={
            Means.WEBHOOK: Webhook(web),
            Means.OPEN311: open311,
            Means.EMAIL: Letters(server=settings.smtp, public_url=public_url),
        },
        open311=open311,
        take_reply=take_reply,
        jitter=random.random,
    )
    return [Timer("agencies", 1, sender.serve), Timer("measure-agencies", 30, sender.measure)]
