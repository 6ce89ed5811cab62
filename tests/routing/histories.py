"""A machine that makes up histories of a report, and holds routing's promises against each of their steps.

Bodies refuse, pass on, answer, ask others to act and let them go; bodies are closed, merged and opened again; verifiers
take reports back and verify them anew; reporters close. What verification and tracking say reaches routing late, twice,
and in any order. Handlers, store and database are the real ones; tracking's own timeline is the judge of the clocks.
"""

import atexit
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import orjson
import sqlalchemy as sa
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from lapor_chassis.batches import Fate, Incoming, process
from lapor_chassis.database import create_engine
from lapor_chassis.refusals import Refusal
from lapor_chassis.service import Service
from lapor_chassis.transactions import Transactions
from lapor_contracts.envelope import Envelope, decode, encode
from lapor_contracts.events import (
    CoOwnerAdded,
    CoOwnerReleased,
    Event,
    ReportAnswered,
    ReportClosed,
    ReportRecalled,
    ReportRouted,
    ReportUnroutable,
    ReportVerified,
)
from lapor_contracts.vocabulary import AnswerKind, Clock, Status
from lapor_routing import handlers, service, store, sweeps
from lapor_routing.current import Snapshot
from lapor_routing.domain.agencies import AgencyStatus, Directory
from lapor_routing.domain.conflicts import is_party
from lapor_routing.domain.disposition import AT_WORK, COORDINATORS_HOP, State
from lapor_routing.outbound.telling import Telling
from lapor_routing.reference.rules import shipped_rules
from lapor_routing.store.turns import with_report
from lapor_tracking.domain.clocks import Deadline, rules_in_force
from lapor_tracking.domain.steps import Step, StepType
from lapor_tracking.domain.timeline import Timeline, fold
from lapor_tracking.handlers import ANSWERED, CO_OWNED, HEARD
from tests.routing.conftest import BODIES, INHU, POWER, ROADS, TRAFFIC
from tests.support.builders import closed, recalled, received, verified
from tests.support.stage import SettableClock

NOBODYS = {"title": "Mohon bantuan", "body": "Mohon dibantu.", "region_code": None, "place": None}
CODES = [body.code for body in BODIES]
codes = st.sampled_from(CODES)
#: A disposition: most often one at work, else an old one that is still open on somebody's screen.
turns = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 5])
units = st.sampled_from([ROADS.code, TRAFFIC.code])
#: Whether a letter is on its way for a while.
late = st.sampled_from([False, False, False, True])
seldom = st.sampled_from([False, False, False, False, True])
#: Whoever acts may do so for every body: what is not allowed to a stranger is tried elsewhere.
DESK = handlers.Desk(actor="officer-1", agency_code=INHU.code, inboxes=CODES)
CLOSABLE = {Status.ROUTED, Status.IN_PROGRESS, Status.REPORTER_REPLIED}


class World:
    """Routing on a database that all histories share; the directory is each history's own."""

    def __init__(self, engine: sa.Engine) -> None:
        self.clock = SettableClock()
        self.snapshot = Snapshot(Directory(BODIES))
        self.transactions = Transactions(engine, service.metadata, source="lapor/routing", clock=self.clock)
        route_all = partial(handlers.route_reports, current=self.current, rules=shipped_rules, threshold=0.6)
        end_all = partial(handlers.end_recalled, current=self.current)
        self.service = Service(
            name=service.NAME,
            metadata=service.metadata,
            handlers={
                ReportVerified: partial(handlers.route_report, route_all=route_all),
                ReportRecalled: partial(handlers.recall_report, end_all=end_all),
                ReportClosed: partial(handlers.close_report, telling=Telling(self.current)),
            },
        )

    def current(self) -> Snapshot:
        """The directory as it stands."""
        return self.snapshot


@cache
def world() -> World:
    """Made once."""
    path = Path(tempfile.mkdtemp(prefix="lapor-tests-"), "routing.db")
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    made = World(create_engine(f"sqlite:///{path}"))
    service.metadata.create_all(made.transactions.engine)
    return made


@dataclass(frozen=True)
class Turn:
    """A disposition as it counts now, whatever its row says."""

    id: uuid.UUID
    agency_code: str | None
    part: uuid.UUID | None
    round: int
    hop: int
    state: State


