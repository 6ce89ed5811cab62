"""How routing is put together: what it hears, what it shows, what it is told by its settings."""

from dataclasses import dataclass
from functools import partial

from lapor_chassis.service import Service
from lapor_chassis.settings import ServiceSettings, pem, setting
from lapor_chassis.sign_in import SigningKey
from lapor_chassis.topology import user_of
from lapor_chassis.transactions import Transactions
from lapor_contracts.events import (
    AgencyReplied,
    DeadlineSet,
    ReportClosed,
    ReportReplied,
    ReportSupplemented,
    ReportVerified,
)
from lapor_contracts.vocabulary import Clock
from lapor_routing import handlers, http, pages
from lapor_routing.current import CurrentDirectory
from lapor_routing.domain.choice import THRESHOLD
from lapor_routing.outbound.telling import Telling
from lapor_routing.reference.rules import shipped_rules
from lapor_routing.tables import metadata

NAME = "routing"

__all__ = ["NAME", "Settings", "build", "metadata"]


def _signing_key(text: str) -> SigningKey:
    return SigningKey(pem(text))


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1
    if not 0 <= share <= 1:
        raise ValueError("not a number between 0 and 1")
    return share


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """What routing is told."""

    database_url: str = setting("LAPOR_ROUTING_DATABASE_URL")
    sign_in_key: SigningKey = setting("LAPOR_SIGN_IN_PRIVATE_KEY", read=_signing_key)
    threshold: float = setting("LAPOR_ROUTING_THRESHOLD", default=THRESHOLD, read=_share)
    """From this confidence on a report is routed without a person."""


def build(settings: Settings, transactions: Transactions) -> Service:
    """Routing, with the directory read when it is first needed."""
    current = CurrentDirectory(transactions)
    # Our own user at the broker may also speak for a body; without a broker nobody has one.
    operator = user_of(settings.amqp_uri) if settings.amqp_uri else None
    telling = Telling(current)
    route_all = partial(handlers.route_reports, current=current, rules=shipped_rules, threshold=settings.threshold)
    return Service(
        name=NAME,
        metadata=metadata,
        handlers={
            ReportVerified: partial(handlers.route_report, route_all=route_all),
            AgencyReplied: partial(handlers.hear_agency, current=current, operator=operator),
            ReportReplied: partial(handlers.hear_reporter, telling=telling),
            ReportSupplemented: handlers.hear_supplement,
            DeadlineSet: handlers.note_deadline,
            ReportClosed: partial(handlers.close_report, telling=telling),
        },
        only={DeadlineSet: [Clock.FIRST_ANSWER, Clock.RESOLVE]},
        blueprints=[
            http.sign_in_api(transactions, settings.sign_in_key),
            http.agencies_api(transactions),
            http.dispositions_api(transactions, current),
            http.coordination_api(transactions, current),
            *pages.blueprints(transactions, current, settings.sign_in_key),
        ],
    )
