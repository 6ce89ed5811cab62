"""What routing promises of each report, held against what it did, what it said, and tracking's own timeline."""

import atexit
import shutil
import tempfile
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import orjson
import sqlalchemy as sa
from hypothesis.stateful import RuleBasedStateMachine, invariant

from lapor_chassis.database import create_engine
from lapor_contracts.envelope import decode
from lapor_contracts.events import (
    ClosureDecided,
    CoOwnerAdded,
    CoOwnerReleased,
    Event,
    ReportAnswered,
    ReportClosed,
    ReportRecalled,
    ReportReferred,
    ReportReopened,
    ReportReplied,
    ReportRouted,
    ReportUnroutable,
    ReportVerified,
    ReportWithdrawn,
)
from lapor_contracts.vocabulary import AnswerKind, Clock, Role, Status
from lapor_routing import officers, service, store
from lapor_routing.current import CurrentDirectory
from lapor_routing.directory import load_directory
from lapor_routing.domain.conflicts import is_party
from lapor_routing.domain.disposition import AT_WORK, COORDINATORS_HOP, State
from lapor_routing.reference.agencies import AgencyRow
from lapor_routing.store.turns import with_report
from lapor_tracking.domain.clocks import Deadline, shipped_rules
from lapor_tracking.domain.steps import Step
from lapor_tracking.domain.timeline import Standing, Timeline, fold
from lapor_tracking.handlers import ANSWERED, CO_OWNED, HEARD
from lapor_tracking.handlers.hearing import step_of as as_kept
from lapor_tracking.handlers.saying import SAID
from tests.routing.conftest import BODIES, INHU
from tests.support.builders import verified
from tests.support.staff import SIGNING_KEY
from tests.support.stage import Stage

CODES = [body.code for body in BODIES]


@cache
def database() -> Path:
    """With the bodies and an officer of each: made once, and copied for each history."""
    path = Path(tempfile.mkdtemp(prefix="lapor-tests-"), "routing.db")
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    engine = create_engine(f"sqlite:///{path}")
    service.metadata.create_all(engine)
    with stage_on(engine).transactions.begin() as tx:
        load_directory(tx, [AgencyRow(body, (body.name,)) for body in BODIES])
        for code in CODES:
            roles = [Role.OFFICER, Role.APPROVER] if code == INHU.code else [Role.OFFICER]
            officers.create(tx, f"petugas-{CODES.index(code)}", "a password long enough", roles, code)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


def stage_on(engine: sa.Engine) -> Stage:
    """Routing as it is wired up, where a report only goes to bodies that have somebody to read it."""
    return Stage(service, engine, database_url=str(engine.url), sign_in_key=SIGNING_KEY, needs_officers=True)


@dataclass(frozen=True)
class Turn:
    """A disposition as it counts now, whatever its row says."""

    id: uuid.UUID
    agency_code: str | None
    part: uuid.UUID | None
    round: int
    hop: int
    state: State


