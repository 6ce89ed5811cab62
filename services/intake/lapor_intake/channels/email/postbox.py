"""What becomes of an e-mail: a report, a reply about one, what completes one, or a command."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.telemetry import log
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import AgencyMailed
from lapor_contracts.vocabulary import Channel
from lapor_intake import commands, store
from lapor_intake.adding import add_files
from lapor_intake.admission import TRUSTED
from lapor_intake.attachments.keeping import MOST_OF_A_REPORT
from lapor_intake.channels import receipts
from lapor_intake.channels.channel import Reception
from lapor_intake.channels.conversation import LONGEST_TEXT, missing
from lapor_intake.channels.email import bounces
from lapor_intake.channels.email.reading import Letter, NoLetter, read
from lapor_intake.commands import Verb, Wish, is_courtesy
from lapor_intake.domain import Reporter, Submission, Supplement

SOURCE = "email"
LONGEST_TITLE = 140
#: With its attachments, which grow by a third on their way.
LONGEST_EMAIL = 32 * 1024 * 1024

#: Whoever writes under somebody's address must be able neither to end that person's report nor to silence our notices.
_NOT_BY_EMAIL = frozenset({Verb.CLOSE, Verb.WITHDRAW, Verb.REFER, Verb.STOP})
_HOW_TO_CLOSE = (
    "Demi keamanan Anda, lewat surel laporan tidak dapat ditutup, ditarik, atau dialihkan, dan pemberitahuan tidak "
    "dapat dihentikan, karena alamat pengirim mudah dipalsukan. Lakukanlah di {url}/lacak dengan nomor laporan dan "
    "kode rahasia Anda. (A sender's address is easily forged, so no report is closed, withdrawn or referred and no "
    "notice stopped by e-mail. Do so there instead.)"
)
_CUT = (
    "Surel Anda sangat panjang: kami menerima {limit} huruf pertamanya. (Your e-mail is very long: we took its first "
    "{limit} characters.)"
)
_TOO_LARGE = (
    "Surel Anda terlalu besar dan tidak kami terima. Kirimlah tanpa lampiran, atau lewat {url}/lapor. (Your e-mail is "
    "too large and was not taken. Send it without attachments, or report there.)"
)
_TOO_MANY_FILES = "Hanya {most} lampiran yang kami terima. (We took {most} of the attachments.)"
#: A flood under somebody's address must not become a flood of answers to that address.
_REFUSED_AGAIN = timedelta(hours=1)
#: As routing makes them.
_REPLY_TOKEN = re.compile(r"[a-z2-7]{52}")
_TRACKING_ID = re.compile(r"\b[0-9A-Z]{4}[ -]?[0-9A-Z]{4}[ -]?[0-9A-Z]{4}\b", re.IGNORECASE)


@dataclass(frozen=True)
class Thread:
    """A report of the writer's that an e-mail goes on about."""

    report_id: UUID
    tracking_id: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Postbox:
    """Takes e-mails as mail servers bring them."""

    reception: Reception
    own: frozenset[str]
    """Our addresses, in small letters: what comes from one of them is our own."""
    authserv_id: str | None = None
    """By what our mail server signs what it found out about senders."""
    longest: int = LONGEST_EMAIL
    """How many bytes an e-mail may have; whoever fetches or is brought one sees to it."""

    def is_for_us(self, address: str) -> bool:
        """Whether mail to this address comes here."""
        return address.lower() in self.own or self._token([address]) is not None

    def take(
        self, raw: bytes, *, envelope_sender: str | None = None, recipients: Iterable[str] = ()
    ) -> NoLetter | None:
        """Do with an e-mail what it is for. When this returns it is durable; taken twice it has its effect once."""
        letter = read(raw, own=self.own, envelope_sender=envelope_sender, authserv_id=self.authserv_id)
        if isinstance(letter, NoLetter):
            if not self._note_bounce(raw):
                log.info("e-mail ignored", reason=letter.reason)
            return letter
        if token := self._token([*recipients, *letter.recipients]):
            self._hand_on(letter, token)
            return None
        files, refused = self._keep(letter)
        with self.reception.transactions.begin() as tx:
            if tx.claim([self._id(letter)]):
                self._tell([*self._done(letter, files, tx), *refused], letter, tx)
        return None

    def _note_bounce(self, raw: bytes) -> bool:
        """Tell notification where this says what became of a letter of ours."""
        found = bounces.read(raw, domains={address.rpartition("@")[2] for address in self.own})
        if found:
            with self.reception.transactions.begin() as tx:
                receipts.report(found, tx)
        return bool(found)

    def refuse_too_large(self, head: bytes) -> None:
        """Tell the writer of an e-mail, of which only the headers were fetched, that it is too large."""
        letter = read(head, own=self.own)
        if isinstance(letter, NoLetter):
            return
        with self.reception.transactions.begin() as tx:
            if tx.claim([self._id(letter)]):
                self._tell([_TOO_LARGE.format(url=self.reception.public_url)], letter, tx)

    def _token(self, addresses: Iterable[str]) -> str | None:
        """What routing has put into one of our addresses, so that a body may answer its letter."""
        for address in addresses:
            local, _, domain = address.lower().rpartition("@")
            base, _, token = local.partition("+")
            if _REPLY_TOKEN.fullmatch(token) and f"{base}@{domain}" in self.own:
                return token
        return None

    def _hand_on(self, letter: Letter, token: str) -> None:
        """A body's letter is no report: routing judges whether it may, and does what it says."""
        with self.reception.transactions.begin() as tx:
            if not tx.claim([self._id(letter)]):
                return
            mailed = AgencyMailed(
                report_id=self._id(letter),
                mailed_at=tx.now,
                token=token,
                sender_domain=letter.sender.rpartition("@")[2],
                dmarc=letter.dmarc,
                text=letter.added[:LONGEST_TEXT],
            )
            tx.publish(mailed)

    def _keep(self, letter: Letter) -> tuple[tuple[UUID, ...], list[str]]:
        """The ids of what could be kept of the attachments, and what to say of the others (without their names)."""
        key = (SOURCE, self._id(letter).hex)
        files: list[UUID] = []
        refused: list[str] = []
        for number, file in enumerate(letter.files, 1):
            if len(files) == MOST_OF_A_REPORT:
                refused.append(_TOO_MANY_FILES.format(most=MOST_OF_A_REPORT))
                break
            outcome = self.reception.attachments.take_in(file.content, key)
            if isinstance(outcome, Refusal):
                refused.append(f"Lampiran {number}: {outcome.reason}")
            elif outcome.id not in files:
                files.append(outcome.id)
        return tuple(files), refused

    def _done(self, letter: Letter, files: tuple[UUID, ...], tx: Transaction) -> Iterator[str]:
        """Do it, and say what there is to answer beside the notices."""
        thread = self._thread(letter, tx)
        # What is quoted below a report is our own letter, which may hold its receipt: that is for no body to read.
        words = letter.added if thread else letter.text
        said = (words or letter.subject)[:LONGEST_TEXT]
        wish = commands.read(said, self.reception.desk.tracking_ids)
        if len(words) > LONGEST_TEXT:
            yield _CUT.format(limit=LONGEST_TEXT)
        if wish:
            wish = _about(thread, wish, said)
            yield self._obey(wish, letter, tx)
            if files and (named := self._named(wish, letter, tx)):
                yield self._add(named, files, tx)
        elif thread:
            yield from self._go_on(thread, words[:LONGEST_TEXT], files, letter, tx)
        elif is_courtesy(said):
            yield "" if said else commands.HELP
        else:
            yield from self._report(said, files, letter, tx)

    def _go_on(
        self, thread: Thread, said: str, files: tuple[UUID, ...], letter: Letter, tx: Transaction
    ) -> Iterator[str]:
        """Complete the report, or reply to the body; thanks are no words, and photos need none."""
        words = None if is_courtesy(said) else said
        if not words and not files:
            yield "" if said else self._obey(Wish(Verb.REPLY, thread.tracking_id), letter, tx)
        elif not self._complete(thread, words, files, tx):
            if words:
                yield self._obey(Wish(Verb.REPLY, thread.tracking_id, words), letter, tx)
            yield self._add(thread, files, tx)

    def _named(self, wish: Wish, letter: Letter, tx: Transaction) -> Thread | None:
        """The writer's report that a command is about."""
        own = commands.own_report(wish, desk=self.reception.desk, reporter=_reporter(letter), tx=tx)
        return Thread(*own) if own else None

    def _thread(self, letter: Letter, tx: Transaction) -> Thread | None:
        """The report that the subject names or whose first e-mail is answered; only one of the writer's own."""
        desk, marks = self.reception.desk, self.reception.fingerprints.of_reporter(_reporter(letter))
        # Our letters name it in the subject, and for whoever changes that, in what a reply refers to.
        said = " ".join([letter.subject, *letter.references])
        for number in filter(None, map(desk.tracking_ids.read, _TRACKING_ID.findall(said))):
            asked = store.find_asked(tx, number, marks)
            if asked and asked.is_theirs:
                return Thread(asked.report_id, number)
        keys = [(SOURCE, self._mark(letter.sender, message_id)) for message_id in letter.references]
        known = store.known_by_key(tx, keys) if keys else {}
        nearest = next((known[key] for key in reversed(keys) if key in known), None)
        return Thread(nearest.report_id, nearest.tracking_id) if nearest else None

    def _report(self, said: str, files: tuple[UUID, ...], letter: Letter, tx: Transaction) -> Iterator[str]:
        submission = Submission(
            source=SOURCE,
            idempotency_key=self._mark(letter.sender, letter.message_id or (letter.subject, letter.text)),
            channel=Channel.EMAIL,
            title=letter.subject[:LONGEST_TITLE] or None,
            body=said,
            reporter=_reporter(letter),
            attachments=files,
            asks=missing(f"{letter.subject} {said}"),
        )
        outcome = self.reception.desk.accept(submission, tx)
        if isinstance(outcome, Refusal) and outcome.code == "idempotency-key-used":
            # Some scanners and old programs give all that they send the same Message-ID. It is counted already.
            another = replace(submission, idempotency_key=self._id(letter).hex)
            outcome = self.reception.desk.accept(another, tx, TRUSTED)
        if isinstance(outcome, Refusal) and self._may_refuse(letter, tx):
            yield outcome.reason

    def _complete(self, thread: Thread, said: str | None, files: tuple[UUID, ...], tx: Transaction) -> bool:
        """Add it to the report, if that waits for something."""
        given = Supplement(body=said, attachments=files)
        outcome = self.reception.desk.supplemented(thread.report_id, thread.tracking_id, given, tx)
        return not isinstance(outcome, Refusal)

    def _add(self, thread: Thread, files: tuple[UUID, ...], tx: Transaction) -> str:
        """What came with a reply or a command is for whoever reads that."""
        if not files:
            return ""
        refusal = add_files(self.reception.desk, thread.report_id, thread.tracking_id, files, tx)
        return refusal.reason if refusal else ""

    def _obey(self, wish: Wish, letter: Letter, tx: Transaction) -> str:
        if wish.verb in _NOT_BY_EMAIL:
            return _HOW_TO_CLOSE.format(url=self.reception.public_url)
        desk, command_id = self.reception.desk, self._id(letter)
        return commands.obey(
            wish, desk=desk, channel=Channel.EMAIL, reporter=_reporter(letter), command_id=command_id, tx=tx
        )

    def _may_refuse(self, letter: Letter, tx: Transaction) -> bool:
        period = int(tx.now.timestamp() / _REFUSED_AGAIN.total_seconds())
        return bool(tx.claim([UUID(hex=self._mark(letter.sender, period))]))

    def _tell(self, answers: Iterable[str], letter: Letter, tx: Transaction) -> None:
        text = "\n\n".join(filter(None, answers))
        commands.tell(text, desk=self.reception.desk, channel=Channel.EMAIL, reporter=_reporter(letter), tx=tx)

    def _id(self, letter: Letter) -> UUID:
        """The same for the same e-mail, whichever of our addresses it came to and however often."""
        return UUID(hex=self._mark(letter.sender, letter.message_id, letter.subject, letter.text))

    def _mark(self, *what: object) -> str:
        # The sender is always part of it: nobody can use up the Message-ID of somebody else.
        return self.reception.fingerprints.of(SOURCE, *what)


def _about(thread: Thread | None, wish: Wish, said: str) -> Wish:
    """The command with the number that the subject gave, where the text gave none."""
    if thread is None or wish.number:
        return wish
    text = said if wish.verb is Verb.REPLY else wish.text
    return replace(wish, number=thread.tracking_id, text=text)


def _reporter(letter: Letter) -> Reporter:
    return Reporter(name=letter.name, email=letter.sender)
