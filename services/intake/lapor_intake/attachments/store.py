"""The tables of attachments, and every question that is asked of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.rows import among
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import Attachment
from lapor_intake.store import metadata, reports

attachments = sa.Table(
    "attachments",
    metadata,
    sa.Column("attachment_id", sa.Uuid, primary_key=True),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("length", sa.Integer, nullable=False),
    sa.Column("received", sa.Integer, nullable=False),
    sa.Column("media_type", sa.Text),
    sa.Column("size", sa.Integer),
    sa.Column("report_id", sa.Uuid, sa.ForeignKey(reports.c.report_id), index=True),
    sa.Column("agency_code", sa.Text, comment="Of evidence: the body whose officer gave it."),
    sa.Column("named_at", UtcDateTime, comment="Of evidence: when an answer named it."),
    sa.Column("public", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("recalled_at", UtcDateTime, comment="Of evidence: no answer before that makes it public."),
    comment="Files that were sent, or are being sent. Complete with a media type; of a report once that names it.",
)
sa.Index(
    "ix_attachments_unclaimed",
    attachments.c.created_at,
    postgresql_where=attachments.c.report_id.is_(None),
    sqlite_where=attachments.c.report_id.is_(None),
)

files = sa.Table(
    "attachment_files",
    metadata,
    sa.Column("file_id", sa.Uuid, primary_key=True),
    sa.Column("sha256", sa.String(64), nullable=False, unique=True),
    sa.Column("attachment_id", sa.Uuid, sa.ForeignKey(attachments.c.attachment_id), nullable=False, index=True),
    sa.Column("holds", sa.Text, nullable=False),
    sa.Column("start", sa.Integer),
    sa.Column("stays", sa.Boolean, nullable=False),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("wrapped_key", sa.LargeBinary),
    comment="Encrypted files in the store, by the hash of what is stored: named here before they are written there.",
)
sa.Index(
    "ix_attachment_files_passing",
    files.c.attachment_id,
    postgresql_where=sa.text("NOT stays"),
    sqlite_where=sa.text("NOT stays"),
)

#: Either can be asked.
Reader = sa.Connection | Transaction

#: For so long a file waits for its report.
LIFETIME = timedelta(hours=24)

#: What a file in the store holds.
PART, ORIGINAL, DISPLAY = "part", "original", "display"


@dataclass(frozen=True)
class Upload:
    """A file on its way in."""

    attachment_id: UUID
    created_at: datetime
    length: int
    received: int
    media_type: str | None
    size: int | None
    is_claimed: bool

    @property
    def expires_at(self) -> datetime:
        """Until then a report must name it."""
        return self.created_at + LIFETIME


@dataclass(frozen=True)
class File:
    """A file in the store, and the wrapped key that opens it."""

    file_id: UUID
    sha256: str
    attachment_id: UUID
    holds: str
    key_id: str
    wrapped_key: bytes | None


def add(tx: Transaction, attachment_id: UUID, length: int) -> None:
    """A file of this length will come; nothing changes where it has begun to."""
    row = {"attachment_id": attachment_id, "created_at": tx.now, "length": length, "received": 0}
    tx.add(attachments, row, unless_exists=True)


def find(tx: Reader, attachment_id: UUID) -> Upload | None:
    """What is known of a file."""
    a = attachments.c
    row = tx.execute(
        sa.select(
            a.attachment_id, a.created_at, a.length, a.received, a.media_type, a.size, a.report_id.is_not(None)
        ).where(a.attachment_id == attachment_id, a.received >= 0)
    ).one_or_none()
    return Upload(*row) if row else None


def add_file(tx: Transaction, file: File) -> None:
    """Name a file that is about to be written into the store."""
    row = {
        "file_id": file.file_id,
        "sha256": file.sha256,
        "attachment_id": file.attachment_id,
        "holds": file.holds,
        "stays": False,
        "key_id": file.key_id,
        "wrapped_key": file.wrapped_key,
    }
    tx.add(files, row)


def advance(tx: Transaction, upload: Upload, written: Sequence[File], received: int) -> bool:
    """A part is in the store: so much is received now. False where somebody else was quicker."""
    return _moved(tx, upload, received=received) and _counts(tx, written, start=upload.received)


def complete(tx: Transaction, upload: Upload, written: Sequence[File], *, media_type: str, size: int) -> bool:
    """All is in the store, and can be shown. False where somebody else was quicker."""
    return _moved(tx, upload, received=upload.length, media_type=media_type, size=size) and _counts(
        tx, written, stays=True
    )


def _moved(tx: Transaction, upload: Upload, **values: Any) -> bool:
    a = attachments.c
    here = sa.and_(a.attachment_id == upload.attachment_id, a.received == upload.received, a.media_type.is_(None))
    return bool(tx.execute(attachments.update().where(here).values(**values).returning(a.attachment_id)).all())


def _counts(tx: Transaction, written: Sequence[File], **values: Any) -> bool:
    tx.execute(files.update().where(files.c.file_id.in_([file.file_id for file in written])).values(**values))
    return True


def parts_of(tx: Reader, attachment_id: UUID) -> list[File]:
    """What was received so far, in its order."""
    counted = sa.and_(files.c.attachment_id == attachment_id, files.c.start.is_not(None))
    return _files(tx, sa.select(files).where(counted).order_by(files.c.start))


def files_of(tx: Reader, attachment_ids: Collection[UUID]) -> list[File]:
    """All files of these."""
    return _files(tx, sa.select(files).where(files.c.attachment_id.in_(attachment_ids)))


@dataclass(frozen=True)
class Shown:
    """A report's attachment as it is shown, and by what the report's receipt is known."""

    tracking_id: str
    receipt_hash: str | None
    media_type: str
    file: File
    is_public: bool
    is_withheld: bool
    """Evidence that no answer has named yet: for staff alone."""


def shown(tx: Reader, attachment_id: UUID) -> Shown | None:
    """The attachment, if a report names it and nobody has forgotten it."""
    row = tx.execute(
        sa.select(
            reports.c.tracking_id,
            reports.c.receipt_hash,
            attachments.c.media_type,
            attachments.c.public,
            (attachments.c.agency_code.is_not(None) & attachments.c.named_at.is_(None)).label("withheld"),
            files,
        )
        .join(attachments, attachments.c.report_id == reports.c.report_id)
        .join(files, files.c.attachment_id == attachments.c.attachment_id)
        .where(attachments.c.attachment_id == attachment_id, files.c.holds == DISPLAY)
        .where(files.c.stays, files.c.wrapped_key.is_not(None))
    ).one_or_none()
    if row is None:
        return None
    return Shown(row.tracking_id, row.receipt_hash, row.media_type, _file(row), row.public, row.withheld)


def lock_free(tx: Transaction, attachment_ids: Collection[UUID], *, since: datetime) -> dict[UUID, Attachment]:
    """Those that are complete and that no report names yet; who else wants to name them waits until we are done."""
    a = attachments.c
    rows = tx.execute(
        sa.select(a.attachment_id, a.media_type, a.size)
        .where(a.attachment_id.in_(attachment_ids), a.report_id.is_(None), a.media_type.is_not(None))
        .where(a.created_at > since)
        .order_by(a.attachment_id)
        .with_for_update()
    )
    return {
        row.attachment_id: Attachment(id=row.attachment_id, media_type=row.media_type, size=row.size) for row in rows
    }


def claim(tx: Transaction, attachment_ids: Collection[UUID], report_id: UUID, agency_code: str | None) -> None:
    """The report names these, or a body gives them as evidence of what it did about it."""
    theirs = attachments.c.attachment_id.in_(attachment_ids)
    tx.execute(attachments.update().where(theirs).values(report_id=report_id, agency_code=agency_code))


def of_reporter(tx: Reader, report_id: UUID) -> set[UUID]:
    """What a report's reporter gave."""
    a = attachments.c
    own = sa.select(a.attachment_id).where(a.report_id == report_id, a.agency_code.is_(None))
    return set(tx.execute(own).scalars())


