"""All that there is about one report, as an officer or the coordinator reads it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self, TypeVar
from uuid import UUID

import sqlalchemy as sa

from lapor_contracts.events import Attachment, Evidence, SealedContent
from lapor_contracts.vocabulary import Clock, Level
from lapor_routing.domain.answers import Answer, Proof
from lapor_routing.domain.choice import Candidate
from lapor_routing.domain.disposition import HOLDING, Disposition, Grounds, State
from lapor_routing.domain.drafts import Draft
from lapor_routing.domain.reactions import Reaction
from lapor_routing.store.hearsay import evidence_of
from lapor_routing.store.reading import copy_counts, due_at
from lapor_routing.store.tables import (
    added_files,
    answers,
    copies,
    dispositions,
    drafts,
    escalations,
    extensions,
    messages,
    notes,
    reactions,
    recalls,
    reports,
)
from lapor_routing.store.turns import disposition_of, of_row, sealed_content, with_report

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Shown = TypeVar("Shown", bound="DataclassInstance")

_is_waiting = dispositions.c.state == State.WAITING


@dataclass(frozen=True, kw_only=True)
class Message:
    """What the reporter wrote back."""

    text: str
    replied_at: datetime


@dataclass(frozen=True, kw_only=True)
class Turn:
    """A disposition as history tells it: whose turn, why, and how it ended."""

    id: UUID
    agency_code: str | None
    agency_name: str
    part: UUID | None
    officer: str | None
    hop: int
    state: State
    assigned_at: datetime
    grounds: Grounds
    ended_at: datetime | None
    ended_reason: str | None
    next_agency_code: str | None

    def handed_to(self, other: Self) -> bool:
        """Whether a body handed the report down, and this is how the other one came to it."""
        return (
            self.state is State.PASSED_ON
            and self.agency_code is not None
            and (self.next_agency_code, self.part) == (other.agency_code, other.part)
            and self.ended_at == other.assigned_at
        )


@dataclass(frozen=True, kw_only=True)
class Copy:
    """A body that may read the report."""

    id: UUID
    agency_code: str
    agency_name: str
    sent_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Note:
    """What an officer wrote for the others of the body."""

    disposition_id: UUID
    text: str
    written_at: datetime
    written_by: str


@dataclass(frozen=True, kw_only=True)
class Extension:
    """More time, and why."""

    disposition_id: UUID
    working_days: int
    reason: str
    granted_at: datetime


@dataclass(frozen=True, kw_only=True)
class Recall:
    """A verification that was undone."""

    round: int
    recalled_at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True)
class Overdue:
    """What was not done in time, and how far up that went."""

    clock: Clock
    level: Level
    agency_code: str | None
    due_at: datetime


@dataclass(frozen=True, kw_only=True)
class Dossier:
    """All that an officer sees of one report."""

    disposition: Disposition
    due_at: datetime | None
    turns: tuple[Turn, ...]
    answers: tuple[Answer, ...]
    messages: tuple[Message, ...]
    copies: tuple[Copy, ...]
    extensions: tuple[Extension, ...]
    recalls: tuple[Recall, ...]
    overdue: tuple[Overdue, ...] = ()
    evidence: tuple[Proof, ...] = ()
    """What officers gave to show what was done."""
    reactions: tuple[Reaction, ...] = ()
    notes: tuple[Note, ...] = ()
    drafts: tuple[Draft, ...] = ()

    @property
    def turn(self) -> Turn:
        """The turn that was asked for."""
        return next(turn for turn in self.turns if turn.id == self.disposition.id)

    @property
    def candidates(self) -> Mapping[str, Candidate]:
        """All bodies that anything speaks for, by code, the last named first; who refuses must be named again."""
        weighed: dict[str, Candidate] = {}
        for turn in self.turns:
            named = {one.agency_code: one for one in turn.grounds.candidates}
            weighed = named | {code: one for code, one in weighed.items() if code not in named}
            if turn.state is State.REFUSED and turn.agency_code:
                weighed.pop(turn.agency_code, None)
        return weighed

    @property
    def needed(self) -> tuple[str, ...]:
        """The other bodies that answers named as needed, and that nobody has asked yet."""
        named = dict.fromkeys(one.needed_agency_code for one in self.answers if one.needed_agency_code)
        asked = {turn.agency_code for turn in self.turns if turn.part} | {self.disposition.agency_code}
        return tuple(code for code in named if code not in asked)

    @property
    def parts(self) -> tuple[Turn, ...]:
        """The co-owners, and what waits to find one."""
        return tuple(turn for turn in self.turns if turn.part and turn.state in HOLDING)

    def seen_from(self, inboxes: Collection[str]) -> "Dossier":
        """Without what officers of other bodies wrote for each other, unless it was handed down with the report."""
        theirs = {turn.id for turn in self.turns if turn.agency_code in inboxes} | set(self._handed_down())
        return replace(
            self,
            notes=tuple(note for note in self.notes if note.disposition_id in theirs),
            drafts=tuple(draft for draft in self.drafts if draft.disposition_id == self.disposition.id),
        )

    @property
    def for_others(self) -> "Dossier":
        """As bodies read it that have no part in it, and the coordinator: nothing internal."""
        return replace(self, notes=(), drafts=())

    @property
    def veiled(self) -> "Dossier":
        """Of a whistleblower's report: that it is there, and in whose hands it was."""
        report = self.disposition.report.veiled
        return replace(
            self, disposition=replace(self.disposition, report=report), answers=(), messages=(), reactions=()
        )

    def _handed_down(self) -> Iterator[UUID]:
        turn: Turn | None = self.turn
        while turn is not None:
            yield turn.id
            turn = next((one for one in self.turns if one.handed_to(turn)), None)


