"""What all channels of messages share: whether a message is a report, a command, or what an earlier report lacked."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid5

from lapor_chassis.database import is_away
from lapor_chassis.refusals import Refusal
from lapor_chassis.telemetry import fault, log
from lapor_chassis.transactions import Transaction
from lapor_contracts import clues
from lapor_contracts.fields import FORBIDDEN, LONGEST_BODY
from lapor_contracts.vocabulary import Channel, Missing
from lapor_intake import commands, store
from lapor_intake.channels.channel import Reception
from lapor_intake.channels.files import Files
from lapor_intake.domain import Reporter, Submission, Supplement

#: How long the next message of the same person is taken for what was asked.
PATIENCE = timedelta(hours=48)
#: Shorter than this nobody can say what is wrong where.
SHORTEST_REPORT = 10
#: As long as a report's body and its place may be, and any name that a platform gives.
LONGEST_TEXT, LONGEST_PLACE, LONGEST_NAME = LONGEST_BODY, 300, 300

#: By which a post, and a message too, says that it is a report of its own.
HASHTAG = re.compile(r"(?<!\w)#lapor\b", re.IGNORECASE)

#: For whoever sends a photo and says nothing.
DESCRIBE = (
    "LAPOR! Foto Anda kami terima. Mohon tulis laporannya: apa yang terjadi, di mana, dan kapan. "
    "(We have your photo. Please write what happened, where and when.)"
)
_NAMESPACE = UUID("7f0c1f0a-1708-4c1b-9a5e-5f1f6a1708aa")


@dataclass(frozen=True, kw_only=True)
class Heard:
    """A message, whichever platform brought it."""

    name: str
    """The platform's own name for it: the same one is the same message, however often it is brought."""
    channel: Channel
    reporter: Reporter
    text: str = field(default="", repr=False)
    place: str | None = field(default=None, repr=False)
    """A pin on the map."""
    files: tuple[str, ...] = field(default=(), repr=False)
    """What came with it, by name or address."""

    @property
    def names(self) -> list[str]:
        """All that the platform calls somebody or something."""
        who = self.reporter
        return [name for name in (self.name, who.name, who.account, who.handle, who.comment) if name]

    @property
    def message_id(self) -> UUID:
        """The message's name among all messages of all platforms."""
        return uuid5(_NAMESPACE, f"{self.channel}/{self.name}")


