"""CloudEvents 1.0 in structured JSON: how an event stands on the wire."""

import re
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from lapor_contracts.events import REGISTRY, Event
from lapor_contracts.fields import FORBIDDEN
from lapor_contracts.schema import ContractError, load

CONTENT_TYPE = "application/cloudevents+json"

#: Larger than any event can be; a body beyond this is refused before it is parsed.
LONGEST_BODY = 256 * 1024

#: What a type of ours looks like; anything else that stands in its place is not repeated in an error.
_TYPE = re.compile(r"[a-z]+\.[a-z_]+\.v[0-9]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Envelope:
    """An event with what the wire adds: who said it when, and what led to it."""

    id: uuid.UUID
    source: str
    time: datetime
    event: Event
    correlation_id: str
    causation_id: str | None = None
    traceparent: str | None = None

    @property
    def type(self) -> str:
        """The event's name and version, which is also its routing key on ``lapor.events``."""
        return self.event.type


def encode(envelope: Envelope) -> bytes:
    """The envelope as the bytes that are stored in the log and sent.

    orjson writes dataclasses, ids, dates and words of a list exactly as the schemas read them.
    """
    event = envelope.event
    document: dict[str, Any] = {
        "specversion": "1.0",
        "id": str(envelope.id),
        "source": envelope.source,
        "type": event.type,
        "subject": str(event.report_id),
        "time": envelope.time.isoformat(),
        "datacontenttype": "application/json",
        "correlationid": envelope.correlation_id,
        "data": event,
    }
    if envelope.causation_id:
        document["causationid"] = envelope.causation_id
    if envelope.traceparent:
        document["traceparent"] = envelope.traceparent
    return orjson.dumps(document)


def decode(body: bytes | str) -> Envelope:
    """Read a message, or raise `ContractError`: broken JSON, no CloudEvent, an unknown type, wrong data."""
    if len(body) > LONGEST_BODY:
        raise ContractError(f"the body has {len(body)} bytes, more than {LONGEST_BODY}")
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ContractError(f"not JSON: {error.msg} at {error.pos}") from None
    if not isinstance(document, dict) or document.get("specversion") != "1.0":
        raise ContractError("not a CloudEvent of specversion 1.0")
    kind = document.get("type")
    if not isinstance(kind, str) or kind not in REGISTRY:
        raise ContractError(f"unknown type {_if_a_type(kind)}")
    try:
        event_id = uuid.UUID(document["id"])
        time = datetime.fromisoformat(document["time"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise ContractError(f"{kind}: id or time is missing or wrong ({type(error).__name__})") from None
    if time.tzinfo is None:
        raise ContractError(f"{kind}: time has no zone")
    source = _text(document, "source")
    if source is None:
        raise ContractError(f"{kind}: source is missing")
    return Envelope(
        id=event_id,
        source=source,
        time=time,
        event=load(REGISTRY[kind], document.get("data")),
        correlation_id=_text(document, "correlationid") or str(event_id),
        causation_id=_text(document, "causationid"),
        traceparent=_text(document, "traceparent"),
    )


def _text(document: dict[str, Any], name: str) -> str | None:
    """An attribute of the envelope; None where it is absent or empty."""
    value = document.get(name)
    if not value:
        return None
    if not isinstance(value, str) or FORBIDDEN.search(value):
        raise ContractError(f"{name}: not a text without control characters")
    return value[:200]


def _if_a_type(kind: object) -> str:
    return repr(kind[:80]) if isinstance(kind, str) and _TYPE.fullmatch(kind) else "of no known form"
