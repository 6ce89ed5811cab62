"""What an e-mail says: who wrote it, in which thread, what in it is new, and which files came with it. Pure.

Mail comes from anybody and in any shape. Nothing here raises because of what it holds, and all takes time that grows
with its length only (the usual libraries for replies and HTML need minutes for a few crafted kilobytes).
"""

import email
import re
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses, parsedate_to_datetime

from lxml import etree, html

from lapor_contracts.fields import FORBIDDEN
from lapor_intake.domain import is_email

#: Each level of nesting makes every line dearer to read, and no mail program makes that many.
MOST_MULTIPARTS = 50
MOST_REFERENCES = MOST_RECIPIENTS = 20
LONGEST_HEADER = 2_000
#: Characters looked at: styles and quotations included, far more than anybody writes.
LONGEST_TEXT = 400_000


@dataclass(frozen=True, kw_only=True)
class File:
    """Something attached."""

    name: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Letter:
    """What a person wrote to us."""

    sender: str = field(repr=False)
    name: str | None = field(default=None, repr=False)
    message_id: str | None = None
    references: tuple[str, ...] = ()
    """The messages that this one answers, nearest last."""
    sent_at: datetime | None = None
    recipients: tuple[str, ...] = field(default=(), repr=False)
    """All whom the headers name, in small letters."""
    dmarc: str | None = None
    """What our own mail server found out about the sender's domain."""
    subject: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    """Without what it quotes and without its signature; all of it where nothing would be left."""
    added: str = field(default="", repr=False)
    """The same, and nothing where nothing is left."""
    files: tuple[File, ...] = ()


@dataclass(frozen=True)
class NoLetter:
    """Nothing that a person wrote to us. ``reason`` is for the log."""

    reason: str
    is_broken: bool = False
    """Not to be read, rather than written by a program: whoever brings it should hear so."""


def read(
    raw: bytes,
    *,
    own: Collection[str] = (),
    envelope_sender: str | None = None,
    authserv_id: str | None = None,
) -> Letter | NoLetter:
    """The letter, or why it is none. ``own`` are the addresses that we write from, in small letters; ``authserv_id``
    is by what our mail server signs its findings (RFC 8601): those of others anybody can write.
    """
    # Counted before parsing: what parses them is as slow as they are deep.
    if len(re.findall(rb"(?i)multipart/", raw)) > MOST_MULTIPARTS:
        return NoLetter("nested too deep", is_broken=True)
    message = email.message_from_bytes(raw)
    headers = _headers(message)
    name, sender = next(iter(getaddresses([headers.get("from", "")])), ("", ""))
    sender = sender.strip().lower()
    if reason := _automatic(message, headers, sender, own, envelope_sender):
        return NoLetter(reason)
    if not is_email(sender):
        return NoLetter("no sender", is_broken=True)
    leaves = list(_leaves(message))
    text = _text(leaves)
    return Letter(
        sender=sender,
        name=_clean(_decoded(name)) or None,
        message_id=next(iter(_ids(headers.get("message-id", ""))), None),
        references=_ids(f"{headers.get('references', '')} {headers.get('in-reply-to', '')}")[-MOST_REFERENCES:],
        sent_at=_date(headers.get("date", "")),
        recipients=_recipients(headers),
        dmarc=_dmarc(headers.get("authentication-results", ""), authserv_id),
        subject=_subject(headers.get("subject", "")),
        text=newest(text),
        added=added(text),
        files=tuple(_file(part) for part in leaves if _is_file(part)),
    )


def _headers(message: Message) -> dict[str, str]:
    """The first header of each name, as it stands there; raw UTF-8 is read as such."""
    found: dict[str, str] = {}
    for name, value in message.raw_items():
        text = str(value)[:LONGEST_HEADER].encode("utf-8", "surrogateescape").decode("utf-8", "replace")
        found.setdefault(name.lower(), text)
    return found


def _recipients(headers: dict[str, str]) -> tuple[str, ...]:
    named = [headers[name] for name in ("delivered-to", "x-original-to", "to", "cc") if name in headers]
    return tuple(address.strip().lower() for _, address in getaddresses(named)[:MOST_RECIPIENTS])


def _dmarc(findings: str, authserv_id: str | None) -> str | None:
    """Of the topmost findings only, and only if they are our own server's."""
    server, _, found = findings.partition(";")
    if not authserv_id or server.split()[:1] != [authserv_id]:
        return None
    result = re.search(r"\bdmarc\s{0,5}=\s{0,5}([a-z]{1,20})\b", found, re.IGNORECASE)
    return result[1].lower() if result else None