@dataclass(frozen=True, eq=False)
class Conversation:
    """Takes messages, each once, and answers by notification."""

    reception: Reception
    files: Files | None = None
    """Fetches what came with a message, where the platform lets us."""

    def take_all(self, messages: Iterable[Heard]) -> None:
        """Take each in a transaction of its own: when this returns, all are durable.

        If one of them fails, its neighbours are taken nevertheless, and then the platform is told to bring all of them
        again: those that were taken are known by then.
        """
        failed: Exception | None = None
        for heard in messages:
            if any(len(name) > LONGEST_NAME for name in heard.names):
                continue  # no platform gives such names
            try:
                with self.reception.transactions.begin() as tx:
                    self.take(heard, tx)
            except Exception as error:
                if is_away(error):
                    raise
                log.error("message failed", channel=heard.channel, message_id=str(heard.message_id), **fault(error))
                failed = error
        if failed:
            raise failed

    def take(self, heard: Heard, tx: Transaction) -> None:
        """Do with a message what it is for, unless that has been done."""
        if not tx.claim([heard.message_id]):
            return
        text = _tidy(HASHTAG.sub(" ", heard.text), LONGEST_TEXT)
        place = _tidy(heard.place or "", LONGEST_PLACE) or None
        wish = commands.read(text, self.reception.desk.tracking_ids)
        if wish:
            self._tell(self._obey(wish, heard, tx), heard, tx)
            if heard.files and self.files:
                self._keep_files(self.files, heard, self._named(wish, heard, tx), tx)
            return
        is_new, report_id = bool(HASHTAG.search(heard.text)), None
        if place or not commands.is_courtesy(text):
            report_id = None if is_new else self._complete(heard, text, place, tx)
            report_id = report_id or self._report(heard, text, place, tx)
        elif is_new:
            self._tell(commands.HELP, heard, tx)
        if heard.files and self.files:
            self._keep_files(self.files, heard, report_id, tx)

    def _keep_files(self, files: Files, heard: Heard, report_id: UUID | None, tx: Transaction) -> None:
        """They are of the report that the same message makes or completes, else of the last one or the next one."""
        marks = self.reception.fingerprints.of_reporter(heard.reporter)
        last = store.find_last_report(tx, marks, channel=heard.channel, since=tx.now - PATIENCE)
        files.note(tx, heard.message_id, self._mark_of(heard), heard.files, report_id or last)
        if report_id is None and last is None:
            self._tell(DESCRIBE, heard, tx)

    def _mark_of(self, heard: Heard) -> str:
        """By what the sender's files are known; where a platform names no sender, they are of this message alone."""
        return next(iter(self.reception.fingerprints.of_reporter(heard.reporter)), heard.message_id.hex)

    def _obey(self, wish: commands.Wish, heard: Heard, tx: Transaction) -> str:
        return commands.obey(
            wish,
            desk=self.reception.desk,
            channel=heard.channel,
            reporter=heard.reporter,
            command_id=heard.message_id,
            tx=tx,
        )

    def _named(self, wish: commands.Wish, heard: Heard, tx: Transaction) -> UUID | None:
        """The sender's report that a command is about."""
        own = commands.own_report(wish, desk=self.reception.desk, reporter=heard.reporter, tx=tx)
        return own[0] if own else None

    def _complete(self, heard: Heard, text: str, place: str | None, tx: Transaction) -> UUID | None:
        """Add it to the report about which this person was asked, if there is one; which one."""
        marks = self.reception.fingerprints.of_reporter(heard.reporter)
        asked = store.find_question(tx, marks, channel=heard.channel, since=tx.now - PATIENCE)
        if asked is None:
            return None
        given = Supplement(body=text or None, place=place)
        outcome = self.reception.desk.supplemented(asked.report_id, asked.tracking_id, given, tx)
        if isinstance(outcome, Refusal):
            return None
        known = [*asked.known, given]
        # Who is asked where and when often answers in two messages: after the first one the question may still stand.
        if len(known) == 2 and missing(
            "\n".join(part.body for part in known if part.body),
            place=any(part.place or part.region_code for part in known),
            date=any(part.occurred_on for part in known),
        ):
            store.add_return(tx, tx.new_id(), asked.report_id, tx.now)
        return asked.report_id

    def _report(self, heard: Heard, text: str, place: str | None, tx: Transaction) -> UUID | None:
        if len(text) < SHORTEST_REPORT:
            if not heard.files:
                self._tell(commands.HELP, heard, tx)
            return None
        submission = Submission(
            source=heard.channel,
            idempotency_key=str(heard.message_id),
            channel=heard.channel,
            body=text,
            place=place,
            reporter=heard.reporter,
            asks=missing(text, place=bool(place)),
        )
        outcome = self.reception.desk.accept(submission, tx)
        if isinstance(outcome, Refusal):
            self._tell(outcome.reason, heard, tx)
            return None
        if self.files:
            self.files.give(tx, self._mark_of(heard), outcome.report_id)
        return outcome.report_id

    def _tell(self, text: str, heard: Heard, tx: Transaction) -> None:
        commands.tell(
            text,
            desk=self.reception.desk,
            channel=heard.channel,
            reporter=heard.reporter,
            message_id=heard.message_id,
            tx=tx,
        )


def missing(text: str, *, place: bool = False, date: bool = False) -> tuple[Missing, ...]:
    """What a report lacks, by the rule that verification has; ``place`` and ``date`` where these are known already."""
    said = clues.Text(text)
    has_place = place or clues.names_a_place(said) or clues.names_an_agency(said)
    has_date = date or clues.names_a_time(said)
    found = {Missing.WHERE: has_place, Missing.WHEN: has_date}
    return tuple(what for what, is_known in found.items() if not is_known)


def pin(north: Any, east: Any, *words: Any) -> str | None:
    """A pin on the map, in words: what is written beside it, and where it stands."""
    if not isinstance(north, int | float) or not isinstance(east, int | float):
        return None
    beside = [word for word in words if isinstance(word, str) and word]
    return ", ".join([f"{north:.5f}, {east:.5f}", *beside])


def _tidy(text: str, longest: int) -> str:
    return FORBIDDEN.sub("", text).strip()[:longest]
