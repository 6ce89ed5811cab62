"""A machine that makes up histories of a report; what must be true after each step is in `promises`.

Bodies refuse, pass on, answer, ask others to act and let them go; bodies are closed, merged and opened again; verifiers
take reports back and verify them anew; reporters write, close, reopen and withdraw them or let the Ombudsman have them;
administrators close. What verification and tracking say reaches routing late, twice, and in any order. Handlers, store,
wiring and database are the real ones.
"""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from lapor_chassis.refusals import Refusal
from lapor_contracts.events import Event
from lapor_contracts.vocabulary import AnswerKind, AnswerType, ClosedBy, Status
from lapor_routing import handlers, officers
from lapor_routing.domain.disposition import AT_WORK
from lapor_routing.handlers import directory
from lapor_tracking.domain.steps import MOVES, StepType
from tests.routing.conftest import INHU, POWER, ROADS, TRAFFIC
from tests.routing.promises import CODES, Promises, step_of
from tests.support.builders import closed, recalled, received, referred, reopened, replied, verified, withdrawn

NOBODYS = {"title": "Mohon bantuan", "body": "Mohon dibantu.", "region_code": None, "place": None}
codes = st.sampled_from(CODES)
#: A disposition: most often one at work, else an old one that is still open on somebody's screen.
turns = st.sampled_from([0, 0, 0, 1, 1, 2, 3, 5])
units = st.sampled_from([ROADS.code, TRAFFIC.code])
#: Whether a letter is on its way for a while.
late = st.sampled_from([False, False, False, True])
seldom = st.sampled_from([False, False, False, False, True])
#: Whoever acts may do so for every body: what is not allowed to a stranger is tried elsewhere.
DESK = handlers.Desk(actor="officer-1", agency_code=INHU.code, inboxes=CODES)
#: Whose answer a reporter did not accept does not give the next one.
DESKS = st.sampled_from([DESK, replace(DESK, actor="officer-2")])
EDITOR = directory.Editor(name="coordinator-1")
CLOSABLE = {Status.ROUTED, Status.IN_PROGRESS, Status.REPORTER_REPLIED}
REOPENABLE = MOVES[StepType.REOPENED].sources
REPLIABLE = MOVES[StepType.REPLIED].sources


