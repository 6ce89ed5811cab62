"""verification: complete? admissible? Decided alone where it is sure, else by a verifier."""

from dataclasses import dataclass
from functools import partial

from limits import RateLimitItem, parse
from limits.storage import Storage

from lapor_chassis.current import Current
from lapor_chassis.limiting import limit, limits_storage
from lapor_chassis.service import Service
from lapor_chassis.settings import ServiceSettings, setting
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import per_address
from lapor_contracts.events import (
    AgencyChanged,
    DeadlineMissed,
    DeadlineSet,
    ReportAppealed,
    ReportClosed,
    ReportReceived,
    ReportReferred,
    ReportReopened,
    ReportSupplemented,
    ReportWithdrawn,
)
from lapor_contracts.vocabulary import Clock
from lapor_verification import handlers, http, pages, store

NAME = "verification"
metadata = store.metadata


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """What verification is told."""

    database_url: str = setting("LAPOR_VERIFICATION_DATABASE_URL")
    limit_similar: RateLimitItem | None = setting(
        "LAPOR_VERIFICATION_LIMIT_SIMILAR", default=parse("120 per 10 minutes"), read=limit
    )
    """Drafts that one network address may have compared."""
    limit_storage: Storage | None = setting("LAPOR_VERIFICATION_LIMIT_STORAGE", default=None, read=limits_storage)


#: The bodies' clocks run for nearly every report. All others end here: an event that no queue is
#: bound to would be kept as unrouted.
NOT_THE_BODIES = [clock for clock in Clock if clock not in (Clock.FIRST_ANSWER, Clock.INTERIM, Clock.RESOLVE)]


def build(settings: Settings, transactions: Transactions) -> Service:
    """Put the service together."""
    policy = Current(transactions, store.policy_version, store.read_policy)
    tree = Current(transactions, store.category_version, store.read_tree)
    admit = per_address(settings.limit_similar, settings.limit_storage, what="similar")
    open_all = partial(handlers.open_cases, current=policy, tree=tree)
    reopen_all = partial(handlers.reopen_cases, current=policy, tree=tree)
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
            ReportReopened: handlers.hear_reopening,
            ReportWithdrawn: handlers.hear_leaving,
            ReportReferred: handlers.hear_leaving,
        },
        only={DeadlineSet: NOT_THE_BODIES},
        blueprints=[*http.blueprints(transactions, policy, admit), *pages.blueprints(transactions, policy)],
    )
