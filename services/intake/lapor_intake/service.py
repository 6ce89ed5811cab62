"""Intake: the channels in, reports as given, and who the reporter is."""

from dataclasses import dataclass

from lapor_chassis.service import Service
from lapor_chassis.settings import ServiceSettings, key_bytes, setting
from lapor_chassis.tracking_ids import TrackingIds
from lapor_chassis.transactions import Transactions
from lapor_contracts.events import ReportReturned
from lapor_intake import channels, handlers
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.contacts import ContactSealer
from lapor_intake.domain import Fingerprints
from lapor_intake.handlers import Desk
from lapor_intake.store import metadata
from lapor_intake.vault import LocalKey, Vault

NAME = "intake"

__all__ = ["NAME", "Settings", "build", "channels_of", "metadata", "reception_of"]


def _tracking_key(text: str) -> bytes:
    key = key_bytes(text)
    TrackingIds(key)  # says so if the key is too short
    return key


def _public_key(text: str) -> bytes:
    key = key_bytes(text)
    ContactSealer(key)  # says so if this is no key
    return key


def _vault_key(text: str) -> LocalKey:
    return LocalKey(key_bytes(text))


@dataclass(frozen=True, kw_only=True)
class Settings(channels.Settings, ServiceSettings):
    """What intake is told."""

    database_url: str = setting("LAPOR_INTAKE_DATABASE_URL")
    tracking_key: bytes = setting("LAPOR_TRACKING_KEY", read=_tracking_key)
    vault_key: LocalKey = setting("LAPOR_INTAKE_VAULT_KEY", read=_vault_key)
    notification_public_key: bytes = setting("LAPOR_NOTIFICATION_PUBLIC_KEY", read=_public_key)


def build(settings: Settings, transactions: Transactions) -> Service:
    """Put the service together."""
    open_channels = [channel for channel in channels_of(settings, transactions) if not channel.lacks]
    return Service(
        name=NAME,
        metadata=metadata,
        handlers={
            ReportReturned: handlers.note_return,
            **{event: hear for channel in open_channels for event, hear in channel.handlers.items()},
        },
        timers=[timer for channel in open_channels for timer in channel.timers],
        blueprints=[blueprint for channel in open_channels for blueprint in channel.blueprints],
    )


def channels_of(settings: Settings, transactions: Transactions) -> list[Channel]:
    """Every channel, open or not."""
    return channels.all_channels(settings, reception_of(settings, transactions))


def reception_of(settings: Settings, transactions: Transactions) -> Reception:
    """What channels are given."""
    fingerprints = Fingerprints(settings.tracking_key)
    public_url = settings.public_url.rstrip("/")
    desk = Desk(
        tracking_ids=TrackingIds(settings.tracking_key),
        sealer=ContactSealer(settings.notification_public_key),
        vault=Vault(settings.vault_key),
        fingerprints=fingerprints,
        public_url=public_url,
    )
    return Reception(desk=desk, transactions=transactions, fingerprints=fingerprints, public_url=public_url)
