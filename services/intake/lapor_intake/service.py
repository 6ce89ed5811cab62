"""Intake: the channels in, reports as given, and who the reporter is."""

from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from lapor_chassis.addresses import drop_old_addresses, index_addresses
from lapor_chassis.attempts import Attempts
from lapor_chassis.limiting import limits_storage
from lapor_chassis.service import Service, Timer
from lapor_chassis.settings import ServiceSettings, key_bytes, setting
from lapor_chassis.tracking_ids import TrackingIds
from lapor_chassis.transactions import Transactions
from lapor_contracts import vocabulary
from lapor_contracts.events import (
    AppealDecided,
    ReportAnswered,
    ReportArchived,
    ReportClosed,
    ReportRecalled,
    ReportReferred,
    ReportReopened,
    ReportReturned,
    ReportSplit,
    ReportSubmitted,
    ReportWithdrawn,
    StatusChanged,
)
from lapor_intake import admission, channels, disclosure, evidence, following, forgetting, handlers, reaching
from lapor_intake.admission import Admission
from lapor_intake.attachments import http as files
from lapor_intake.attachments import keeping, tus
from lapor_intake.attachments.keeping import Attachments
from lapor_intake.attachments.storage import open_storage
from lapor_intake.channels import submissions
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.contacts import ContactSealer
from lapor_intake.domain import Fingerprints
from lapor_intake.handlers import Desk
from lapor_intake.master_keys import KeySettings
from lapor_intake.proof import Proofs
from lapor_intake.store import metadata

NAME = "intake"

__all__ = ["NAME", "Settings", "build", "channels_of", "metadata", "reception_of"]

index_addresses(metadata)


def _tracking_key(text: str) -> bytes:
    key = key_bytes(text)
    TrackingIds(key)  # says so if the key is too short
    return key


def _public_key(text: str) -> bytes:
    key = key_bytes(text)
    ContactSealer(key)  # says so if this is no key
    return key


def _hours(text: str) -> timedelta:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= 72):
        raise ValueError("must be a whole number from 1 to 72")
    return timedelta(hours=int(text))


@dataclass(frozen=True, kw_only=True)
class Settings(
    channels.Settings, admission.Settings, keeping.Settings, KeySettings, reaching.Settings, ServiceSettings
):
    """What intake is told."""

    database_url: str = setting("LAPOR_INTAKE_DATABASE_URL")
    tracking_key: bytes = setting("LAPOR_TRACKING_KEY", read=_tracking_key)
    notification_public_key: bytes = setting("LAPOR_NOTIFICATION_PUBLIC_KEY", read=_public_key)
    disclosure_lasts: timedelta = setting("LAPOR_INTAKE_DISCLOSURE_HOURS", default=timedelta(hours=8), read=_hours)
    retention: forgetting.Retention = setting(
        "LAPOR_INTAKE_RETENTION", default=forgetting.SHIPPED, read=forgetting.read_retention
    )


def build(settings: Settings, transactions: Transactions) -> Service:
    """Put the service together."""
    reception = reception_of(settings, transactions)
    open_channels = [channel for channel in channels.all_channels(settings, reception) if not channel.lacks]
    registry = disclosure.Registry(
        tracking_ids=TrackingIds(settings.tracking_key), vault=settings.vault, lasts=settings.disclosure_lasts
    )

    follows = following.Following(
        tracking_ids=reception.desk.tracking_ids,
        fingerprints=reception.fingerprints,
        sealer=reception.desk.sealer,
        admission=reception.desk.admission,
    )

    reaches = reaching.Reaching(desk=reception.desk, push_key=settings.push_key, push_services=settings.push_services)

    def key_answers() -> None:
        _ = settings.vault_key.key_id

    return Service(
        name=NAME,
        metadata=metadata,
        handlers={
            ReportReturned: handlers.note_return,
            ReportAnswered: evidence.note_answer,
            ReportRecalled: evidence.note_recall,
            ReportClosed: forgetting.note_closing,
            ReportArchived: forgetting.note_archiving,
            ReportWithdrawn: forgetting.note_withdrawal,
            ReportReferred: forgetting.note_referral,
            ReportReopened: forgetting.note_reopening,
            AppealDecided: forgetting.note_appeal,
            ReportSplit: forgetting.note_split,
            **{event: hear for channel in open_channels for event, hear in channel.handlers.items()},
        },
        only={StatusChanged: [vocabulary.Channel.OPEN311]},
        cleaners={ReportSubmitted: submissions.fit_to_keep},
        timers=[
            Timer("expire_disclosures", every=30, run=partial(disclosure.expire, transactions)),
            Timer("forget_due", every=60, run=partial(forgetting.forget_due, transactions, settings.retention)),
            Timer("end_unconfirmed", every=600, run=partial(following.end_unconfirmed, transactions)),
            Timer("sweep_attachments", every=600, run=reception.attachments.sweep),
            drop_old_addresses(transactions, metadata),
            *(timer for channel in open_channels for timer in channel.timers),
        ],
        blueprints=[
            *disclosure.blueprints(registry, transactions),
            *following.blueprints(follows, transactions),
            *reaching.blueprints(reaches, transactions),
            files.blueprint(reception.desk),
            *evidence.blueprints(reception),
            tus.blueprint(reception.attachments, reception.desk.admission),
            *(blueprint for channel in open_channels for blueprint in channel.blueprints),
        ],
        checks={"vault": key_answers},
    )


def channels_of(settings: Settings, transactions: Transactions) -> list[Channel]:
    """Every channel, open or not."""
    return channels.all_channels(settings, reception_of(settings, transactions))


def reception_of(settings: Settings, transactions: Transactions) -> Reception:
    """What channels are given."""
    fingerprints = Fingerprints(settings.tracking_key)
    public_url = settings.public_url.rstrip("/")
    attachments = Attachments(
        transactions,
        vault=settings.vault,
        fingerprints=fingerprints,
        storage=open_storage(settings.attachments),
        largest=settings.attachment_mb << 20,
    )
    desk = Desk(
        tracking_ids=TrackingIds(settings.tracking_key),
        sealer=ContactSealer(settings.notification_public_key),
        vault=settings.vault,
        fingerprints=fingerprints,
        attachments=attachments,
        admission=Admission(settings),
        attempts=Attempts(limits_storage(settings.limit_storage)),
        public_url=public_url,
        telling_apps=settings.telling_apps,
    )
    return Reception(
        desk=desk,
        transactions=transactions,
        fingerprints=fingerprints,
        attachments=attachments,
        proofs=Proofs(settings.tracking_key),
        public_url=public_url,
    )
