"""To members of staff: what their body has to do, once a working day, and what comes to them because it is late."""

import secrets
from dataclasses import replace
from datetime import datetime, time, timedelta
from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from lapor_chassis.sign_in import Staff
from lapor_chassis.tracking_ids import ALPHABET
from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.working_days import national_calendar
from lapor_contracts.events import (
    DeadlineSet,
    EscalationRaised,
    Event,
    ReportArchived,
    ReportClosed,
    ReportMerged,
    ReportReferred,
    ReportReplied,
    ReportRouted,
    ReportUnroutable,
    ReportWithdrawn,
    StaffContactEnded,
)
from lapor_contracts.vocabulary import Clock
from lapor_notification import store
from lapor_notification.domain import Data, Notice
from lapor_notification.domain.digests import Wants, digest_of, next_digest
from lapor_notification.domain.templates import DIGEST, STAFF_CONFIRM, TemplateName

#: Of these clocks a digest tells.
CLOCKS = (Clock.RESOLVE,)
#: What they are made of.
WORK: tuple[type[Event], ...] = (
    ReportRouted,
    ReportUnroutable,
    DeadlineSet,
    ReportReplied,
    EscalationRaised,
    ReportClosed,
    ReportWithdrawn,
    ReportReferred,
    ReportArchived,
    ReportMerged,
)
#: How long an address is kept whose owner has not confirmed it.
PATIENCE = timedelta(days=7)
_AT_ONCE = 100


def note_work(event: Event, tx: Transaction) -> None:
    """Keep what digests are made of. Some of these events have no moment of their own: then it is the message's."""
    said_at = tx.envelope.time if tx.envelope else tx.now
    columns: dict[str, object] = {}
    match event:
        case ReportRouted():
            columns = {
                "given_at": event.routed_at,
                "agency_code": event.agency_code,
                "tracking_id": event.tracking_id,
            }
        case ReportUnroutable():
            columns = {"given_at": event.decided_at, "agency_code": None, "tracking_id": event.tracking_id}
        case DeadlineSet(clock=Clock.RESOLVE):
            columns = {"limited_at": said_at, "due_at": event.due_at}
        case ReportReplied():
            columns = {"replied_at": event.replied_at}
        case EscalationRaised():
            columns = {"escalated_at": event.raised_at, "escalated_to": event.to_agency_code or ""}
        case ReportClosed() | ReportWithdrawn() | ReportReferred() | ReportArchived() | ReportMerged():
            columns = {"ended_at": said_at}
    if columns:
        tx.once(store.note_work, tuple({"report_id": event.report_id, **columns}.items()))


def tell_responsible(template: TemplateName, event: EscalationRaised, data: Data, tx: Transaction) -> None:
    """Write at once to those who want that; all others read it in their next digest."""
    if store.sealed_among(tx, [event.report_id]):
        return
    for member in store.responsible(tx, event.to_agency_code):
        if member.wants is Wants.AT_ONCE:
            _plan(member, template, data, uuid5(event.deadline_id, f"{event.level} {member.officer_id}"), tx)


def forget_member(event: StaffContactEnded, tx: Transaction) -> None:
    """Nobody writes to them any more, nor what waits already."""
    officer_id = str(event.report_id)
    store.forget_member(tx, officer_id)
    store.end_notices(tx, [_reader(officer_id)], "they may sign in no more")


def send_digests(transactions: Transactions) -> int:
    """Plan the digests whose hour has come; each once, whoever is killed when."""
    with transactions.begin() as tx:
        members = store.lock_digests(tx, limit=_AT_ONCE)
        for member in members:
            zone = ZoneInfo(member.time_zone)
            tasks = store.tasks_of(tx, member, until=_end_of_day(tx.now, zone))
            data = digest_of(tasks, since=member.digested_at, now=tx.now, zone=zone)
            if data:
                _plan(member, DIGEST, data, tx.new_id(), tx)
            store.save_member(_digested(member, tx.now), tx)
    return len(members)


def _end_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(now.astimezone(zone).date() + timedelta(days=1), time(), zone)


def _digested(member: store.Member, now: datetime) -> store.Member:
    """They were told; the next time is another working day."""
    return replace(member, digested_at=now, digest_at=_next(now, member.time_zone))


def _next(now: datetime, time_zone: str) -> datetime:
    return next_digest(now, ZoneInfo(time_zone), national_calendar())


def new_proof() -> str:
    """70 bits: nobody guesses them, and the link that they end fits an SMS."""
    return "".join(secrets.choice(ALPHABET) for _ in range(14))


def choose(officer: Staff, wants: Wants, time_zone: str, tx: Transaction) -> None:
    """How a member of staff wants to be told from now on, at the address that is kept, if they still want it."""
    before = store.lock_member(tx, officer.id)
    kept = before if wants is not Wants.NONE else None
    member = store.Member(
        officer_id=officer.id,
        sealed=kept.sealed if kept else None,
        offered=kept.offered if kept else None,
        offered_at=kept.offered_at if kept else None,
        proof_hash=kept.proof_hash if kept else None,
        wants=wants,
        roles=sorted(officer.roles),
        agency_code=officer.agency_code,
        time_zone=time_zone,
        digested_at=before.digested_at if before and before.wants is not Wants.NONE else tx.now,
        digest_at=_next(tx.now, time_zone),
    )
    store.save_member(member, tx)
    if wants is Wants.NONE:
        store.end_notices(tx, [_reader(officer.id)], "they want nothing any more")


def offer(officer_id: str, sealed: str, proof: str, tx: Transaction) -> None:
    """Ask an address that somebody gave whether it is theirs; until it says so, the one before it is written to."""
    if member := store.lock_member(tx, officer_id):
        offered = replace(member, offered=sealed, offered_at=tx.now, proof_hash=_hash_of(proof))
        store.save_member(offered, tx)
        _plan(replace(offered, sealed=sealed), STAFF_CONFIRM, {"tracking_id": ""}, tx.new_id(), tx)


def is_proof(member: store.Member | None, proof: str) -> bool:
    """Whether this was sent to the latest address that they gave."""
    return member is not None and member.proof_hash == _hash_of(proof)


def confirm(officer_id: str, proof: str, tx: Transaction) -> bool:
    """The address is theirs. Said twice, it is done once; False where this was not sent to it, or too long ago."""
    member = store.lock_member(tx, officer_id)
    if not member or not is_proof(member, proof):
        return False
    if member.offered:
        store.save_member(
            replace(member, sealed=member.offered, offered=None, digest_at=_next(tx.now, member.time_zone)), tx
        )
    return True


def forget_offers(transactions: Transactions) -> int:
    """Throw away the addresses that nobody has confirmed in time."""
    with transactions.begin() as tx:
        forgotten = store.forget_offers(tx, before=tx.now - PATIENCE)
        if forgotten:
            readers = [_reader(officer_id) for officer_id in forgotten]
            store.end_notices(tx, readers, "nobody has confirmed the address", template=STAFF_CONFIRM)
    return len(forgotten)


def _hash_of(proof: str) -> str:
    return sha256(proof.strip().upper().encode()).hexdigest()


def _reader(officer_id: str) -> UUID:
    """Under what the notices to a member of staff lie."""
    return uuid5(NAMESPACE_URL, f"staff/{officer_id}")


def _plan(member: store.Member, template: TemplateName, data: Data, notice_id: UUID, tx: Transaction) -> None:
    notice = Notice(
        id=notice_id,
        report_id=_reader(member.officer_id),
        template=template,
        data=data,
        planned_at=tx.now,
        due_at=tx.now,
        sealed=member.sealed,
    )
    store.add_notice(notice, tx)