def evidence_of(tx: Reader, report_id: UUID, agency_code: str) -> dict[UUID, Attachment]:
    """What a body gave as evidence of what it did about a report."""
    a = attachments.c
    given = sa.select(a.attachment_id, a.media_type, a.size).where(
        a.report_id == report_id, a.agency_code == agency_code
    )
    rows = tx.execute(given.order_by(a.created_at, a.attachment_id))
    return {
        row.attachment_id: Attachment(id=row.attachment_id, media_type=row.media_type, size=row.size) for row in rows
    }


def name_evidence(tx: Transaction, report_id: UUID, ids: Collection[UUID], at: datetime, *, public: bool) -> None:
    """An answer names these; only what is evidence of this very report can be named, and the last answer counts."""
    a = attachments.c
    theirs = (a.report_id == report_id) & a.agency_code.is_not(None) & a.attachment_id.in_(ids)
    is_last, still_holds = a.named_at.is_(None) | (a.named_at <= at), a.recalled_at.is_(None) | (a.recalled_at < at)
    shown = sa.case((still_holds, public), else_=False)
    tx.execute(attachments.update().where(theirs, is_last).values(named_at=at, public=shown))


def hide_evidence(tx: Transaction, report_id: UUID, at: datetime) -> None:
    """What was named until then is public no more, also where that is heard of later."""
    a = attachments.c
    theirs = (a.report_id == report_id) & a.agency_code.is_not(None) & (a.recalled_at.is_(None) | (a.recalled_at < at))
    still_named = sa.case((a.named_at > at, a.public), else_=False)
    tx.execute(attachments.update().where(theirs).values(recalled_at=at, public=still_named))


