"""Intake's tables, and every question that is asked of them (but for the vault's and the adapters')."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.columns import Json, UtcDateTime
from lapor_chassis.rows import unless_exists
from lapor_chassis.transactions import Transaction, chassis_tables
from lapor_contracts.vocabulary import Channel, Kind
from lapor_intake.domain import Admitted, Supplement

metadata = sa.MetaData()
chassis_tables(metadata)


def _words(vocabulary: type[StrEnum]) -> sa.Enum:
    """A word of a fixed list, stored as its value, so that a longer list needs no migration."""
    return sa.Enum(vocabulary, native_enum=False, length=40, values_callable=lambda words: [w.value for w in words])


reports = sa.Table(
    "reports",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("tracking_id", sa.String(14), nullable=False, unique=True),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("idempotency_key", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.String(32), nullable=False),
    sa.Column("channel", _words(Channel), nullable=False),
    sa.Column("kind", _words(Kind), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("body", sa.Text, nullable=False),
    sa.Column("occurred_on", sa.Date),
    sa.Column("region_code", sa.Text),
    sa.Column("place", sa.Text),
    sa.Column("agency_code", sa.Text),
    sa.Column("keyword", sa.Text),
    sa.Column("category", sa.Text),
    sa.Column("anonymous", sa.Boolean, nullable=False),
    sa.Column("secret", sa.Boolean, nullable=False),
    sa.Column("marks", Json, nullable=False, server_default="[]"),
    sa.Column("receipt_hash", sa.String(64)),
    sa.Column("entered_by", sa.Text),
    sa.UniqueConstraint("source", "idempotency_key"),
    comment="Reports as they are told to the others; as they were given they lie in the vault.",
)

reporter_marks = sa.Table(
    "reporter_marks",
    metadata,
    sa.Column("mark", sa.String(32), primary_key=True),
    sa.Column("report_id", sa.Uuid, sa.ForeignKey(reports.c.report_id), primary_key=True),
    sa.Index("ix_reporter_marks_report_id", "report_id"),
    comment="Keyed fingerprints of addresses, by which the reporter of a report is known again.",
)

returns = sa.Table(
    "returns",
    metadata,
    sa.Column("return_id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, nullable=False),
    sa.Column("returned_at", UtcDateTime, nullable=False),
    sa.Index("ix_returns_report_id", "report_id", "returned_at"),
    comment="Reports that were sent back for completion. The last one waits as long as no supplement answers it.",
)

supplements = sa.Table(
    "supplements",
    metadata,
    sa.Column("supplement_id", sa.Uuid, primary_key=True),
    sa.Column("return_id", sa.Uuid, sa.ForeignKey(returns.c.return_id), nullable=False, unique=True),
    sa.Column("supplemented_at", UtcDateTime, nullable=False),
    sa.Column("body", sa.Text),
    sa.Column("occurred_on", sa.Date),
    sa.Column("region_code", sa.Text),
    sa.Column("place", sa.Text),
    sa.Column("attachments", Json, nullable=False, server_default="[]"),
    comment="What reporters added.",
)

endings = sa.Table(
    "endings",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("ended_at", UtcDateTime, comment="None where the report went on again after all its ends."),
    sa.Column("resumed_at", UtcDateTime, comment="When it last went on again: no end before that counts any more."),
    sa.Index("ix_endings_kind", "kind", "ended_at"),
    comment="Reports that have ended, be it for a while, and whose reporter is still known.",
)
#: Of a report that has ended and not gone on again.
_has_ended = sa.exists().where(endings.c.report_id == reports.c.report_id, endings.c.ended_at.is_not(None))


@dataclass(frozen=True)
class Known:
    """A report that is stored, as far as it takes to answer the one who hands it in again."""

    report_id: UUID
    tracking_id: str
    fingerprint: str
    receipt_hash: str | None


@dataclass(frozen=True)
class Return:
    """A request for completion, and the supplement that answered it."""

    return_id: UUID
    supplement: Supplement | None


def report_row(
    admitted: Admitted,
    fingerprint: str,
    *,
    report_id: UUID,
    tracking_id: str,
    receipt_hash: str,
    received_at: datetime,
) -> dict[str, Any]:
    """A report as it is stored."""
    submission = admitted.submission
    return {
        **admitted.content(),
        "marks": [vars(mark) for mark in admitted.marks],
        "report_id": report_id,
        "tracking_id": tracking_id,
        "received_at": received_at,
        "source": submission.source,
        "idempotency_key": submission.idempotency_key,
        "fingerprint": fingerprint,
        "receipt_hash": receipt_hash,
        "entered_by": submission.entered_by,
    }


_KNOWN = (reports.c.source, reports.c.idempotency_key, *(reports.c[field.name] for field in fields(Known)))


def add_unless_known(tx: Transaction, rows: Sequence[dict[str, Any]]) -> dict[tuple[str, str], Known]:
    """Store reports, but those whose key or tracking ID is taken; those that were stored, by their keys."""
    return _by_key(tx.write(reports, rows, unless_exists, returning=_KNOWN))


def known_by_key(tx: Transaction, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], Known]:
    """The stored reports among those handed in under ``(source, idempotency_key)``."""
    wanted = sa.tuple_(reports.c.source, reports.c.idempotency_key).in_(list(keys))
    return _by_key(tx.execute(sa.select(*_KNOWN).where(wanted)))


def _by_key(found: Iterable[Any]) -> dict[tuple[str, str], Known]:
    return {(source, key): Known(*known) for source, key, *known in found}


@dataclass(frozen=True)
class Locked:
    """A report, and the hash by which its receipt is known."""

    report_id: UUID
    receipt_hash: str | None


def find_locked(tx: Transaction, tracking_id: str) -> Locked | None:
    """The report that has this tracking ID."""
    statement = sa.select(reports.c.report_id, reports.c.receipt_hash).where(reports.c.tracking_id == tracking_id)
    row = tx.execute(statement).one_or_none()
    return Locked(row.report_id, row.receipt_hash) if row else None


def tracking_id_of(tx: Transaction, report_id: UUID) -> str | None:
    """By which number its reporter knows it; None where there is no such report."""
    found: str | None = tx.execute(sa.select(reports.c.tracking_id).where(reports.c.report_id == report_id)).scalar()
    return found


def add_marks(tx: Transaction, report_id: UUID, marks: Iterable[str]) -> None:
    """Note by which marks the reporter of this report is known again."""
    for mark in marks:
        tx.add(reporter_marks, {"mark": mark, "report_id": report_id}, unless_exists=True)


def has_reported(tx: Transaction, marks: Iterable[str]) -> bool:
    """Whether somebody with one of these marks has reported before."""
    known = sa.select(reporter_marks.c.mark).where(reporter_marks.c.mark.in_(list(marks))).limit(1)
    return tx.execute(known).first() is not None


def is_reporter(tx: Transaction, report_id: UUID, marks: Iterable[str]) -> bool:
    """Whether one of the marks is the reporter's of this report."""
    statement = sa.select(reporter_marks.c.mark).where(
        reporter_marks.c.report_id == report_id, reporter_marks.c.mark.in_(list(marks))
    )
    return tx.execute(statement).first() is not None


