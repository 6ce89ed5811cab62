"""All that is said on the wire as one AsyncAPI 3.0 document, made from the events themselves."""

import ast
import dataclasses
import inspect
import textwrap
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Any, cast, get_args, get_type_hints

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from marshmallow import fields, validate

from lapor_contracts.envelope import CONTENT_TYPE
from lapor_contracts.events import AGENCIES, DIRECT, EVENTS, REGISTRY, REPLIES, SUBMISSIONS, Event
from lapor_contracts.fields import no_control_characters
from lapor_contracts.schema import schema_of

Json = dict[str, Any]

#: The channel through which an adapter that waits is answered, and the one from which an agency's system takes.
ANSWERS = "answers"
AGENCY_QUEUE = "agency"

#: Systems of others, by the exchange from which they hear.
OUTSIDE = {AGENCIES: "agency", DIRECT: "adapter"}


def asyncapi_document(hears: Mapping[str, Iterable[type[Event]]] | None = None) -> Json:
    """The events, where they are said and by whom; and of the services in ``hears``, what they listen to."""
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "LAPOR! events",
            "version": "1",
            "description": "Facts that the services, channel adapters and agencies' systems tell each other. "
            "Events only grow: fields are added, so ignore those you do not know.",
            "license": {"name": "EUPL-1.2"},
        },
        "defaultContentType": CONTENT_TYPE,
        "channels": _channels(),
        "operations": _operations(hears or {}),
        "components": {
            "messages": {event.type: _message(event) for event in REGISTRY.values()},
            "schemas": {"CloudEvent": _ENVELOPE, **json_schemas()},
        },
    }


def json_schemas() -> dict[str, Json]:
    """The JSON Schema of every event's ``data``, and of the parts that events share, by class name."""
    plugin = MarshmallowPlugin(schema_name_resolver=lambda schema: type(schema).__name__.removesuffix("Schema"))
    spec = APISpec("", "", openapi_version="3.1.0", plugins=[plugin])
    cast(Any, plugin.converter).add_attribute_function(_as_on_the_wire)
    kinds = dict.fromkeys(part for event in REGISTRY.values() for part in _parts(event))
    for kind in kinds:
        spec.components.schema(kind.__name__, schema=schema_of(kind))  # type: ignore[arg-type]
    schemas = spec.to_dict()["components"]["schemas"]
    return {kind.__name__: _explained(kind, schemas[kind.__name__]) for kind in kinds}


def _parts(kind: type[Any]) -> Iterator[type[Any]]:
    """The dataclasses inside a dataclass, then itself."""
    for hint in get_type_hints(kind).values():
        for inner in get_args(hint):
            if dataclasses.is_dataclass(inner):
                yield from _parts(inner)  # type: ignore[arg-type]
    yield kind


def _as_on_the_wire(_converter: Any, field: fields.Field[Any], ret: Json, **_: Any) -> Json:
    """What apispec leaves unsaid of our fields, or says in Python's words only."""
    if isinstance(field, fields.Enum):
        return {"type": ["string", "null"] if field.allow_none else "string"}
    for validator in field.validators:
        if validator is no_control_characters:
            return {"pattern": r"^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$"}
        if isinstance(validator, validate.Regexp):  # whose end only Python calls \Z
            return {"pattern": cast(str, validator.regex.pattern).replace(r"\Z", "$")}
    return {}


def _explained(kind: type[Any], schema: Json) -> Json:
    """The schema with what the class says of itself and of its fields, and the defaults."""
    meanings = _meanings(kind)
    writer = schema_of(kind)  # type: ignore[arg-type]
    for field in dataclasses.fields(kind):
        declared = schema["properties"][field.name]
        if field.name in meanings:
            declared["description"] = meanings[field.name]
        if field.default is not dataclasses.MISSING:
            declared["default"] = writer.fields[field.name].serialize(field.name, {field.name: field.default})
    return {"description": inspect.getdoc(kind), **schema, "additionalProperties": True}


def _meanings(kind: type[Any]) -> dict[str, str]:
    """The texts that stand under the fields of a class and of those it inherits from."""
    found: dict[str, str] = {}
    for owner in reversed(kind.__mro__[:-1]):
        declared = cast(ast.ClassDef, ast.parse(textwrap.dedent(inspect.getsource(owner))).body[0])
        for field, below in pairwise(declared.body):
            match field, below:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                    found[name] = inspect.cleandoc(text)
    return found


def _message(event: type[Event]) -> Json:
    summary, _, more = (inspect.getdoc(event) or "").partition("\n\n")
    return {
        "name": event.type,
        "title": event.__name__,
        "summary": summary,
        **({"description": more} if more else {}),
        "contentType": CONTENT_TYPE,
        "correlationId": {"location": "$message.payload#/correlationid"},
        "payload": {
            "allOf": [
                _ref("components", "schemas", "CloudEvent"),
                {
                    "type": "object",
                    "properties": {
                        "type": {"const": event.type},
                        "data": _ref("components", "schemas", event.__name__),
                    },
                },
            ]
        },
        "bindings": {"amqp": {"contentEncoding": "utf-8", "messageType": event.type, **_BINDING}},
    }


def _channels() -> Json:
    """Every channel with the messages that go through it."""
    channels: Json = {}
    for event in REGISTRY.values():
        name = _channel_of(event)
        channel = channels.setdefault(name, {**_CHANNELS[event.exchange](event), "messages": {}})
        channel["messages"][event.type] = _ref("components", "messages", event.type)
    channels[AGENCY_QUEUE] = {**_agency_queue(), "messages": channels[AGENCIES]["messages"]}
    return channels


