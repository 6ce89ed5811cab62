"""What a reporter may ask for by a message, such as ``STATUS 7K3M-9QXF-2TPA``: the same on every channel of messages.

A channel reads a message with `read`. What is a wish it hands to `obey`, and gives the sender the answer that comes
back; where a channel cannot answer in its own response, `tell` sends that answer by notification. Everything else is a
report. How a report stands only tracking knows: then the answer that comes back is empty, and the real one follows.
"""

import re
from dataclasses import dataclass, field, replace
from enum import StrEnum
from uuid import UUID

from lapor_chassis.redaction import clean
from lapor_chassis.tracking_ids import TrackingIds
from lapor_chassis.transactions import Transaction
from lapor_contracts import clues
from lapor_contracts.events import MessageAnswered, ReporterCommanded, ReporterStopped
from lapor_contracts.fields import LONGEST_BODY
from lapor_contracts.vocabulary import Channel, Command
from lapor_intake import store
from lapor_intake.domain import Reporter
from lapor_intake.handlers import Desk

#: Each of these fits one SMS.
HELP = (
    "LAPOR! Lapor: DAERAH isi (apa, di mana, kapan). STATUS nomor. BALAS nomor isi. SELESAI nomor. "
    "BELUM nomor alasan. NILAI nomor 1-5. TARIK nomor. Berhenti: STOP"
)
UNKNOWN = "LAPOR! Nomor laporan tidak dikenal, atau bukan laporan Anda. Periksa nomornya, contoh: STATUS 7K3M-9QXF-2TPA"
STOPPED = "LAPOR! Pemberitahuan dihentikan. Laporan Anda tetap diproses. Kirim STATUS nomor untuk melihatnya."
NOTHING_TO_STOP = "LAPOR! Tidak ada laporan dari nomor atau akun ini. Tidak ada pemberitahuan yang dikirim."
TOO_LONG = f"LAPOR! Balasan terlalu panjang, paling banyak {LONGEST_BODY} huruf. Mohon kirim lebih singkat."
#: The real answer follows.
FOLLOWS = ""


class Verb(StrEnum):
    """What can be asked for."""

    STATUS = Command.STATUS
    REPLY = Command.REPLY
    CLOSE = Command.CLOSE
    REOPEN = Command.REOPEN
    RATE = Command.RATE
    WITHDRAW = Command.WITHDRAW
    REFER = Command.REFER
    HELP = "help"
    STOP = "stop"


#: For whoever gives no number.
HOW = {
    Verb.STATUS: "LAPOR! Kirim: STATUS nomor-laporan. Contoh: STATUS 7K3M-9QXF-2TPA",
    Verb.REPLY: "LAPOR! Kirim: BALAS nomor-laporan isi. Contoh: BALAS 7K3M-9QXF-2TPA lampu masih mati",
    Verb.CLOSE: "LAPOR! Kirim: SELESAI nomor-laporan. Contoh: SELESAI 7K3M-9QXF-2TPA",
    Verb.REOPEN: "LAPOR! Kirim: BELUM nomor-laporan alasan. Contoh: BELUM 7K3M-9QXF-2TPA lampu masih mati",
    Verb.RATE: "LAPOR! Kirim: NILAI nomor-laporan angka 1 sampai 5. Contoh: NILAI 7K3M-9QXF-2TPA 4",
    Verb.WITHDRAW: "LAPOR! Kirim: TARIK nomor-laporan. Contoh: TARIK 7K3M-9QXF-2TPA",
    Verb.REFER: "LAPOR! Kirim: OMBUDSMAN nomor-laporan. Contoh: OMBUDSMAN 7K3M-9QXF-2TPA",
}
#: As people write them.
_WORDS: dict[Verb, str] = {
    Verb.STATUS: "status stts setatus cek lacak pantau track check",
    Verb.REPLY: "balas jawab tanggapi bls bales blas reply answer",
    Verb.CLOSE: "selesai selesei slesai selese tutup beres close done",
    Verb.REOPEN: "belum blm belom blom",
    Verb.RATE: "nilai nilei rating bintang rate",
    Verb.WITHDRAW: "tarik cabut batal batalkan withdraw",
    Verb.REFER: "ombudsman ombudsmen ombusman ombudman",
    Verb.HELP: "bantuan tolong help info panduan menu",
    Verb.STOP: "stop berhenti hentikan unsub unsubscribe",
}
_VERBS = {word: verb for verb, words in _WORDS.items() for word in words.split()}
_WITH_WORDS = frozenset({Verb.REPLY, Verb.REOPEN})
#: Whoever has reported only once need not name the report, unless what is asked for cannot be undone.
_NEEDS_NUMBER = frozenset({Verb.WITHDRAW, Verb.REFER})
#: No report begins with these, so whoever forgot the number meant the command all the same.
_UNMISTAKABLE = frozenset({"balas", "bls", "bales", "reply"})

