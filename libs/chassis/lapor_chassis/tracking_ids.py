"""Tracking IDs that cannot be guessed or mistyped, and the receipt that opens the private thread.

IDs and receipts are checked with a key that intake and tracking share, so one that was handed out can be told from one
that was not without asking a database. A receipt is otherwise random; what is stored and sent of it is a hash that is
worth nothing without that key. Why: docs/adr/0013-receipts-are-hashed.md.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from datetime import date, timedelta

from argon2.low_level import Type, hash_secret_raw

#: Crockford's base 32: no I, L, O, U, so that an ID can be read aloud and typed on an old phone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_AS_TYPED = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, ".": None})
_RANDOM, _CHECK = 9, 3
#: Of a receipt's 16 digits.
_RANDOM_DIGITS, _CHECK_DIGITS = 12, 4
#: The salt is secret: no more memory and time is needed than hundreds of reports a second can spare.
_MEMORY_KIB, _PASSES = 256, 1


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

    def new_receipt(self, tracking_id: str, below: Callable[[int], int] = secrets.randbelow) -> str:
        """The secret of a reporter's private thread: ``1234-5678-9012-3456``; the last four digits are a check."""
        random = f"{below(10**_RANDOM_DIGITS):0{_RANDOM_DIGITS}}"
        return in_groups(random + self._check_digits(tracking_id, random))

    def may_be_receipt(self, tracking_id: str, receipt: str) -> bool:
        """Whether the receipt was probably handed out with the ID: all that can be told before its hash is known."""
        typed = _digits(receipt)
        random = typed[:_RANDOM_DIGITS]
        return hmac.compare_digest(random + self._check_digits(tracking_id, random), typed)

    def hash_of(self, tracking_id: str, receipt: str) -> str:
        """By what the receipt of this ID is known again: 64 hexadecimal digits (argon2id)."""
        salt = self._digest("receipt salt", tracking_id)
        digest = hash_secret_raw(_digits(receipt).encode(), salt, _PASSES, _MEMORY_KIB, 1, 32, Type.ID)
        return digest.hex()

    def opens(self, tracking_id: str, receipt: str, receipt_hash: str | None) -> bool:
        """Whether the receipt belongs to the ID; takes the same time whatever the answer.

        Without a hash it may be a report of version 0.1, whose receipt was derived from the key.
        """
        given, expected = self.hash_of(tracking_id, receipt), receipt_hash
        if expected is None:
            given, expected = _digits(receipt), _digits(self.derived_receipt(tracking_id))
        return hmac.compare_digest(given, expected)

    def watch_pass(self, tracking_id: str, day: date) -> str:
        """Lets a page that was opened with the receipt hear that something happened, not what; today and tomorrow.

        It may stand in an address, where a receipt never does.
        """
        return self._digest("watch", f"{day.isoformat()}:{tracking_id}").hex()[:32]

    def may_watch(self, tracking_id: str, given: str, day: date) -> bool:
        """Whether this is a pass that is good on this day."""
        passes = [self.watch_pass(tracking_id, day - timedelta(days=age)) for age in (0, 1)]
        return any(hmac.compare_digest(given.encode(), one.encode()) for one in passes)

    def derived_receipt(self, tracking_id: str) -> str:
        """The receipt of a report of version 0.1."""
        return in_groups(f"{int.from_bytes(self._digest('receipt', tracking_id)[:16]) % 10**16:016}")

    def _check_digits(self, tracking_id: str, random: str) -> str:
        digest = self._digest("receipt check", f"{tracking_id}:{random}")
        return f"{int.from_bytes(digest[:8]) % 10**_CHECK_DIGITS:0{_CHECK_DIGITS}}"

    def _written(self, random: str) -> str:
        digest = self._digest("check", random)
        plain = random + "".join(ALPHABET[byte % 32] for byte in digest[:_CHECK])
        return f"{plain[:4]}-{plain[4:8]}-{plain[8:]}"

    def _digest(self, purpose: str, text: str) -> bytes:
        return hmac.digest(self._key, f"{purpose}:{text}".encode(), hashlib.sha256)


def in_groups(digits: str) -> str:
    """A receipt as people read it: ``1234-5678-9012-3456``."""
    return "-".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def as_written(text: str) -> str:
    """What somebody typed or dictated, in the form of an ID. Whether it is one, only the key can tell."""
    return in_groups(text.upper().translate(_AS_TYPED))


def _digits(receipt: str) -> str:
    return "".join(c for c in receipt if c.isascii() and c.isdigit())