def _operations(hears: Mapping[str, Iterable[type[Event]]]) -> Json:
    """Who sends and who receives what on which channel."""
    operations: Json = {}
    for event in REGISTRY.values():
        _add(operations, event.said_by, "send", _channel_of(event), event)
    for who, events in hears.items():
        for event in events:
            _add(operations, who, "receive", _channel_of(event), event)
    for event in REGISTRY.values():
        if event.exchange in OUTSIDE:
            channel = AGENCY_QUEUE if event.exchange == AGENCIES else _channel_of(event)
            _add(operations, OUTSIDE[event.exchange], "receive", channel, event)
    operations[f"adapter.send.{SUBMISSIONS}"]["reply"] = {
        "address": {
            "location": "$message.header#/reply_to",
            "description": "The AMQP property ``reply_to``. Without it there is no answer.",
        },
        "channel": _ref("channels", ANSWERS),
        "messages": operations[f"adapter.receive.{ANSWERS}"]["messages"],
    }
    return operations


def _add(operations: Json, who: str, action: str, channel: str, event: type[Event]) -> None:
    """Let ``who`` send an event to a channel, or receive it there."""
    operation = operations.setdefault(
        f"{who}.{action}.{channel}",
        {
            "action": action,
            "title": f"{who}: {action} {channel}",
            "channel": _ref("channels", channel),
            "messages": [],
            "bindings": {"amqp": {**({"deliveryMode": 2} if action == "send" else {"ack": True}), **_BINDING}},
        },
    )
    operation["messages"].append(_ref("channels", channel, "messages", event.type))


def _channel_of(event: type[Event]) -> str:
    if event.exchange == EVENTS:
        return event.type
    return event.exchange or ANSWERS


def _topic(event: type[Event]) -> Json:
    channel: Json = {
        "address": event.type,
        "description": "Whoever wants to hear it binds a queue of its own.",
        "bindings": _exchange(EVENTS, "topic"),
    }
    if event.topic:
        where = {"location": f"$message.payload#/data/{event.topic}"}
        channel |= {"address": f"{event.type}.{{{event.topic}}}", "parameters": {event.topic: where}}
    return channel


def _way_in(event: type[Event]) -> Json:
    return {
        "address": event.type,
        "description": "The broker checks the property ``user_id``: nobody speaks for a neighbour.",
        "bindings": _exchange(event.exchange, "fanout"),
    }


def _to_agencies(_event: type[Event]) -> Json:
    return {
        "address": "{agency_code}",
        "description": "Leads to the queue of the agency.",
        "parameters": _AGENCY_CODE,
        "bindings": _exchange(AGENCIES, "direct"),
    }


def _agency_queue() -> Json:
    return {
        "address": "agency.{agency_code}",
        "description": "From here an agency's own system takes the reports it is given.",
        "parameters": _AGENCY_CODE,
        "bindings": _queue("agency.{agency_code}", exclusive=False),
    }


def _answers(_event: type[Event]) -> Json:
    return {
        "address": None,
        "description": "RabbitMQ's direct reply-to of the adapter that handed in; no other queue is answered to.",
        "bindings": _queue("amq.rabbitmq.reply-to", exclusive=True),
    }


_CHANNELS: Mapping[str, Callable[[type[Event]], Json]] = {
    EVENTS: _topic,
    SUBMISSIONS: _way_in,
    REPLIES: _way_in,
    AGENCIES: _to_agencies,
    DIRECT: _answers,
}

_BINDING = {"bindingVersion": "0.3.0"}

_AGENCY_CODE = {"agency_code": {"description": "The agency's code in the directory."}}


def _exchange(name: str, kind: str) -> Json:
    exchange = {"name": name, "type": kind, "durable": True, "autoDelete": False}
    return {"amqp": {"is": "routingKey", "exchange": exchange, **_BINDING}}


def _queue(name: str, *, exclusive: bool) -> Json:
    queue = {"name": name, "durable": not exclusive, "exclusive": exclusive, "autoDelete": exclusive}
    return {"amqp": {"is": "queue", "queue": queue, **_BINDING}}


def _ref(*path: str) -> Json:
    return {"$ref": "#/" + "/".join(path)}


_ENVELOPE: Json = {
    "description": "CloudEvents 1.0 in structured JSON: who said it when, and what led to it.",
    "type": "object",
    "required": ["specversion", "id", "source", "type", "time", "data"],
    "properties": {
        "specversion": {"const": "1.0"},
        "id": {"type": "string", "format": "uuid", "description": "The same id is the same event: expect it twice."},
        "source": {"type": "string", "minLength": 1, "examples": ["lapor/intake"]},
        "type": {"type": "string", "description": "The event's name and version."},
        "subject": {"type": "string", "format": "uuid", "description": "The report that it is about."},
        "time": {"type": "string", "format": "date-time", "description": "When it was said."},
        "datacontenttype": {"const": "application/json"},
        "correlationid": {"type": "string", "description": "The same for all that one message led to."},
        "causationid": {"type": "string", "description": "The id of the event that led directly to this one."},
        "traceparent": {"type": "string", "description": "W3C Trace Context."},
        "data": {"type": "object"},
    },
    "additionalProperties": True,
}