def find_dossier(connection: sa.Connection, disposition_id: UUID) -> Dossier | None:
    """All that an officer sees of a report, entered by one of its dispositions."""
    return _dossier(connection, dispositions.c.id == disposition_id)


def find_waiting(connection: sa.Connection, report_id: UUID) -> Dossier | None:
    """All that the coordinator sees of a report that waits for a decision."""
    return _dossier(connection, (dispositions.c.report_id == report_id) & _is_waiting & dispositions.c.part.is_(None))


def find_waiting_part(connection: sa.Connection, disposition_id: UUID) -> Dossier | None:
    """All that the coordinator sees of a co-owner's part that waits for a decision."""
    return _dossier(connection, (dispositions.c.id == disposition_id) & _is_waiting & dispositions.c.part.is_not(None))


def find_copied(connection: sa.Connection, copy_id: UUID) -> tuple[str, Dossier] | None:
    """Which body may read along, and what it reads: all that is said to the reporter, nothing internal."""
    statement = sa.select(copies.c.agency_code, copies.c.report_id).where(copies.c.id == copy_id, copy_counts)
    copy = connection.execute(statement.join(reports, reports.c.id == copies.c.report_id)).one_or_none()
    if copy is None:
        return None
    owners = (dispositions.c.report_id == copy.report_id) & dispositions.c.part.is_(None)
    last = sa.select(dispositions.c.id).where(owners).order_by(dispositions.c.id.desc()).limit(1)
    dossier = _dossier(connection, dispositions.c.id == connection.execute(last).scalar_one())
    return (copy.agency_code, dossier.for_others) if dossier else None


def find_dispositions(connection: sa.Connection, ids: Collection[UUID]) -> list[Disposition]:
    """These dispositions, the longest waiting first."""
    rows = connection.execute(with_report().where(dispositions.c.id.in_(ids)).order_by(dispositions.c.id))
    return [disposition_of(row) for row in rows.mappings()]


def find_sealed(connection: sa.Connection, report_id: UUID) -> SealedContent | None:
    """What a whistleblower wrote, sealed."""
    row = connection.execute(sealed_content(report_id)).mappings().one_or_none()
    return SealedContent(**row) if row else None


