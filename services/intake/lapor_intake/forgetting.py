"""Forgetting who reported: on command, or when a report has been closed for as long as the policy says.

To forget is to destroy the data key. What goes with it is all else by which the reporter could be found again.
"""

import csv
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.addresses import forget_addresses
from lapor_chassis.rows import Conflict, among
from lapor_chassis.telemetry import log
from lapor_chassis.transactions import Transaction, Transactions
from lapor_contracts.events import (
    AppealDecided,
    IdentityForgotten,
    ReportArchived,
    ReportClosed,
    ReportReferred,
    ReportReopened,
    ReportSplit,
    ReportWithdrawn,
)
from lapor_contracts.vocabulary import Kind
from lapor_intake import audit
from lapor_intake.attachments import store as attachments
from lapor_intake.audit import Act, Action
from lapor_intake.channels.files import chat_files
from lapor_intake.disclosure import handlers as disclosure
from lapor_intake.following import handlers as following
from lapor_intake.store import endings, metadata, reporter_marks, reports
from lapor_intake.vault import vault

_BATCH = 100

#: After how many days reporters of each kind of report are forgotten.
Retention = tuple[tuple[Kind, int], ...]


def forget(tx: Transaction, report_ids: Collection[UUID], *, actor: str) -> list[str]:
    """Forget who reported these; returns the tracking IDs of those of whom there was something to forget."""
    tx.execute(endings.delete().where(among(endings.c.report_id, report_ids, tx.dialect)))
    known = vault.c.wrapped_key.is_not(None) & among(vault.c.report_id, report_ids, tx.dialect)
    destroyed = vault.update().where(known).values(wrapped_key=None, sealed=None).returning(vault.c.report_id)
    ids = sorted(set(tx.execute(destroyed).scalars()))
    if not ids:
        return []
    attachments.forget(tx, ids)
    tx.execute(chat_files.delete().where(among(chat_files.c.report_id, ids, tx.dialect)))
    tx.execute(reporter_marks.delete().where(among(reporter_marks.c.report_id, ids, tx.dialect)))
    forget_addresses(tx, metadata, ids)
    found = _named(tx, ids)
    for report_id, tracking_id in found:
        tx.publish(IdentityForgotten(report_id=report_id, tracking_id=tracking_id, forgotten_at=tx.now))
    ended = disclosure.end(tx, ids)
    acts = [Act(actor=actor, action=Action.FORGOTTEN, subject=tracking_id) for _, tracking_id in found]
    audit.append(tx, *acts, *ended)
    return [tracking_id for _, tracking_id in found]


def _named(tx: Transaction, report_ids: Collection[UUID]) -> list[tuple[UUID, str]]:
    named = sa.select(reports.c.report_id, reports.c.tracking_id)
    wanted = named.where(among(reports.c.report_id, report_ids, tx.dialect)).order_by(reports.c.report_id)
    return [(row.report_id, row.tracking_id) for row in tx.execute(wanted)]


def report_id_of(tx: Transaction, tracking_id: str) -> UUID | None:
    """The report that has this tracking ID."""
    return tx.execute(sa.select(reports.c.report_id).where(reports.c.tracking_id == tracking_id)).scalar()


def note_closing(event: ReportClosed, tx: Transaction) -> None:
    """From now on the time runs after which the reporter is forgotten."""
    tx.once(_note_endings, (event.report_id, event.closed_at))


def note_archiving(event: ReportArchived, tx: Transaction) -> None:
    """From now on the time runs after which the reporter is forgotten."""
    tx.once(_note_endings, (event.report_id, event.archived_at))


def note_withdrawal(event: ReportWithdrawn, tx: Transaction) -> None:
    """From now on the time runs after which the reporter is forgotten."""
    tx.once(_note_endings, (event.report_id, event.withdrawn_at))


def note_referral(event: ReportReferred, tx: Transaction) -> None:
    """From now on the time runs after which the reporter is forgotten."""
    tx.once(_note_endings, (event.report_id, event.referred_at))


