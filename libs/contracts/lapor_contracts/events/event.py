"""What every event has, and where events are published."""

from dataclasses import dataclass
from typing import Any, ClassVar

from lapor_contracts.fields import Id

#: Where the services publish what happened (topic exchange; the routing key is the event's type).
EVENTS = "lapor.events"
#: Where adapters written by others publish what they received.
SUBMISSIONS = "lapor.submissions"
#: Where routing publishes to agencies' own systems (direct exchange; the routing key is the agency's code).
AGENCIES = "lapor.agencies"
#: Where agencies' own systems publish their answers.
REPLIES = "lapor.replies"
#: The broker's own exchange to a queue by its name: the way back to an adapter that waits for its tracking ID.
DIRECT = ""

REGISTRY: dict[str, type["Event"]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """What every event has: which report it is about, by both of its names."""

    type: ClassVar[str]
    said_by: ClassVar[str]
    """A service, or ``adapter`` or ``agency``: systems of others."""
    exchange: ClassVar[str] = EVENTS
    topic: ClassVar[str] = ""
    """The field whose value follows the type in the routing key: who needs only some of them binds only those."""

    report_id: Id
    """The report's name among systems."""

    @property
    def routing_key(self) -> str:
        """``report.closed.v1``; with a topic ``deadline.set.v1.verify``."""
        return f"{self.type}.{getattr(self, self.topic)}" if self.topic else self.type

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "type" in cls.__dict__:
            REGISTRY[cls.type] = cls
