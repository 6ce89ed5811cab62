"""Web push: a browser shows that there is news, beside the other ways, and never what it is.

The message is encrypted for that browser alone (RFC 8291), and signed with the key that the browser was given when its
owner asked for it (VAPID, RFC 8292).
"""

import http.client
import time
from collections.abc import Collection
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import http_ece
import orjson
from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.jwk import ECKey

from lapor_chassis import push
from lapor_chassis.settings import pem
from lapor_chassis.trouble import Trouble
from lapor_notification.couriers.courier import OURS_TO_MEND, TIMEOUT, Message, trouble_of
from lapor_notification.domain import Delivered, Outcome, Undelivered

#: For how long a push service keeps a message for a browser that is closed, and for how long it may believe our word.
_KEPT, _SIGNED_FOR = 3 * 24 * 3600, 12 * 3600
#: 403 is for a subscription that was made with another key than ours: whoever hands in some must not stop all others.
_OURS_TO_MEND = OURS_TO_MEND - {403}


def push_key(text: str) -> ECKey:
    """Read the setting: a private key on P-256, in PEM."""
    try:
        key = ECKey.import_key(pem(text))
    except ValueError:  # its text may say too much
        key = None
    if key is None or key.curve_name != "P-256" or not key.is_private:
        raise ValueError("must be a private key on the curve P-256, in PEM")
    return key


@dataclass(frozen=True, kw_only=True)
class PushServices:
    """The services of browsers: each subscription says which one it is."""

    key: ECKey = field(repr=False)
    subject: str
    """Whom they may turn to about us: our address."""
    known: Collection[str] = push.SERVICES

    def send(self, message: Message) -> Outcome:
        """Hand the message over. 404 and 410 are browsers whose owner does not want it any more."""
        subscription = orjson.loads(message.to)
        endpoint = str(subscription["endpoint"])
        if not endpoint.isascii() or not push.may_be_called(endpoint, self.known):
            return Undelivered(message.via, "no push service that we know", Trouble.DEAD)
        url = urlsplit(endpoint)
        content = self._encrypted({"title": "LAPOR!", "body": message.text}, subscription)
        connect = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = connect(url.hostname or "", url.port, timeout=TIMEOUT)
        headers = {
            "Authorization": f"vapid t={self._word(f'{url.scheme}://{url.netloc}')}, k={self._public}",
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(_KEPT),
        }
        try:
            connection.request("POST", url.path + (f"?{url.query}" if url.query else ""), content, headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return Undelivered(message.via, f"the push service did not answer ({type(error).__name__})", Trouble.AWAY)
        finally:
            connection.close()
        if 200 <= status < 300:
            return Delivered(message.via)
        trouble = Trouble.DEAD if status in (404, 410) else trouble_of(status, about_us=_OURS_TO_MEND)
        return Undelivered(message.via, f"the push service answered HTTP {status}", trouble)

    @property
    def _public(self) -> str:
        return push.public_text(self.key)

    def _word(self, origin: str) -> str:
        """For this service only, and not for long."""
        claims = {"aud": origin, "exp": int(time.time()) + _SIGNED_FOR, "sub": self.subject}
        return jwt.encode({"typ": "JWT", "alg": "ES256"}, claims, self.key)

    def _encrypted(self, content: dict[str, str], subscription: dict[str, str]) -> bytes:
        encrypted: bytes = http_ece.encrypt(
            orjson.dumps(content),
            private_key=ec.generate_private_key(ec.SECP256R1()),
            dh=push.from_base64url(subscription["p256dh"]),
            auth_secret=push.from_base64url(subscription["auth"]),
            version="aes128gcm",
        )
        return encrypted
