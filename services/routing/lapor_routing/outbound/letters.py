"""To a body's mailbox, with an address at which it answers by mail."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parseaddr

from lapor_chassis.mail import Letter, SmtpServer
from lapor_contracts.envelope import decode
from lapor_contracts.events import DispositionAssigned, DispositionEnded, DispositionReplied
from lapor_contracts.regions import enclosing
from lapor_contracts.vocabulary import Kind
from lapor_routing.domain.delivering import Connection, Delivered, Fault, Outcome, Undelivered
from lapor_routing.outbound.links import LIFETIME
from lapor_routing.outbound.store import Delivery
from lapor_routing.outbound.tokens import LONGEST_LOCAL_PART, reply_address, token_of
from lapor_routing.outbound.words import ENDS

#: A delivery that tells a body why its letter had no effect; its body is that sentence and no event.
NOT_TAKEN = "letter.not_taken"

_KINDS = {
    Kind.COMPLAINT: "Pengaduan (complaint)",
    Kind.ASPIRATION: "Aspirasi (wish)",
    Kind.INFORMATION_REQUEST: "Permintaan informasi (information request)",
}

_ASSIGNED = """\
Laporan ini diteruskan kepada instansi Anda untuk ditindaklanjuti.
(This report was passed to your agency. Answer by replying to this e-mail.)

{facts}

{title}

{body}

{reason}{files}"""
_REASON = """\
Mengapa ke instansi Anda (why to your agency):
{reason}

"""
_FILES = """\
Lampiran, untuk instansi Anda saja; alamatnya berlaku {days} hari:
(Attachments, for your agency alone; these addresses are good for {days} days:)

{addresses}

"""
_REPLIED = """\
Pelapor menulis tentang laporan {tracking_id}:
(The reporter wrote:)

{text}

{files}"""
_HOW_TO_ANSWER = """\
------------------------------------------------------------------------
CARA MENJAWAB: balas surel ini. Pelapor membaca jawaban Anda apa adanya.

- Tulis saja jawabannya: dicatat sebagai jawaban awal (sedang dikerjakan).
- Sudah selesai? Tulis SELESAI di baris pertama, lalu apa yang dilakukan.
- Baru direncanakan? Tulis di baris pertama sampai kapan:
  RENCANA 2026-12-31: yang akan dikerjakan
- Bukan wewenang Anda? Tulis di baris pertama, dengan alasannya:
  TOLAK KE KODE-INSTANSI: alasan
- Untuk unit Anda sendiri? Tulis di baris pertama:
  TERUSKAN KE KODE-UNIT: catatan

Kode instansi ada di {url}/instansi.
Kutipan dan tanda tangan di bawah jawaban tidak diteruskan; lampiran juga tidak.
Balasan hanya diterima dari domain alamat ini, dan alamat balasannya hanya untuk
laporan ini: jangan teruskan surel ini ke luar instansi.
"""
_NOT_TAKEN = """\
Surel balasan Anda tidak dapat kami catat:
(Your reply could not be recorded:)

{why}

"""


@dataclass(frozen=True, kw_only=True)
class Letters:
    """Writes to bodies that have nothing but a mailbox."""

    server: SmtpServer | None
    public_url: str

    def send(self, connection: Connection, delivery: Delivery, *, reference: str | None, at: datetime) -> Outcome:
        """Send it as a letter."""
        if self.server is None:
            return Undelivered("LAPOR_ROUTING_SMTP_URL is not set")
        subject, text = self._written(delivery)
        ours = parseaddr(self.server.sender)[1]
        letter = Letter(
            id=delivery.id,
            to=connection.address,
            subject=subject,
            text=text,
            written_at=at,
            reply_to=reply_address(ours, token_of(delivery.disposition_id, connection.secrets[0])),
        )
        trouble = self.server.send(letter)
        if trouble is None:
            return Delivered()
        return Undelivered(trouble.reason, Fault.LETTER if trouble.permanent else Fault.SYSTEM)

    def _written(self, delivery: Delivery) -> tuple[str, str]:
        how = _HOW_TO_ANSWER.format(url=self.public_url)
        if delivery.type == NOT_TAKEN:
            return "LAPOR! Balasan tidak tercatat (reply not recorded)", _NOT_TAKEN.format(why=delivery.body) + how
        match decode(delivery.body).event:
            case DispositionAssigned() as event:
                # A subject is read over shoulders, and on telephones that are locked.
                title = "Laporan rahasia (secret report)" if event.secret else event.title
                return f"LAPOR! {event.tracking_id}: {title}", _assigned(event) + how
            case DispositionReplied() as event:
                text = _REPLIED.format(tracking_id=event.tracking_id, text=event.text, files=_files(event))
                return f"LAPOR! {event.tracking_id}: balasan pelapor (the reporter's reply)", text + how
            case DispositionEnded() as event:
                subject = f"LAPOR! {event.tracking_id}: tidak perlu dikerjakan lagi (nothing more to do)"
                return subject, f"{event.tracking_id}: {ENDS[event.reason]}\n"
            case other:
                raise TypeError(f"{other.type}: nothing that bodies are told")


def reading_sender(text: str) -> SmtpServer:
    """Read the setting; the sender's address must leave room for a token."""
    server = SmtpServer.from_url(text)
    local, _, domain = parseaddr(server.sender)[1].rpartition("@")
    if not domain or not 1 <= len(local) <= LONGEST_LOCAL_PART:
        raise ValueError(f"?from= must be an address with at most {LONGEST_LOCAL_PART} characters before the @")
    return server


def _assigned(event: DispositionAssigned) -> str:
    reason = _REASON.format(reason=event.reason) if event.reason else ""
    return _ASSIGNED.format(facts=_facts(event), title=event.title, body=event.body, reason=reason, files=_files(event))


def _facts(event: DispositionAssigned) -> str:
    region = enclosing(event.region_code)
    facts = {
        "Nomor": event.tracking_id,
        "Jenis": _KINDS[event.kind],
        "Tempat": ", ".join(filter(None, (event.place, region.name if region else None))),
        "Kejadian": f"{event.occurred_on:%d-%m-%Y}" if event.occurred_on else "",
        "Peta": f"{event.point.latitude:.5f}, {event.point.longitude:.5f}" if event.point else "",
        "Sifat": "RAHASIA: jangan dibuka kepada umum (secret: not for the public)" if event.secret else "",
    }
    return "\n".join(f"{name:<9}: {value}" for name, value in facts.items() if value)


def _files(event: DispositionAssigned | DispositionReplied) -> str:
    addresses = [f"- {one.media_type}\n  {one.url}" for one in event.attachments]
    return _FILES.format(days=LIFETIME.days, addresses="\n".join(addresses)) if addresses else ""
