"""The requests and what custodians decided about them."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.transactions import Transaction
from lapor_intake.disclosure.domain import ALIVE, Consent, Disclosure, State
from lapor_intake.store import metadata, reports

disclosures = sa.Table(
    "disclosures",
    metadata,
    sa.Column("disclosure_id", sa.Uuid, primary_key=True),
    sa.Column("tracking_id", sa.String(14), nullable=False),
    sa.Column("report_id", sa.Uuid, index=True),
    sa.Column("requested_by", sa.Text, nullable=False),
    sa.Column("username", sa.Text, nullable=False),
    sa.Column("requested_at", UtcDateTime, nullable=False),
    sa.Column("agency_code", sa.Text),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("legal_basis", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("until", UtcDateTime),
    sa.Index("ix_disclosures_state", "state", "disclosure_id"),
    sa.Index("ix_disclosures_requested_by", "requested_by", "disclosure_id"),
    comment="Who asked to learn who a reporter is, why, and what came of it.",
)
# Written out in the statements: with parameters in their place PostgreSQL would not trust the partial indexes.
_alive = disclosures.c.state.in_([sa.literal(state.value, literal_execute=True) for state in ALIVE])
_open = disclosures.c.state == sa.literal(State.OPEN.value, literal_execute=True)
#: Asked twice, it is one request.
sa.Index(
    "disclosures_alive",
    disclosures.c.requested_by,
    disclosures.c.tracking_id,
    unique=True,
    postgresql_where=_alive,
    sqlite_where=_alive,
)
sa.Index("disclosures_open", disclosures.c.until, postgresql_where=_open, sqlite_where=_open)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("disclosure_id", sa.Uuid, sa.ForeignKey(disclosures.c.disclosure_id), primary_key=True),
    sa.Column("custodian", sa.Text, primary_key=True),
    sa.Column("agreed", sa.Boolean, nullable=False),
    sa.Column("note", sa.Text, nullable=False),
    sa.Column("decided_at", UtcDateTime, nullable=False),
    comment="What custodians decided: each once. Only grows.",
)

_FIXED = [field.name for field in fields(Disclosure) if field.name not in ("state", "until", "consents")]


#: The source of whistleblowers' reports.
_SEALED = "whistleblower"


@dataclass(frozen=True)
class Subject:
    """The report that a request is about, as far as the rules need to know it."""

    report_id: UUID | None = None
    is_sealed: bool = False


def subject_of(connection: sa.Connection | Transaction, tracking_id: str) -> Subject:
    """The report with this ID, if there is one."""
    query = sa.select(reports.c.report_id, reports.c.source).where(reports.c.tracking_id == tracking_id)
    found = connection.execute(query).one_or_none()
    return Subject(found.report_id, is_sealed=found.source == _SEALED) if found else Subject()


def add(tx: Transaction, disclosure: Disclosure) -> Disclosure:
    """Write a request down; where the officer has one about this report already, that one."""
    row = {name: getattr(disclosure, name) for name in _FIXED}
    tx.add(disclosures, {**row, "state": disclosure.state.value, "until": disclosure.until}, unless_exists=True)
    asked = (disclosures.c.requested_by == disclosure.requested_by) & (
        disclosures.c.tracking_id == disclosure.tracking_id
    )
    (found,) = _with_consents(tx, tx.execute(sa.select(disclosures).where(asked, _alive)).all())
    return found


def lock(tx: Transaction, disclosure_id: UUID) -> Disclosure | None:
    """A request that nobody else changes until this transaction has ended."""
    query = sa.select(disclosures).where(disclosures.c.disclosure_id == disclosure_id).with_for_update()
    return next(iter(_with_consents(tx, tx.execute(query).all())), None)


def lock_overdue(tx: Transaction, limit: int) -> list[Disclosure]:
    """Requests whose time to look is over, the oldest first."""
    query = sa.select(disclosures).where(_open, disclosures.c.until <= tx.now).order_by(disclosures.c.until)
    return _with_consents(tx, tx.execute(query.limit(limit).with_for_update(skip_locked=True)).all())


def lock_alive(tx: Transaction, report_ids: Collection[UUID]) -> list[Disclosure]:
    """Requests about these reports of which something may still come."""
    query = sa.select(disclosures).where(disclosures.c.report_id.in_(list(report_ids)), _alive)
    return _with_consents(tx, tx.execute(query.order_by(disclosures.c.disclosure_id).with_for_update()).all())


def save(tx: Transaction, disclosure: Disclosure) -> None:
    """Keep where a request stands, and what custodians decided since."""
    statement = disclosures.update().where(disclosures.c.disclosure_id == disclosure.disclosure_id)
    tx.execute(statement.values(state=disclosure.state.value, until=disclosure.until))
    for consent in disclosure.consents:
        tx.add(consents, {"disclosure_id": disclosure.disclosure_id, **vars(consent)}, unless_exists=True)


def find(connection: sa.Connection, disclosure_id: UUID) -> Disclosure | None:
    """A request as it is now."""
    query = sa.select(disclosures).where(disclosures.c.disclosure_id == disclosure_id)
    return next(iter(_with_consents(connection, connection.execute(query).all())), None)


def find_many(
    connection: sa.Connection,
    after: tuple[UUID] | None,
    limit: int,
    *,
    requested_by: str | None = None,
    state: State | None = None,
) -> list[Disclosure]:
    """Requests, the newest first; those that wait for custodians the other way round."""
    position = disclosures.c.disclosure_id
    oldest_first = state is State.WAITING
    query = sa.select(disclosures).order_by(position.asc() if oldest_first else position.desc()).limit(limit)
    if requested_by is not None:
        query = query.where(disclosures.c.requested_by == requested_by)
    if state is not None:
        query = query.where(disclosures.c.state == state.value)
    if after is not None:
        query = query.where(position > after[0] if oldest_first else position < after[0])
    return _with_consents(connection, connection.execute(query).all())


def _with_consents(
    connection: sa.Connection | Transaction, found: Sequence[sa.Row[*tuple[object, ...]]]
) -> list[Disclosure]:
    given: defaultdict[UUID, list[Consent]] = defaultdict(list)
    if found:
        ids = [row.disclosure_id for row in found]
        query = sa.select(consents).where(consents.c.disclosure_id.in_(ids)).order_by(consents.c.decided_at)
        for row in connection.execute(query):
            given[row.disclosure_id].append(
                Consent(custodian=row.custodian, agreed=row.agreed, note=row.note, decided_at=row.decided_at)
            )
    return [
        Disclosure(
            **{name: getattr(row, name) for name in _FIXED},
            state=State(row.state),
            until=row.until,
            consents=tuple(given[row.disclosure_id]),
        )
        for row in found
    ]
