"""A report's timeline out of its steps, in whatever order they were heard: late, twice and reversed give the same."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from lapor_contracts.vocabulary import Clock, Kind, Status
from lapor_tracking.domain.clocks import VERIFIERS, Clocks, Deadline, Office, Rulebook, Sort
from lapor_tracking.domain.steps import ANSWERS, ENDS, MOVES, Step, StepType, may_follow


@dataclass(frozen=True, slots=True)
class Holder:
    """The body that must act, and since when."""

    agency_code: str
    agency_name: str
    office: Office
    since: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the report stood after a step, and in whose hands."""

    step: Step
    status: Status
    holder: Holder | None


@dataclass(frozen=True, slots=True)
class Parent:
    """The earlier report of the same matter that a merged one follows."""

    report_id: UUID
    tracking_id: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Timeline:
    """Where a report stands, and how it came there."""

    report_id: UUID
    tracking_id: str | None
    status: Status | None
    changed_at: datetime | None
    secret: bool
    holder: Holder | None
    co_owners: tuple[Holder, ...] = ()
    """The bodies that must act too, each on its own part."""
    parent: Parent | None = None
    """The report that this one follows."""
    deadlines: tuple[Deadline, ...]
    steps: tuple[Step, ...]
    standings: tuple[Standing, ...] = ()
    """One for each step."""

    @property
    def channel(self) -> str | None:
        """How the report came in."""
        return self._received.get("channel")

    @property
    def receipt_hash(self) -> str | None:
        """By which the receipt is known."""
        return self._received.get("receipt_hash")

    @property
    def oversight_key(self) -> str | None:
        """For whom a whistleblower's words are sealed; None where nobody blows a whistle."""
        return self._received.get("oversight_key")

    @property
    def _received(self) -> Mapping[str, Any]:
        return next((step.data for step in self.steps if step.type is StepType.RECEIVED), {})

    @property
    def office(self) -> Office:
        """By whose days time is counted."""
        return self.holder.office if self.holder else VERIFIERS

    @property
    def time_zone(self) -> str:
        """Where the report is handled."""
        return self.office.time_zone

    @property
    def bodies(self) -> Sequence[Holder]:
        """All that must act, the owner first."""
        return ((self.holder,) if self.holder else ()) + self.co_owners

    @property
    def running(self) -> Sequence[Deadline]:
        """The clocks that run, the next to run out first."""
        return sorted((one for one in self.deadlines if one.stopped_at is None), key=lambda one: one.due_at)

    @property
    def is_answered(self) -> bool:
        """A body has answered in substance, and neither the reporter nor anybody else has undone that."""
        undone = {StepType.REOPENED, StepType.RECALLED, StepType.REFUSED, StepType.ROUTED}
        last = next((s.type for s in reversed(self.steps) if s.type in undone | {StepType.SUBSTANTIVE_ANSWER}), None)
        return self.status in (Status.IN_PROGRESS, Status.REPORTER_REPLIED) and last is StepType.SUBSTANTIVE_ANSWER

    @property
    def may_be_appealed(self) -> bool:
        """It was archived, not by its reporter, who has not yet said anything against that."""
        return self.status is Status.ARCHIVED and self.withdrawal is None and self.appeal is None

    @property
    def withdrawal(self) -> Step | None:
        """With which the reporter took it back, if that is how it ended."""
        return self._last(StepType.WITHDRAWN) if self.status is Status.ARCHIVED else None

    @property
    def closing(self) -> Step | None:
        """With which it was closed; None while it is not."""
        return self._last(StepType.CLOSED) if self.status is Status.CLOSED else None

    @property
    def question(self) -> Step | None:
        """The question whether what was done holds, if it was asked since the end."""
        return self._after(self.closing, StepType.OUTCOME_ASKED)

    @property
    def outcome(self) -> Step | None:
        """What the reporter answered to that."""
        return self._after(self.question, StepType.OUTCOME_REPORTED)

    def _last(self, kind: StepType) -> Step | None:
        return next((step for step in reversed(self.steps) if step.type is kind), None)

    def _after(self, earlier: Step | None, kind: StepType) -> Step | None:
        later = self._last(kind)
        return later if earlier and later and later.order > earlier.order else None

    @property
    def appeal(self) -> Step | None:
        """What the reporter said against the archiving, if it was."""
        for step in reversed(self.steps):
            if step.type is StepType.APPEALED:
                return step
            if step.type is StepType.ARCHIVED:
                return None
        return None

    @property
    def may_be_referred(self) -> bool:
        """The reporter was asked whether the Ombudsman should take it, and still may say so."""
        was_asked = any(step.type is StepType.REFERRAL_OFFERED for step in self.steps)
        return was_asked and may_follow(self.status, StepType.REFERRED)

    @property
    def silence(self) -> Deadline | None:
        """The clock of the reporter's silence, while it runs; only a substantive answer starts it."""
        return self.runs(Clock.REPORTER_SILENCE)

    def runs(self, clock: Clock) -> Deadline | None:
        """The clock of this kind that runs, the next to run out if several bodies have one."""
        return next((one for one in self.running if one.clock is clock), None)


