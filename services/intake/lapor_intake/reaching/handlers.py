"""What whoever holds the receipt, or one of our letters, may say of how the reporter is reached."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from lapor_chassis import push
from lapor_chassis.refusals import Refusal
from lapor_chassis.settings import setting
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import PushSubscribed, ReporterStopped
from lapor_contracts.vocabulary import Channel
from lapor_intake import store
from lapor_intake.contacts import report_of
from lapor_intake.domain import Reporter, is_email, normal_phone
from lapor_intake.handlers import Desk, Opened
from lapor_intake.vault import Record

_FORGOTTEN = Refusal(
    "Data pelapor laporan ini sudah dihapus. (The reporter of this report is forgotten.)", code="forgotten"
)


def _key(text: str) -> str:
    if text.startswith("file:"):
        text = Path(text.removeprefix("file:")).read_text().strip()
    push.public_point(text)
    return text


def _names(text: str) -> frozenset[str]:
    return frozenset(name.strip() for name in text.split(",") if name.strip())


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What web push and webhooks need."""

    push_key: str | None = setting("LAPOR_PUSH_PUBLIC_KEY", default=None, read=_key)
    push_services: Collection[str] = setting("LAPOR_PUSH_SERVICES", default=push.SERVICES, read=push.services)
    telling_apps: Collection[str] = setting("LAPOR_INTAKE_TELLING_APPS", default=(), read=_names)


@dataclass(frozen=True)
class Subscription:
    """A browser that shows when there is news, as its owner's browser describes it."""

    endpoint: str
    p256dh: str
    auth: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Reaching:
    """Takes such wishes in."""

    desk: Desk
    push_key: str | None
    push_services: Collection[str]

    def give_address(self, opened: Opened, reach: str, language: str, tx: Transaction) -> Refusal | None:
        """From now on notices go there, and to no address before; in this language, or in both where it is empty."""
        text = reach.strip()
        phone = None if is_email(text) else normal_phone(text)
        if not is_email(text) and not phone:
            wrong = "Bukan alamat surel atau nomor telepon. / Neither an e-mail address nor a telephone number."
            return Refusal("Alamat tidak dikenali.", code="invalid", errors={"address": [wrong]})
        known = self.desk.vault.open(tx, opened.report_id)
        if known is None:
            return _FORGOTTEN
        reporter = Reporter(phone=phone) if phone else Reporter(email=text)
        record = Record(phone=reporter.phone, email=reporter.email)
        self.desk.vault.keep(tx, opened.report_id, record, record_id=tx.new_id())
        if known.receipt:  # not of a whistleblower's, whose address must not lead to the report
            store.add_marks(tx, opened.report_id, self.desk.fingerprints.of_reporter(reporter))
        sealed = self.desk.sealer.seal(
            opened.report_id,
            opened.tracking_id,
            Channel.WEB,
            reporter,
            stop=self.desk.stop_of(opened.report_id),
            language=language or None,
            given_at=tx.now,
        )
        tx.publish(sealed)
        return None

    def subscribe(self, opened: Opened, subscription: Subscription, tx: Transaction) -> Refusal | None:
        """This browser shows from now on when there is news, beside the other ways."""
        if not push.may_be_called(subscription.endpoint, self.push_services):
            wrong = "Layanan peramban ini tidak dikenali. / This is no push service that we know."
            return Refusal("Layanan tidak dikenali.", code="invalid", errors={"endpoint": [wrong]})
        if self.desk.vault.open(tx, opened.report_id) is None:
            return _FORGOTTEN
        mark = self.desk.fingerprints.of("push", str(opened.report_id), subscription.endpoint)
        tx.publish(
            PushSubscribed(
                report_id=opened.report_id,
                tracking_id=opened.tracking_id,
                subscription_id=UUID(hex=mark),
                subscribed_at=tx.now,
                sealed=self.desk.sealer.sealed_browser(vars(subscription)),
                key_id=self.desk.sealer.key_id,
            )
        )
        return None

    def stop(self, opened: Opened, tx: Transaction) -> None:
        """No more notices of this report."""
        stopped = ReporterStopped(report_id=opened.report_id, tracking_id=opened.tracking_id, stopped_at=tx.now)
        tx.publish(stopped)

    def stop_by(self, token: str, tx: Transaction) -> bool:
        """The same for whoever holds one of our letters; False where the address in it is none of ours."""
        report_id = report_of(token, self.desk.fingerprints)
        tracking_id = store.tracking_id_of(tx, report_id) if report_id else None
        if report_id is None or tracking_id is None:
            return False
        self.stop(Opened(report_id, tracking_id), tx)
        return True