def forget(tx: Transaction, report_ids: Collection[UUID]) -> None:
    """Destroy the keys of the files that reporters gave: nobody can open them any more. Evidence is the bodies'."""
    own = sa.select(attachments.c.attachment_id).where(
        among(attachments.c.report_id, report_ids, tx.dialect), attachments.c.agency_code.is_(None)
    )
    tx.execute(files.update().where(files.c.attachment_id.in_(own)).values(wrapped_key=None))


def disown(tx: Transaction, attachment_ids: Collection[UUID]) -> list[UUID]:
    """From here on nobody can go on with these, nor name them; which of them that is: no report's."""
    here = sa.and_(attachments.c.attachment_id.in_(attachment_ids), attachments.c.report_id.is_(None))
    gone = attachments.update().where(here).values(received=-1, media_type=None)
    return list(tx.execute(gone.returning(attachments.c.attachment_id)).scalars())


def remove(tx: Transaction, gone: Collection[File], attachment_ids: Collection[UUID] = ()) -> None:
    """Take files out of the tables that are out of the store, and attachments that have none left."""
    tx.execute(files.delete().where(files.c.file_id.in_([file.file_id for file in gone])))
    if attachment_ids:
        tx.execute(attachments.delete().where(attachments.c.attachment_id.in_(attachment_ids)))


def unclaimed(tx: Reader, before: datetime, limit: int) -> list[UUID]:
    """Those that no report named in time, oldest first."""
    a = attachments.c
    old = sa.select(a.attachment_id).where(a.report_id.is_(None), a.created_at < before)
    return list(tx.execute(old.order_by(a.created_at).limit(limit)).scalars())


def left_over(tx: Reader, before: datetime, limit: int) -> list[File]:
    """Files that a crash left beside a complete attachment."""
    old = sa.and_(attachments.c.created_at < before, attachments.c.media_type.is_not(None), sa.not_(files.c.stays))
    return _files(tx, sa.select(files).join(attachments).where(old).limit(limit))


def _files(tx: Reader, statement: sa.Select[Any]) -> list[File]:
    return [_file(row) for row in tx.execute(statement)]


def _file(row: Any) -> File:
    return File(row.file_id, row.sha256, row.attachment_id, row.holds, row.key_id, row.wrapped_key)
