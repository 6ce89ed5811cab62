"""What the public may look for: kept beside the timelines, found by its words and by what it is filed under.

Both databases look for the same terms, which are made here and not by them: PostgreSQL in an array with a GIN index,
SQLite in a full-text table that triggers keep. What a report is filed under are terms as well, so one index answers
every question. Migrations make these two indexes, both called ``listings_fts``.
"""

from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.rows import among
from lapor_chassis.transactions import Transaction
from lapor_contracts.vocabulary import Kind, Status
from lapor_tracking.domain.listing import Listing, Question, index_terms, may_be_listed, received_on
from lapor_tracking.domain.public_text import public_body, public_title
from lapor_tracking.domain.statistics import Grouping
from lapor_tracking.domain.steps import Step, StepType
from lapor_tracking.domain.timeline import Timeline
from lapor_tracking.store.tables import labels, metadata, steps, timelines


class Terms(sa.types.TypeDecorator[Sequence[str]]):
    """Words without blanks: an array on PostgreSQL, one text on SQLite."""

    impl = sa.Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Any) -> Any:
        return dialect.type_descriptor(postgresql.ARRAY(sa.Text()) if dialect.name == "postgresql" else sa.Text())

    def process_bind_param(self, value: Sequence[str] | None, dialect: Any) -> Any:
        return value if dialect.name == "postgresql" or value is None else " ".join(value)

    def process_result_value(self, value: Any, dialect: Any) -> Sequence[str] | None:
        return value.split() if isinstance(value, str) else value


