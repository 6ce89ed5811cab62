"""What a reporter may ask for by a message, such as ``STATUS 7K3M-9QXF-2TPA``: the same on every channel of messages.

A channel reads a message with `read`. What is a wish it hands to `obey`, and gives the sender the answer that comes
back; where a channel cannot answer in its own response, `tell` sends that answer by notification. Everything else is a
report. How a report stands only tracking knows: then the answer that comes back is empty, and the real one follows.
"""

import re
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from lapor_chassis.redaction import clean
from lapor_chassis.tracking_ids import TrackingIds
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import MessageAnswered, ReporterCommanded, ReporterStopped
from lapor_contracts.fields import LONGEST_BODY
from lapor_contracts.vocabulary import Channel, Command
from lapor_intake import store
from lapor_intake.domain import Reporter
from lapor_intake.handlers import Desk

#: Each of these fits one SMS.
HELP = (
    "LAPOR! Lapor: DAERAH isi laporan (apa, di mana, kapan). Cek: STATUS nomor. "
    "Jawab: BALAS nomor isi. Tutup: SELESAI nomor. Tanpa kabar: STOP"
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
    HELP = "help"
    STOP = "stop"


#: For whoever gives no number.
_HOW = {
    Verb.STATUS: "LAPOR! Kirim: STATUS nomor-laporan. Contoh: STATUS 7K3M-9QXF-2TPA",
    Verb.REPLY: "LAPOR! Kirim: BALAS nomor-laporan isi. Contoh: BALAS 7K3M-9QXF-2TPA lampu masih mati",
    Verb.CLOSE: "LAPOR! Kirim: SELESAI nomor-laporan. Contoh: SELESAI 7K3M-9QXF-2TPA",
}
_WORDS: dict[Verb, str] = {
    Verb.STATUS: "status cek lacak pantau track check",
    Verb.REPLY: "balas jawab tanggapi bls bales reply answer",
    Verb.CLOSE: "selesai tutup beres close done",
    Verb.HELP: "bantuan tolong help info panduan menu",
    Verb.STOP: "stop berhenti hentikan unsub unsubscribe",
}
_VERBS = {word: verb for verb, words in _WORDS.items() for word in words.split()}
#: No report begins with these, so whoever forgot the number meant the command all the same.
_UNMISTAKABLE = frozenset({"balas", "bls", "bales", "reply"})

_VERB = re.compile(rf"[\W_]*({'|'.join(sorted(_VERBS, reverse=True))})(.*)", re.DOTALL | re.IGNORECASE)
#: Twelve letters and digits, however they are set apart.
_TWELVE = re.compile(r"[\W_]*([0-9A-Z](?:[\s.:_-]{0,3}[0-9A-Z]){11})[\s.,:;_-]*(.*)", re.DOTALL | re.IGNORECASE)
#: What was meant as a number though it is none of ours: it looks like one, with whatever behind it …
_SHAPED = re.compile(r"(?=\D*\d)([0-9A-Z]{4}[ .-]?[0-9A-Z]{4}[ .-]?[0-9A-Z]{4})\b(.*)", re.DOTALL)
#: … or it is all that there is, or one word of a kind in which no sentence begins.
_GROUPS = re.compile(r"(?=\D*\d)([0-9A-Z]{2,6}(?:[ .:_-]?[0-9A-Z]{2,6}){1,3})()", re.IGNORECASE)
_WORD = re.compile(r"(?=\D*\d)([0-9A-Z.:_-]{4,20})()", re.IGNORECASE)
_WORD_AND_MORE = re.compile(r"(?=[A-Z.:_-]*\d)([0-9A-Z.:_-]{4,20})\b(.*)", re.DOTALL | re.IGNORECASE)
_MEANT = {Verb.STATUS: _GROUPS, Verb.CLOSE: _GROUPS, Verb.STOP: _WORD, Verb.REPLY: _WORD_AND_MORE}


@dataclass(frozen=True)
class Wish:
    """A command as it was typed. ``number`` is empty where none was given."""

    verb: Verb
    number: str = ""
    text: str = field(default="", repr=False)


def read(text: str, ids: TrackingIds) -> Wish | None:
    """The command that a message is; None if it is a report.

    Reports begin with these words too (``Tutup saluran hilang di …``). So a command about a report needs a genuine
    number, or something much like one, or nothing at all behind it. BANTUAN stands alone; STOP too, or with a number.
    A number alone asks how its report stands.
    """
    if number := ids.read(text.strip()):
        return Wish(Verb.STATUS, number)
    first = _VERB.fullmatch(text)
    if first is None:
        return None
    verb, rest = _VERBS[first[1].casefold()], first[2]
    if verb is not Verb.HELP and (twelve := _TWELVE.fullmatch(rest)) and (number := ids.read(_bare(twelve[1]))):
        return Wish(verb, number, twelve[2].strip())
    if re.match(r"\w", rest):  # not this word, but a longer one
        return None
    rest = re.sub(r"^[\W_]+", "", rest).strip()
    if not rest:
        return Wish(verb)
    if verb is Verb.HELP:
        return None
    if meant := _SHAPED.fullmatch(rest) or _MEANT[verb].fullmatch(rest):
        return Wish(verb, meant[1], meant[2].strip())
    return Wish(verb) if first[1].casefold() in _UNMISTAKABLE else None


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
    if not wish.number or (wish.verb is Verb.REPLY and not wish.text):
        return _HOW[wish.verb]
    words = clean(wish.text, reporter.parts).text if wish.verb is Verb.REPLY else None
    if words and len(words) > LONGEST_BODY:
        return TOO_LONG
    tracking_id = desk.tracking_ids.read(wish.number)
    found = store.find_asked(tx, tracking_id, desk.fingerprints.of_reporter(reporter)) if tracking_id else None
    if tracking_id is None or found is None or not (found.is_theirs or _is_public(wish.verb, found)):
        return UNKNOWN
    tx.publish(
        ReporterCommanded(
            report_id=found.report_id,
            tracking_id=tracking_id,
            command_id=command_id,
            commanded_at=tx.now,
            command=Command(wish.verb),
            text=words,
            is_reporter=found.is_theirs,
            sealed=desk.sealer.sealed(channel, reporter),
            key_id=desk.sealer.key_id,
        )
    )
    return FOLLOWS


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
