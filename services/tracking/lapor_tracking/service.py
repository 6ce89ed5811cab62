"""Tracking: the timeline of each report, its clocks, and the conversation with its reporter."""

from dataclasses import dataclass
from functools import partial

from limits import RateLimitItem, parse
from limits.storage import Storage
from nacl.signing import SigningKey

from lapor_chassis.addresses import drop_old_addresses
from lapor_chassis.attempts import Attempts
from lapor_chassis.limiting import limit, limits_storage
from lapor_chassis.service import Service, Timer
from lapor_chassis.settings import ServiceSettings, key_bytes, setting
from lapor_chassis.tracking_ids import TrackingIds
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import per_address
from lapor_contracts.events import (
    ClosureDecided,
    FollowConfirmed,
    FollowEnded,
    FollowRequested,
    ReporterCommanded,
)
from lapor_tracking import chaining, changes, commanding, following, handlers, http, listing, pages, sweeps
from lapor_tracking.http import audit as audit_api
from lapor_tracking.http import open_data
from lapor_tracking.http import search as search_api
from lapor_tracking.http import staff as staff_api
from lapor_tracking.http import statistics as http_statistics
from lapor_tracking.pages import audit as audit_page
from lapor_tracking.pages import open_data as open_data_page
from lapor_tracking.pages import search as search_page
from lapor_tracking.pages import staff as staff_page
from lapor_tracking.pages import statistics as page_statistics
from lapor_tracking.store import Rules, metadata

__all__ = ["NAME", "Settings", "build", "metadata"]

NAME = "tracking"


def at_least_two(text: str) -> int:
    """Less would tell of single people."""
    if not text.isdecimal() or int(text) < 2:
        raise ValueError("must be a whole number, 2 or more")
    return int(text)


def signing_key(text: str) -> SigningKey:
    """The secret half of an Ed25519 key: 32 bytes."""
    return SigningKey(key_bytes(text))


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """How tracking is configured."""

    database_url: str = setting("LAPOR_TRACKING_DATABASE_URL")
    tracking_key: bytes = setting("LAPOR_TRACKING_KEY", read=key_bytes)
    limit_search: RateLimitItem | None = setting(
        "LAPOR_TRACKING_LIMIT_SEARCH", default=parse("3000 per 10 minutes"), read=limit
    )
    """Searches from one network address; thousands of phones may share one."""
    limit_storage: Storage | None = setting("LAPOR_TRACKING_LIMIT_STORAGE", default=None, read=limits_storage)
    """Where several web processes count together."""
    audit_key: SigningKey | None = setting("LAPOR_TRACKING_AUDIT_KEY", default=None, read=signing_key)
    """Signs the days of the chain. Without it the chain grows and is not sealed."""
    open_data_least: int = setting("LAPOR_OPEN_DATA_LEAST", default=5, read=at_least_two)
    open_data_licence: str = setting("LAPOR_OPEN_DATA_LICENCE", default="belum ditetapkan (not set yet)")


def build(settings: Settings, transactions: Transactions) -> Service:
    """Put tracking together."""
    rules = Rules()
    refold = partial(changes.refold, rules=rules)
    counter = http.Counter(
        transactions=transactions,
        ids=TrackingIds(settings.tracking_key),
        rules=rules,
        public_url=settings.public_url,
        attempts=Attempts(settings.limit_storage),
    )
    room = search_api.ReadingRoom(transactions)
    admit = per_address(settings.limit_search, settings.limit_storage, what="search")
    shelf = open_data.Shelf(
        room=room,
        public_url=settings.public_url,
        least=settings.open_data_least,
        licence=settings.open_data_licence,
    )
    return Service(
        name=NAME,
        metadata=metadata,
        handlers={
            **{event: partial(handler, refold=refold) for event, handler in handlers.NOTING.items()},
            ClosureDecided: partial(handlers.close_by_administrator, rules=rules),
            ReporterCommanded: partial(commanding.obey, rules=rules, refold=refold),
            FollowRequested: following.invite,
            FollowConfirmed: partial(following.note_confirmed, refold=refold),
            FollowEnded: following.note_ended,
        },
        timers=[
            Timer("announce_deadlines", every=2, run=partial(sweeps.announce_deadlines, transactions)),
            Timer("announce_rungs", every=5, run=partial(sweeps.announce_rungs, transactions, rules)),
            Timer("reckon_anew", every=60, run=partial(sweeps.reckon_anew, transactions, rules)),
            Timer("close_silent", every=5, run=partial(sweeps.close_silent, transactions, rules)),
            Timer("close_followers", every=5, run=partial(sweeps.close_followers, transactions, rules)),
            Timer("count_anew", every=5, run=partial(sweeps.count_anew, transactions)),
            Timer("list_reports", every=2, run=partial(listing.list_reports, transactions, rules)),
            Timer("ask_outcomes", every=60, run=partial(sweeps.ask_outcomes, transactions, rules)),
            Timer("offer_referrals", every=60, run=partial(sweeps.offer_referrals, transactions, rules)),
            Timer("extend_chain", every=5, run=partial(chaining.extend, transactions)),
            *_sealing(settings, transactions),
            drop_old_addresses(transactions, metadata),
        ],
        blueprints=[
            search_api.blueprint(room, admit),
            http.blueprint(counter),
            staff_api.blueprint(counter),
            pages.blueprint(counter),
            search_page.blueprint(room, admit),
            open_data.blueprint(shelf),
            open_data.files(shelf),
            open_data.feeds(shelf),
            open_data_page.blueprint(shelf),
            staff_page.blueprint(counter),
            audit_api.blueprint(counter),
            audit_page.blueprint(counter),
            http_statistics.blueprint(transactions),
            page_statistics.blueprint(transactions),
        ],
    )


def _sealing(settings: Settings, transactions: Transactions) -> list[Timer]:
    if settings.audit_key is None:
        return []
    return [Timer("seal_chain", every=60, run=partial(chaining.seal, transactions, settings.audit_key))]
