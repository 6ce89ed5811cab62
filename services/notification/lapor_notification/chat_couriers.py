"""Couriers to where people chat: WhatsApp, Messenger and Instagram (Meta's Graph API), and direct messages on X.

Meta lets us answer freely for 24 hours after somebody wrote. Later WhatsApp takes only a template that Meta has
approved, Messenger and Instagram only a message with a tag. Which ones, the address of the courier says; without any,
the platform refuses, and the reporter is told by another way where there is one.
"""

import base64
import hashlib
import hmac
import http.client
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Self
from urllib.parse import parse_qsl, quote, unquote

import orjson

from lapor_chassis.settings import server_url
from lapor_notification.couriers import OURS_TO_MEND, TIMEOUT, Message
from lapor_notification.domain import Delivered, Outcome, Undelivered, Via

#: How long after somebody wrote Meta lets us write whatever we like.
WINDOW = timedelta(hours=24)

#: Meta's error codes that speak of us or of the moment (the token, the rate, maintenance), whatever the HTTP status.
META_OURS_TO_MEND = frozenset(
    {0, 1, 2, 3, 4, 17, 32, 190, 341, 368, 613, 80007, 130429, 131000, 131005, 131016, 131042, 131048, 131056, 131057}
    | {131064, 133016}
)
_LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An address that takes JSON."""

    secure: bool
    host: str
    port: int | None

    def post(self, path: str, content: Mapping[str, Any], authorization: str) -> tuple[int, bytes]:
        """Status and answer. ``http.client`` and no more: it follows no redirect and logs no address."""
        connect = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        connection = connect(self.host, self.port, timeout=TIMEOUT)
        headers = {"Authorization": authorization, "Content-Type": "application/json"}
        try:
            connection.request("POST", path, orjson.dumps(content), headers)
            response = connection.getresponse()
            return response.status, response.read(_LONGEST_ANSWER)
        finally:
            connection.close()


@dataclass(frozen=True, kw_only=True)
class GraphApi:
    """Meta's Graph API: ``https://TOKEN@graph.facebook.com/v25.0/SENDER/messages``.

    ``SENDER`` is the id of the WhatsApp number, of the page or of the Instagram account. For what is said after the
    first 24 hours: ``?template=NAME&language=id`` on WhatsApp (a template whose only variable is our text),
    ``?tag=HUMAN_AGENT`` on Messenger and Instagram.
    """

    endpoint: Endpoint
    path: str
    token: str = field(repr=False)
    template: str | None = None
    language: str = "id"
    tag: str | None = None

    @classmethod
    def from_url(cls, text: str) -> Self:
        """Read the setting."""
        url = server_url(text, "http", "https")
        options = dict(parse_qsl(url.query))
        if (
            not url.username
            or not url.path.endswith("/messages")
            or not options.keys() <= {"template", "language", "tag"}
        ):
            raise ValueError("must look like https://TOKEN@graph.facebook.com/v25.0/SENDER/messages")
        endpoint = Endpoint(secure=url.scheme == "https", host=url.hostname or "", port=url.port)
        return cls(endpoint=endpoint, path=url.path, token=unquote(url.username), **options)

    def send(self, message: Message) -> Outcome:
        """Hand the message over."""
        if message.via is Via.WHATSAPP and self.template is None and _is_late(message):
            # WhatsApp takes it over and drops it later, so it is not asked.
            return Undelivered(message.via, "more than 24 hours have passed, and no template is set", permanent=True)
        content = self._whatsapp(message) if message.via is Via.WHATSAPP else self._messenger(message)
        try:
            status, answer = self.endpoint.post(self.path, content, f"Bearer {self.token}")
        except (OSError, http.client.HTTPException) as error:
            return Undelivered(message.via, f"Meta did not answer ({type(error).__name__})")
        if 200 <= status < 300:
            return Delivered(message.via)
        code = _code(answer)
        for_now = status >= 500 or status in OURS_TO_MEND - {403} or code in META_OURS_TO_MEND
        return Undelivered(message.via, f"Meta answered HTTP {status}, code {code}", permanent=not for_now)

    def _whatsapp(self, message: Message) -> dict[str, Any]:
        # A name that begins with letters is not a number but what WhatsApp calls a business-scoped user id.
        recipient = "to" if message.to.isdigit() else "recipient"
        envelope = {"messaging_product": "whatsapp", "recipient_type": "individual", recipient: message.to}
        if not _is_late(message):
            return {**envelope, "type": "text", "text": {"body": message.text, "preview_url": False}}
        # In the variable of a template Meta takes no line breaks.
        parameters = [{"type": "text", "text": " ".join(message.text.split())}]
        template = {
            "name": self.template,
            "language": {"code": self.language},
            "components": [{"type": "body", "parameters": parameters}],
        }
        return {**envelope, "type": "template", "template": template}

    def _messenger(self, message: Message) -> dict[str, Any]:
        late = {"messaging_type": "MESSAGE_TAG", "tag": self.tag} if self.tag and _is_late(message) else None
        recipient = {"comment_id": message.in_reply_to} if message.in_reply_to else {"id": message.to}
        return {"recipient": recipient, "message": {"text": message.text}, **(late or {"messaging_type": "UPDATE"})}


@dataclass(frozen=True, kw_only=True)
class XDirectMessages:
    """Direct messages on X: ``https://KEY:SECRET@api.x.com/?token=TOKEN&token_secret=TOKEN_SECRET``.

    The four keys are those of our own account (OAuth 1.0a); they do not expire.
    """

    endpoint: Endpoint
    origin: str
    key: str
    secret: str = field(repr=False)
    token: str
    token_secret: str = field(repr=False)

    @classmethod
    def from_url(cls, text: str) -> Self:
        """Read the setting."""
        url = server_url(text, "http", "https")
        options = dict(parse_qsl(url.query))
        if not url.username or not url.password or options.keys() != {"token", "token_secret"}:
            raise ValueError("must look like https://KEY:SECRET@api.x.com/?token=TOKEN&token_secret=TOKEN_SECRET")
        host = url.netloc.rpartition("@")[2]
        return cls(
            endpoint=Endpoint(secure=url.scheme == "https", host=url.hostname or "", port=url.port),
            origin=f"{url.scheme}://{host}",
            key=unquote(url.username),
            secret=unquote(url.password),
            **options,
        )

    def send(self, message: Message) -> Outcome:
        """Hand the message over. A 403 is somebody who takes no direct messages from us: that is final."""
        path = f"/2/dm_conversations/with/{quote(message.to, safe='')}/messages"
        authorization = self.authorization(
            "POST", f"{self.origin}{path}", nonce=secrets.token_hex(16), timestamp=int(time.time())
        )
        try:
            status, _ = self.endpoint.post(path, {"text": message.text}, authorization)
        except (OSError, http.client.HTTPException) as error:
            return Undelivered(message.via, f"X did not answer ({type(error).__name__})")
        if 200 <= status < 300:
            return Delivered(message.via)
        permanent = 400 <= status < 500 and status not in OURS_TO_MEND - {403, 404}
        return Undelivered(message.via, f"X answered HTTP {status}", permanent)

    def authorization(self, method: str, url: str, *, nonce: str, timestamp: int) -> str:
        """The header by which X knows us (RFC 5849, HMAC-SHA1). What is sent as JSON is not part of the signature."""
        values = {
            "oauth_consumer_key": self.key,
            "oauth_nonce": nonce,
            "oauth_signature_method": "HMAC-SHA1",
            "oauth_timestamp": str(timestamp),
            "oauth_token": self.token,
            "oauth_version": "1.0",
        }
        parameters = "&".join(f"{_escaped(name)}={_escaped(value)}" for name, value in sorted(values.items()))
        signed = "&".join(map(_escaped, (method, url, parameters)))
        key = f"{_escaped(self.secret)}&{_escaped(self.token_secret)}"
        digest = hmac.digest(key.encode(), signed.encode(), hashlib.sha1)
        values["oauth_signature"] = base64.b64encode(digest).decode()
        return "OAuth " + ", ".join(f'{name}="{_escaped(value)}"' for name, value in values.items())


def _is_late(message: Message) -> bool:
    return message.heard_at is not None and message.written_at - message.heard_at > WINDOW


def _code(answer: bytes) -> int | None:
    """The number of the error; its words may repeat the recipient."""
    try:
        code = orjson.loads(answer)["error"]["code"]
    except (ValueError, TypeError, KeyError):
        return None
    return code if isinstance(code, int) else None


def _escaped(text: str) -> str:
    return quote(text, safe="~")