def note_reopening(event: ReportReopened, tx: Transaction) -> None:
    """It no longer runs: whoever handles the report may have to ask."""
    tx.once(_note_resumptions, (event.report_id, event.reopened_at))


def note_appeal(event: AppealDecided, tx: Transaction) -> None:
    """It no longer runs where the report waits for its verification again."""
    if event.granted:
        tx.once(_note_resumptions, (event.report_id, event.decided_at))


def note_split(event: ReportSplit, tx: Transaction) -> None:
    """It no longer runs: what was archived along with another report goes its own way."""
    tx.once(_note_resumptions, (event.report_id, event.split_at))


def _note_endings(tx: Transaction, ended: Sequence[tuple[UUID, datetime]]) -> None:
    """All of a batch, in two statements. The last end counts, unless the report went on after it."""
    _note(tx, "ended_at", ended, _unless_resumed)


def _note_resumptions(tx: Transaction, resumed: Sequence[tuple[UUID, datetime]]) -> None:
    """All of a batch. What goes on may be heard of before what it goes on after."""
    _note(tx, "resumed_at", resumed, _unless_ended_again)


def _note(tx: Transaction, column: str, known: Sequence[tuple[UUID, datetime]], conflict: Conflict) -> None:
    last = dict(sorted(known))
    query = sa.select(reports.c.report_id, reports.c.kind).where(among(reports.c.report_id, list(last), tx.dialect))
    found = tx.execute(query.order_by(reports.c.report_id)).all()
    if found:
        given = [{"report_id": report_id, "kind": kind.value, column: last[report_id]} for report_id, kind in found]
        tx.write(endings, given, conflict)


def _unless_resumed(insert: Any) -> Any:
    new, old = insert.excluded.ended_at, endings.c
    counts = (old.resumed_at.is_(None) | (new > old.resumed_at)) & (old.ended_at.is_(None) | (new > old.ended_at))
    return insert.on_conflict_do_update(index_elements=["report_id"], set_={"ended_at": new}, where=counts)


def _unless_ended_again(insert: Any) -> Any:
    new, old = insert.excluded.resumed_at, endings.c
    changes = {"resumed_at": new, "ended_at": sa.case((old.ended_at > new, old.ended_at))}
    is_later = old.resumed_at.is_(None) | (new > old.resumed_at)
    return insert.on_conflict_do_update(index_elements=["report_id"], set_=changes, where=is_later)


def forget_due(transactions: Transactions, retention: Retention) -> int:
    """Forget those whose time has come, the longest closed first; returns how many reports were looked at."""
    with transactions.begin() as tx:
        due: list[UUID] = []
        for kind, days in retention:
            is_due = (endings.c.kind == kind.value) & (endings.c.ended_at <= tx.now - timedelta(days=days))
            query = sa.select(endings.c.report_id).where(is_due).order_by(endings.c.ended_at)
            due += tx.execute(query.limit(_BATCH).with_for_update(skip_locked=True)).scalars()
        if not due:
            return 0
        names = forget(tx, due, actor="retention")
        # Also where a command has forgotten the reporter long before.
        following.end_with([tracking_id for _, tracking_id in _named(tx, due)], tx)
    log.info("identities forgotten", count=len(names))
    return len(due)


def read_retention(path: str) -> Retention:
    """A policy: a file with the columns ``kind`` and ``days``."""
    with Path(path).open(encoding="utf-8", newline="") as lines:
        try:
            days = {Kind(row["kind"]): int(row["days"]) for row in csv.DictReader(lines)}
        except (KeyError, TypeError, ValueError):
            raise ValueError(f"{path}: needs columns kind ({', '.join(Kind)}) and days (a whole number)") from None
    if min(days.values(), default=0) < 0:
        raise ValueError(f"{path}: days must not be negative")
    return tuple(days.items())


#: What we hold to be right until somebody says otherwise.
SHIPPED = read_retention(str(files("lapor_intake") / "data" / "retention.csv"))