#: What is known of a report of which nothing was heard.
UNHEARD = Timeline(
    report_id=UUID(int=0),
    tracking_id=None,
    status=None,
    changed_at=None,
    secret=True,
    holder=None,
    deadlines=(),
    steps=(),
)


def fold(report_id: UUID, steps: Iterable[Step], rules: Rulebook) -> Timeline:
    """What the steps add up to."""
    ordered = sorted(steps, key=lambda step: step.order)
    folding = _Folding(Clocks(report_id, rules))
    for step in ordered:
        folding.take(step)
    return Timeline(
        report_id=report_id,
        tracking_id=folding.tracking_id,
        status=folding.status,
        changed_at=folding.changed_at,
        # Nobody may lower what the reporter chose; until we hear what that was, it is taken as secret.
        secret=any(folding.secrecy) or not folding.secrecy,
        holder=folding.holder,
        co_owners=tuple(part.body for part in folding.parts.values()),
        parent=folding.parent,
        deadlines=folding.clocks.deadlines(),
        steps=tuple(ordered),
        standings=tuple(folding.standings),
    )


@dataclass(slots=True)
class _Part:
    """What a co-owner was asked for."""

    body: Holder
    answered: bool = False


@dataclass(slots=True)
class _Folding:
    """What is known after the steps so far."""

    clocks: Clocks
    tracking_id: str | None = None
    status: Status | None = None
    changed_at: datetime | None = None
    holder: Holder | None = None
    parent: Parent | None = None
    sort: Sort = field(default_factory=Sort)
    secrecy: list[bool] = field(default_factory=list)
    standings: list[Standing] = field(default_factory=list)
    parts: dict[UUID, _Part] = field(default_factory=dict)
    ended_parts: set[UUID] = field(default_factory=set)
    """What whoever had one says later, is no owner's word."""
    owner_answered: bool = False
    is_withdrawn: bool = False
    """What its reporter took back stays so, whoever had not heard of it yet."""
    recalled_round: int = 0
    """Of what was verified in this round or an earlier one nothing counts any more, though it be heard later."""

    def take(self, step: Step) -> None:
        """One step further."""
        self._learn(step.data)
        if self._counts(step):
            part = self._part_of(step)
            fits = may_follow(self.status, step.type) and not self.is_withdrawn
            # Who closed or merged it had not heard where it stood: somebody still has to act.
            if fits or step.type not in MOVES:
                self.clocks.stop(step.type, step.happened_at, part=part)
            self._share(step, part)
            if fits:
                self._move(step, part)
        self.standings.append(Standing(step, self.status or Status.RECEIVED, self.holder))

    def _counts(self, step: Step) -> bool:
        """Whether it is about the report as it is handled now."""
        if step.data.get("round", self.recalled_round + 1) <= self.recalled_round:
            return False
        disposition = step.data.get("disposition_id")
        has_ended = disposition is not None and UUID(disposition) in self.ended_parts
        return step.type is StepType.CO_OWNER_ADDED or not has_ended

    def _learn(self, data: Mapping[str, Any]) -> None:
        self.tracking_id = self.tracking_id or data.get("tracking_id")
        if "kind" in data:
            self.sort = replace(self.sort, kind=Kind(data["kind"]))
        if "supervised" in data:
            self.sort = replace(self.sort, supervised=data["supervised"])
        if "secret" in data:
            self.secrecy.append(data["secret"])

    def _part_of(self, step: Step) -> UUID | None:
        """Whose part it is about; None: the owner's. A part is known by the co-owner's disposition."""
        disposition = step.data.get("disposition_id")
        part = UUID(disposition) if disposition else None
        return part if part in self.parts or step.type is StepType.CO_OWNER_ADDED else None

    def _share(self, step: Step, part: UUID | None) -> None:
        """What several bodies do together: the report is done when all have answered."""
        at = step.happened_at
        match step.type:
            case StepType.CO_OWNER_ADDED if part:
                self._join(step, part)
            case StepType.CO_OWNER_RELEASED if part:
                del self.parts[part]
                self.ended_parts.add(part)
                self.clocks.end(at, part=part)
                if self.status is Status.IN_PROGRESS and self._is_done:
                    self._start(StepType.SUBSTANTIVE_ANSWER, at)
            case StepType.EXTENDED:
                self.clocks.extend(step.data["working_days"], part=part)
            case StepType.INITIAL_ANSWER if part:
                body = self.parts[part].body
                self.clocks.start(step.type, at, self.sort, body.agency_code, body.office, part=part)
            case StepType.SUBSTANTIVE_ANSWER if part:
                self.parts[part].answered = True
            case StepType.SUBSTANTIVE_ANSWER:
                self.owner_answered = True
            case StepType.RECALLED:
                self.recalled_round = step.data["round"]
            case _:
                return

    def _join(self, step: Step, part: UUID) -> None:
        """A further body must act too; said again, the part was handed on."""
        if self.status in ENDS:  # who added it had not heard of the end
            self.ended_parts.add(part)
            return
        at, body = step.happened_at, _body(step)
        self.ended_parts.discard(part)
        if part not in self.parts or self.parts[part].body.agency_code != body.agency_code:
            self.parts[part] = _Part(body)
        self.clocks.not_done(at)
        # Whoever has it now has no more time than is left.
        self.clocks.start(StepType.ROUTED, at, self.sort, body.agency_code, body.office, part=part)
        self.clocks.hand_over(body.agency_code, part=part)

    def _move(self, step: Step, part: UUID | None) -> None:
        at, data = step.happened_at, step.data
        self.status, self.changed_at = MOVES[step.type].to, at
        match step.type:
            case StepType.ROUTED:
                self.holder = _body(step)
                self.owner_answered = False
                self.clocks.hand_over(self.holder.agency_code)
            case StepType.REFUSED | StepType.UNROUTABLE:
                self.holder = None
                self.clocks.hand_over(None)
            case StepType.MERGED:
                self.parent = Parent(UUID(data["parent_report_id"]), data["parent_tracking_id"])
            case StepType.SPLIT | StepType.APPEAL_GRANTED:
                self.parent = None
            case StepType.RECALLED | StepType.REFERRED:
                self.holder = None
            case StepType.REOPENED | StepType.REPLIED:
                self.owner_answered = False
            case StepType.WITHDRAWN:
                self.is_withdrawn = True
        if self.status in ENDS or step.type is StepType.RECALLED:
            self._end_parts(at)
        self._start_after(step, part)

    def _start_after(self, step: Step, part: UUID | None) -> None:
        at = step.happened_at
        if step.type is StepType.REOPENED and self.holder is None:
            self._start(StepType.SPLIT, at)  # it shared another's outcome: no body has it, the verifiers take it up
        elif not (part and step.type is StepType.INITIAL_ANSWER):  # that was the co-owner's word, not the owner's
            self._start(step.type, at)
        if step.type in ANSWERS and not self.clocks.is_anybody_waited_for:
            # What was replied to its answer takes more than such a word: the next one has its time as well.
            self._start(StepType.REPLIED, at)

    def _start(self, step: StepType, at: datetime) -> None:
        agency_code, office = (self.holder.agency_code, self.holder.office) if self.holder else (None, VERIFIERS)
        self.clocks.start(step, at, self.sort, agency_code, office, is_done=self._is_done)

    def _end_parts(self, at: datetime) -> None:
        self.ended_parts |= self.parts.keys()
        self.parts.clear()
        self.clocks.end_parts(at)

    @property
    def _is_done(self) -> bool:
        return self.owner_answered and all(part.answered for part in self.parts.values())


def _body(step: Step) -> Holder:
    data = step.data
    office = Office(data["time_zone"], data.get("agency_region"))
    return Holder(data["agency_code"], data["agency_name"], office, step.happened_at)
