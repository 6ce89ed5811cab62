"""Telling a body's own system: a delivery is written, and a sender brings it. Called inside a transaction."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lapor_chassis.transactions import Transaction
from lapor_contracts.envelope import Envelope, encode
from lapor_contracts.events import (
    DispositionAssigned,
    DispositionEnded,
    DispositionReplied,
    LinkedAttachment,
    ReportClosed,
    ReportReplied,
    ReportSupplemented,
)
from lapor_contracts.vocabulary import DispositionEnd
from lapor_routing.current import Snapshot
from lapor_routing.domain.delivering import CARRY_SEALED, Means
from lapor_routing.outbound import store

#: What stands in the place of words where there are files alone.
ADDED = "Pelapor menambahkan lampiran. (The reporter added attachments.)"

News = DispositionAssigned | DispositionReplied | DispositionEnded


def tell_agency(tx: Transaction, news: News, connected: Mapping[str, Means], *, sealed: bool) -> None:
    """Tell the body's own system, if it has one that may know."""
    means = connected.get(news.agency_code)
    if means is None or (sealed and means not in CARRY_SEALED):
        return
    event_id, cause = tx.new_id(), tx.envelope
    envelope = Envelope(
        id=event_id,
        source="lapor/routing",
        time=tx.now,
        event=news,
        correlation_id=cause.correlation_id if cause else str(event_id),
    )
    row = {
        "id": event_id,
        "agency_code": news.agency_code,
        "report_id": news.report_id,
        "disposition_id": news.disposition_id,
        "type": news.type,
        "body": encode(envelope).decode(),
    }
    store.add_delivery(tx, row)


@dataclass(frozen=True, eq=False)
class Telling:
    """Tells the bodies that hold a report what became of it."""

    current: Callable[[], Snapshot]

    def replied(self, event: ReportReplied | ReportSupplemented, tx: Transaction) -> None:
        """The reporter wrote, or added files: at the end of the batch, for all reports at once."""
        if self.current().connected:
            tx.once(self._tell_replies, event)

    def closed(self, event: ReportClosed, tx: Transaction) -> None:
        """The report is at its end."""
        if self.current().connected:
            tx.once(self._tell_ends, event)

    def _tell_replies(self, tx: Transaction, events: Sequence[ReportReplied | ReportSupplemented]) -> None:
        connected = self.current().connected
        replies: dict[UUID, list[ReportReplied | ReportSupplemented]] = defaultdict(list)
        for event in events:
            replies[event.report_id].append(event)
        for holder in store.holders(tx, replies, connected):
            for event in replies[holder.report_id]:
                news = DispositionReplied(
                    report_id=holder.report_id,
                    tracking_id=holder.tracking_id,
                    disposition_id=holder.disposition_id,
                    agency_code=holder.agency_code,
                    **_said(event),
                )
                tell_agency(tx, news, connected, sealed=holder.sealed)

    def _tell_ends(self, tx: Transaction, events: Sequence[ReportClosed]) -> None:
        connected = self.current().connected
        closed_at = {event.report_id: event.closed_at for event in events}
        for holder in store.holders(tx, closed_at, connected):
            news = DispositionEnded(
                report_id=holder.report_id,
                tracking_id=holder.tracking_id,
                disposition_id=holder.disposition_id,
                agency_code=holder.agency_code,
                ended_at=closed_at[holder.report_id],
                reason=DispositionEnd.CLOSED,
            )
            tell_agency(tx, news, connected, sealed=holder.sealed)


def _said(event: ReportReplied | ReportSupplemented) -> dict[str, Any]:
    if isinstance(event, ReportReplied):
        return {"reply_id": event.reply_id, "replied_at": event.replied_at, "text": event.text}
    return {
        "reply_id": event.supplement_id,
        "replied_at": event.supplemented_at,
        "text": ADDED,
        "attachments": tuple(LinkedAttachment(**vars(one)) for one in event.attachments),
    }
