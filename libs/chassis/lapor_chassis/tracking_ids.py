"""Tracking IDs that cannot be guessed or mistyped, and the receipt that opens the private thread.

Both come from one key that intake and tracking share. A real ID can therefore be told from a mistyped one
without asking a database, and a receipt needs to be neither stored nor sent: it is computed again and compared.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable

#: Crockford's base 32: no I, L, O, U, so that an ID can be read aloud and typed on an old phone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_AS_TYPED = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, ".": None})
_RANDOM, _CHECK = 9, 3


class TrackingIds:
    """Makes, reads and checks tracking IDs (``7K3M-9QXF-2TPA``) and receipts (16 digits)."""

    def __init__(self, key: bytes) -> None:
        if len(key) < 32:
            raise ValueError("the key of tracking IDs needs at least 32 bytes")
        self._key = key

    def new(self, below: Callable[[int], int] = secrets.randbelow) -> str:
        """A new ID: 45 random bits and 15 bits of check. ``below(n)`` gives a number from 0 to n-1."""
        return self._written("".join(ALPHABET[below(32)] for _ in range(_RANDOM)))

    def derived(self, seed: str, attempt: int = 0) -> str:
        """The ID that belongs to ``seed``: asked again, the same. Another ``attempt`` where that one is taken."""
        digest = self._digest("derived", f"{attempt}:{seed}")
        return self._written("".join(ALPHABET[byte % 32] for byte in digest[:_RANDOM]))

    def read(self, text: str) -> str | None:
        """What somebody typed or dictated, as an ID; None where it is not one of ours."""
        plain = text.upper().translate(_AS_TYPED)
        if len(plain) != _RANDOM + _CHECK or not plain.isascii():
            return None
        written = self._written(plain[:_RANDOM])
        return written if hmac.compare_digest(written.replace("-", ""), plain) else None

    def receipt(self, tracking_id: str) -> str:
        """The secret of the reporter's private thread: ``1234-5678-9012-3456``."""
        number = int.from_bytes(self._digest("receipt", tracking_id)[:16]) % 10**16
        digits = f"{number:016}"
        return "-".join(digits[at : at + 4] for at in range(0, 16, 4))

    def opens(self, tracking_id: str, receipt: str) -> bool:
        """Whether the receipt belongs to the ID; takes the same time whatever the answer."""
        typed = "".join(c for c in receipt if c.isascii() and c.isdigit())
        return hmac.compare_digest(self.receipt(tracking_id).replace("-", ""), typed)

    def _written(self, random: str) -> str:
        digest = self._digest("check", random)
        plain = random + "".join(ALPHABET[byte % 32] for byte in digest[:_CHECK])
        return f"{plain[:4]}-{plain[4:8]}-{plain[8:]}"

    def _digest(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{purpose}:{text}".encode(), hashlib.sha256)