class Histories(RuleBasedStateMachine):
    """One report's history."""

    def __init__(self) -> None:
        super().__init__()
        self.world = world()
        self.report_id = uuid.uuid4()
        self.bodies = {body.code: body for body in BODIES}
        self.staffed = set(CODES)
        self.round = 0
        self.is_verified = False
        self.letters: list[Event] = []
        self.arrived: set[int] = set()
        self.said: list[Event] = []
        self.steps: list[Step] = []
        self.heard_by_tracking = 0
        self.seen: set[uuid.UUID] = set()

    # What verification and tracking say

    @initialize(
        first=st.sampled_from([None, POWER.code, INHU.code, ROADS.code]),
        reported=st.sampled_from([None, None, TRAFFIC.code, INHU.code]),
    )
    def begin(self, first: str | None, reported: str | None) -> None:
        """A report is verified; perhaps it is a whistleblower's."""
        self._change_directory()
        about = {"report_id": self.report_id, "agency_code": first, "reported_agency_code": reported}
        self.report = verified(**about, **NOBODYS)
        self.steps.append(step_of(received(report_id=self.report_id, received_at=self._tick())))
        self.verify(False)

    @precondition(lambda self: not self.is_verified)
    @rule(is_late=late)
    def verify(self, is_late: bool) -> None:
        """A verifier lets it through, for the first time or again."""
        self.round, self.is_verified = self.round + 1, True
        self._write(replace(self.report, round=self.round, verified_at=self._tick()), is_late)

    @precondition(lambda self: self.is_verified)
    @rule(is_late=late, anew=st.none() | late)
    def recall(self, is_late: bool, anew: bool | None) -> None:
        """A verifier takes it back; not knowing, perhaps, that it is closed. Most often it is soon verified again."""
        self.is_verified = False
        about = {"report_id": self.report_id, "round": self.round}
        self._write(recalled(**about, recalled_at=self._tick()), is_late)
        if anew is not None:
            self.verify(anew)

    @precondition(lambda self: self._timeline(self.steps[: self.heard_by_tracking]).status in CLOSABLE)
    @rule(really=seldom, is_late=late)
    def close(self, really: bool, is_late: bool) -> None:
        """The reporter says that it is done; tracking not knowing, perhaps, that it was taken back."""
        if really:
            self._write(closed(report_id=self.report_id, closed_at=self._tick()), is_late)
            self.heard_by_tracking = len(self.steps)

    @rule()
    def tracking_listens(self) -> None:
        """Until now tracking may have heard less than was said."""
        self.heard_by_tracking = len(self.steps)

    @rule(which=st.lists(st.integers(0, 99), min_size=1, max_size=4))
    def letters_arrive(self, which: list[int]) -> None:
        """Some letters reach routing as one batch: late, in any order, and perhaps once more under another id."""
        self._tick()
        self._deliver([number % len(self.letters) for number in which])

    def _deliver(self, positions: Sequence[int]) -> None:
        batch = [Incoming(self._letter(self.letters[position])) for position in positions]
        outcomes, _ = process(self.world.service, self.world.transactions, batch)
        assert all(outcome.fate is Fate.DONE for outcome in outcomes), outcomes
        self.arrived.update(positions)
        self._listen()

    # What bodies and the coordinator do

    @rule(turn=turns, kind=st.sampled_from(AnswerKind))
    def answer(self, turn: int, kind: AnswerKind) -> None:
        """A body answers."""
        text = f"Kami tinjau pada {self.world.clock.now():%H:%M}."
        self._do(
            handlers.give_answer, handlers.GiveAnswer(disposition_id=self._one(turn), kind=kind, text=text), desk=DESK
        )

    @rule(turn=turns, named=st.lists(st.sampled_from([*CODES, None]), min_size=1, max_size=3))
    def refuse(self, turn: int, named: list[str | None]) -> None:
        """A body is not competent, and knows who is, or does not; perhaps that one is not either."""
        for code in named:
            command = handlers.Refuse(disposition_id=self._one(turn), agency_code=code, reason="Bukan kami.")
            self._do(handlers.refuse, command, desk=DESK, snapshot=self.world.snapshot)

    @rule(turn=turns, code=units | codes)
    def pass_on(self, turn: int, code: str) -> None:
        """Down to a unit."""
        command = handlers.PassOn(disposition_id=self._one(turn), agency_code=code)
        self._do(handlers.pass_on, command, desk=DESK, snapshot=self.world.snapshot)

    @rule(turn=turns, code=codes)
    def ask_another_body(self, turn: int, code: str) -> None:
        """The owner has a further body act too."""
        command = handlers.AddCoOwner(agency_code=code, reason="Rambunya.")
        self._share(handlers.add_co_owner, command, handlers.Owner(disposition_id=self._one(turn), desk=DESK))

    @rule(code=codes)
    def coordinator_asks_another_body(self, code: str) -> None:
        """So may the coordinator."""
        self._share(handlers.add_co_owner, handlers.AddCoOwner(agency_code=code, reason="Tiangnya."))

    @rule(code=codes)
    def send_copy(self, code: str) -> None:
        """A body is to read along."""
        self._share(handlers.send_copy, handlers.SendCopy(agency_code=code))

    @rule(turn=turns)
    def release(self, turn: int) -> None:
        """A further body is not needed after all."""
        self._share(handlers.release, handlers.Release(disposition_id=self._one(turn), reason="Tidak jadi."))

    @rule(code=codes)
    def coordinator_decides(self, code: str) -> None:
        """On the report."""
        command = handlers.Assign(report_id=self.report_id, agency_code=code, reason="Ini urusannya.")
        self._do(handlers.assign, command, coordinator="coordinator-1", snapshot=self.world.snapshot)

    @rule(turn=turns, code=codes)
    def coordinator_decides_on_a_part(self, turn: int, code: str) -> None:
        """One that a co-owner refused."""
        command = handlers.AssignPart(disposition_id=self._one(turn), agency_code=code, reason="Ini urusannya.")
        self._do(handlers.assign_part, command, coordinator="coordinator-1", snapshot=self.world.snapshot)

    # What becomes of bodies

    @rule(code=codes, successor=st.none() | codes)
    def close_body(self, code: str, successor: str | None) -> None:
        """A body is no more; another one may have taken over."""
        heirs = (successor,) if successor and successor != code else ()
        self.bodies[code] = replace(self.bodies[code], status=AgencyStatus.FORMER, successor_codes=heirs)
        self._change_directory()

    @rule(code=codes)
    def last_officer_leaves(self, code: str) -> None:
        """Nobody reads what comes to the body, unless somebody above it does."""
        self.staffed.discard(code)
        self._change_directory()

    @rule()
    def open_all_bodies(self) -> None:
        """All is as it was; only the reports are where they came meanwhile."""
        self.bodies = {body.code: body for body in BODIES}
        self.staffed = set(CODES)
        self._change_directory()

    # The promises

    @invariant()
    def one_owner_or_the_coordinators_queue(self) -> None:
        """Or it is closed, or with the verifiers again: then nobody has to do anything."""
        all_turns, due = self._turns(), self._round_in_force()
        at_work = [turn for turn in all_turns if turn.state in AT_WORK]
        owners = [turn for turn in at_work if turn.part is None]
        assert [turn.round for turn in owners] == ([due] if due else []), all_turns
        self._check_new(turn for turn in all_turns if turn.id not in self.seen)
        self._check_hops([turn for turn in all_turns if turn.part is None])
        self._check_parts(due, all_turns, [turn for turn in at_work if turn.part])
        if due:
            assert owners[0].agency_code == self._last_told(due)
            if len(self.arrived) == len(self.letters):
                self._check_clocks(due, owners[0].agency_code)

    def _check_new(self, new: Iterable[Turn]) -> None:
        """Nobody got it who is no more, who would not read it, or whom a whistleblower complains of."""
        snapshot = self.world.snapshot
        for turn in new:
            self.seen.add(turn.id)
            if turn.agency_code:
                assert snapshot.active(turn.agency_code)
                assert snapshot.can_receive(turn.agency_code)
                assert not is_party(turn.agency_code, self.report.reported_agency_code, snapshot.directory)

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
        """Which verification counts by what has reached routing; None where it is closed, or a verifier's again."""
        known = {position: self.letters[position] for position in self.arrived}
        number, undone, is_open, is_closed = 0, 0, False, False
        for event in (known[position] for position in sorted(known)):
            match event:
                case ReportVerified() if not is_closed and event.round > undone:
                    number, is_open = event.round, True
                case ReportRecalled() if not is_closed:
                    undone, is_open = event.round, False
                case ReportClosed() if is_open:
                    is_closed = True
        return number if is_open and not is_closed else None

    def _last_told(self, due: int) -> str | None:
        """The body that all others were last told to be the owner; None is the coordinator."""
        told = [e for e in self.said if isinstance(e, ReportRouted | ReportUnroutable) and e.round == due]
        return told[-1].agency_code if isinstance(told[-1], ReportRouted) else None

    def _parts_told(self, due: int) -> dict[uuid.UUID, str]:
        """The further bodies that all others were told of."""
        told: dict[uuid.UUID, str] = {}
        for event in self.said:
            if isinstance(event, CoOwnerAdded) and event.round == due:
                told[event.disposition_id] = event.agency_code
            elif isinstance(event, CoOwnerReleased):
                told.pop(event.disposition_id, None)
        return told

    def _asked(self, due: int) -> list[datetime]:
        """Since when an owner of this round has been asked for a substantive answer that has not come."""
        since: list[datetime] = []
        parts = {event.disposition_id for event in self.said if isinstance(event, CoOwnerAdded)}
        for event in self.said:
            if isinstance(event, ReportRouted) and event.round == due:
                since = since or [event.routed_at]
            elif isinstance(event, ReportAnswered) and event.disposition_id not in parts:
                since = [] if event.answer_kind is AnswerKind.SUBSTANTIVE else since
        return since

    def _is_owners(self, deadline: Deadline) -> bool:
        return any(deadline.deadline_id == uuid.uuid5(self.report_id, f"{deadline.clock}/{n}") for n in range(50))

    def _timeline(self, steps: Sequence[Step]) -> Timeline:
        return fold(self.report_id, steps, rules_in_force())

    # How it is done

    def _tick(self) -> datetime:
        self.world.clock.advance(minutes=1)
        return self.world.clock.now()

    def _write(self, event: Event, is_late: bool) -> None:
        self.letters.append(event)
        self.steps.append(step_of(event))
        if not is_late:
            self._deliver([len(self.letters) - 1])

    def _letter(self, event: Event) -> bytes:
        return encode(
            Envelope(id=uuid.uuid4(), source="test", time=self.world.clock.now(), event=event, correlation_id="test")
        )

    def _listen(self) -> None:
        """What routing has said since."""
        events = self.world.transactions.tables.events
        with self.world.transactions.read() as connection:
            bodies = connection.execute(sa.select(events.c.body).order_by(events.c.id).offset(len(self.said))).scalars()
            for event in (decode(body).event for body in bodies):
                self.said.append(event)
                self.steps.append(step_of(event))

    def _do(self, handle: Callable[..., Any], command: Any, **given: Any) -> None:
        """Whether it is allowed is for the rules to say; a refusal changes and says nothing."""
        self._tick()
        with self.world.transactions.begin() as tx:
            outcome = handle(command, tx, **given)
        if isinstance(outcome, Refusal):
            assert not tx.outgoing
        self._listen()

    def _share(self, handle: Callable[..., Any], command: Any, sharer: handlers.Sharer | None = None) -> None:
        by = sharer or handlers.Coordinator(report_id=self.report_id, by="coordinator-1")
        self._do(handle, command, sharer=by, snapshot=self.world.snapshot)

    def _change_directory(self) -> None:
        """And let the clock find what lies with bodies that may no longer have it."""
        directory = Directory(self.bodies.values())
        self.world.snapshot = Snapshot(directory, staffed=frozenset(self.staffed), needs_officers=True)
        self._tick()
        sweeps.leave_bodies(self.world.transactions, self.world.current)
        self._listen()

    def _one(self, turn: int) -> uuid.UUID:
        found = sorted(self._turns(), key=lambda one: (one.state in AT_WORK, one.id))
        return found[-1 - turn % len(found)].id if found else uuid.uuid4()

    def _turns(self) -> list[Turn]:
        with self.world.transactions.read() as connection:
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
        """The next history is alone with what it makes."""
        with self.world.transactions.begin() as tx:
            for table in reversed(service.metadata.sorted_tables):
                tx.execute(table.delete())


def step_of(event: Event) -> Step:
    """As tracking keeps it."""
    if isinstance(event, ReportClosed):
        return Step(uuid.uuid4(), StepType.CLOSED, event.closed_at, {"closed_by": event.closed_by})
    match event:
        case ReportAnswered():
            noted = ANSWERED[event.answer_kind]
        case CoOwnerAdded():
            noted = CO_OWNED
        case _:
            noted = HEARD[type(event)]
    data = orjson.loads(orjson.dumps({name: getattr(event, name) for name in noted.kept}))
    return Step(uuid.uuid4(), noted.step, getattr(event, noted.at), data)
