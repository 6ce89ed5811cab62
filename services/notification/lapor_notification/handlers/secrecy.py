"""What reports say of themselves: how secret they are, and where they come from."""

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportReceived, ReportVerified
from lapor_contracts.regions import time_zone_of
from lapor_notification import store
from lapor_notification.domain import Secrecy


def note_report(event: ReportReceived | ReportVerified, tx: Transaction) -> None:
    """Keep what decides how, and at which hour, its reporter is told."""
    secrecy = Secrecy.SEALED if event.sealed else Secrecy.SECRET if event.secret else Secrecy.OPEN
    place = time_zone_of(event.region_code)
    tx.once(store.keep_reports, store.Said(event.report_id, secrecy, place, getattr(event, "round", 0)))
