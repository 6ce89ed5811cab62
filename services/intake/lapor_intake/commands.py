"""What a reporter may ask for by a message, such as ``STATUS 7K3M-9QXF-2TPA``: the same on every channel of messages.

A channel reads a message with `read`. What is a wish it hands to `obey`, and gives the sender the answer that comes
back; where a channel cannot answer in its own response, `tell` sends that answer by notification. Everything else is a
report. How a report stands only tracking knows: then the answer that comes back is empty, and the real one follows.
"""

import re
from dataclasses import dataclass, field
from enum import Enum, auto
from uuid import UUID

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import MessageAnswered, ReporterCommanded, ReporterStopped
from lapor_contracts.vocabulary import Channel, Command
from lapor_intake import store
from lapor_intake.domain import Reporter
from lapor_intake.handlers import Desk
from lapor_intake.redaction import clean

#: Each of these fits one SMS.
HELP = (
    "LAPOR! Lapor: DAERAH isi laporan (apa, di mana, kapan). Cek: STATUS nomor. "
    "Jawab: BALAS nomor isi. Tutup: SELESAI nomor. Tanpa kabar: STOP"
)
UNKNOWN = "LAPOR! Nomor laporan tidak dikenal, atau bukan laporan Anda. Periksa nomornya, contoh: STATUS 7K3M-9QXF-2TPA"
STOPPED = "LAPOR! Pemberitahuan dihentikan. Laporan Anda tetap diproses. Kirim STATUS nomor untuk melihatnya."
NOTHING_TO_STOP = "LAPOR! Tidak ada laporan dari nomor atau akun ini. Tidak ada pemberitahuan yang dikirim."
HOW = {
    Command.STATUS: "LAPOR! Kirim: STATUS nomor-laporan. Contoh: STATUS 7K3M-9QXF-2TPA",
    Command.REPLY: "LAPOR! Kirim: BALAS nomor-laporan isi. Contoh: BALAS 7K3M-9QXF-2TPA lampu masih mati",
    Command.CLOSE: "LAPOR! Kirim: SELESAI nomor-laporan. Contoh: SELESAI 7K3M-9QXF-2TPA",
}
#: The real answer follows.
FOLLOWS = ""


class Service(Enum):
    """What intake itself answers, without asking anybody about a report."""

    HELP = auto()
    STOP = auto()


_COMMANDS: dict[Command | Service, str] = {
    Command.STATUS: "status cek lacak pantau track check",
    Command.REPLY: "balas jawab tanggapi bls bales reply answer",
    Command.CLOSE: "selesai tutup beres close done",
    Service.HELP: "bantuan tolong help info panduan menu",
    Service.STOP: "stop berhenti hentikan unsub unsubscribe",
}
_VERBS = {word: verb for verb, words in _COMMANDS.items() for word in words.split()}
#: No report begins with these, so whoever forgot the number meant the command all the same.
_UNMISTAKABLE = frozenset({"balas", "bls", "bales", "reply"})

_FIRST_WORD = re.compile(r"[\W_]*([A-Za-z]+)(?![A-Za-z0-9])[\s.,:;#*_-]*(.*)", re.DOTALL)
_GAP = r"[\s.,:_-]{0,3}"
#: Twelve letters and digits, however they are set apart.
_NUMBER = re.compile(rf"\W*([0-9A-Za-z](?:{_GAP}[0-9A-Za-z]){{11}})(?![0-9A-Za-z])[\s.,:;-]*(.*)", re.DOTALL)
#: What was meant as a number: a word of digits and letters in which a sentence does not begin.
_ALMOST = re.compile(r"\W*(?=[0-9A-Za-z.:_-]*\d)[0-9A-Za-z][0-9A-Za-z.:_-]{3,}")
_LONGEST_NUMBER = 20


@dataclass(frozen=True)
class Wish:
    """A command as it was typed. ``number`` is empty where none was given."""

    verb: Command | Service
    number: str = ""
    text: str = field(default="", repr=False)


def read(text: str) -> Wish | None:
    """The command that a message is; None if it is a report.

    Reports begin with these words too (``Tutup saluran hilang di …``). So a command about a report needs something
    like its number, or nothing at all behind it; BANTUAN stands alone, and STOP too, or with a number.
    """
    first = _FIRST_WORD.fullmatch(text.strip())
    verb = _VERBS.get(first[1].casefold()) if first else None
    if first is None or verb is None:
        return None
    rest = first[2].strip()
    if not rest:
        return Wish(verb)
    if verb is Service.HELP:
        return None
    number, words = _split(rest, alone=verb is not Command.REPLY)
    if number and (words == "" or verb is not Service.STOP):
        return Wish(verb, number, words)
    return Wish(verb) if first[1].casefold() in _UNMISTAKABLE else None


def _split(rest: str, *, alone: bool) -> tuple[str, str]:
    """The report's number and what stands behind it, which for most commands is nothing (``alone``)."""
    if (found := _NUMBER.fullmatch(rest)) and any(sign.isdigit() for sign in found[1]):
        return re.sub(r"[\W_]", "", found[1]), found[2].strip()
    if alone:
        return (rest, "") if len(rest) <= _LONGEST_NUMBER and re.search(r"\d", rest) else ("", "")
    almost = _ALMOST.match(rest)
    return (almost[0], rest[almost.end() :].strip()) if almost else ("", "")


def obey(wish: Wish, *, desk: Desk, channel: Channel, reporter: Reporter, command_id: UUID, tx: Transaction) -> str:
    """Do what a message asks for, and return the answer; empty where the answer follows by notification.

    The same ``command_id`` is the same command. Whoever asks for a report that is not theirs learns nothing that its
    public page does not show, and of a secret one not even that it exists.
    """
    match wish.verb:
        case Service.HELP:
            return HELP
        case Service.STOP:
            return _stop(wish, desk, reporter, tx)
    if not wish.number or (wish.verb is Command.REPLY and not wish.text):
        return HOW[wish.verb]
    tracking_id = desk.tracking_ids.read(wish.number)
    found = store.find_asked(tx, tracking_id, desk.fingerprints.of_reporter(reporter)) if tracking_id else None
    if tracking_id is None or found is None or not (found.is_reporters or _is_public(wish.verb, found)):
        return UNKNOWN
    tx.publish(
        ReporterCommanded(
            report_id=found.report_id,
            tracking_id=tracking_id,
            command_id=command_id,
            commanded_at=tx.now,
            command=wish.verb,
            text=clean(wish.text, reporter.parts).text if wish.verb is Command.REPLY else None,
            is_reporter=found.is_reporters,
            sealed=desk.sealer.sealed(channel, reporter),
            key_id=desk.sealer.key_id,
        )
    )
    return FOLLOWS


def tell(text: str, *, desk: Desk, channel: Channel, reporter: Reporter, tx: Transaction) -> None:
    """Answer by notification, where a channel cannot answer in its own response."""
    if text:
        tx.publish(
            MessageAnswered(
                report_id=tx.new_id(),
                answered_at=tx.now,
                text=text,
                sealed=desk.sealer.sealed(channel, reporter),
                key_id=desk.sealer.key_id,
            )
        )


def _is_public(verb: Command, asked: store.Asked) -> bool:
    return verb is Command.STATUS and not asked.secret


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