@dataclass(frozen=True)
class Asked:
    """A report that somebody asks about, and whether it is theirs."""

    report_id: UUID
    secret: bool
    is_theirs: bool


def find_asked(tx: Transaction, tracking_id: str, marks: Collection[str]) -> Asked | None:
    """The report that has this tracking ID, as far as one must know to answer whoever has these marks."""
    is_theirs = sa.exists().where(
        reporter_marks.c.report_id == reports.c.report_id, reporter_marks.c.mark.in_(list(marks))
    )
    statement = sa.select(reports.c.report_id, reports.c.secret, is_theirs).where(reports.c.tracking_id == tracking_id)
    row = tx.execute(statement).one_or_none()
    return Asked(*row) if row else None


def reports_of(
    tx: Transaction, marks: Collection[str], *, tracking_id: str | None = None
) -> Sequence[tuple[UUID, str]]:
    """The reports whose reporter has one of these marks, by id and tracking ID; all, or one."""
    statement = (
        sa.select(reports.c.report_id, reports.c.tracking_id)
        .where(reports.c.report_id.in_(sa.select(reporter_marks.c.report_id).where(reporter_marks.c.mark.in_(marks))))
        .order_by(reports.c.report_id)
    )
    if tracking_id is not None:
        statement = statement.where(reports.c.tracking_id == tracking_id)
    return [(row.report_id, row.tracking_id) for row in tx.execute(statement)]


