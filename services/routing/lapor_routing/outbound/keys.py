"""The secrets of connections: locked where they lie, several valid at a time while they are exchanged."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lapor_chassis.settings import key_bytes
from lapor_routing.domain.delivering import Connection
from lapor_routing.outbound.store import Line

_NONCE, _KEY = 12, 32


class Locked(Exception):  # noqa: N818 -- a state, not a mistake
    """The secrets cannot be opened: there is no key, or another one than they were locked with."""


@dataclass(frozen=True)
class Secret:
    """One secret; after ``until`` it is worth nothing."""

    text: str
    until: datetime | None = None


def new_secret() -> str:
    """As Standard Webhooks writes them."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def rotated(present: Sequence[Secret], new: str, *, at: datetime, until: datetime) -> list[Secret]:
    """The new secret first; those that are valid ``at`` that time stay so until then, and no longer."""
    valid = [one for one in present if one.until is None or one.until > at]
    return [Secret(new), *(Secret(one.text, min(until, one.until or until)) for one in valid if until > at)]


@dataclass(frozen=True)
class Strongbox:
    """Locks and opens secrets with ``LAPOR_ROUTING_CONNECTION_KEY`` (AES-256-GCM), each bound to its body."""

    key: bytes | None

    @classmethod
    def from_setting(cls, text: str) -> "Strongbox":
        """Read the setting."""
        key = key_bytes(text)
        if len(key) != _KEY:
            raise ValueError(f"must be {_KEY} bytes")
        return cls(key)

    def lock(self, code: str, content: Sequence[Secret]) -> str:
        """As they lie in the table."""
        nonce = secrets.token_bytes(_NONCE)
        plain = orjson.dumps([vars(secret) for secret in content])
        return base64.b64encode(nonce + self._cipher().encrypt(nonce, plain, code.encode())).decode()

    def open(self, code: str, locked: str | None) -> list[Secret]:
        """What was locked for this body; `Locked` where that cannot be."""
        if not locked:
            return []
        raw = base64.b64decode(locked)
        try:
            plain = self._cipher().decrypt(raw[:_NONCE], raw[_NONCE:], code.encode())
        except InvalidTag:
            raise Locked("LAPOR_ROUTING_CONNECTION_KEY is not the key that it was") from None
        return [_secret(one) for one in orjson.loads(plain)]

    def connection(self, line: Line, *, at: datetime) -> Connection:
        """The line with the secrets that are valid now."""
        present = self.open(line.code, line.locked)
        return Connection(
            agency_code=line.code,
            means=line.means,
            address=line.address,
            settings=line.settings,
            secrets=[secret.text for secret in present if secret.until is None or secret.until > at],
        )

    def _cipher(self) -> AESGCM:
        if self.key is None:
            raise Locked("LAPOR_ROUTING_CONNECTION_KEY is not set")
        return AESGCM(self.key)


def _secret(stored: Mapping[str, Any]) -> Secret:
    return Secret(stored["text"], datetime.fromisoformat(stored["until"]) if stored["until"] else None)
