"""Intake: the channels in, reports as given, and who the reporter is."""

from dataclasses import dataclass
from functools import partial

from lapor_chassis.service import Service
from lapor_chassis.settings import ServiceSettings, key_bytes, setting
from lapor_chassis.tracking_ids import TrackingIds
from lapor_chassis.transactions import Transactions
from lapor_contracts.events import ReportReturned, ReportSubmitted
from lapor_intake import channels, handlers, http
from lapor_intake.channels import submissions
from lapor_intake.domain import Fingerprints
from lapor_intake.handlers import Desk
from lapor_intake.pages import completion
from lapor_intake.store import metadata
from lapor_intake.vault import ContactSealer

NAME = "intake"

__all__ = ["NAME", "Settings", "build", "metadata"]


def _tracking_key(text: str) -> bytes:
    key = key_bytes(text)
    TrackingIds(key)  # says so if the key is too short
    return key


def _public_key(text: str) -> bytes:
    key = key_bytes(text)
    ContactSealer(key)  # says so if this is no key
    return key


@dataclass(frozen=True, kw_only=True)
class Settings(ServiceSettings):
    """What intake is told."""

    database_url: str = setting("LAPOR_INTAKE_DATABASE_URL")
    tracking_key: bytes = setting("LAPOR_TRACKING_KEY", read=_tracking_key)
    notification_public_key: bytes = setting("LAPOR_NOTIFICATION_PUBLIC_KEY", read=_public_key)
    kannel_token: str | None = setting("LAPOR_INTAKE_KANNEL_TOKEN", default=None)


def build(settings: Settings, transactions: Transactions) -> Service:
    """Put the service together."""
    desk = Desk(
        tracking_ids=TrackingIds(settings.tracking_key),
        sealer=ContactSealer(settings.notification_public_key),
        fingerprints=Fingerprints(settings.tracking_key),
        public_url=settings.public_url.rstrip("/"),
    )
    return Service(
        name=NAME,
        metadata=metadata,
        handlers={
            ReportSubmitted: partial(submissions.hear, desk=desk),
            ReportReturned: handlers.note_return,
        },
        blueprints=[
            http.blueprint(desk, transactions),
            completion.blueprint(desk, transactions),
            *channels.blueprints(desk, transactions, kannel_token=settings.kannel_token),
        ],
    )
