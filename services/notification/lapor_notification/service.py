"""notification: who is told what, on which channel, in whose words; and the delivery."""

import random
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from functools import partial
from pathlib import Path

from joserfc.jwk import ECKey
from limits import RateLimitItem, parse
from limits.storage import Storage
from nacl.public import PrivateKey

from lapor_chassis import push
from lapor_chassis.clock import Clock
from lapor_chassis.current import Current
from lapor_chassis.errors import SettingsError
from lapor_chassis.limiting import limits_storage
from lapor_chassis.service import Service, Timer
from lapor_chassis.settings import ServiceSettings, setting
from lapor_chassis.transactions import Transactions
from lapor_contracts.events import DeadlineSet
from lapor_notification import handlers, http, keys, pages, store
from lapor_notification.couriers import (
    Courier,
    FileSink,
    GraphApi,
    Guarded,
    MailServer,
    PushServices,
    SmsGateway,
    Webhooks,
    XDirectMessages,
    push_key,
)
from lapor_notification.domain import Via, shipped_rules
from lapor_notification.domain.turns import Pace, QuietHours
from lapor_notification.handlers.staff import CLOCKS, forget_offers, send_digests
from lapor_notification.sender import Sender, reaches_people
from lapor_notification.wording import LONGEST_PUBLIC_URL, Parts, Wording, shipped_parts

NAME = "notification"
metadata = store.metadata


def _lease(text: str) -> timedelta:
    seconds = int(text) if text.isascii() and text.isdigit() else 0
    if seconds < 5:
        raise ValueError("must be a whole number, 5 or more")
    return timedelta(seconds=seconds)


def _limits(text: str) -> Mapping[Via, RateLimitItem]:
    """``sms=30 per second, email=600 per minute``."""
    found: dict[Via, RateLimitItem] = {}
    for part in text.split(","):
        via, _, limit = part.partition("=")
        if via.strip() not in list(Via):
            raise ValueError(f"must be like sms=30 per second, email=600 per minute; the ways are {', '.join(Via)}")
        found[Via(via.strip())] = parse(limit)
    return found


def _most(text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text) > 0):
        raise ValueError("must be a whole number, 1 or more")
    return int(text)


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """What notification is told."""

    database_url: str = setting("LAPOR_NOTIFICATION_DATABASE_URL")
    private_key: PrivateKey = setting("LAPOR_NOTIFICATION_PRIVATE_KEY", read=keys.private_key)
    sms: SmsGateway | None = setting("LAPOR_NOTIFICATION_SMS_URL", default=None, read=SmsGateway.from_url)
    smtp: MailServer | None = setting("LAPOR_NOTIFICATION_SMTP_URL", default=None, read=MailServer.from_url)
    whatsapp: GraphApi | None = setting("LAPOR_NOTIFICATION_WHATSAPP_URL", default=None, read=GraphApi.from_url)
    messenger: GraphApi | None = setting("LAPOR_NOTIFICATION_MESSENGER_URL", default=None, read=GraphApi.from_url)
    instagram: GraphApi | None = setting("LAPOR_NOTIFICATION_INSTAGRAM_URL", default=None, read=GraphApi.from_url)
    x: XDirectMessages | None = setting("LAPOR_NOTIFICATION_X_URL", default=None, read=XDirectMessages.from_url)
    webhooks: Webhooks | None = setting("LAPOR_NOTIFICATION_WEBHOOKS", default=None, read=Webhooks.from_file)
    push_key: ECKey | None = setting("LAPOR_PUSH_PRIVATE_KEY", default=None, read=push_key)
    push_services: Collection[str] = setting("LAPOR_PUSH_SERVICES", default=push.SERVICES, read=push.services)
    sink: Path | None = setting("LAPOR_NOTIFICATION_SINK", default=None)
    limits: Mapping[Via, RateLimitItem] | None = setting("LAPOR_NOTIFICATION_LIMITS", default=None, read=_limits)
    """How much a provider takes at a time."""
    limit_storage: Storage | None = setting("LAPOR_NOTIFICATION_LIMIT_STORAGE", default=None, read=limits_storage)
    quiet_hours: QuietHours | None = setting(
        "LAPOR_NOTIFICATION_QUIET_HOURS", default=QuietHours(time(21), time(7)), read=QuietHours.read
    )
    """When nobody is to be woken, where the report comes from."""
    most_an_hour: int = setting("LAPOR_NOTIFICATION_MOST_AN_HOUR", default=100, read=_most)
    """So much one person is told in an hour, over all their reports; the rest waits."""
    lease: timedelta = setting("LAPOR_NOTIFICATION_LEASE_SECONDS", default=timedelta(minutes=2), read=_lease)
    """How long the notices that a sender had taken when it died are left alone: longer than a slow server may need."""


