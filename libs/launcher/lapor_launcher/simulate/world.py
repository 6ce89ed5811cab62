"""The five services and all people around them, in one process, on a clock of their own."""

import heapq
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from lapor_chassis.batches import Fate, Incoming, process
from lapor_chassis.database import create_engine
from lapor_chassis.embedded import Member
from lapor_chassis.refusals import Refusal
from lapor_chassis.service import Service
from lapor_chassis.transactions import Transaction, Transactions, chassis_tables
from lapor_contracts.envelope import Envelope, encode
from lapor_contracts.events import (
    AgencyReplied,
    DeadlineEscalated,
    DeadlineMissed,
    Event,
    OutcomeAsked,
    ReferralOffered,
    ReportAnswered,
    ReportArchived,
    ReportReceived,
    ReportReplied,
    ReportReturned,
    ReportRouted,
)
from lapor_contracts.vocabulary import AnswerKind, AnswerType, ArchiveReason
from lapor_intake.domain import Supplement
from lapor_intake.service import reception_of
from lapor_launcher.embedded import EmbeddedSystem
from lapor_launcher.simulate.people import Deed, Temper, Writers, chosen, temper_of, wait
from lapor_routing import handlers as routing
from lapor_routing import store as routed
from lapor_routing.current import CurrentDirectory
from lapor_tracking import handlers as tracking
from lapor_tracking.domain.acts import Act
from lapor_tracking.store import Rules
from lapor_verification import handlers as verification
from lapor_verification import store as cases
from lapor_verification.domain.case import State
from lapor_verification.domain.commands import AppealDecision, ArchiveReview, Archiving, Verification
from lapor_verification.domain.policy import shipped_policy

JAKARTA = ZoneInfo("Asia/Jakarta")
#: So far the clock goes at once. Clocks of the law end at midnight, and nobody here is quicker than that.
STEP = timedelta(hours=3)
#: So many of a queue the staff look through meanwhile.
A_DESKFUL = 1_000
BATCH = 400


class SteppingClock:
    """Shows what it is set to, a little later each time that somebody looks: no two things happen at once."""

    def __init__(self, begin: datetime) -> None:
        self._now = begin

    def now(self) -> datetime:
        """A moment after the one before."""
        self._now += timedelta(microseconds=50)
        return self._now

    def set(self, at: datetime) -> None:
        """It is ``at`` from here on, if it was not so late already."""
        self._now = max(self._now, at)


