"""What Messenger and Instagram have in common: direct messages, and comments in public."""

from collections.abc import Iterator
from typing import Any

from lapor_contracts.vocabulary import Channel
from lapor_intake.channels.conversation import HASHTAG, Heard, pin
from lapor_intake.channels.webhook import items
from lapor_intake.domain import Reporter


def direct_messages(entry: Any, channel: Channel) -> Iterator[Heard]:
    """What people wrote to us. Our own messages, which come back as echoes, reactions and edits are none."""
    for event in items(entry, "messaging"):
        match event:
            case {"message": {"is_echo": True} | {"is_deleted": True}}:
                continue
            case {"sender": {"id": str(account)}, "message": {"mid": str(name)} as message}:
                text, place, files = message.get("text"), _place(message), tuple(_files(message))
                if isinstance(text, str) or place or files:
                    reporter = Reporter(account=account)
                    yield Heard(
                        name=name, channel=channel, reporter=reporter, text=str(text or ""), place=place, files=files
                    )
            case {"sender": {"id": str(account)}, "postback": {"mid": str(name), "title": str(text)}}:
                yield Heard(name=name, channel=channel, reporter=Reporter(account=account), text=text)


def comment(name: str, channel: Channel, reporter: Reporter, text: str) -> Iterator[Heard]:
    """A comment in public, if it says that it is a report."""
    if HASHTAG.search(text):
        yield Heard(name=name, channel=channel, reporter=reporter, text=text)


def _place(message: Any) -> str | None:
    for attachment in items(message, "attachments"):
        match attachment:
            case {"type": "location", "payload": {"coordinates": {"lat": north, "long": east}}}:
                return pin(north, east)
    return None


def _files(message: Any) -> Iterator[str]:
    for attachment in items(message, "attachments"):
        match attachment:
            case {"payload": {"sticker_id": _}}:
                continue
            case {"type": "image" | "video" | "file" | "audio", "payload": {"url": str(address)}}:
                yield address
