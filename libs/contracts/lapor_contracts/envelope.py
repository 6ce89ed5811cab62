"""CloudEvents 1.0 in structured JSON: how an event stands on the wire."""

import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from lapor_contracts.events import REGISTRY, Event
from lapor_contracts.schema import ContractError, load, schema_of

CONTENT_TYPE = "application/cloudevents+json"

#: Larger than any event can be; a body beyond this is refused before it is parsed.
LONGEST_BODY = 256 * 1024


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
    """The envelope as the bytes that are stored in the log and sent."""
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
        "data": schema_of(type(event)).dump(event),  # type: ignore[arg-type]
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
        raise ContractError(f"unknown type {kind!r:.80}")
    try:
        event_id = uuid.UUID(document["id"])
        time = datetime.fromisoformat(document["time"])
        source = str(document["source"])
    except (KeyError, ValueError, TypeError, AttributeError) as error:
        raise ContractError(f"{kind}: id, source or time is missing or wrong ({type(error).__name__})") from None
    if time.tzinfo is None:
        raise ContractError(f"{kind}: time has no zone")
    return Envelope(
        id=event_id,
        source=source[:200],
        time=time,
        event=load(REGISTRY[kind], document.get("data")),
        correlation_id=str(document.get("correlationid") or event_id)[:200],
        causation_id=_text(document.get("causationid")),
        traceparent=_text(document.get("traceparent")),
    )


def _text(value: object) -> str | None:
    return str(value)[:200] if value else None