#: Headers that only programs write, and of some of them what says that no program did.
_BY_PROGRAMS = {
    "auto-submitted": re.compile(r"(?!no\b)", re.IGNORECASE),
    "precedence": re.compile(r"\s*(bulk|list|junk|auto_reply)\b", re.IGNORECASE),
    "x-loop": re.compile(""),
    "x-autoreply": re.compile(r"(?!no\b)", re.IGNORECASE),
    "x-autorespond": re.compile(""),
    "list-id": re.compile(""),
    "return-path": re.compile(r"\s*<\s*>"),
}


def _automatic(
    message: Message, headers: dict[str, str], sender: str, own: Collection[str], envelope_sender: str | None
) -> str | None:
    """Which sign says that no person wrote this. Whoever answers such mail has two machines write to each other."""
    for name, sign in _BY_PROGRAMS.items():
        if name in headers and sign.match(headers[name].strip()):
            return name
    if envelope_sender in ("", "<>") or message.get_content_type() == "multipart/report":
        return "bounce"
    if sender.partition("@")[0] in ("mailer-daemon", "postmaster"):
        return "bounce"
    return "our own" if sender in own else None


def _leaves(message: Message) -> Iterator[Message]:
    """The parts that hold something. A letter inside the letter is one of them."""
    waiting = [message]
    while waiting:
        part = waiting.pop()
        if part.get_content_maintype() == "multipart" and part.is_multipart():
            inner = part.get_payload()
            waiting.extend(reversed([one for one in inner if isinstance(one, Message)]))
        else:
            yield part


def _is_file(part: Message) -> bool:
    if part.get_content_subtype() in ("pgp-signature", "pkcs7-signature", "x-pkcs7-signature"):
        return False
    return (
        part.get_content_maintype() != "text" or part.get_content_disposition() == "attachment" or bool(_filename(part))
    )


def _file(part: Message) -> File:
    return File(name=_filename(part) or part.get_content_type(), content=_payload(part))


def _payload(part: Message) -> bytes:
    try:
        payload = part.get_payload(decode=True)
        # A letter inside the letter is kept as its text, which nothing takes for a picture.
        return payload if isinstance(payload, bytes) else part.as_bytes()
    except Exception:  # over what is malformed the standard library raises nearly anything
        return b""


def _filename(part: Message) -> str:
    try:
        return _clean(_decoded(part.get_filename() or ""))
    except ValueError:  # encoded in a way that is none
        return "?"


def _text(leaves: list[Message]) -> str:
    """The plain text; where there is none, what the HTML shows."""
    for subtype, as_text in (("plain", str), ("html", shown)):
        texts = [
            as_text(_characters(part))
            for part in leaves
            if part.get_content_type() == f"text/{subtype}" and not _is_file(part)
        ]
        if text := "\n\n".join(filter(None, map(str.strip, texts))):
            return text
    return ""


def _characters(part: Message) -> str:
    content = _payload(part)
    for charset in (str(part.get_content_charset() or "utf-8"), "utf-8"):
        try:
            return _clean(content.decode(charset))
        except (LookupError, ValueError):  # no such charset, or not in it
            continue
    return _clean(content.decode("cp1252", "replace"))


#: Stands for a line break while all other white space of the HTML is made one; not a character of any language.
_BREAK = "\ue000"
_NOT_SHOWN = "//script | //style | //head | //title | //comment() | //processing-instruction()"
_QUOTED = "//blockquote | //*[contains(@class, 'gmail_quote')] | //*[@id='divRplyFwdMsg']"
_BLOCKS = (
    "address",
    "br",
    "div",
    "dd",
    "dt",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "li",
    "p",
    "pre",
    "table",
    "tr",
)


def shown(source: str) -> str:
    """What a mail program shows of HTML, without what it quotes."""
    try:
        # libxml2 reads whatever comes, in one go, and forgets what is nested deeper than 256 levels.
        page = html.document_fromstring(source.encode(), parser=html.HTMLParser(encoding="utf-8", no_network=True))
    except (etree.LxmlError, ValueError):  # nothing in it
        return ""
    for element in page.xpath(f"{_NOT_SHOWN} | {_QUOTED}"):
        if element.getparent() is not None:
            element.drop_tree()
    for element in page.iter(*_BLOCKS):
        if element.tag != "br":
            element.text = _BREAK + (element.text or "")
        element.tail = _BREAK + (element.tail or "")
    text = re.sub(r"\s+", " ", str(page.text_content()))
    lines = [line.strip() for line in text.split(_BREAK)]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


