"""Deliveries as X and Meta send them, signed as they sign. All people in them are made up."""

import base64
import hashlib
import hmac
import json
from typing import Any

from werkzeug.test import TestResponse

from tests.support.stage import Stage

X_SECRET = "consumer secret of our app on X"
META_SECRET = "secret of our app at Meta"
VERIFY_TOKEN = "what we told Meta to say"

OUR_X_ID, SITI_X_ID = "1708000000000000001", "2244994945"
PAGE, SITI_PAGE_ID = "113330000000001", "9001700170017001"
SITI_PHONE, SITI_USER_ID = "6281200001708", "ID.1708170817"
WABA, NUMBER_ID = "102290129340398", "106540352242922"

SETTINGS = {"x_consumer_secret": X_SECRET, "meta_app_secret": META_SECRET, "meta_verify_token": VERIFY_TOKEN}


def x_signature(content: bytes, secret: str = X_SECRET) -> str:
    """As X's documents describe it; tweepy has no function for it."""
    return "sha256=" + base64.b64encode(hmac.new(secret.encode(), content, hashlib.sha256).digest()).decode()


def meta_signature(content: bytes, secret: str = META_SECRET) -> str:
    """As Meta's documents describe it, and pywa checks it."""
    return "sha256=" + hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()


def from_x(stage: Stage, content: Any) -> TestResponse:
    """X delivers."""
    body = json.dumps(content).encode()
    headers = {"X-Twitter-Webhooks-Signature": x_signature(body)}
    return stage.client.post("/channels/x", data=body, headers=headers, content_type="application/json")


def from_meta(stage: Stage, platform: str, content: Any) -> TestResponse:
    """Meta delivers."""
    body = json.dumps(content).encode()
    headers = {"X-Hub-Signature-256": meta_signature(body)}
    return stage.client.post(f"/channels/{platform}", data=body, headers=headers, content_type="application/json")


def x_user(**changes: Any) -> dict[str, Any]:
    """An account on X, in the older form."""
    known = {"id": int(SITI_X_ID), "id_str": SITI_X_ID, "screen_name": "siti_rengat", "name": "Siti Contoh"}
    return {**known, "created_at": "Wed May 23 06:01:13 +0000 2018", **changes}


def post(text: str, name: str = "1990000000000000001", **changes: Any) -> dict[str, Any]:
    """A post on X, in the older form."""
    known = {"id": int(name), "id_str": name, "created_at": "Wed Jan 07 03:00:00 +0000 2026", "text": text}
    return {**known, "user": x_user(), "entities": {"hashtags": [], "user_mentions": []}, **changes}


def x_direct_message(text: str, name: str = "1062015437679050760", sender: str = SITI_X_ID) -> dict[str, Any]:
    """A direct message on X."""
    said = {"text": text, "entities": {"hashtags": [], "symbols": [], "user_mentions": [], "urls": []}}
    created = {"target": {"recipient_id": OUR_X_ID}, "sender_id": sender, "message_data": said}
    return {"type": "message_create", "id": name, "created_timestamp": "1767754800000", "message_create": created}


def activity(*posts: Any, direct_messages: tuple[Any, ...] = (), **more: Any) -> dict[str, Any]:
    """A delivery of X's account activity."""
    found: dict[str, Any] = {"for_user_id": OUR_X_ID, **more}
    if posts:
        found["tweet_create_events"] = list(posts)
    if direct_messages:
        found["direct_message_events"] = list(direct_messages)
        found["users"] = {SITI_X_ID: {"id": SITI_X_ID, "name": "Siti Contoh", "screen_name": "siti_rengat"}}
    return found


def streamed(text: str, name: str = "1990000000000000001", **changes: Any) -> dict[str, Any]:
    """A line of X's filtered stream."""
    data = {"id": name, "author_id": SITI_X_ID, "text": text, "edit_history_tweet_ids": [name], **changes}
    users = [{"id": data["author_id"], "name": "Siti Contoh", "username": "siti_rengat"}]
    return {"data": data, "includes": {"users": users}, "matching_rules": [{"id": "1", "tag": "lapor"}]}


def whatsapp(*messages: Any, **more: Any) -> dict[str, Any]:
    """A delivery of WhatsApp's Cloud API."""
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "6281200000000", "phone_number_id": NUMBER_ID},
        "contacts": [{"profile": {"name": "Siti Contoh"}, "wa_id": SITI_PHONE, "user_id": SITI_USER_ID}],
        "messages": list(messages),
        **more,
    }
    changes = [{"value": value, "field": "messages"}]
    return {"object": "whatsapp_business_account", "entry": [{"id": WABA, "changes": changes}]}


def whatsapp_message(kind: str, content: Any, name: str = "wamid.HBgN=1", **changes: Any) -> dict[str, Any]:
    """A message of any kind."""
    sender = {"from": SITI_PHONE, "from_user_id": SITI_USER_ID}
    return {**sender, "id": name, "timestamp": "1767754800", "type": kind, kind: content, **changes}


def said(text: str, name: str = "wamid.HBgN=1", **changes: Any) -> dict[str, Any]:
    """A text on WhatsApp."""
    return whatsapp_message("text", {"body": text}, name, **changes)


def messenger(*events: Any, kind: str = "page", changes: Any = None) -> dict[str, Any]:
    """A delivery of Messenger (``page``) or Instagram (``instagram``)."""
    entry: dict[str, Any] = {"id": PAGE, "time": 1767754800000}
    if events:
        entry["messaging"] = list(events)
    if changes:
        entry["changes"] = changes
    return {"object": kind, "entry": [entry]}


def messaged(text: str | None, name: str = "m_AbC-1", **changes: Any) -> dict[str, Any]:
    """A direct message on Messenger or Instagram."""
    message = {"mid": name, **({"text": text} if text is not None else {}), **changes}
    people = {"sender": {"id": SITI_PAGE_ID}, "recipient": {"id": PAGE}}
    return {**people, "timestamp": 1767754800000, "message": message}