def add_return(tx: Transaction, return_id: UUID, report_id: UUID, returned_at: datetime) -> None:
    """Note that the reporter is asked to complete the report."""
    tx.add(returns, {"return_id": return_id, "report_id": report_id, "returned_at": returned_at})


def lock_last_return(tx: Transaction, report_id: UUID) -> Return | None:
    """The last request for completion of a report; who else wants to answer it waits until we are done."""
    last = tx.execute(
        sa.select(returns.c.return_id)
        .where(returns.c.report_id == report_id)
        .order_by(returns.c.returned_at.desc(), returns.c.return_id.desc())
        .limit(1)
        .with_for_update()
    ).scalar()
    if last is None:
        return None
    columns = (supplements.c[field.name] for field in fields(Supplement))
    given = tx.execute(sa.select(*columns).where(supplements.c.return_id == last)).one_or_none()
    if given is None:
        return Return(last, None)
    return Return(last, Supplement(**{**given._mapping, "attachments": tuple(map(UUID, given.attachments))}))


def has_ended(tx: Transaction, report_id: UUID) -> bool:
    """Whether nobody acts on the report any more, as far as we have heard."""
    ended = sa.select(reports.c.report_id).where(reports.c.report_id == report_id, _has_ended)
    return tx.execute(ended).first() is not None


@dataclass(frozen=True)
class Question:
    """A report whose reporter was asked for more, and what has been said of it so far."""

    report_id: UUID
    tracking_id: str
    known: Sequence[Supplement]


def find_question(tx: Transaction, marks: Collection[str], *, channel: Channel, since: datetime) -> Question | None:
    """The last question to whoever has one of these marks on this channel that nobody has answered.

    Nobody waits for an answer any more where the report has ended meanwhile, taken back for one.
    """
    answered = sa.exists().where(supplements.c.return_id == returns.c.return_id)
    said = [reports.c.body, reports.c.occurred_on, reports.c.region_code, reports.c.place]
    asked = tx.execute(
        sa.select(reports.c.report_id, reports.c.tracking_id, *said)
        .join(returns, returns.c.report_id == reports.c.report_id)
        .where(
            reports.c.report_id.in_(sa.select(reporter_marks.c.report_id).where(reporter_marks.c.mark.in_(marks))),
            reports.c.channel == channel,
            returns.c.returned_at >= since,
            ~answered,
            ~_has_ended,
        )
        .order_by(returns.c.returned_at.desc(), returns.c.return_id.desc())
        .limit(1)
    ).one_or_none()
    if asked is None:
        return None
    added = tx.execute(
        sa.select(*(supplements.c[column.name] for column in said))
        .join(returns, returns.c.return_id == supplements.c.return_id)
        .where(returns.c.report_id == asked.report_id)
    )
    known = [{column.name: getattr(row, column.name) for column in said} for row in (asked, *added)]
    return Question(asked.report_id, asked.tracking_id, [Supplement(**given) for given in known])


def find_last_report(tx: Transaction, marks: Collection[str], *, channel: Channel, since: datetime) -> UUID | None:
    """The last report of whoever has one of these marks on this channel that has not ended."""
    return tx.execute(
        sa.select(reports.c.report_id)
        .where(
            reports.c.report_id.in_(sa.select(reporter_marks.c.report_id).where(reporter_marks.c.mark.in_(marks))),
            reports.c.channel == channel,
            reports.c.received_at >= since,
            ~_has_ended,
        )
        .order_by(reports.c.received_at.desc(), reports.c.report_id.desc())
        .limit(1)
    ).scalar()


def add_supplement(
    tx: Transaction, supplement_id: UUID, supplement: Supplement, *, return_id: UUID, supplemented_at: datetime
) -> None:
    """Store what the reporter added."""
    tx.add(
        supplements,
        {
            "supplement_id": supplement_id,
            "return_id": return_id,
            "supplemented_at": supplemented_at,
            "body": supplement.body,
            "occurred_on": supplement.occurred_on,
            "region_code": supplement.region_code,
            "place": supplement.place,
            "attachments": supplement.attachments,
        },
    )
