"""Addresses to which a body's letters are answered: ``lapor+TOKEN@example.go.id``.

A token names one disposition and shows, by a MAC under the connection's secret, that we gave it out. So nothing needs
to be kept of it; it is worth nothing once the disposition has ended, or the secret has been exchanged.
"""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable
from uuid import UUID

_PURPOSE = b"lapor-reply-1"
_MAC = 16

#: What may stand before the plus of an address: with a token it must not have more than 64 characters (RFC 5321).
LONGEST_LOCAL_PART = 11


def token_of(disposition_id: UUID, secret: str) -> str:
    """52 small letters and digits: mail programs do not keep capitals apart."""
    packed = disposition_id.bytes + _mac(disposition_id, secret)
    return base64.b32encode(packed).decode().rstrip("=").lower()


def disposition_of(token: str) -> UUID | None:
    """The disposition that the token names, whether genuine or not; None where it is no token."""
    packed = _unpacked(token)
    return UUID(bytes=packed[:-_MAC]) if packed else None


def is_genuine(token: str, secrets: Iterable[str]) -> bool:
    """Whether it was made with one of these secrets."""
    packed = _unpacked(token)
    if packed is None:
        return False
    disposition_id = UUID(bytes=packed[:-_MAC])
    return any(hmac.compare_digest(packed[-_MAC:], _mac(disposition_id, secret)) for secret in secrets)


def reply_address(ours: str, token: str) -> str:
    """Our address with the token in it."""
    local, _, domain = ours.rpartition("@")
    return f"{local}+{token}@{domain}"


def _unpacked(token: str) -> bytes | None:
    try:
        packed = base64.b32decode(f"{token.upper()}====")
    except binascii.Error:
        return None
    return packed if len(packed) == 16 + _MAC else None


def _mac(disposition_id: UUID, secret: str) -> bytes:
    return hmac.digest(secret.encode(), _PURPOSE + disposition_id.bytes, hashlib.sha256)[:_MAC]