class World:
    """Everybody at once: who writes, verifies, coordinates, answers, and waits for an answer."""

    def __init__(self, folder: Path, *, begin: datetime, seed: int) -> None:
        # A notice is on the disk before it counts as told; a disk of memory is quick at that.
        memory = Path("/dev/shm")  # noqa: S108 (the folder in it is made safely, and gone at the end)
        self._sink = tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None, prefix="lapor-simulate-")
        self.notices = Path(self._sink.name, "notices.jsonl")
        self.clock, self._seed, self._chance = SteppingClock(begin), seed, Random(seed)  # noqa: S311 (no secret)
        self.writers = Writers(Random(seed))  # noqa: S311 (no secret)
        self._agenda: list[tuple[datetime, int, Deed]] = []
        self._numbers = count()
        self._replies: list[AgencyReplied] = []
        self.missed: Counter[tuple[UUID, datetime]] = Counter()
        self.escalated: dict[UUID, dict[datetime, list[str]]] = defaultdict(lambda: defaultdict(list))
        """To whom each clock went, by the date that it had then."""
        self.submitted = 0
        self.refused: Counter[str] = Counter()
        """What people tried that was not possible any more, by why."""
        self.system = EmbeddedSystem(
            folder,
            {"LAPOR_NOTIFICATION_SINK": str(self.notices)},
            clock=self.clock,
            guests=[self._as_guest(folder)],
        )
        for member in self.system.members:  # nothing here is worth keeping through a power cut
            sa.event.listen(member.transactions.engine, "connect", _do_not_sync)
        self.system.prepare()
        self._rules = Rules()
        intake = self.system.services["intake"]
        self._desk = reception_of(intake.settings, intake.transactions).desk  # type: ignore[arg-type]
        self._current = CurrentDirectory(self._of("routing"))

    def close(self) -> None:
        """Let go of the files."""
        self.system.close()
        self._sink.cleanup()

    def _of(self, name: str) -> Transactions:
        return self.system.services[name].transactions

    def _as_guest(self, folder: Path) -> Member:
        """The people hear what is said about reports as another service would."""
        metadata = sa.MetaData()
        chassis_tables(metadata)
        engine = create_engine(f"sqlite:///{folder / 'people'}.db")
        metadata.create_all(engine)
        heard: dict[type[Event], Callable[[Any, Transaction], None]] = {
            ReportReturned: self._hear_question,
            ReportRouted: self._hear_routing,
            ReportReplied: self._hear_reply,
            ReportAnswered: self._hear_answer,
            ReportArchived: self._hear_archiving,
            ReferralOffered: self._hear_offer,
            OutcomeAsked: self._hear_survey,
            DeadlineMissed: self._hear_missed,
            DeadlineEscalated: self._hear_escalation,
            ReportReceived: self._hear_received,
        }
        return Member(
            Service("people", metadata, handlers=heard),
            Transactions(engine, metadata, source="lapor/people", clock=self.clock),
        )

    # By the clock

    def pass_to(self, at: datetime, reports_per_day: int) -> None:
        """Let the time since the step before pass, with so many new reports a day."""
        self.clock.set(at)
        here = at.astimezone(JAKARTA)
        number = self.writers.how_many(here, STEP, reports_per_day)
        self._take_in([self.writers.write(here.date()) for _ in range(number)])
        while self._agenda and self._agenda[0][0] <= at:
            heapq.heappop(self._agenda)[2]()
        self._answer()
        if here.weekday() < 5 and 8 <= here.hour < 17:
            self.system.bus.carry()
            self._verify()
            self._coordinate()
        self._flow()

    def _take_in(self, reports: list[Any]) -> None:
        self.submitted += len(reports)
        self._bring("intake", [(report, "simulasi") for report in reports])

    def _flow(self) -> None:
        """All that is said is heard, and every sweep has done what is due, until nothing more follows from it."""
        self.system.bus.carry()
        self._sweep()
        while self.system.bus.carry():
            self._sweep()

    def _sweep(self) -> None:
        for member in self.system.members:
            for timer in member.service.timers:
                while timer.run():
                    pass

    def _bring(self, name: str, events: list[tuple[Event, str]]) -> None:
        """Let a service hear what comes from outside, each from its sender, by the batch."""
        one = self.system.services[name]
        for start in range(0, len(events), BATCH):
            letters = [
                Incoming(_letter(event, self.clock.now()), sender=who) for event, who in events[start : start + BATCH]
            ]
            for outcome in process(one.service, one.transactions, letters)[0]:
                if outcome.fate is not Fate.DONE:
                    self.refused[outcome.reason.rpartition(": ")[2]] += 1

    def _plan(self, days: float, deed: Deed | None) -> None:
        """At about that time, if anything is to be done at all."""
        if deed is not None:
            heapq.heappush(self._agenda, (self.clock.now() + wait(self._chance, days), next(self._numbers), deed))

    # Reporters

    def _hear_received(self, event: ReportReceived, _: Transaction) -> None:
        self._plan(
            2, chosen(self._chance, [(0.015, partial(self._act, event.tracking_id, Act.WITHDRAW)), (0.985, None)])
        )

    def _hear_question(self, event: ReportReturned, _: Transaction) -> None:
        self._plan(2, chosen(self._chance, [(0.6, partial(self._complete, event)), (0.4, None)]))

    def _hear_answer(self, event: ReportAnswered, _: Transaction) -> None:
        may = partial(partial, self._act, event.tracking_id)
        if event.answer_kind is AnswerKind.QUESTION:
            self._plan(
                1, chosen(self._chance, [(0.7, may(Act.REPLY, "Lokasinya persis di depan pagar biru.")), (0.3, None)])
            )
        elif event.answer_kind is AnswerKind.SUBSTANTIVE:
            odds = [
                (0.26, may(Act.CLOSE, "", 4)),
                (0.10, may(Act.REOPEN, "Belum ada yang datang ke lokasi.")),
                (0.10, may(Act.REPLY, "Apakah sudah termasuk jalan di belakangnya?")),
                (0.54, None),
            ]
            self._plan(3, chosen(self._chance, odds))

    def _hear_archiving(self, event: ReportArchived, _: Transaction) -> None:
        self._plan(
            2,
            chosen(
                self._chance,
                [(0.15, partial(self._act, event.tracking_id, Act.APPEAL, "Mohon diperiksa lagi.")), (0.85, None)],
            ),
        )

    def _hear_offer(self, event: ReferralOffered, _: Transaction) -> None:
        self._plan(3, chosen(self._chance, [(0.5, partial(self._act, event.tracking_id, Act.REFER)), (0.5, None)]))

    def _hear_survey(self, event: OutcomeAsked, _: Transaction) -> None:
        self._plan(2, chosen(self._chance, [(0.3, partial(self._act, event.tracking_id, Act.OUTCOME)), (0.7, None)]))

    def _act(self, tracking_id: str, act: Act, text: str = "", rating: int | None = None) -> None:
        with self._of("tracking").begin() as tx:
            outcome = tracking.do(tracking_id, tracking.Wish(act=act, text=text, rating=rating), tx, rules=self._rules)
        self._note(outcome)

    def _complete(self, event: ReportReturned) -> None:
        said = Supplement(
            body="Di Jalan Melati nomor 7, dekat balai desa, sejak tanggal 2 bulan ini.",
            region_code="35.78",
            place="Jalan Melati nomor 7",
        )
        with self._of("intake").begin() as tx:
            self._note(self._desk.supplemented(event.report_id, event.tracking_id, said, tx))

    def _note(self, outcome: object) -> None:
        if isinstance(outcome, Refusal):
            self.refused[outcome.code] += 1

    # Bodies

    def _hear_routing(self, event: ReportRouted, _: Transaction) -> None:
        temper = temper_of(event.agency_code, self._seed)
        if temper is Temper.SILENT:
            return
        slow = 1 if temper is Temper.PROMPT else 4
        say = partial(partial, self._say, event)
        first = [
            (0.55, say(AnswerKind.INITIAL, "Laporan sedang kami tindak lanjuti.")),
            (0.05, say(AnswerKind.QUESTION, "Mohon disebutkan lokasi tepatnya.")),
            (0.12, partial(self._refuse, event)),
            (0.28, None),
        ]
        self._plan(2 * slow, chosen(self._chance, first))
        self._plan(6 * slow, say(AnswerKind.SUBSTANTIVE, "Sudah kami kerjakan di lapangan."))

    def _hear_reply(self, event: ReportReplied, _: Transaction) -> None:
        with self._of("routing").read() as connection:
            found = connection.execute(
                sa.select(routed.dispositions.c.id, routed.dispositions.c.agency_code)
                .where(
                    routed.dispositions.c.report_id == event.report_id, routed.dispositions.c.agency_code.is_not(None)
                )
                .order_by(routed.dispositions.c.id.desc())
                .limit(1)
            ).first()
        if found and temper_of(found.agency_code, self._seed) is not Temper.SILENT:
            answer = partial(self._reply, event.report_id, found.id, found.agency_code)
            self._plan(
                3,
                partial(
                    answer,
                    answer_kind=AnswerKind.SUBSTANTIVE,
                    answer_type=AnswerType.EXPLAINED,
                    text="Ya, sudah termasuk.",
                ),
            )

    def _say(self, event: ReportRouted, kind: AnswerKind, text: str) -> None:
        done = AnswerType.DONE if kind is AnswerKind.SUBSTANTIVE else None
        self._reply(
            event.report_id, event.disposition_id, event.agency_code, answer_kind=kind, answer_type=done, text=text
        )

    def _refuse(self, event: ReportRouted) -> None:
        other = event.runner_up or "KEMENDAGRI"
        self._reply(
            event.report_id, event.disposition_id, event.agency_code, refused_to=other, text="Bukan kewenangan kami."
        )

    def _reply(self, report_id: UUID, disposition_id: UUID, agency_code: str, **said: Any) -> None:
        self._replies.append(
            AgencyReplied(
                report_id=report_id,
                disposition_id=disposition_id,
                reply_id=UUID(int=self._chance.getrandbits(128), version=4),
                agency_code=agency_code,
                **said,
            )
        )

    def _answer(self) -> None:
        replies, self._replies = self._replies, []
        self._bring("routing", [(reply, reply.agency_code) for reply in replies])

    # Staff

    def _verify(self) -> None:
        transactions = self._of("verification")
        for state in (State.WAITING, State.ARCHIVE_PROPOSED, State.APPEALED):
            with transactions.read() as connection:
                sift = cases.Sift(by="verifikator-1", now=self.clock.now(), state=state)
                found = cases.find_cases(connection, None, A_DESKFUL, sift=sift)
            for case in found:
                with transactions.begin() as tx:
                    self._note(self._decide(case, tx))

    def _decide(self, case: Any, tx: Transaction) -> object:
        if case.state is State.ARCHIVE_PROPOSED:
            return verification.review_archiving(case.report_id, ArchiveReview(agreed=True), "verifikator-2", tx)
        if case.state is State.APPEALED:
            decision = AppealDecision(granted=self._chance.random() < 0.5, reason="Sudah kami periksa lagi.")
            return verification.decide_appeal(case.report_id, decision, "verifikator-3", tx)
        if not case.report.region_code and self._chance.random() < 0.4:
            archiving = Archiving(
                reason_code=ArchiveReason.NOT_CLEAR, reason="Tempat dan waktunya tidak dapat diketahui."
            )
            return verification.archive(case.report_id, archiving, "verifikator-1", tx, current=shipped_policy)
        is_supervised = case.report.kind == "complaint" and self._chance.random() < 0.05
        passing = Verification(
            region_code=case.report.region_code or "31.71",
            supervised=is_supervised or None,
            supervision_reason="Menyangkut penyalahgunaan wewenang." if is_supervised else None,
        )
        return verification.verify(case.report_id, passing, "verifikator-1", tx)

    def _coordinate(self) -> None:
        transactions, snapshot = self._of("routing"), self._current()
        with transactions.read() as connection:
            waiting = routed.list_waiting(connection, None, A_DESKFUL)
        for entry in waiting:
            government = f"PEMDA-{entry.region_code}"
            code = government if snapshot.active(government) else "KEMENDAGRI"
            with transactions.begin() as tx:
                command = routing.Assign(report_id=entry.report_id, agency_code=code, reason="Menurut tempatnya.")
                self._note(routing.assign(command, tx, coordinator="koordinator-1", snapshot=snapshot))

    # What is watched

    def _hear_missed(self, event: DeadlineMissed, _: Transaction) -> None:
        self.missed[event.deadline_id, event.due_at] += 1

    def _hear_escalation(self, event: DeadlineEscalated, _: Transaction) -> None:
        self.escalated[event.deadline_id][event.due_at].append(event.level)


@contextmanager
def world(folder: Path, *, begin: datetime, seed: int) -> Iterator[World]:
    """With the whole country in its directory; its files stay."""
    from lapor_routing.directory import load_directory
    from lapor_routing.reference.agencies import agency_rows

    made = World(folder, begin=begin, seed=seed)
    try:
        with made.system.services["routing"].transactions.begin() as tx:
            load_directory(tx, agency_rows())
        yield made
    finally:
        made.close()


def _letter(event: Event, at: datetime) -> bytes:
    return encode(
        Envelope(
            id=event.report_id if not isinstance(event, AgencyReplied) else event.reply_id,
            source="simulate",
            time=at,
            event=event,
            correlation_id=str(event.report_id),
        )
    )


def _do_not_sync(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA synchronous=OFF")
