"""How routing is put together: what it hears, what it shows, what it is told by its settings."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from lapor_chassis.service import Handler, Service, Timer
from lapor_chassis.settings import ServiceSettings, days, pem, setting
from lapor_chassis.sign_in import SigningKey
from lapor_chassis.topology import user_of
from lapor_chassis.transactions import Transaction, Transactions
from lapor_contracts.events import (
    AgencyMailed,
    AgencyReplied,
    ContactPaused,
    DeadlineEscalated,
    DeadlineSet,
    Event,
    EvidenceAdded,
    OutcomeReported,
    ReferralFiled,
    ReportClosed,
    ReportRated,
    ReportRecalled,
    ReportReferred,
    ReportReopened,
    ReportReplied,
    ReportSupplemented,
    ReportVerified,
    ReportWithdrawn,
)
from lapor_routing import handlers, http, pages, sweeps
from lapor_routing.current import CurrentDirectory
from lapor_routing.domain.choice import THRESHOLD
from lapor_routing.domain.drafts import ExtensionPolicy
from lapor_routing.experience import model_at
from lapor_routing.handlers.directory_files import carry_out
from lapor_routing.outbound import wiring as outbound
from lapor_routing.outbound.links import Links
from lapor_routing.outbound.mailbox import hear_letter
from lapor_routing.outbound.telling import Telling
from lapor_routing.pages import directory as directory_pages
from lapor_routing.pages import proposals as proposal_pages
from lapor_routing.reference.rules import shipped_rules
from lapor_routing.reference.suggesting import subjects
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


def _file(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise ValueError("there is no such file")
    return path


def _times(text: str) -> int:
    if not text.isdecimal() or int(text) > 100:
        raise ValueError("not a number, 0 to 100")
    return int(text)


def _without_text(data: Mapping[str, Any]) -> Mapping[str, Any]:
    """Anybody may write a letter, and about anybody."""
    return {name: value for name, value in data.items() if name != "text"}


@dataclass(frozen=True, kw_only=True)
class Settings(outbound.Settings, ServiceSettings):
    """What routing is told."""

    database_url: str = setting("LAPOR_ROUTING_DATABASE_URL")
    sign_in_key: SigningKey = setting("LAPOR_SIGN_IN_PRIVATE_KEY", read=_signing_key)
    threshold: float = setting("LAPOR_ROUTING_THRESHOLD", default=THRESHOLD, read=_share)
    """From this confidence on a report is routed without a person."""
    model: Path | None = setting("LAPOR_ROUTING_MODEL", default=None, read=_file)
    """What `lapor routing train` has learned; without it the rules choose alone."""
    needs_officers: bool = setting("LAPOR_ROUTING_NEEDS_OFFICERS", default=False)
    """Whether a report may only go where an officer or a system is there to read it."""
    silent_days: int = setting("LAPOR_ROUTING_SILENT_DAYS", default=14, read=days)
    """After so many days without any of its officers a body needs somebody's attention."""
    extension_days: int = setting("LAPOR_ROUTING_EXTENSION_DAYS", default=14, read=days)
    """By how many working days at most a body may take longer, each time."""
    extension_times: int = setting("LAPOR_ROUTING_EXTENSION_TIMES", default=2, read=_times)
    """How often it may."""


def build(settings: Settings, transactions: Transactions) -> Service:
    """Routing, with the directory read when it is first needed."""
    current = CurrentDirectory(transactions, needs_officers=settings.needs_officers)
    links = Links(settings.sign_in_key, settings.public_url)

    def take_reply(reply: AgencyReplied, tx: Transaction) -> object:
        return handlers.take_reply(reply, tx, current())

    return Service(
        name=NAME,
        metadata=metadata,
        handlers=_hears(settings, current, take_reply),
        cleaners={AgencyMailed: _without_text},
        timers=[
            Timer("closed-bodies", 60, partial(sweeps.leave_bodies, transactions, current)),
            Timer("unattended", 300, partial(sweeps.count_unattended, transactions, current, settings.silent_days)),
            Timer("directory-imports", 2, partial(carry_out, transactions, subjects=subjects)),
            *outbound.timers(settings, transactions, take_reply, links=links, amqp_uri=settings.amqp_uri),
        ],
        only={DeadlineSet: handlers.BODIES_CLOCKS},
        blueprints=_shows(settings, transactions, current),
    )


def _hears(
    settings: Settings, current: CurrentDirectory, take_reply: Callable[[AgencyReplied, Transaction], object]
) -> Mapping[type[Event], Handler]:
    """What is done about each event."""
    # Our own user at the broker may also speak for a body; without a broker nobody has one.
    operator = user_of(settings.amqp_uri) if settings.amqp_uri else None
    telling = Telling(current)
    route_all = partial(
        handlers.route_reports,
        current=current,
        rules=shipped_rules,
        model=model_at(settings.model),
        threshold=settings.threshold,
    )
    end_all = partial(handlers.end_recalled, current=current)
    leave_all = partial(handlers.leave, current=current)
    reopen_all = partial(handlers.reopen_reports, current=current)
    raise_all = partial(handlers.raise_escalations, current=current)
    return {
        ReportVerified: partial(handlers.route_report, route_all=route_all),
        AgencyReplied: partial(handlers.hear_agency, current=current, operator=operator),
        AgencyMailed: partial(hear_letter, strongbox=settings.strongbox, take_reply=take_reply),
        ReportReplied: partial(handlers.hear_reporter, telling=telling),
        ReportSupplemented: partial(handlers.hear_supplement, telling=telling),
        DeadlineSet: handlers.note_deadline,
        DeadlineEscalated: partial(handlers.note_escalation, raise_all=raise_all),
        ReportRecalled: partial(handlers.recall_report, end_all=end_all),
        ReportWithdrawn: partial(handlers.withdraw_report, leave_all=leave_all),
        ReferralFiled: partial(handlers.file_referral, leave_all=leave_all),
        ReportReferred: partial(handlers.refer_report, leave_all=leave_all),
        ReportClosed: partial(handlers.close_report, telling=telling),
        ReportReopened: partial(handlers.reopen_report, reopen_all=reopen_all),
        EvidenceAdded: handlers.hear_evidence,
        ReportRated: handlers.hear_rating,
        OutcomeReported: handlers.hear_outcome,
        ContactPaused: handlers.hear_pause,
    }


def _shows(settings: Settings, transactions: Transactions, current: CurrentDirectory) -> list[Any]:
    """The API and the pages."""
    longer = ExtensionPolicy(days=settings.extension_days, times=settings.extension_times)
    return [
        http.sign_in_api(transactions, settings.sign_in_key),
        http.agencies_api(transactions),
        http.officers_api(transactions),
        http.dispositions_api(transactions, current),
        http.sharing_api(transactions, current),
        http.drafts_api(transactions, current, longer),
        http.working_api(transactions, current, longer),
        http.coordination_api(transactions, current),
        http.coordinators_sharing_api(transactions, current),
        http.replies_api(transactions, current, settings.strongbox),
        http.connections_api(transactions, settings.amqp_uri),
        *pages.blueprints(transactions, current, settings.sign_in_key, longer, settings.amqp_uri),
        directory_pages.pages(transactions, current, settings.silent_days),
        proposal_pages.pages(transactions, current),
    ]
