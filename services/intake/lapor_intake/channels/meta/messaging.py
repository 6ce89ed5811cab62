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
                text, place = message.get("text"), _place(message)
                if isinstance(text, str) or place:
                    yield _heard(name, channel, Reporter(account=account), str(text or ""), place)
            case {"sender": {"id": str(account)}, "postback": {"mid": str(name), "title": str(text)}}:
                yield _heard(name, channel, Reporter(account=account), text)


def comment(name: str, channel: Channel, reporter: Reporter, text: str) -> Iterator[Heard]:
    """A comment in public, if it says that it is a report."""
    if HASHTAG.search(text):
        yield _heard(name, channel, reporter, text)


def _heard(name: str, channel: Channel, reporter: Reporter, text: str, place: str | None = None) -> Heard:
    return Heard(name=name, channel=channel, reporter=reporter, text=text, place=place)


def _place(message: Any) -> str | None:
    for attachment in items(message, "attachments"):
        match attachment:
            case {"type": "location", "payload": {"coordinates": {"lat": north, "long": east}}}:
                return pin(north, east)
    return None
