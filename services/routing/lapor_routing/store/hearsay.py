"""What others say about reports: it may come before the report itself does, so it refers to nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import Attachment, DeadlineSet
from lapor_routing.store.tables import added_files, deadlines, messages


def add_message(tx: Transaction, reply_id: UUID, report_id: UUID, text: str, replied_at: datetime) -> None:
    """Keep what the reporter wrote."""
    row = {"id": reply_id, "report_id": report_id, "text": text, "replied_at": replied_at}
    tx.add(messages, row, unless_exists=True)


def add_file(tx: Transaction, report_id: UUID, file: Attachment) -> None:
    """Keep that the reporter added a file."""
    tx.add(added_files, {"report_id": report_id, **vars(file)}, unless_exists=True)


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
