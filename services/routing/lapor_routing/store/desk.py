"""What bodies do among themselves: copies, internal notes, drafts, extensions."""

from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.rows import unless_exists
from lapor_chassis.transactions import Transaction
from lapor_routing.domain.agencies import Agency
from lapor_routing.domain.disposition import Disposition, Report
from lapor_routing.domain.drafts import Draft
from lapor_routing.store.tables import checked_agencies, copies, dispositions, drafts, extensions, notes
from lapor_routing.store.turns import as_row, of_row


def add_copy(tx: Transaction, report: Report, agency: Agency, by: str, reason: str) -> bool:
    """The body may read the report; False where it may already."""
    row = {
        "id": tx.new_id(),
        "report_id": report.id,
        "round": report.round,
        "agency_code": agency.code,
        "agency_name": agency.name,
        "sent_at": tx.now,
        "sent_by": by,
        "reason": reason,
    }
    return tx.write(copies, [row], unless_exists, returning=(copies.c.id,)).first() is not None


def add_note(tx: Transaction, disposition_id: UUID, text: str, by: str) -> None:
    """Keep what an officer writes for the others of the body."""
    row = {"id": tx.new_id(), "disposition_id": disposition_id, "text": text, "written_at": tx.now, "written_by": by}
    tx.add(notes, row)


def add_draft(tx: Transaction, draft: Draft) -> None:
    """Keep a new draft."""
    tx.add(drafts, as_row(draft))


def save_draft(tx: Transaction, draft: Draft) -> None:
    """The draft as it is now."""
    tx.execute(sa.update(drafts).where(drafts.c.id == draft.id).values(**as_row(draft)))


def lock_draft(tx: Transaction, draft_id: UUID) -> Draft | None:
    """The draft, held until the transaction ends."""
    row = tx.execute(sa.select(drafts).where(drafts.c.id == draft_id).with_for_update()).mappings().one_or_none()
    return Draft(**of_row(row)) if row else None


def add_extension(
    tx: Transaction, extension_id: UUID, disposition: Disposition, days: int, reason: str, by: str
) -> None:
    """Keep that the body takes longer."""
    row = {
        "id": extension_id,
        "disposition_id": disposition.id,
        "working_days": days,
        "reason": reason,
        "granted_at": tx.now,
        "granted_by": by,
    }
    tx.add(extensions, row)


def count_extensions(tx: Transaction, disposition: Disposition) -> int:
    """How often the report, or the co-owner's part of it, was given more time; whoever had it then."""
    statement = (
        sa.select(sa.func.count())
        .select_from(extensions.join(dispositions, dispositions.c.id == extensions.c.disposition_id))
        .where(
            dispositions.c.report_id == disposition.report.id,
            dispositions.c.round == disposition.report.round,
            dispositions.c.part.is_not_distinct_from(disposition.part),
        )
    )
    return tx.execute(statement).scalar_one()


def check_agency(tx: Transaction, code: str, checks: bool, by: str) -> None:
    """Whether a second officer must approve what this body and its units send out."""
    if checks:
        tx.add(checked_agencies, {"code": code, "since": tx.now, "set_by": by}, unless_exists=True)
    else:
        tx.execute(sa.delete(checked_agencies).where(checked_agencies.c.code == code))


def checked(connection: sa.Connection) -> frozenset[str]:
    """The bodies that have a second officer approve what goes out."""
    return frozenset(connection.execute(sa.select(checked_agencies.c.code)).scalars())
