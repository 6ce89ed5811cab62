"""What others say about reports: it may come before the report itself does, so it refers to nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import Attachment, DeadlineSet, EvidenceAdded
from lapor_routing.domain.answers import Proof
from lapor_routing.domain.reactions import ReactionKind
from lapor_routing.store.tables import added_files, deadlines, evidence, messages, reactions


def add_message(tx: Transaction, reply_id: UUID, report_id: UUID, text: str, replied_at: datetime) -> None:
    """Keep what the reporter wrote."""
    row = {"id": reply_id, "report_id": report_id, "text": text, "replied_at": replied_at}
    tx.add(messages, row, unless_exists=True)


def add_file(tx: Transaction, report_id: UUID, file: Attachment) -> None:
    """Keep that the reporter added a file."""
    tx.add(added_files, {"report_id": report_id, **vars(file)}, unless_exists=True)


def add_evidence(tx: Transaction, event: EvidenceAdded) -> None:
    """Keep what officers gave to show what was done."""
    for file in event.attachments:
        row = {"agency_code": event.agency_code, "added_at": event.added_at, **vars(file)}
        tx.add(evidence, {"report_id": event.report_id, **row}, unless_exists=True)


def evidence_of(connection: sa.Connection | Transaction, report_id: UUID) -> list[Proof]:
    """All that officers gave of a report."""
    own = evidence.c
    statement = sa.select(own.id, own.media_type, own.size, own.agency_code, own.added_at)
    rows = connection.execute(statement.where(own.report_id == report_id).order_by(own.added_at, own.id))
    return [
        Proof(file=Attachment(id=id_, media_type=media_type, size=size), agency_code=code, added_at=at)
        for id_, media_type, size, code, at in rows
    ]


def add_reaction(
    tx: Transaction, report_id: UUID, reaction_id: UUID, kind: ReactionKind, said_at: datetime, value: str
) -> None:
    """Keep what the reporter's side let know."""
    row = {"report_id": report_id, "id": reaction_id, "kind": kind, "said_at": said_at, "value": value}
    tx.add(reactions, row, unless_exists=True)


def add_deadline(tx: Transaction, event: DeadlineSet, said_at: datetime) -> None:
    """Keep until when something is due; a clock that was recomputed, or is another body's now, is said again."""
    tx.once(_save_deadlines, (said_at, event))


def _save_deadlines(tx: Transaction, said: Sequence[tuple[datetime, DeadlineSet]]) -> None:
    last = {
        (event.report_id, event.deadline_id): (said_at, event) for said_at, event in sorted(said, key=lambda s: s[0])
    }
    rows = [
        {
            "report_id": event.report_id,
            "id": event.deadline_id,
            "clock": event.clock,
            "starts_at": event.starts_at,
            "due_at": event.due_at,
            "agency_code": event.agency_code,
            "said_at": said_at,
        }
        for said_at, event in last.values()
    ]
    tx.write(deadlines, rows, _later)


def _later(insert: Any) -> Any:
    new = insert.excluded
    return insert.on_conflict_do_update(
        index_elements=["report_id", "id"],
        set_={name: new[name] for name in ("starts_at", "due_at", "agency_code", "said_at")},
        where=deadlines.c.said_at.is_(None) | (new.said_at > deadlines.c.said_at),
    )