_QUOTE_BEGINS = re.compile(
    r"(On|Pada|Tanggal)\s.{5,300}?\b(wrote|menulis)\s*:|-{2,}\s*(Original Message|Pesan Asli|Pesan asal)\s*-{2,}"
)
#: With the blank lines around it.
_LONGEST_INTRODUCTION = 6
_HEADER_BLOCK = re.compile(r"\**(From|Dari)\s*:\**\s"), re.compile(r"\**(Sent|Date|Dikirim|Terkirim|Tanggal)\s*:\**\s")
_SENT_FROM = re.compile(
    r"(Sent from|Get Outlook for|Dikirim dari|Terkirim dari|Dapatkan Outlook untuk)\b", re.IGNORECASE
)
_SIGN_OFF = re.compile(
    r"((best|kind|warm)\s+)?regards|sincerely|thanks|thank you"
    r"|(salam|hormat)( (hormat|saya|kami))?|terima ?kasih( banyak)?|wassalam.{0,40}",
    re.IGNORECASE,
)
#: Below a greeting stand a name, an office, a number: few and short lines. More than that is still the letter.
_LONGEST_SIGNATURE, _LONGEST_SIGNATURE_LINE = 6, 60


def newest(text: str) -> str:
    """What the writer added: no quotation, no signature. All of it where nothing would be left."""
    return added(text) or text.strip()


def added(text: str) -> str:
    """What the writer added, be it nothing."""
    lines = [line.rstrip() for line in text.strip().splitlines()]
    begins = _first(lines, _quotation_begins)
    return _unquoted(lines[:begins]) or _unquoted(_below_quotation(lines[begins:]))


def _unquoted(lines: list[str]) -> str:
    lines = [line for line in lines if not line.startswith(">")]
    lines = lines[: _first(lines, _signature_begins)]
    return "\n".join(lines).strip()


def _below_quotation(lines: list[str]) -> list[str]:
    """For those who answer below what they quote, or in between, where the quotation's own lines are marked as such."""
    marked = [number for number, line in enumerate(lines[:_LONGEST_INTRODUCTION]) if line.startswith(">")]
    return lines[marked[0] :] if marked else []


def _first(lines: list[str], begins: Callable[[list[str], int], bool]) -> int:
    return next((number for number in range(len(lines)) if begins(lines, number)), len(lines))


def _quotation_begins(lines: list[str], number: int) -> bool:
    line = lines[number].strip()
    who, when = _HEADER_BLOCK
    if who.match(f"{line} "):
        return any(when.match(f"{other.strip()} ") for other in lines[number + 1 : number + 4])
    # Mail programs break this line where it suits them.
    return bool(line) and bool(_QUOTE_BEGINS.match(" ".join([line, *lines[number + 1 : number + 3]])[:500]))


def _signature_begins(lines: list[str], number: int) -> bool:
    line = lines[number].strip()
    if lines[number] in ("--", "-- ") or _SENT_FROM.match(line):
        return True
    is_near_end = len(lines) - number <= 3 * _LONGEST_SIGNATURE  # blank lines among them
    if number == 0 or not is_near_end or not _SIGN_OFF.fullmatch(line.rstrip(" ,.!")):
        return False
    below = [other for other in lines[number + 1 :] if other.strip()]
    return len(below) <= _LONGEST_SIGNATURE and all(len(other) <= _LONGEST_SIGNATURE_LINE for other in below)


_PREFIXES = re.compile(r"(\s*(re|fwd?|fw|bls|balas|trs|aw)\s*(\[\d{1,3}\])?\s*:)+\s*", re.IGNORECASE)


def _subject(value: str) -> str:
    return _PREFIXES.sub("", " ".join(_clean(_decoded(value)).split()), count=1)


def _decoded(value: str) -> str:
    try:
        return str(make_header(decode_header(value)))
    except (ValueError, LookupError, MessageError):
        return value


def _ids(value: str) -> tuple[str, ...]:
    return tuple(re.findall(r"<([^<>\s]{1,300})>", value))


def _date(value: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment if moment.tzinfo else None


def _clean(text: str) -> str:
    return FORBIDDEN.sub("", text[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n"))
