"""The words of each notice: an SMS that fits one message, a chat, and a letter with English beside the Indonesian."""

from collections.abc import Mapping
from dataclasses import dataclass

import jinja2

from lapor_chassis import gsm7
from lapor_contracts.vocabulary import ArchiveReason, Missing, Status
from lapor_notification.domain import Data, Via
from lapor_notification.domain.templates import TemplateName

#: Longer, and the notices with the most words would not fit an SMS beside it.
LONGEST_PUBLIC_URL = 60

#: Words of the wire as people say them: Indonesian, English.
_SPOKEN: dict[str, tuple[str, str]] = {
    Missing.WHAT: ("uraian", "what happened"),
    Missing.WHERE: ("lokasi", "where it happened"),
    Missing.WHEN: ("tanggal", "when it happened"),
    ArchiveReason.NOT_CLEAR: ("isi laporan tidak jelas", "the report is not clear"),
    ArchiveReason.TOO_GENERAL: ("laporan terlalu umum", "the report is too general"),
    ArchiveReason.NOT_PUBLIC_SERVICE: ("bukan pelayanan publik", "it is not about a public service"),
    ArchiveReason.NO_EVIDENCE: ("tidak ada bukti pendukung", "there is no supporting evidence"),
    ArchiveReason.HATE_SPEECH: ("memuat ujaran kebencian", "it contains hate speech"),
    ArchiveReason.SPAM: ("terdeteksi sebagai spam", "it looks like spam"),
    ArchiveReason.WRONG_FORMAT: ("format tidak sesuai", "it is not in the right form"),
    ArchiveReason.EXPIRED_INCOMPLETE: ("tidak dilengkapi pada waktunya", "it was not completed in time"),
    ArchiveReason.REPORTERS_WISH: ("atas permintaan pelapor", "the reporter wished so"),
    ArchiveReason.OUT_OF_SCOPE: ("di luar cakupan LAPOR!", "it is outside the scope of LAPOR!"),
    Status.RECEIVED: ("menunggu verifikasi", "waiting to be verified"),
    Status.INCOMPLETE: ("menunggu kelengkapan Anda", "waiting for you to complete it"),
    Status.VERIFIED: ("menunggu penetapan instansi", "waiting for an agency"),
    Status.ROUTED: ("diteruskan ke instansi", "with the agency"),
    Status.IN_PROGRESS: ("ditindaklanjuti", "being dealt with"),
    Status.REPORTER_REPLIED: ("menunggu jawaban instansi", "waiting for the agency's answer"),
    Status.CLOSED: ("selesai", "closed"),
    Status.REOPENED: ("dibuka kembali", "reopened"),
    Status.ARCHIVED: ("diarsipkan", "archived"),
    Status.MERGED: ("digabung dengan laporan lain", "merged with another report"),
    Status.REFERRED: ("dialihkan ke Ombudsman", "referred to the Ombudsman"),
}


@dataclass(frozen=True)
class Letter:
    """A message's words; only an e-mail has a subject."""

    subject: str
    text: str


class Wording:
    """Fills the templates. Each is one file with what is said of one happening, in all forms."""

    def __init__(self, public_url: str) -> None:
        self._environment = jinja2.Environment(
            loader=jinja2.PackageLoader("lapor_notification"),
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # noqa: S701 - plain text, never HTML
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self._environment.filters["indonesian"] = lambda word: _SPOKEN[word][0]
        self._environment.filters["english"] = lambda word: _SPOKEN[word][1]
        self._environment.globals["public_url"] = public_url.rstrip("/")

    def written(self, via: Via, template: TemplateName, data: Data) -> Letter:
        """The notice in the form in which it travels."""
        match via:
            case Via.EMAIL:
                return self.letter(template, data)
            case Via.SMS:
                return Letter("", self.sms(template, data))
        return Letter("", self.chat(template, data))

    def sms(self, template: TemplateName, data: Data) -> str:
        """The text message. Where it is too long for one SMS, the name of the agency is cut short."""
        values = {name: gsm7.plain(value) if isinstance(value, str) else value for name, value in data.items()}
        text = self._block(template, "sms", values)
        excess = len(text) - gsm7.ONE_IN_GSM
        if excess > 0:
            name = str(values["agency_name"])
            shortened = name[: len(name) - excess - len("...")].rstrip() + "..."
            text = self._block(template, "sms", {**values, "agency_name": shortened})
        return text

    def chat(self, template: TemplateName, data: Data) -> str:
        """The message in a chat: the words of the SMS, unless the notice has more to say there."""
        has_more = "chat" in self._environment.get_template(f"{template}.txt").blocks
        return self._block(template, "chat" if has_more else "sms", data)

    def letter(self, template: TemplateName, data: Data) -> Letter:
        """The e-mail."""
        text = self._environment.get_template(f"{template}.txt").render(data)
        return Letter(subject=self._block(template, "subject", data), text=text)

    def _block(self, template: TemplateName, name: str, values: Mapping[str, object]) -> str:
        found = self._environment.get_template(f"{template}.txt")
        return "".join(found.blocks[name](found.new_context(dict(values)))).strip()
