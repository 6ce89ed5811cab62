"""Direct messages on X."""

import base64
import hashlib
import hmac
import http.client
import secrets
import time
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import parse_qsl, quote, unquote

from lapor_chassis.settings import server_url
from lapor_chassis.trouble import Trouble
from lapor_notification.couriers.courier import Message, trouble_of
from lapor_notification.couriers.endpoint import Endpoint
from lapor_notification.domain import Delivered, Outcome, Undelivered


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
            return Undelivered(message.via, f"X did not answer ({type(error).__name__})", Trouble.AWAY)
        if 200 <= status < 300:
            return Delivered(message.via)
        is_closed = status in (403, 404)  # takes no direct messages from us, or is gone
        return Undelivered(message.via, f"X answered HTTP {status}", Trouble.DEAD if is_closed else trouble_of(status))

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


def _escaped(text: str) -> str:
    return quote(text, safe="~")
