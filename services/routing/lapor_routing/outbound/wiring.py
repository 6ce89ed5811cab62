"""How the senders to bodies' own systems are put together, and what they are told."""

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from lapor_chassis.mail import SmtpServer
from lapor_chassis.service import Timer
from lapor_chassis.settings import days, setting
from lapor_chassis.transactions import Transaction, Transactions
from lapor_contracts.events import AgencyReplied
from lapor_routing.domain.addresses import Network, networks
from lapor_routing.domain.delivering import Means
from lapor_routing.outbound import store
from lapor_routing.outbound.keys import Strongbox
from lapor_routing.outbound.letters import Letters, reading_sender
from lapor_routing.outbound.links import Links
from lapor_routing.outbound.measuring import measure
from lapor_routing.outbound.open311 import Open311
from lapor_routing.outbound.sender import Courier, Sender
from lapor_routing.outbound.web import Web
from lapor_routing.outbound.webhook import Webhook

_AT_ONCE = 1_000


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What routing is told about bodies' own systems."""

    strongbox: Strongbox = setting("LAPOR_ROUTING_CONNECTION_KEY", default=Strongbox(None), read=Strongbox.from_setting)
    """Locks the secrets of connections. Without it bodies are connected over the broker only."""
    smtp: SmtpServer | None = setting("LAPOR_ROUTING_SMTP_URL", default=None, read=reading_sender)
    """For bodies that have nothing but a mailbox; they answer to its ``from``, which intake must be told too."""
    agency_networks: frozenset[Network] = setting("LAPOR_ROUTING_AGENCY_NETWORKS", default=frozenset(), read=networks)
    """Networks that are not the public internet, in which bodies' systems may be called nevertheless."""
    deliveries_days: int = setting("LAPOR_ROUTING_DELIVERIES_DAYS", default=90, read=days)
    """So long after bodies had it, what was brought to them is kept, to be brought again on request."""


def timers(
    settings: Settings,
    transactions: Transactions,
    take_reply: Callable[[AgencyReplied, Transaction], object],
    *,
    links: Links,
    amqp_uri: str | None,
) -> list[Timer]:
    """What brings bodies what is due to them."""
    web = Web(own=settings.agency_networks)
    open311 = Open311(web)
    couriers: dict[Means, Courier] = {
        Means.WEBHOOK: Webhook(web),
        Means.OPEN311: open311,
        Means.EMAIL: Letters(server=settings.smtp, public_url=links.public_url),
    }
    if amqp_uri:
        from lapor_routing.outbound.broker import Broker

        couriers[Means.BROKER] = Broker(amqp_uri)
    sender = Sender(
        transactions=transactions,
        strongbox=settings.strongbox,
        couriers=couriers,
        open311=open311,
        links=links,
        take_reply=take_reply,
        jitter=random.random,
    )
    return [
        Timer("agencies", 1, sender.serve),
        Timer("measure-agencies", 30, partial(measure, transactions, amqp_uri)),
        Timer("forget-deliveries", 3600, partial(forget, transactions, timedelta(days=settings.deliveries_days))),
    ]


def forget(transactions: Transactions, kept: timedelta) -> int:
    """What bodies have had is of no use any more after a while; and it holds what reporters wrote."""
    with transactions.begin() as tx:
        return store.purge(tx, tx.now - kept, _AT_ONCE)