def build(settings: Settings, transactions: Transactions) -> Service:
    """Put the service together."""
    if len(settings.public_url) > LONGEST_PUBLIC_URL:
        raise SettingsError(
            f"LAPOR_PUBLIC_URL: has more than {LONGEST_PUBLIC_URL} characters, so notices would not fit an SMS"
        )
    rules = shipped_rules()
    words = Current[Mapping[str, Parts]](transactions, store.wordings_version, store.changed_words)
    couriers = _guarded(settings, transactions.clock)
    sender = Sender(
        transactions=transactions,
        couriers=couriers,
        wording=Wording(settings.public_url, lambda name: words().get(name) or shipped_parts(name)),
        key=settings.private_key,
        rules=rules,
        quiet=settings.quiet_hours,
        pace=Pace(settings.most_an_hour),
        lease=settings.lease,
        jitter=random.random,
        reads_replies=isinstance(settings.smtp, MailServer) and settings.smtp.server.reply_to is not None,
    )

    def ways(sealed: str) -> list[Via]:
        return [via for via in keys.open_contact(sealed, settings.private_key).addresses if via in couriers]

    return Service(
        NAME,
        metadata,
        only={DeadlineSet: CLOCKS},
        handlers=handlers.for_all(rules, ways, lease=settings.lease),
        timers=[
            Timer("send", every=1, run=sender.send_due),
            Timer("measure_notices", every=15, run=sender.measure),
            Timer("digests", every=60, run=partial(send_digests, transactions)),
            Timer("forget_offers", every=3600, run=partial(forget_offers, transactions)),
        ],
        blueprints=[
            http.notices.blueprint(transactions),
            http.templates.blueprint(transactions, rules, words, settings.public_url),
            pages.own.blueprint(transactions, settings.private_key),
            pages.templates.blueprint(transactions, rules, words, settings.public_url),
        ],
        checks={"couriers": partial(_somebody_carries, couriers)},
    )


def _guarded(settings: Settings, clock: Clock) -> Mapping[Via, Guarded]:
    limits = settings.limits or {}
    return {
        via: Guarded(
            via, courier, clock=clock, jitter=random.random, limit=limits.get(via), storage=settings.limit_storage
        )
        for via, courier in couriers_of(settings).items()
    }


def _somebody_carries(couriers: Mapping[Via, Guarded]) -> None:
    # A gateway that is away is no reason to take this service out: notices wait, and are tried again.
    if not reaches_people(couriers):
        raise SettingsError(
            "none of LAPOR_NOTIFICATION_SMS_URL, _SMTP_URL, _WHATSAPP_URL, _MESSENGER_URL, _INSTAGRAM_URL, _X_URL "
            "and LAPOR_NOTIFICATION_SINK is set: notices are planned, and wait"
        )


def couriers_of(settings: Settings) -> Mapping[Via, Courier]:
    """Who carries what: those that are set, and the file for the rest where it is."""
    # An app without a webhook is no way at all, and its user is reached by another.
    couriers: dict[Via, Courier] = (
        dict.fromkeys(set(Via) - {Via.WEBHOOK}, FileSink(settings.sink)) if settings.sink else {}
    )
    own: dict[Via, Courier | None] = {
        Via.SMS: settings.sms,
        Via.EMAIL: settings.smtp,
        Via.WHATSAPP: settings.whatsapp,
        Via.MESSENGER: settings.messenger,
        Via.INSTAGRAM: settings.instagram,
        Via.X: settings.x,
        Via.WEBHOOK: settings.webhooks,
        Via.PUSH: PushServices(key=settings.push_key, subject=settings.public_url, known=settings.push_services)
        if settings.push_key
        else None,
    }
    return couriers | {via: courier for via, courier in own.items() if courier}
