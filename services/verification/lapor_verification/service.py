"""verification: complete? admissible? Decided alone where it is sure, else by a verifier."""

from dataclasses import dataclass
from functools import partial

from lapor_chassis.service import Service
from lapor_chassis.settings import ServiceSettings, setting
from lapor_chassis.transactions import Transactions
from lapor_contracts.events import (
    AgencyChanged,
    DeadlineMissed,
    DeadlineSet,
    ReportAppealed,
    ReportClosed,
    ReportReceived,
    ReportSupplemented,
)
from lapor_contracts.vocabulary import Clock
from lapor_verification import handlers, http, pages, store
from lapor_verification.current import Current

NAME = "verification"
metadata = store.metadata


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """What verification is told."""

    database_url: str = setting("LAPOR_VERIFICATION_DATABASE_URL")


#: Two clocks run for nearly every report, and they are the bodies'. All others end here: an event that no queue is
#: bound to would be kept as unrouted.
NOT_THE_BODIES = [clock for clock in Clock if clock not in (Clock.FIRST_ANSWER, Clock.RESOLVE)]


def build(settings: Settings, transactions: Transactions) -> Service:
    """Put the service together."""
    policy = Current(transactions, store.policy_version, store.read_policy)
    open_all = partial(handlers.open_cases, current=policy)
    reopen_all = partial(handlers.reopen_cases, current=policy)
    return Service(
        NAME,
        metadata,
        handlers={
            ReportReceived: partial(handlers.receive_report, open_all=open_all),
            ReportSupplemented: partial(handlers.complete_report, reopen_all=reopen_all),
            AgencyChanged: handlers.note_agency,
            DeadlineSet: handlers.note_deadline,
            DeadlineMissed: handlers.note_deadline,
            ReportAppealed: handlers.hear_appeal,
            ReportClosed: handlers.note_closing,
        },
        only={DeadlineSet: NOT_THE_BODIES},
        blueprints=[*http.blueprints(transactions, policy), *pages.blueprints(transactions, policy)],
    )
