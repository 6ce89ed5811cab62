"""Web push (RFC 8030): which services of browsers may be called, and the key by which they know us (RFC 8292)."""

import base64
import binascii
from collections.abc import Collection
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc.jwk import ECKey

#: Where the browsers of our days wait for messages; ``*`` stands for any name below.
SERVICES = frozenset(
    {"fcm.googleapis.com", "updates.push.services.mozilla.com", "*.push.apple.com", "*.notify.windows.com"}
)


def services(text: str) -> frozenset[str]:
    """Read the setting: names of hosts with commas between; ``http://HOST:PORT`` for trials."""
    found = frozenset(part.strip().lower() for part in text.split(","))
    if not all(found):
        raise ValueError("must be names of hosts, with commas between them")
    return found


def may_be_called(endpoint: str, known: Collection[str]) -> bool:
    """Whether a browser's address is one of these services': whoever hands it in could name any server."""
    try:
        url = urlsplit(endpoint)
        host, port = url.hostname or "", url.port
    except ValueError:
        return False
    if f"{url.scheme}://{url.netloc}" in known:
        return True
    is_plain = url.scheme == "https" and port in (None, 443) and not url.username and not url.password
    return is_plain and (host in known or f"*.{host.partition('.')[2]}" in known)


def public_point(text: str) -> bytes:
    """A public key on P-256 as browsers write it (base64url); raises ValueError where it is none."""
    point = from_base64url(text)
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    return point


def from_base64url(text: str) -> bytes:
    """Bytes, with or without the padding."""
    try:
        return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except binascii.Error:
        raise ValueError("not base64url") from None


def public_text(key: ECKey) -> str:
    """The public half, as browsers read it."""
    public = key.as_dict(private=False)
    point = b"\x04" + from_base64url(str(public["x"])) + from_base64url(str(public["y"]))
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()
