"""WhatsApp, Facebook with Messenger, and Instagram: each a webhook of Meta's Graph API, with one app behind them."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Response, jsonify, request

from lapor_chassis.service import Timer
from lapor_chassis.settings import setting
from lapor_chassis.web import Blueprint, Problem, longest_body
from lapor_contracts import vocabulary
from lapor_intake.channels import receipts
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.channels.conversation import Conversation, Heard
from lapor_intake.channels.files import Files, Graph
from lapor_intake.channels.receipts import Receipt
from lapor_intake.channels.webhook import DELIVERY, LARGEST_DELIVERY, delivery, in_hex, is_same, items


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the channels of Meta are told."""

    meta_app_secret: str | None = setting("LAPOR_INTAKE_META_APP_SECRET", default=None)
    meta_verify_token: str | None = setting("LAPOR_INTAKE_META_VERIFY_TOKEN", default=None)
    meta_graph: Graph | None = setting("LAPOR_INTAKE_META_GRAPH_URL", default=None, read=Graph.from_url)


#: Reads the messages out of one entry of a delivery.
Reader = Callable[[dict[str, Any]], Iterator[Heard]]
#: Reads what became of messages of ours out of it.
Receipts = Callable[[dict[str, Any]], Iterator[Receipt]]

_CHALLENGE = [
    {"in": "query", "name": name, "required": True, "schema": {"type": "string"}}
    for name in ("hub.mode", "hub.verify_token", "hub.challenge")
]


def channel_of(
    own: vocabulary.Channel,
    title: str,
    kind: str,
    read: Reader,
    settings: Settings,
    reception: Reception,
    receipts_in: Receipts = lambda entry: iter(()),
) -> Channel:
    """One of the three; ``kind`` is what Meta calls it (``object`` in a delivery)."""
    name = own.value
    secret, token = settings.meta_app_secret, settings.meta_verify_token
    if not secret or not token:
        lacks: Sequence[str] = [
            variable
            for variable, value in (
                ("LAPOR_INTAKE_META_APP_SECRET", secret),
                ("LAPOR_INTAKE_META_VERIFY_TOKEN", token),
            )
            if not value
        ]
        return Channel(name=name, title=title, lacks=lacks)
    files = Files(reception, own, settings.meta_graph)
    conversation = Conversation(reception, files)
    webhook = blueprint(name, title, kind, read, receipts_in, conversation, secret=secret, token=token)
    return Channel(
        name=name, title=title, blueprints=[webhook], timers=[Timer(f"fetch_{name}", every=2, run=files.fetch)]
    )


def blueprint(
    name: str,
    title: str,
    kind: str,
    read: Reader,
    receipts_in: Receipts,
    conversation: Conversation,
    *,
    secret: str,
    token: str,
) -> Blueprint:
    """``/channels/whatsapp``, ``/channels/facebook`` or ``/channels/instagram``."""
    webhook = Blueprint(name, description=f"Messages that Meta brings from {title}.")

    @webhook.route(f"/channels/{name}", methods=["GET"])
    @webhook.doc(parameters=_CHALLENGE)
    @webhook.response(200, {"type": "string"}, content_type="text/plain", description="The challenge.")
    @webhook.alt_response(400, description="Without a challenge.")
    @webhook.alt_response(403, description="A wrong token.")
    def challenge() -> Response:
        """Show Meta that we wait for it."""
        asked = request.args.get("hub.challenge")
        if request.args.get("hub.mode") != "subscribe" or not asked:
            raise Problem(400, detail="The challenge (hub.mode, hub.challenge) is missing.")
        if not is_same(token, request.args.get("hub.verify_token", "")):
            raise Problem(403, detail="The token (hub.verify_token) is wrong.")
        return Response(asked, content_type="text/plain; charset=utf-8")

    @webhook.route(f"/channels/{name}", methods=["POST"])
    @webhook.doc(**DELIVERY)
    @webhook.response(200, {"type": "object"}, description="Everything in it is durable.")
    @webhook.alt_response(400, description="No JSON object, or of another kind.")
    @webhook.alt_response(401, description="Without a signature.")
    @webhook.alt_response(403, description="A wrong signature.")
    @longest_body(LARGEST_DELIVERY)
    def receive() -> Response:
        """Take in what Meta brings."""
        content = delivery(secret, in_hex, "X-Hub-Signature-256")
        if content.get("object") != kind:
            raise Problem(400, detail=f"This is no delivery of the kind {kind}.")
        entries = [entry for entry in items(content, "entry") if isinstance(entry, dict)]
        conversation.take_all(heard for entry in entries for heard in read(entry))
        if found := [receipt for entry in entries for receipt in receipts_in(entry)]:
            with conversation.reception.transactions.begin() as tx:
                receipts.report(found, tx)
        return jsonify({})

    return webhook
