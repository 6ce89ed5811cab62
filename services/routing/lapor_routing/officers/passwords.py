"""Names as they are compared, and how passwords are guarded."""

import secrets
from functools import cache
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

#: A password may be long and plain; it must not be short.
SHORTEST_PASSWORD = 12

#: OWASP's smallest recommendation for argon2id: several signing in at once must not fill the memory.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


def plain(username: str) -> str:
    """A name, however it is written."""
    return username.strip().lower()


def new_password() -> str:
    """One that nobody guesses, to begin with."""
    return secrets.token_urlsafe(12)


def hash_of(password: str) -> str:
    """What is kept of a password; ValueError if it is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"the password has fewer than {SHORTEST_PASSWORD} characters")
    return _HASHER.hash(password)


def matches(password_hash: Any, password: str) -> bool:
    """Whether this is the password."""
    try:
        return _HASHER.verify(password_hash, password)
    except VerifyMismatchError:
        return False


@cache
def nobodys_hash() -> str:
    """What a password is compared with where there is no such officer."""
    return _HASHER.hash("nobody's password")
