"""How somebody is reached."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import blake2b

_PROCESS = secrets.token_bytes(16)


class Via(StrEnum):
    """How a notice travels."""

    SMS = "sms"
    EMAIL = "email"
    WHATSAPP = "whatsapp"
    MESSENGER = "messenger"
    INSTAGRAM = "instagram"
    X = "x"
    WEBHOOK = "webhook"
    """The app by which somebody reported: it tells its user itself."""
    PUSH = "push"
    """A browser that its owner has asked to show when there is news, beside the other ways."""


@dataclass(frozen=True, kw_only=True)
class Contact:
    """How to reach a reporter. Exists only in memory, and only while a notice is being sent."""

    prefers: str
    addresses: Mapping[Via, str] = field(repr=False)
    receipt: str | None = field(default=None, repr=False)
    """Given where nobody has shown it to the reporter yet: the first notice does."""
    token: str | None = field(default=None, repr=False)
    """A follower's: what confirms and what ends it."""
    proof: str | None = field(default=None, repr=False)
    """A member of staff's: what confirms that the address is theirs."""
    language: str | None = None
    """In which they want to read; None: in both."""
    stop: str | None = field(default=None, repr=False)
    """A reporter's: what ends the notices of the report."""
    comment: str | None = field(default=None, repr=False)
    """The public comment by which this person was heard: the first answer, and only that, refers to it."""

    @property
    def digest(self) -> bytes:
        """The same for all contacts of one person, and nothing that anybody could write to."""
        return blake2b("\n".join(sorted(self.addresses.values())).encode(), key=_PROCESS).digest()

    def by_preference(self) -> list[tuple[Via, str]]:
        """The ways to reach the reporter, the preferred one first."""
        return sorted(self.addresses.items(), key=lambda way: way[0] != self.prefers)