def _dossier(connection: sa.Connection, condition: sa.ColumnElement[bool]) -> Dossier | None:
    row = connection.execute(with_report(due_at).where(condition)).mappings().one_or_none()
    if row is None:
        return None
    disposition = disposition_of(row)
    report = disposition.report

    def of_report(table: sa.Table, *order: sa.Column[Any]) -> Iterator[dict[str, Any]]:
        return _rows(connection, table, table.c.report_id == report.id, order)

    def of_turns(table: sa.Table, *order: sa.Column[Any]) -> Iterator[dict[str, Any]]:
        its_turns = sa.select(dispositions.c.id).where(dispositions.c.report_id == report.id)
        return _rows(connection, table, table.c.disposition_id.in_(its_turns), order)

    turns = connection.execute(
        with_report().where(dispositions.c.report_id == report.id).order_by(dispositions.c.id)
    ).mappings()
    added = of_report(added_files, added_files.c.id)
    return Dossier(
        disposition=replace(disposition, report=report.with_files(_made(Attachment, file) for file in added)),
        due_at=row["due_at"],
        turns=tuple(_turn(turn) for turn in turns),
        answers=tuple(Answer(**of_row(answer)) for answer in of_turns(answers, answers.c.answered_at, answers.c.id)),
        messages=tuple(_made(Message, message) for message in of_report(messages, messages.c.replied_at)),
        copies=tuple(_made(Copy, copy) for copy in of_report(copies, copies.c.id) if copy["round"] == report.round),
        extensions=tuple(_made(Extension, one) for one in of_turns(extensions, extensions.c.id)),
        recalls=tuple(_made(Recall, recall) for recall in of_report(recalls, recalls.c.round)),
        overdue=tuple(_made(Overdue, one) for one in of_report(escalations, escalations.c.due_at)),
        evidence=tuple(evidence_of(connection, report.id)),
        reactions=tuple(_made(Reaction, one) for one in of_report(reactions, reactions.c.said_at)),
        notes=tuple(_made(Note, note) for note in of_turns(notes, notes.c.id)),
        drafts=tuple(Draft(**of_row(draft)) for draft in of_turns(drafts, drafts.c.id)),
    )


def _rows(
    connection: sa.Connection, table: sa.Table, condition: sa.ColumnElement[bool], order: Sequence[sa.Column[Any]]
) -> Iterator[dict[str, Any]]:
    for row in connection.execute(sa.select(table).where(condition).order_by(*order)).mappings():
        yield dict(row)


def _made(kind: type[Shown], row: Mapping[str, Any]) -> Shown:
    """What is shown of a row: the columns that ``kind`` has fields for."""
    return kind(**{field.name: row[field.name] for field in fields(kind)})


def _turn(row: sa.RowMapping) -> Turn:
    disposition = disposition_of(row)
    return Turn(
        id=disposition.id,
        agency_code=disposition.agency_code,
        agency_name=disposition.agency_name,
        part=disposition.part,
        officer=disposition.officer,
        hop=disposition.hop,
        state=disposition.state,
        assigned_at=row["disposition_assigned_at"],
        grounds=Grounds(
            decided_by=row["disposition_assigned_by"],
            rules_version=row["disposition_rules_version"],
            model_version=row["disposition_model_version"],
            reason=row["disposition_reason"],
            confidence=row["disposition_confidence"],
            evidence=_evidence(row["disposition_evidence"]),
            candidates=tuple(
                Candidate(one["agency_code"], one["score"], _evidence(one["evidence"]))
                for one in row["disposition_candidates"]
            ),
        ),
        ended_at=row["disposition_ended_at"],
        ended_reason=row["disposition_ended_reason"],
        next_agency_code=row["disposition_next_agency_code"],
    )


def _evidence(stored: Sequence[dict[str, Any]]) -> tuple[Evidence, ...]:
    return tuple(Evidence(**one) for one in stored)