class Promises(RuleBasedStateMachine):
    """One report's history, and what must be true after each of its steps."""

    def __init__(self) -> None:
        super().__init__()
        self._file = Path(tempfile.mkdtemp(prefix="lapor-tests-"), "routing.db")
        shutil.copy(database(), self._file)
        self.stage = stage_on(create_engine(f"sqlite:///{self._file}"))
        self.current = CurrentDirectory(self.stage.transactions, needs_officers=True)
        self.report_id = uuid.uuid4()
        self.report = verified(report_id=self.report_id)
        self.round = 0
        self.is_verified = False
        self.letters: list[Event] = []
        self.written: list[Step] = []
        self.arrived: set[int] = set()
        self.said: list[Event] = []
        self.closings: list[ClosureDecided] = []
        self.steps: list[Step] = []
        self.heard_by_tracking = 0
        self.seen: set[uuid.UUID] = set()

    # After each step

    @invariant()
    def one_owner_or_the_coordinators_queue(self) -> None:
        """Or it is closed, or with the verifiers again: then nobody has to do anything."""
        all_turns, due = self._turns(), self._round_in_force()
        at_work = [turn for turn in all_turns if turn.state in AT_WORK]
        owners = [turn for turn in at_work if turn.part is None]
        assert [turn.round for turn in owners] == ([due] if due else []), all_turns
        self._check_bodies(at_work)
        self._check_hops([turn for turn in all_turns if turn.part is None and turn.state is not State.TAKEN_OVER])
        self._check_parts(due, all_turns, [turn for turn in at_work if turn.part])
        if due:
            assert owners[0].agency_code == self._last_told(due)
            if len(self.arrived) == len(self.letters):
                self._check_clocks(due, owners[0].agency_code)

    def _check_bodies(self, at_work: Iterable[Turn]) -> None:
        """Nobody has it who is no more, or whom a whistleblower complains of; nobody got it who would not read it."""
        snapshot = self.current()
        for turn in at_work:
            if turn.agency_code:
                assert snapshot.active(turn.agency_code)
                assert not is_party(turn.agency_code, self.report.reported_agency_code, snapshot.directory)
                assert turn.id in self.seen or snapshot.can_receive(turn.agency_code)
            self.seen.add(turn.id)

    def _check_hops(self, owners: Sequence[Turn]) -> None:
        """Each refusal counts, nothing else does, and the third hop is the coordinator's."""
        hop = 0
        for before, turn in zip((None, *owners), owners, strict=False):
            begins = before is None or before.round != turn.round
            refused = before is not None and before.state is State.REFUSED
            hop = 1 if begins else hop + refused
            assert turn.hop == hop, owners
            if refused and not begins and hop >= COORDINATORS_HOP:
                assert turn.agency_code is None

    def _check_parts(self, due: int | None, all_turns: Sequence[Turn], at_work: Sequence[Turn]) -> None:
        """No part is lost, none is done by two, and all others know by whom."""
        told = self._parts_told(due) if due else {}
        assert sorted(turn.part for turn in at_work if turn.part) == sorted(told), all_turns
        for turn in at_work:
            assert turn.part
            assert turn.agency_code in (None, told[turn.part])

    def _check_clocks(self, due: int, holder: str | None) -> None:
        """Tracking knows the holder, and whose clock runs since when: passing on wins nobody time."""
        timeline = self._timeline(self.steps)
        assert (timeline.holder and timeline.holder.agency_code) == holder
        assert [one for one in timeline.running if one.clock is not Clock.OMBUDSMAN], "nobody's time runs"
        running = {one.deadline_id: one for one in timeline.running if one.clock is Clock.RESOLVE}
        owners = [one for one in running.values() if self._is_owners(one)]
        assert [one.starts_at for one in owners] == self._asked(due), self.said
        parts = self._parts_told(due)
        assert sorted(one.agency_code for one in timeline.co_owners) == sorted(parts.values())
        for part in parts:
            since = next(e.added_at for e in self.said if isinstance(e, CoOwnerAdded) and e.disposition_id == part)
            clock = running.get(uuid.uuid5(self.report_id, f"{Clock.RESOLVE}/{part}/0"))
            answered = any(
                event.disposition_id == part and event.answer_kind is AnswerKind.SUBSTANTIVE
                for event in self.said
                if isinstance(event, ReportAnswered)
            )
            assert answered or (clock and clock.starts_at == since)

    # What follows from what was said

    def _round_in_force(self) -> int | None:
        """Which verification counts by what has reached routing; None where nobody is to do anything, or a verifier.

        Whether it is closed is tracking's to say, of the same history. What was withdrawn or referred is so for ever.
        """
        known = [self.letters[position] for position in self.arrived]
        verified_last = max((event.round for event in known if isinstance(event, ReportVerified)), default=0)
        undone = max((event.round for event in known if isinstance(event, ReportRecalled)), default=0)
        has_left = any(isinstance(event, ReportWithdrawn | ReportReferred) for event in known)
        is_over = has_left or self._known_timeline().status is Status.CLOSED
        return verified_last if verified_last > undone and not is_over else None

    def _known_timeline(self) -> Timeline:
        """As tracking would have it of what has reached routing."""
        on_its_way = [step for position, step in enumerate(self.written) if position not in self.arrived]
        return self._timeline([step for step in self.steps if step not in on_its_way])

    def _turns_of_fate(self) -> list[tuple[Status, Standing]]:
        """When the report was really closed or opened again, and where it stood before."""
        standings = self._known_timeline().standings
        return [
            (before.status, now)
            for before, now in pairwise(standings)
            if before.status is not now.status and now.status in (Status.CLOSED, Status.REOPENED)
        ]

    def _last_told(self, due: int) -> str | None:
        """The body that all others were last told to be the owner; None is the coordinator."""
        told = [e for e in self.said if isinstance(e, ReportRouted | ReportUnroutable) and e.round == due]
        return told[-1].agency_code if isinstance(told[-1], ReportRouted) else None

    def _parts_told(self, due: int) -> dict[uuid.UUID, str]:
        """The further bodies that all others were told of."""
        told: dict[uuid.UUID, str] = {}
        anew = [
            now.step.happened_at
            for before, now in self._turns_of_fate()
            if (before, now.status) == (Status.CLOSED, Status.REOPENED)
        ]
        for event in self.said:
            if isinstance(event, CoOwnerAdded) and event.round == due and all(event.added_at > since for since in anew):
                told[event.disposition_id] = event.agency_code
            elif isinstance(event, CoOwnerReleased):
                told.pop(event.disposition_id, None)
        return told

    def _asked(self, due: int) -> list[datetime]:
        """Since when an owner of this round has been asked for a substantive answer that has not come."""
        since: list[datetime] = []
        parts = {event.disposition_id for event in self.said if isinstance(event, CoOwnerAdded)}
        happened: list[tuple[datetime, Event | Standing]] = [
            *((now.step.happened_at, now) for _, now in self._turns_of_fate()),
            *((event.routed_at, event) for event in self.said if isinstance(event, ReportRouted)),
            *((event.answered_at, event) for event in self.said if isinstance(event, ReportAnswered)),
        ]
        for at, event in sorted(happened, key=lambda one: one[0]):
            if isinstance(event, Standing):
                since = [] if event.status is Status.CLOSED else since or [at]
            elif isinstance(event, ReportRouted) and event.round == due:
                since = since or [at]
            elif isinstance(event, ReportAnswered) and event.disposition_id not in parts:
                since = [] if event.answer_kind is AnswerKind.SUBSTANTIVE else since
        return since

    def _is_owners(self, deadline: Deadline) -> bool:
        return any(deadline.deadline_id == uuid.uuid5(self.report_id, f"{deadline.clock}/{n}") for n in range(50))

    def _timeline(self, steps: Sequence[Step]) -> Timeline:
        return fold(self.report_id, steps, shipped_rules())

    # How it is seen

    def _tick(self) -> datetime:
        self.stage.clock.advance(minutes=1)
        return self.stage.clock.now()

    def _listen(self) -> None:
        """What routing has said since."""
        events = self.stage.transactions.tables.events
        with self.stage.transactions.read() as connection:
            bodies = connection.execute(sa.select(events.c.body).order_by(events.c.id).offset(len(self.said))).scalars()
            for event in (decode(body).event for body in bodies):
                self.said.append(event)
                if isinstance(event, ClosureDecided):
                    self.closings.append(event)
                elif isinstance(event, ReportAnswered | CoOwnerAdded) or type(event) in HEARD:
                    self.steps.append(step_of(event))

    def _turns(self) -> list[Turn]:
        with self.stage.transactions.read() as connection:
            rows = connection.execute(with_report().order_by(store.dispositions.c.id)).mappings().all()
        return [
            Turn(
                id=row["disposition_id"],
                agency_code=row["disposition_agency_code"],
                part=row["disposition_part"],
                round=row["disposition_round"],
                hop=row["disposition_hop"],
                state=State(row["state"]),
            )
            for row in rows
        ]

    def teardown(self) -> None:
        """Each history has a database of its own."""
        self.stage.transactions.engine.dispose()
        shutil.rmtree(self._file.parent)


def step_of(event: Event) -> Step:
    """As tracking keeps it."""
    match event:
        case ReportClosed() | ReportReplied() | ReportReopened() | ReportWithdrawn() | ReportReferred():
            noted = SAID[type(event)]
        case ReportAnswered():
            noted = ANSWERED[event.answer_kind]
        case CoOwnerAdded():
            noted = CO_OWNED
        case _:
            noted = HEARD[type(event)]
    step = as_kept(event, noted, uuid.uuid4())
    return replace(step, data=orjson.loads(orjson.dumps(step.data)))
