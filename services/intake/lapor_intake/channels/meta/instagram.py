"""Reports on Instagram: direct messages, and comments with #lapor."""

from collections.abc import Iterator
from typing import Any

from lapor_contracts import vocabulary
from lapor_intake.channels import meta
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.channels.conversation import Heard
from lapor_intake.channels.meta.messaging import comment, direct_messages
from lapor_intake.channels.webhook import items
from lapor_intake.domain import Reporter


def channel(settings: meta.Settings, reception: Reception) -> Channel:
    """Instagram."""
    return meta.channel_of(vocabulary.Channel.INSTAGRAM, "Instagram", "instagram", read, settings, reception)


def read(entry: dict[str, Any]) -> Iterator[Heard]:
    """The messages in an entry; with one way of signing in Meta puts a comment into the entry itself."""
    yield from direct_messages(entry, vocabulary.Channel.INSTAGRAM)
    for change in [entry, *items(entry, "changes")]:
        match change:
            case {"field": "comments" | "live_comments", "value": {"from": {"id": str(author)} as who} as post}:
                if author != entry.get("id"):
                    yield from _public(post, author, who.get("username"))


def _public(post: Any, author: str, handle: Any) -> Iterator[Heard]:
    match post:
        case {"id": str(name), "text": str(text)}:
            handle = f"@{handle}" if isinstance(handle, str) else None
            reporter = Reporter(account=author, handle=handle, comment=name)
            yield from comment(name, vocabulary.Channel.INSTAGRAM, reporter, text)
