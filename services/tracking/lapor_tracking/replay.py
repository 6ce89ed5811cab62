"""Tracking's store made again from what the services said, beside the present one, and compared with it row for row.

What was heard takes the way that it took then, through the same handlers; only the folding is put off to the end, and
done once for each report. What tracking said itself is in its own log, and each step follows from it (handlers.SAID).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.errors import PermanentError
from lapor_chassis.event_log import count_said, read_said, reports_since
from lapor_chassis.transactions import Transaction, Transactions
from lapor_contracts.envelope import Envelope, decode
from lapor_contracts.events import DeadlineEscalated, DeadlineMissed, DeadlineSet, DeadlineWarned
from lapor_contracts.schema import ContractError
from lapor_tracking import changes, handlers, store
from lapor_tracking.domain.ladder import RAN_OUT, shipped_ladder
from lapor_tracking.store import Rules, replaying
from lapor_tracking.store.replaying import Row

#: Reports at a time: what is in memory.
BATCH = 500

_OF_REPORTS = frozenset(kind.type for kind in (*handlers.NOTING, *handlers.SAID))
_OF_CLOCKS = frozenset(kind.type for kind in (DeadlineSet, DeadlineWarned, DeadlineMissed, DeadlineEscalated))


@dataclass(frozen=True, kw_only=True)
class Replay:
    """The logs of all services, tracking's present store, and an empty one beside it."""

    logs: Sequence[Transactions]
    present: Transactions
    beside: Transactions
    until: datetime
    """What was said later is under way, perhaps: it is neither replayed nor compared."""
    rules: Rules = field(default_factory=Rules)

    def count(self) -> int:
        """How many events there are to read."""
        return sum(count_said(log, _OF_REPORTS) for log in self.logs) + count_said(self.present, _OF_CLOCKS)

    def rebuild(self, progress: Callable[[int], None] = lambda done: None) -> "Rebuilt":
        """Fill the store beside. ``progress`` is told how many events were read since it was told last."""
        with self.present.read() as connection, self.beside.begin() as tx:
            replaying.copy_calendars(connection, tx)
        events = unusable = 0
        for log in self.logs:
            for bodies in read_said(log, _OF_REPORTS, self.until):
                with self.beside.begin() as tx:
                    unusable += sum(not _write_down(body, tx) for body in bodies)
                events += len(bodies)
                progress(len(bodies))
        reports = self._fold()
        for bodies in read_said(self.present, _OF_CLOCKS, self.until):
            with self.beside.begin() as tx:
                _note_told([decode(body) for body in bodies], tx)
            progress(len(bodies))
        return Rebuilt(events=events, unusable=unusable, reports=reports)

    def _fold(self) -> int:
        count, last = 0, UUID(int=0)
        while True:
            with self.beside.read() as connection:
                found = replaying.next_reports(connection, last, BATCH)
            if not found:
                return count
            with self.beside.begin() as tx:
                store.refold(tx, found, rules=self.rules)
            count, last = count + len(found), found[-1]

    def differences(self) -> Iterator["Batch"]:
        """Walk both stores side by side: batches in which a report differs."""
        last = UUID(int=0)
        while True:
            with self.present.read() as here, self.beside.read() as there:
                found = sorted(
                    {*replaying.next_reports(here, last, BATCH), *replaying.next_reports(there, last, BATCH)}
                )
                if not found:
                    return
                upto = found[min(BATCH, len(found)) - 1]
                batch = _compare(here, there, last, upto)
            if batch.reports:
                yield self._without_moving(batch)
            last = upto

    def _without_moving(self, batch: "Batch") -> "Batch":
        """What has had news in the last moment is compared another time."""
        moving = set().union(*(reports_since(log, _OF_REPORTS, self.until) for log in self.logs))
        settled = [one for one in batch.reports if one.report_id not in moving]
        return Batch(settled, moving=len(batch.reports) - len(settled))

    def put_right(self, differing: Sequence["Differing"]) -> None:
        """Let the present store say what the events say, while everybody works on. Nothing is said to anybody twice."""
        report_ids = [one.report_id for one in differing]
        with self.present.begin() as tx:
            store.lock_reports(tx, report_ids)
            for one in differing:
                replaying.replace_steps(tx, one.surplus_steps, one.missing_steps)
            replaying.drop_timelines(tx, [one.report_id for one in differing if one.is_unknown])
            changes.refold(tx, report_ids, rules=self.rules)
            replaying.take_over_told(tx, [row for one in differing for row in one.clocks if row["announced_at"]])


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """What came of it."""

    events: int
    unusable: int
    """Events that tracking could not handle then either: they are with the dead letters."""
    reports: int


@dataclass(frozen=True, kw_only=True)
class Differing:
    """A report of which the present store does not say what the events say."""

    report_id: UUID
    tracking_id: str | None
    what: tuple[str, ...]
    """In words: which table, and how."""
    surplus_steps: Sequence[Row]
    missing_steps: Sequence[Row]
    clocks: Sequence[Row]
    """As they ought to be."""
    is_unknown: bool
    """No event tells of it."""


