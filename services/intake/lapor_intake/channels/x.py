"""Reports on X: posts that mention us with #lapor, and direct messages.

X brings them by webhook in two forms: account activity (posts and direct messages around our account) and the filtered
stream (posts that match our rules), which a relay may hand on line by line if it signs like X.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request

from lapor_chassis.settings import setting
from lapor_chassis.web import Blueprint, Problem, longest_body
from lapor_contracts import vocabulary
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.channels.conversation import HASHTAG, Conversation, Heard
from lapor_intake.channels.webhook import DELIVERY, LARGEST_DELIVERY, delivery, in_base64, items
from lapor_intake.domain import Reporter


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the channel X is told."""

    x_consumer_secret: str | None = setting("LAPOR_INTAKE_X_CONSUMER_SECRET", default=None)
    x_account: str = setting("LAPOR_INTAKE_X_ACCOUNT", default="lapor1708")


def channel(settings: Settings, reception: Reception) -> Channel:
    """X."""
    secret = settings.x_consumer_secret
    return Channel(
        name="x",
        title=f"X (@{settings.x_account})",
        lacks=() if secret else ("LAPOR_INTAKE_X_CONSUMER_SECRET",),
        blueprints=[blueprint(Conversation(reception), secret=secret, account=settings.x_account)] if secret else [],
    )


def blueprint(conversation: Conversation, *, secret: str, account: str) -> Blueprint:
    """``/channels/x``."""
    webhook = Blueprint("x", description="Posts and direct messages that X brings.")

    @webhook.route("/channels/x", methods=["GET"])
    @webhook.doc(parameters=[{"in": "query", "name": "crc_token", "required": True, "schema": {"type": "string"}}])
    @webhook.response(200, {"type": "object", "properties": {"response_token": {"type": "string"}}})
    @webhook.alt_response(400, description="Without a challenge.")
    def challenge() -> Response:
        """Show X that we know the secret."""
        token = request.args.get("crc_token")
        if not token:
            raise Problem(400, detail="The challenge (crc_token) is missing.")
        return jsonify(response_token=in_base64(secret, token.encode()))

    @webhook.route("/channels/x", methods=["POST"])
    @webhook.doc(**DELIVERY)
    @webhook.response(200, {"type": "object"}, description="Everything in it is durable.")
    @webhook.alt_response(400, description="No JSON object.")
    @webhook.alt_response(401, description="Without a signature.")
    @webhook.alt_response(403, description="A wrong signature.")
    @longest_body(LARGEST_DELIVERY)
    def receive() -> Response:
        """Take in what X brings."""
        content = delivery(secret, in_base64, "X-Twitter-Webhooks-Signature")
        conversation.take_all(heard(content, account))
        return jsonify({})

    return webhook


def heard(content: dict[str, Any], account: str) -> Iterator[Heard]:
    """The messages to ``account`` in a delivery. What is none, or broken, is passed over."""
    ours = str(content.get("for_user_id", ""))
    for post in items(content, "tweet_create_events"):
        if (read := _post(post)) and read.reporter.account != ours and is_for_us(read.text, account):
            yield _addressed(read, account)
    for event in items(content, "direct_message_events"):
        if (read := _direct_message(event, content.get("users"))) and read.reporter.account != ours:
            yield _addressed(read, account)
    streamed = _streamed(content)
    if streamed and streamed.reporter.handle != f"@{account}" and is_for_us(streamed.text, account):
        yield _addressed(streamed, account)


def is_for_us(text: str, account: str) -> bool:
    """Whether a post is meant as a report: by the hashtag, or because it begins with our name.

    Our name within a sentence is not enough: people also talk about us.
    """
    return bool(HASHTAG.search(text) or re.match(rf"\s*\.?@{re.escape(account)}\b", text, re.IGNORECASE))


def _addressed(read: Heard, account: str) -> Heard:
    """The message without our own name."""
    text = re.sub(rf"(?<!\w)\.?@{re.escape(account)}\b", " ", read.text, flags=re.IGNORECASE)
    return Heard(name=read.name, channel=read.channel, reporter=read.reporter, text=text)


def _post(post: Any) -> Heard | None:
    """A post in the older form. Somebody else's words, repeated, are no report."""
    match post:
        case {"retweeted_status": dict()}:
            return None
        case {"id_str": str(name), "user": {"id_str": str(author), "screen_name": str(handle), **profile}}:
            # An edited post is a post of its own; its first version was the report.
            first = _at(post, "edit_history", "initial_tweet_id") or name
            text = _at(post, "extended_tweet", "full_text") or post.get("full_text") or post.get("text")
            return _heard(str(first), author, handle, profile.get("name"), text)
    return None


def _direct_message(event: Any, users: Any) -> Heard | None:
    match event:
        case {
            "type": "message_create",
            "id": str(name),
            "message_create": {"sender_id": str(author), "message_data": {"text": str(text)}},
        }:
            handle, shown = _at(users, author, "screen_name"), _at(users, author, "name")
            return _heard(f"dm/{name}", author, handle, shown, text)
    return None


def _streamed(content: dict[str, Any]) -> Heard | None:
    """A post in the newer form: one line of the filtered stream."""
    match content:
        case {"data": {"id": str(name), "author_id": str(author), "text": str(text), **post}}:
            if any(_at(other, "type") == "retweeted" for other in items(post, "referenced_tweets")):
                return None
            described = items(content.get("includes"), "users")
            users = {user["id"]: user for user in described if isinstance(_at(user, "id"), str)}
            first = next(iter(items(post, "edit_history_tweet_ids")), name)
            text = _at(post, "note_tweet", "text") or text
            return _heard(str(first), author, _at(users, author, "username"), _at(users, author, "name"), text)
    return None


def _heard(name: str, author: str, handle: Any, shown: Any, text: Any) -> Heard | None:
    if not isinstance(text, str):
        return None
    reporter = Reporter(
        account=author,
        handle=f"@{handle}" if isinstance(handle, str) else None,
        name=shown[:300] if isinstance(shown, str) else None,
    )
    return Heard(name=name, channel=vocabulary.Channel.X, reporter=reporter, text=html.unescape(text))


def _at(content: Any, *path: str) -> Any:
    """What stands at the end of a path; None where the path ends before."""
    for name in path:
        content = content.get(name) if isinstance(content, dict) else None
    return content