#: What people say to be polite: nothing but this is neither a report nor an answer, and changes no command.
_COURTESIES = clues.words_of(
    "halo hallo hai hi hello permisi assalamualaikum assalamu alaikum selamat pagi siang sore malam terima kasih"
    " makasih trims thanks thank you tks ok oke okay baik siap sip mantap ya iya sama pak bu bapak ibu kak mas mbak min"
    " admin lapor banyak ditunggu"
)
_VERB = re.compile(rf"[\W_]*({'|'.join(sorted(_VERBS, reverse=True))})(.*)", re.DOTALL | re.IGNORECASE)
#: Twelve letters and digits, however they are set apart.
_TWELVE = re.compile(r"[\W_]*([0-9A-Z](?:[\s.:_-]{0,3}[0-9A-Z]){11})[\s.,:;_-]*(.*)", re.DOTALL | re.IGNORECASE)
#: What was meant as a number though it is none of ours: it looks like one, with whatever behind it …
_SHAPED = re.compile(r"(?=\D*\d)([0-9A-Z]{4}[ .-]?[0-9A-Z]{4}[ .-]?[0-9A-Z]{4})\b(.*)", re.DOTALL)
#: … or it is all that there is, or one word of a kind in which no sentence begins.
_GROUPS = re.compile(r"(?=\D*\d)([0-9A-Z]{2,6}(?:[ .:_-]?[0-9A-Z]{2,6}){1,3})()", re.IGNORECASE)
_WORD = re.compile(r"(?=\D*\d)([0-9A-Z.:_-]{4,20})()", re.IGNORECASE)
_WORD_AND_MORE = re.compile(r"(?=[A-Z.:_-]*\d)([0-9A-Z.:_-]{4,20})\b(.*)", re.DOTALL | re.IGNORECASE)
_MEANT = {
    Verb.STATUS: _GROUPS,
    Verb.CLOSE: _GROUPS,
    Verb.RATE: _GROUPS,
    Verb.WITHDRAW: _GROUPS,
    Verb.REFER: _GROUPS,
    Verb.STOP: _WORD,
    Verb.REPLY: _WORD_AND_MORE,
    Verb.REOPEN: _SHAPED,
}
#: Before the number, or behind it.
_RATING_FIRST = re.compile(r"[\W_]*([1-5])[\s.,:;_-]+(.*)", re.DOTALL)
_RATING = re.compile(r"([1-5])(?!\d).*", re.DOTALL)
_RATING_ALONE = re.compile(r"[1-5](?:\s*/\s*5)?(?!\d)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Wish:
    """A command as it was typed. ``number`` is empty where none was given."""

    verb: Verb
    number: str = ""
    text: str = field(default="", repr=False)

    @property
    def rating(self) -> int | None:
        """What was given as such, if it is one."""
        given = _RATING.fullmatch(self.text) if self.verb is Verb.RATE else None
        return int(given[1]) if given else None


def read(text: str, ids: TrackingIds) -> Wish | None:
    """The command that a message is; None if it is a report.

    Reports begin with these words too (``Tutup saluran hilang di …``). So a command about a report needs a genuine
    number, or something much like one, or nothing at all behind it but thanks. BANTUAN stands alone; STOP too, or with
    a number. A number alone asks how its report stands.
    """
    if number := ids.read(text.strip()):
        return Wish(Verb.STATUS, number)
    first = _VERB.fullmatch(text)
    if first is None:
        return None
    verb, rest = _VERBS[first[1].casefold()], first[2]
    typed = _begun(rest)
    if verb is Verb.RATE and (rated := _RATING_FIRST.fullmatch(rest)):
        rest = f" {rated[2]} {rated[1]}"
    if verb is not Verb.HELP and (twelve := _TWELVE.fullmatch(rest)) and (number := ids.read(_bare(twelve[1]))):
        return Wish(verb, number, twelve[2].strip())
    if re.match(r"\w", rest):  # not this word, but a longer one
        return None
    rest = _begun(rest)
    if not rest or (verb is not Verb.REPLY and is_courtesy(rest)):
        return Wish(verb)
    if verb is Verb.HELP:
        return None
    if meant := _SHAPED.fullmatch(rest) or _MEANT[verb].fullmatch(rest):
        return Wish(verb, meant[1], meant[2].strip())
    rated = _RATING_ALONE.fullmatch(typed) if verb is Verb.RATE else None
    is_command = first[1].casefold() in _UNMISTAKABLE or (rated and is_courtesy(rated[1]))
    return Wish(verb, text=typed) if is_command else None


def is_courtesy(text: str) -> bool:
    """Whether somebody only greets or thanks, or says nothing at all."""
    return _COURTESIES.issuperset(re.findall(r"\w+", text.casefold()))


def _begun(text: str) -> str:
    """From its first letter or digit on."""
    return re.sub(r"^[\W_]+", "", text).strip()


def _bare(number: str) -> str:
    return re.sub(r"[\W_]", "", number)


def obey(wish: Wish, *, desk: Desk, channel: Channel, reporter: Reporter, command_id: UUID, tx: Transaction) -> str:
    """Do what a message asks for, and return the answer; empty where it follows by notification.

    The same ``command_id`` is the same command. Whoever asks for a report that is not theirs learns nothing that its
    public page does not show, and of a secret one not even that it exists.
    """
    if wish.verb is Verb.HELP:
        return HELP
    if wish.verb is Verb.STOP:
        return _stop(wish, desk, reporter, tx)
    wish = _numbered(wish, desk, reporter, tx)
    lacks_words = (wish.verb is Verb.REPLY and not wish.text) or (wish.verb is Verb.RATE and wish.rating is None)
    if not wish.number or lacks_words:
        return HOW[wish.verb]
    words = clean(wish.text, reporter.parts).text if wish.verb in _WITH_WORDS else None
    if words and len(words) > LONGEST_BODY:
        return TOO_LONG
    asked = _asked(wish, desk, reporter, tx)
    if asked is None or not (asked[1].is_theirs or _is_public(wish.verb, asked[1])):
        return UNKNOWN
    tracking_id, found = asked
    tx.publish(
        ReporterCommanded(
            report_id=found.report_id,
            tracking_id=tracking_id,
            command_id=command_id,
            commanded_at=tx.now,
            command=Command(wish.verb),
            text=words or None,
            rating=wish.rating,
            is_reporter=found.is_theirs,
            sealed=desk.sealer.sealed(channel, reporter),
            key_id=desk.sealer.key_id,
        )
    )
    return FOLLOWS


def own_report(wish: Wish, *, desk: Desk, reporter: Reporter, tx: Transaction) -> tuple[UUID, str] | None:
    """The reporter's own report that a command is about, by id and tracking ID; None where it is about none."""
    asked = _asked(_numbered(wish, desk, reporter, tx), desk, reporter, tx)
    return (asked[1].report_id, asked[0]) if asked and asked[1].is_theirs else None


def tell(
    text: str, *, desk: Desk, channel: Channel, reporter: Reporter, tx: Transaction, message_id: UUID | None = None
) -> None:
    """Answer by notification, where a channel cannot answer in its own response; once for the same ``message_id``."""
    if text:
        tx.publish(
            MessageAnswered(
                report_id=message_id or tx.new_id(),
                answered_at=tx.now,
                text=text,
                sealed=desk.sealer.sealed(channel, reporter),
                key_id=desk.sealer.key_id,
            )
        )


def _numbered(wish: Wish, desk: Desk, reporter: Reporter, tx: Transaction) -> Wish:
    """With the number of the reporter's only report, where the command goes without one."""
    if wish.number or wish.verb not in HOW.keys() - _NEEDS_NUMBER:
        return wish
    return replace(wish, number=_only_report(desk, reporter, tx))


def _asked(wish: Wish, desk: Desk, reporter: Reporter, tx: Transaction) -> tuple[str, store.Asked] | None:
    """The report that a command is about, by its tracking ID, and whether it is the reporter's own."""
    tracking_id = desk.tracking_ids.read(wish.number)
    found = store.find_asked(tx, tracking_id, desk.fingerprints.of_reporter(reporter)) if tracking_id else None
    return (tracking_id, found) if tracking_id and found else None


def _only_report(desk: Desk, reporter: Reporter, tx: Transaction) -> str:
    """The number of the only report of this reporter; empty where there is none, or which one is not clear."""
    own = store.reports_of(tx, desk.fingerprints.of_reporter(reporter))
    return own[0][1] if len(own) == 1 else ""


def _is_public(verb: Verb, asked: store.Asked) -> bool:
    return verb is Verb.STATUS and not asked.secret


def _stop(wish: Wish, desk: Desk, reporter: Reporter, tx: Transaction) -> str:
    """No more notices: about one report, or about all of this reporter's."""
    marks = desk.fingerprints.of_reporter(reporter)
    wanted = desk.tracking_ids.read(wish.number)
    if wish.number and wanted is None:
        return UNKNOWN
    stopped = store.reports_of(tx, marks, tracking_id=wanted)
    for report_id, tracking_id in stopped:
        tx.publish(ReporterStopped(report_id=report_id, tracking_id=tracking_id, stopped_at=tx.now))
    if stopped:
        return STOPPED
    return UNKNOWN if wish.number else NOTHING_TO_STOP
