"""What a courier is, and what it carries."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from lapor_chassis.trouble import Trouble
from lapor_notification.domain import Outcome, Via

#: Seconds for each exchange with a server.
TIMEOUT = 10


@dataclass(frozen=True, kw_only=True)
class Message:
    """One notice in words, and where it goes."""

    notice_id: UUID
    template: str
    tracking_id: str
    via: Via
    to: str = field(repr=False)
    subject: str
    text: str
    written_at: datetime
    heard_at: datetime | None = None
    """When the reporter last wrote to us, as far as this service knows."""
    in_reply_to: str | None = field(default=None, repr=False)
    """The public comment that this answers in private, where it is the first answer."""
    unsubscribe: str | None = field(default=None, repr=False)
    """An address at which one click ends the notices of this report."""


class Courier(Protocol):
    """Carries messages. Expected trouble is an outcome, not an exception."""

    def send(self, message: Message) -> Outcome:
        """Hand the message over, and say what became of it."""


#: Answers of a gateway that speak of us or of the moment, not of this message: another time it may be taken.
OURS_TO_MEND = frozenset({401, 403, 404, 407, 408, 425, 429})


def trouble_of(status: int, *, about_us: frozenset[int] = OURS_TO_MEND) -> Trouble:
    """What a gateway's HTTP status says of a message that it did not take."""
    if 400 <= status < 500 and status not in about_us:
        return Trouble.REFUSED
    return Trouble.AWAY