class Histories(Promises):
    """One report's history."""

    # What verification and tracking say

    @initialize(
        first=st.sampled_from([None, POWER.code, INHU.code, ROADS.code]),
        reported=st.sampled_from([None, None, TRAFFIC.code, INHU.code]),
    )
    def begin(self, first: str | None, reported: str | None) -> None:
        """A report is verified; perhaps it is a whistleblower's."""
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

    @precondition(lambda self: self._timeline(self.steps[: self.heard_by_tracking]).status in REOPENABLE)
    @rule(is_late=late)
    def reopen(self, is_late: bool) -> None:
        """The reporter says that it is not done."""
        self._write(reopened(report_id=self.report_id, reopened_at=self._tick()), is_late)
        self.heard_by_tracking = len(self.steps)

    @precondition(lambda self: self._timeline(self.steps[: self.heard_by_tracking]).status in REPLIABLE)
    @rule(is_late=late)
    def reply(self, is_late: bool) -> None:
        """The reporter writes to whoever has it."""
        self._write(replied(report_id=self.report_id, replied_at=self._tick()), is_late)
        self.heard_by_tracking = len(self.steps)

    @rule(really=seldom, surely=seldom, is_late=late, is_withdrawn=st.booleans())
    def leave(self, really: bool, surely: bool, is_late: bool, is_withdrawn: bool) -> None:
        """The reporter takes it back, or lets the Ombudsman have it, where tracking allows that."""
        kind = StepType.WITHDRAWN if is_withdrawn else StepType.REFERRED
        status = self._timeline(self.steps[: self.heard_by_tracking]).status
        if really and surely and status in MOVES[kind].sources:
            at, about = self._tick(), {"report_id": self.report_id}
            left = withdrawn(**about, withdrawn_at=at) if is_withdrawn else referred(**about, referred_at=at)
            self._write(left, is_late)
            self.heard_by_tracking = len(self.steps)

    @rule(turn=turns, is_late=late)
    def administrator_closes(self, turn: int, is_late: bool) -> None:
        """Tracking does so where it was answered, as far as it knows."""
        closer = handlers.Administrator(disposition_id=self._one(turn), desk=DESK)
        before = len(self.closings)
        self._do(handlers.close_answered, handlers.Close(reason="Sudah selesai."), closer=closer)
        if len(self.closings) > before and self._timeline(self.steps[: self.heard_by_tracking]).is_answered:
            by = ClosedBy.ADMINISTRATOR
            self._write(closed(report_id=self.report_id, closed_at=self._tick(), closed_by=by), is_late)
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
        self.stage.hear(*(self.letters[position] for position in positions))
        self.arrived.update(positions)
        self._listen()

    # What bodies and the coordinator do

    @rule(turn=turns, kind=st.sampled_from(AnswerKind), desk=DESKS)
    def answer(self, turn: int, kind: AnswerKind, desk: handlers.Desk) -> None:
        """A body answers."""
        said: dict[str, Any] = {"kind": kind, "text": f"Kami tinjau pada {self.stage.clock.now():%H:%M}."}
        outcome = AnswerType.DONE if kind is AnswerKind.SUBSTANTIVE else None
        command = handlers.GiveAnswer(disposition_id=self._one(turn), answer_type=outcome, **said)
        self._do(handlers.give_answer, command, desk=desk, snapshot=self.current())

    @rule(turn=turns, named=st.lists(st.sampled_from([*CODES, None]), min_size=1, max_size=3))
    def refuse(self, turn: int, named: list[str | None]) -> None:
        """A body is not competent, and knows who is, or does not; perhaps that one is not either."""
        for code in named:
            command = handlers.Refuse(disposition_id=self._one(turn), agency_code=code, reason="Bukan kami.")
            self._do(handlers.refuse, command, desk=DESK, snapshot=self.current())

    @rule(turn=turns, code=units | codes)
    def pass_on(self, turn: int, code: str) -> None:
        """Down to a unit."""
        command = handlers.PassOn(disposition_id=self._one(turn), agency_code=code)
        self._do(handlers.pass_on, command, desk=DESK, snapshot=self.current())

    @rule(turn=turns, code=codes)
    def ask_another_body(self, turn: int, code: str) -> None:
        """The owner has a further body act too."""
        command = handlers.AddCoOwner(agency_code=code, reason="Rambunya.")
        self._share(handlers.add_co_owner, command, handlers.Owner(disposition_id=self._one(turn), desk=DESK))

    @rule(code=codes, named=codes)
    def ask_the_wrong_body(self, code: str, named: str) -> None:
        """One that at once names another one."""
        before = self._turns()
        self._share(handlers.add_co_owner, handlers.AddCoOwner(agency_code=code, reason="Rambunya."))
        for turn in self._turns()[len(before) :]:
            command = handlers.Refuse(disposition_id=turn.id, agency_code=named, reason="Bukan rambu kami.")
            self._do(handlers.refuse, command, desk=DESK, snapshot=self.current())

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
        self._do(handlers.assign, command, coordinator="coordinator-1", snapshot=self.current())

    @rule(turn=turns, code=codes)
    def coordinator_decides_on_a_part(self, turn: int, code: str) -> None:
        """One that a co-owner refused."""
        command = handlers.AssignPart(disposition_id=self._one(turn), agency_code=code, reason="Ini urusannya.")
        self._do(handlers.assign_part, command, coordinator="coordinator-1", snapshot=self.current())

    # What becomes of bodies

    @rule(really=seldom, code=codes, successor=st.none() | codes)
    def close_body(self, really: bool, code: str, successor: str | None) -> None:
        """A body is no more; another one may have taken over, and its units with it."""
        if really:
            heirs = [successor] if successor else []
            self._do(directory.close_body, code, successor_codes=heirs, editor=EDITOR, reason="Digabung.")
            self._sweep()

    @rule()
    def open_all_bodies(self) -> None:
        """All are there again, and somebody in each."""
        for body in [body for body in self.current().directory if not body.active]:
            self._do(directory.reopen_body, body.code, editor=EDITOR, reason="Keliru.")
        self._let_work(CODES, active=True)

    @rule(really=seldom, code=codes)
    def last_officer_leaves(self, really: bool, code: str) -> None:
        """Nobody reads what comes to the body, unless somebody above it does."""
        if really:
            self._let_work([code], active=False)

    # How it is done

    def _write(self, event: Event, is_late: bool) -> None:
        self.letters.append(event)
        self.written.append(step_of(event))
        self.steps.append(self.written[-1])
        if not is_late:
            self._tick()
            self._deliver([len(self.letters) - 1])

    def _do(self, handle: Callable[..., Any], command: Any, **given: Any) -> None:
        """Whether it is allowed is for the rules to say; a refusal changes and says nothing."""
        self._tick()
        with self.stage.transactions.begin() as tx:
            outcome = handle(command, tx=tx, **given)
        if isinstance(outcome, Refusal):
            assert not tx.outgoing
        self._listen()

    def _share(self, handle: Callable[..., Any], command: Any, sharer: handlers.Sharer | None = None) -> None:
        by = sharer or handlers.Coordinator(report_id=self.report_id, by="coordinator-1")
        self._do(handle, command, sharer=by, snapshot=self.current())

    def _let_work(self, bodies: Sequence[str], *, active: bool) -> None:
        with self.stage.transactions.begin() as tx:
            for officer in (one for code in bodies for one in officers.officers_of(tx, code)):
                officers.set_active(tx, officer.id, active=active)
        self._sweep()

    def _sweep(self) -> None:
        """Let the clock find what lies with bodies that may no longer have it."""
        self._tick()
        self.stage.run("closed-bodies")
        self._listen()

    def _one(self, turn: int) -> uuid.UUID:
        found = sorted(self._turns(), key=lambda one: (one.state in AT_WORK, one.id))
        return found[-1 - turn % len(found)].id if found else uuid.uuid4()
