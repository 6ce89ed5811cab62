"""What reports say of themselves: how secret they are, and where they come from."""

from collections.abc import Sequence
from uuid import UUID

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportReceived, ReportVerified
from lapor_contracts.regions import time_zone_of
from lapor_notification import store
from lapor_notification.domain import Secrecy


def note_report(event: ReportReceived | ReportVerified, tx: Transaction) -> None:
    """Keep what decides how, and at which hour, its reporter is told."""
    secrecy = Secrecy.SEALED if event.sealed else Secrecy.SECRET if event.secret else Secrecy.OPEN
    place = time_zone_of(event.region_code)
    tx.once(_keep, store.Said(event.report_id, secrecy, place, getattr(event, "round", 0)))
    # What came in as secret nobody could follow.
    if secrecy is not Secrecy.OPEN and isinstance(event, ReportVerified):
        tx.once(store.forget_outcomes, event.tracking_id)


def conceal(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    """Keep of whistleblowers' reports, in what is to be told, that there is news and nothing more.

    Few events say of themselves whose report they are about. So this comes after each of the others, and again when a
    report turns out to be a whistleblower's, because events come in any order.
    """
    if sealed := store.sealed_among(tx, report_ids):
        store.conceal_notices(tx, sealed)


def _keep(tx: Transaction, said: Sequence[store.Said]) -> None:
    store.keep_reports(tx, said)
    if sealed := [one.report_id for one in said if one.secrecy is Secrecy.SEALED]:
        conceal(tx, sealed)