listings = sa.Table(
    "listings",
    metadata,
    sa.Column(
        "number",
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"),
        sa.Identity(),
        primary_key=True,
        comment="In the order in which they became public.",
    ),
    sa.Column("report_id", sa.Uuid, nullable=False, unique=True),
    sa.Column("tracking_id", sa.Text, nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("excerpt", sa.Text, nullable=False),
    sa.Column("kind", sa.Text),
    sa.Column("status", sa.Text, nullable=False),
    sa.Column("agency_code", sa.Text),
    sa.Column("agency_name", sa.Text),
    sa.Column("region_code", sa.Text),
    sa.Column("category", sa.Text),
    sa.Column("category_name", sa.Text, nullable=False),
    sa.Column("received_at", UtcDateTime, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("listed_at", UtcDateTime, nullable=False, comment="When this row was last written."),
    sa.Column("terms", Terms, nullable=False, comment="By which it is found."),
    sa.Column("received_day", sa.Integer, nullable=False, comment="In Jakarta, counted from the year 1."),
    sa.Index("listings_by_day", "received_day", "number"),
    comment="Public reports in public words; a row goes in the transaction in which its report becomes secret.",
)
to_list = sa.Table(
    "to_list",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("since", UtcDateTime, nullable=False, index=True),
    comment="Reports of which the listing is behind. Whoever holds a row is the only one to change its listing.",
)

_full_text = sa.table("listings_fts", sa.column("rowid", sa.Integer), sa.column("listings_fts", sa.Text))
_shown = [listings.c[field.name] for field in fields(Listing)]
_OF_THE_TEXT = (
    StepType.RECEIVED,
    StepType.SUPPLEMENTED,
    StepType.VERIFIED,
    StepType.RECALLED,
    StepType.REDACTED,
    StepType.EDITED,
)
_LONGEST_EXCERPT = 240
_LARGEST_NUMBER = 2**63 - 1
#: PostgreSQL looks at so many of the newest one by one, then for all that fit among so many more, and then in the rest:
#: what is often found is found at once, and of what is seldom found not much has to be put in order.
WINDOWS = (5_000, 40_000)


def note_changes(tx: Transaction, folded: Sequence[Timeline]) -> None:
    """Remember whose listing is behind. What must not be public any more, or reads otherwise, is so at once."""
    changed = [one for one in folded if any(step.type is StepType.VERIFIED for step in one.steps)]
    if not changed:
        return
    rows = [{"report_id": one.report_id, "since": tx.now} for one in changed]
    tx.write(to_list, rows, _locking)
    gone = [one.report_id for one in changed if not _may_be_listed(one)]
    if gone:
        tx.execute(listings.delete().where(among(listings.c.report_id, gone, tx.dialect)))
    reworded = {StepType.REDACTED, StepType.EDITED}
    if at_once := [one.report_id for one in changed if any(step.type in reworded for step in one.steps)]:
        write_listings(tx, at_once)


def take_unlisted(tx: Transaction, before: datetime, limit: int) -> list[UUID]:
    """Reports of which the listing is behind for some time; they are this transaction's to list."""
    chosen = (
        sa.select(to_list.c.report_id)
        .where(to_list.c.since <= before)
        .order_by(to_list.c.since)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = list(tx.execute(chosen).scalars())
    if found:
        tx.execute(to_list.delete().where(among(to_list.c.report_id, found, tx.dialect)))
    return found


def without_facts(tx: Transaction, report_ids: Sequence[UUID]) -> list[UUID]:
    """Those of them that were last folded by a version that kept nothing to be looked for or counted."""
    is_known = sa.exists().where(steps.c.report_id == timelines.c.report_id, steps.c.type == StepType.RECEIVED)
    among_them = among(timelines.c.report_id, report_ids, tx.dialect)
    old = sa.select(timelines.c.report_id).where(among_them, timelines.c.received_at.is_(None), is_known)
    return list(tx.execute(old).scalars()) if report_ids else []


def write_listings(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    """List these reports as they stand now, or no more."""
    rows = tx.execute(sa.select(timelines).where(among(timelines.c.report_id, report_ids, tx.dialect))).all()
    public = [row for row in rows if may_be_listed(secret=row.secret, sealed=row.sealed, status=Status(row.status))]
    texts = _text_steps(tx, [row.report_id for row in public])
    listed = [made for row in public if (made := _row(row, texts[row.report_id], tx.now))]
    gone = {*report_ids} - {row["report_id"] for row in listed}
    if gone:
        tx.execute(listings.delete().where(among(listings.c.report_id, gone, tx.dialect)))
    if listed:
        tx.write(listings, listed, _renewing)


def find_listings(
    connection: sa.Connection,
    question: Question,
    *,
    before: int | None,
    limit: int,
    windows: tuple[int, int] = WINDOWS,
) -> list[Listing]:
    """What fits, listed before this number, the last first."""
    low, high = 0, _LARGEST_NUMBER if before is None else before - 1
    if question.days:
        first, last = connection.execute(_numbers_of(question.days)).one()
        if last is None:
            return []
        low, high = max(low, first), min(high, last)
    if question.terms and connection.dialect.name == "postgresql":
        return _newest_first(connection, question, low, high, limit, windows)
    wanted = sa.select(*_shown)
    number: sa.ColumnElement[int] = listings.c.number
    if question.terms:
        number = _full_text.c.rowid
        words = " AND ".join(f'"{term}"' for term in question.terms)
        wanted = wanted.join_from(_full_text, listings, listings.c.number == number)
        wanted = wanted.where(_full_text.c.listings_fts.op("MATCH")(words))
    if question.days:
        wanted = wanted.where(listings.c.received_day.between(*question.days))
    return _read(connection, wanted.where(number.between(low, high)).order_by(number.desc()).limit(limit))


def listings_of(connection: sa.Connection, day: date) -> list[Listing]:
    """What came in on this day, in Jakarta."""
    on_it = listings.c.received_day == day.toordinal()
    return _read(connection, sa.select(*_shown).where(on_it).order_by(listings.c.number))


def find_labels(connection: sa.Connection, by: Grouping, text: str, limit: int) -> list[tuple[str, str]]:
    """Bodies or topics with this code, or else with names that hold all these words; by code and name."""
    exact = sa.select(labels.c.value, labels.c.name).where(labels.c.by == by, labels.c.value == text.strip().upper())
    if found := connection.execute(exact).all():
        return [(row.value, row.name) for row in found]
    named = sa.select(labels.c.value, labels.c.name).where(
        labels.c.by == by, *(labels.c.name.icontains(word, autoescape=True) for word in text.split())
    )
    rows = connection.execute(named.order_by(sa.func.length(labels.c.name), labels.c.name).limit(limit)).all()
    whole = [row for row in rows if row.name.casefold() == text.strip().casefold()]
    return [(row.value, row.name) for row in (whole if len(whole) == 1 else rows)]


def _numbers_of(days: tuple[int, int]) -> sa.Select[Any]:
    """The lowest and the highest number of all that came in on these days: two looks into the index for each day."""
    day = sa.select(sa.literal(days[0]).label("day")).cte("days", recursive=True)
    day = day.union_all(sa.select(day.c.day + 1).where(day.c.day < days[1]))

    def of_a_day(extreme: Any) -> Any:
        return sa.select(extreme(listings.c.number)).where(listings.c.received_day == day.c.day).scalar_subquery()

    return sa.select(sa.func.min(of_a_day(sa.func.min)), sa.func.max(of_a_day(sa.func.max))).select_from(day)


def _newest_first(
    connection: sa.Connection,
    question: Question,
    low: int,
    high: int,
    limit: int,
    windows: tuple[int, int],
) -> list[Listing]:
    """On PostgreSQL, whose planner takes for common what is not, such as two common words that never stand together."""
    # Which way is quick depends on how common the words are: a plan for any words would be slow for some.
    connection.execute(sa.text("SET LOCAL plan_cache_mode = force_custom_plan"))
    newest = connection.scalar(sa.select(sa.func.max(listings.c.number))) or 0
    high = min(high, newest)
    near, far = high - windows[0], high - sum(windows)
    last = sa.select(listings).where(listings.c.number.between(max(low, near + 1), high))
    # A limit within keeps the planner from looking for all that fits first ...
    inside = last.order_by(listings.c.number.desc()).limit(windows[0]).subquery().c
    found = _read(connection, _fitting(inside, question).order_by(inside.number.desc()).limit(limit))
    # ... and an order that no index has, from looking through all rows in the order of their numbers.
    wanted = _fitting(listings.c, question).order_by((listings.c.number + 0).desc())
    for start, end in ((max(low, far + 1), near), (low, far)):
        if len(found) < limit and start <= end:
            further = wanted.where(listings.c.number.between(start, end))
            found += _read(connection, further.limit(limit - len(found)))
    return found


def _fitting(of: Any, question: Question) -> sa.Select[Any]:
    array = postgresql.ARRAY(sa.Text())
    wanted = sa.select(*(of[column.name] for column in _shown))
    if question.days:
        wanted = wanted.where(of.received_day.between(*question.days))
    return wanted.where(sa.type_coerce(of.terms, array).contains(sa.bindparam(None, list(question.terms), array)))


def _read(connection: sa.Connection, wanted: sa.Select[Any]) -> list[Listing]:
    return [
        Listing(**{**row, "kind": row["kind"] and Kind(row["kind"]), "status": Status(row["status"])})
        for row in connection.execute(wanted).mappings()
    ]


def _text_steps(tx: Transaction, report_ids: Sequence[UUID]) -> dict[UUID, list[Step]]:
    """The steps that say what the public reads, in order."""
    found = tx.execute(
        sa.select(
            steps.c.report_id, steps.c.event_id, steps.c.type, steps.c.happened_at, steps.c.data, steps.c.text
        ).where(among(steps.c.report_id, report_ids, tx.dialect), steps.c.type.in_(_OF_THE_TEXT))
    )
    known: dict[UUID, list[Step]] = {report_id: [] for report_id in report_ids}
    for report_id, event_id, kind, at, data, text in found:
        known[report_id].append(Step(event_id, StepType(kind), at, data, text))
    return {report_id: sorted(its, key=lambda step: step.order) for report_id, its in known.items()}


def _row(timeline: Any, its_steps: Sequence[Step], now: datetime) -> dict[str, Any] | None:
    body = public_body(its_steps)
    if body is None or timeline.received_at is None:
        return None
    listing = Listing(
        tracking_id=timeline.tracking_id,
        title=public_title(its_steps) or "",
        excerpt=_excerpt(body),
        kind=timeline.kind,
        status=timeline.status,
        agency_code=timeline.agency_code,
        agency_name=timeline.agency_name,
        region_code=timeline.region_code,
        category=timeline.category,
        category_name=timeline.category_name,
        received_at=timeline.received_at,
        changed_at=timeline.changed_at,
    )
    row = asdict(listing) | {"report_id": timeline.report_id, "listed_at": now, "terms": index_terms(listing, body)}
    row["received_day"] = received_on(listing).toordinal()
    del row["number"]
    return row


def _excerpt(body: str) -> str:
    plain = " ".join(body.split())
    return plain if len(plain) <= _LONGEST_EXCERPT else plain[:_LONGEST_EXCERPT].rsplit(" ", 1)[0] + " …"


def _may_be_listed(timeline: Timeline) -> bool:
    return may_be_listed(secret=timeline.secret, sealed=timeline.oversight_key is not None, status=timeline.status)


def _locking(insert: Any) -> Any:
    """A row that is there is locked by writing it again, so that nobody lists its report meanwhile."""
    return insert.on_conflict_do_update(index_elements=["report_id"], set_={"since": insert.excluded.since})


def _renewing(insert: Any) -> Any:
    """The number stays."""
    new = {name: column for name, column in insert.excluded.items() if name not in ("number", "report_id")}
    return insert.on_conflict_do_update(index_elements=["report_id"], set_=new)
