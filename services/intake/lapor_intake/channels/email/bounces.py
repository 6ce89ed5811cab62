"""What mail servers say later of letters that they took over from us (RFC 3464). Pure.

Nothing here raises because of what a letter holds. A bounce names our letter by its Message-ID, which is the notice's
and known to nobody but its recipient and the servers on the way.
"""

import email
import re
from collections.abc import Collection, Iterator
from email.message import Message

from lapor_chassis.mail import DEAD_ADDRESS
from lapor_intake.channels.email.reading import MOST_MULTIPARTS
from lapor_intake.channels.receipts import Receipt, notice_named

VIA = "email"

_STATUS = re.compile(r"\s*([245]\.\d{1,3}\.\d{1,3})\b")
_MESSAGE_ID = re.compile(r"^message-id:\s{0,5}<([0-9a-f-]{36})@([^<>\s]{1,255})>", re.IGNORECASE | re.MULTILINE)


def read(raw: bytes, *, domains: Collection[str]) -> list[Receipt]:
    """What a bounce says of a letter from one of our ``domains``; nothing where this is no bounce."""
    if b"delivery-status" not in raw or len(re.findall(rb"(?i)multipart/", raw)) > MOST_MULTIPARTS:
        return []
    message = email.message_from_bytes(raw)
    if message.get_content_type() != "multipart/report" or not message.is_multipart():
        return []
    parts = [part for part in message.get_payload() if isinstance(part, Message)]
    notice = next((found for part in parts if (found := _notice(part, domains))), None)
    if notice is None:
        return []
    return [receipt for part in parts for fields in _recipients(part) if (receipt := _receipt(fields, notice))]


def _notice(part: Message, domains: Collection[str]) -> str | None:
    """The letter that came back: the whole of it, or its headers."""
    if part.get_content_type() not in ("message/rfc822", "message/global", "text/rfc822-headers"):
        return None
    # Never put together again: what holds odd bytes or headers cannot be.
    letter = part.get_payload(0) if part.is_multipart() else part.get_payload()
    headers = f"message-id: {letter.get('message-id', '')}" if isinstance(letter, Message) else str(letter)
    found = _MESSAGE_ID.search(headers)
    return found[1] if found and found[2].lower() in domains else None


def _recipients(part: Message) -> Iterator[Message]:
    """The groups of fields of a report; the first is about the message, the others each about a recipient."""
    if part.get_content_type() in ("message/delivery-status", "message/global-delivery-status") and part.is_multipart():
        yield from (fields for fields in part.get_payload() if isinstance(fields, Message) and "action" in fields)


def _receipt(fields: Message, notice: str) -> Receipt | None:
    """A letter that is merely late will be reported again."""
    notice_id, action = notice_named(notice), str(fields["action"]).strip().lower()
    if notice_id is None or action not in ("failed", "delivered"):
        return None
    found = _STATUS.match(str(fields.get("status", "")))
    status = found[1] if found else ""
    return Receipt(
        via=VIA,
        notice_id=notice_id,
        delivered=action == "delivered",
        permanent=status in DEAD_ADDRESS,
        reason=status,
    )