@dataclass(frozen=True)
class Batch:
    """Some reports that differ."""

    reports: Sequence[Differing]
    moving: int = 0
    """Further ones that had news while we looked."""


def _write_down(body: str, tx: Transaction) -> bool:
    """As it was written down when it was heard, or said; False if it cannot be."""
    try:
        envelope = decode(body)
        event = envelope.event
        tx.handling(envelope, reply_to=None, sender=None)
        if noted := handlers.SAID.get(type(event)):
            store.add_step(tx, event.report_id, handlers.step_of(event, noted, envelope.id))
        else:
            handlers.NOTING[type(event)](event, tx, refold=_later)
    except (ContractError, PermanentError):
        return False
    return True


def _later(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    """All reports are folded at the end."""


def _note_told(envelopes: Collection[Envelope], tx: Transaction) -> None:
    """What was said of clocks is taken from what was said, so that nobody hears it again."""
    announced: list[dict[str, Any]] = []
    rungs: list[dict[str, Any]] = []
    for envelope in envelopes:
        match envelope.event:
            case DeadlineSet() as event:
                about = {"due": event.due_at, "agency": event.agency_code, "at": envelope.time}
                announced.append({"report": event.report_id, "deadline": event.deadline_id, **about})
            case DeadlineWarned() | DeadlineMissed() | DeadlineEscalated() as event:
                rungs.append({"report": event.report_id, "deadline": event.deadline_id, "number": _number(event)})
    if announced:
        replaying.note_announced(tx, announced)
    if rungs:
        replaying.note_rungs(tx, rungs)


def _number(event: DeadlineWarned | DeadlineMissed | DeadlineEscalated) -> int:
    """Of the rung that was said. A warning that another ladder gave counts as none of this one's."""
    level = event.level if isinstance(event, DeadlineEscalated) else None
    percent = RAN_OUT if isinstance(event, DeadlineMissed) else getattr(event, "percent", None)
    rungs = shipped_ladder().rungs.get(event.clock, ())
    return next((rung.number for rung in rungs if (rung.percent, rung.level) == (percent, level)), 0)


def _compare(here: sa.Connection, there: sa.Connection, after: UUID, upto: UUID) -> Batch:
    tables = {
        table: (
            replaying.rows_between(here, table, after, upto),
            replaying.rows_between(there, table, after, upto),
        )
        for table in replaying.REPLAYED
    }
    reports = sorted({report_id for sides in tables.values() for side in sides for report_id in side})
    found = []
    for report_id in reports:
        what: list[str] = []
        for table, (present, anew) in tables.items():
            what += _how(table, present.get(report_id, {}), anew.get(report_id, {}))
        if what:
            found.append(_differing(report_id, tuple(what), tables))
    return Batch(found)


def _how(table: sa.Table, present: Mapping[bytes, Row], anew: Mapping[bytes, Row]) -> Iterator[str]:
    if surplus := len(present.keys() - anew.keys()):
        yield f"{table.name}: {surplus} too many"
    if missing := len(anew.keys() - present.keys()):
        yield f"{table.name}: {missing} missing"
    changed = [
        key for key in present.keys() & anew.keys() if _bytes_of(table, present[key]) != _bytes_of(table, anew[key])
    ]
    others = {name for key in changed for name in _differs(table, present[key], anew[key])}
    if others:
        yield f"{table.name}: {', '.join(sorted(others))}"


def _bytes_of(table: sa.Table, row: Row) -> bytes:
    """What of a row follows from the events."""
    return replaying.as_bytes({name: row[name] for name in replaying.compared(table)})


def _differs(table: sa.Table, present: Row, anew: Row) -> Iterator[str]:
    for name in replaying.compared(table):
        if _is_of_an_older_calendar(table, name, present, anew):
            continue
        if replaying.as_bytes(present[name]) != replaying.as_bytes(anew[name]):
            yield name


def _is_of_an_older_calendar(table: sa.Table, name: str, present: Row, anew: Row) -> bool:
    """When a clock that stopped would have been due is not reckoned again for a newer calendar."""
    if table is not store.deadlines or name != "due_at" or present["stopped_at"] is None:
        return False
    return bool(present["calendar_version"] != anew["calendar_version"])


def _differing(report_id: UUID, what: tuple[str, ...], tables: Mapping[sa.Table, Any]) -> Differing:
    def rows(table: sa.Table) -> tuple[Mapping[bytes, Row], Mapping[bytes, Row]]:
        present, anew = tables[table]
        return present.get(report_id, {}), anew.get(report_id, {})

    present, anew = rows(store.steps)
    timelines = [row for side in rows(store.timelines) for row in side.values()]
    return Differing(
        report_id=report_id,
        tracking_id=next((row["tracking_id"] for row in timelines), None),
        what=what,
        surplus_steps=[row for key, row in present.items() if key not in anew],
        missing_steps=[
            row for key, row in anew.items() if key not in present or list(_differs(store.steps, present[key], row))
        ],
        clocks=list(rows(store.deadlines)[1].values()),
        is_unknown=not rows(store.timelines)[1],
    )
