"""Reports to our page on Facebook: by Messenger, and by posts and comments with #lapor."""

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
    """Facebook and Messenger."""
    return meta.channel_of(vocabulary.Channel.FACEBOOK, "Facebook, Messenger", "page", read, settings, reception)


def read(entry: dict[str, Any]) -> Iterator[Heard]:
    """The messages in an entry."""
    yield from direct_messages(entry, vocabulary.Channel.FACEBOOK)
    for change in items(entry, "changes"):
        match change:
            case {"field": "feed", "value": {"verb": "add", "from": {"id": author} as who, "message": text} as post}:
                yield from _public(entry, post, author, who.get("name"), text)
            case {"field": "mention", "value": {"verb": "add", "sender_id": author, "message": text} as post}:
                yield from _public(entry, post, author, post.get("sender_name"), text)


def _public(entry: dict[str, Any], post: Any, author: Any, shown: Any, text: Any) -> Iterator[Heard]:
    match post.get("comment_id") or post.get("post_id"), author, text:
        case str(name), str(account), str(said) if account != entry.get("id"):
            reporter = Reporter(name=shown if isinstance(shown, str) else None, account=account, comment=name)
            yield from comment(name, vocabulary.Channel.FACEBOOK, reporter, said)
