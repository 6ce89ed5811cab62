"""What is said on the wire and over HTTP, as documents for those who connect: made from the code, never by hand."""

import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import orjson

from lapor_chassis.web import openapi_document
from lapor_contracts.asyncapi import OUTSIDE, asyncapi_document
from lapor_contracts.events import REGISTRY, Event
from lapor_contracts.vocabulary import Status
from lapor_launcher.embedded import embedded_environment
from lapor_launcher.services import NAMES, assemble

Json = dict[str, Any]


def write(folder: Path) -> None:
    """Write all documents below ``folder``."""
    for name, text in documents().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def check(folder: Path) -> int:
    """0 where the files say what the code says; else 1, and the stale ones are named."""
    stale = [name for name, text in documents().items() if _read(folder / name) != text]
    for name in stale:
        print(f"{folder / name}: does not say what the code says; `lapor contracts write` brings it up to date")
    return 1 if stale else 0


def documents() -> dict[str, str]:
    """The text of each document, by its path."""
    hears: dict[str, list[type[Event]]] = {}
    apis: dict[str, Json] = {}
    with tempfile.TemporaryDirectory() as folder:
        # Nothing is opened and nobody is served: keys and databases only have to have a name.
        environment = embedded_environment(Path(folder), {})
        for name in NAMES:
            assembled = assemble(name, environment)
            hears[name] = list(assembled.service.handlers)
            apis[name] = openapi_document(assembled.app())
    catalogue = asyncapi_document(hears)
    return {
        "asyncapi.json": _json(catalogue),
        "statuses.md": "\n".join(_statuses()),
        "events.md": "\n".join(_events(catalogue["components"]["schemas"], hears)),
        **{f"openapi/{name}.json": _json(api) for name, api in apis.items()},
    }


def _statuses() -> Iterator[str]:
    """Which step leads where, and from where it may be taken."""
    from lapor_tracking.domain.steps import MOVES
    from lapor_tracking.words import STATUSES, STEPS

    yield _STATUSES_HEAD
    yield "| step | means | may be taken in | leads to |\n|---|---|---|---|"
    for step, move in MOVES.items():
        sources = ", ".join(f"`{status}`" for status in Status if status in move.sources) or "nothing known yet"
        yield _row(f"`{step}`", STEPS[step].en, sources, f"`{move.to}`")
    beside = ", ".join(f"`{step}`" for step in STEPS if step not in MOVES)
    yield f"\nBeside the way, in any status: {beside}.\n"
    yield "| status | means | in Indonesian |\n|---|---|---|"
    for status, words in STATUSES.items():
        yield _row(f"`{status}`", words.en, words.id)
    yield ""


def _events(schemas: Mapping[str, Json], hears: Mapping[str, list[type[Event]]]) -> Iterator[str]:
    """The catalogue of events for reading."""
    yield _HEAD
    yield "| event | said by | heard by | what it says |\n|---|---|---|---|"
    for event in REGISTRY.values():
        summary = _markdown(schemas[event.__name__]["description"]).split("\n")[0]
        link = f"[`{event.type}`](#{_anchor(event.type)})"
        yield _row(link, event.said_by, _heard_by(event, hears), summary)
    for event in REGISTRY.values():
        schema = schemas[event.__name__]
        yield f"\n## {event.type}\n\n{_markdown(schema['description'])}\n"
        yield f"Said by {event.said_by} {_where(event)}; heard by {_heard_by(event, hears)}.\n"
        yield from _fields(schema)
    events = {event.__name__ for event in REGISTRY.values()}
    for name in (name for name in schemas if name not in {"CloudEvent", *events}):
        yield f"\n## {name}\n\n{_markdown(schemas[name]['description'])}\n"
        yield from _fields(schemas[name])
    yield ""


def _where(event: type[Event]) -> str:
    if not event.exchange:
        return "straight to the adapter that waits"
    key = f", under the key `{event.type}.{{{event.topic}}}`" if event.topic else ""
    return f"through the exchange `{event.exchange}`{key}"


def _heard_by(event: type[Event], hears: Mapping[str, list[type[Event]]]) -> str:
    listeners = [name for name, events in hears.items() if event in events]
    if event.exchange in OUTSIDE:
        listeners.append(OUTSIDE[event.exchange])
    return ", ".join(listeners) or "nobody yet"


def _fields(schema: Json) -> Iterator[str]:
    yield "| field | type | if left out | meaning |\n|---|---|---|---|"
    for name, field in schema["properties"].items():
        absent = "required" if name in schema.get("required", ()) else f"`{orjson.dumps(field['default']).decode()}`"
        yield _row(f"`{name}`", _type(field), absent, _markdown(field.get("description", "")))


def _type(field: Json) -> str:
    """A JSON Schema in a few words."""
    match field:
        case {"$ref": reference}:
            name = reference.rsplit("/")[-1]
            return f"[{name}](#{_anchor(name)})"
        case {"anyOf": [inner, _]}:
            return _type(inner)
        case {"items": inner}:
            return f"list of {_type(inner)}"
        case {"enum": words}:
            return ", ".join(f"`{word}`" for word in words if word is not None)
        case {"format": form}:
            return {"uuid": "UUID", "date-time": "moment", "date": "day"}[form]
        case {"maxLength": longest}:
            return f"text, up to {longest}"
        case {"minimum": least, "maximum": most}:
            return f"{field['type']}, {least:g} to {most}"
    return str(field["type"])


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in cells) + " |"


def _markdown(docstring: str) -> str:
    return docstring.replace("``", "`")


def _anchor(title: str) -> str:
    """The address of a heading, as Git hosts make it."""
    return title.lower().replace(".", "")


def _json(document: Json) -> str:
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE).decode()


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


_STATUSES_HEAD = """\
# Statuses

Made from `lapor_tracking.domain.steps` by `lapor contracts write`; do not edit.

Where a report stands follows from what happened to it ([timelines](timeline.md)). A step that does not fit where the
report stands is kept and moves nothing. The first news may be any; what its reporter took back stays so.
"""
_HEAD = """\
# The events

Made from `lapor_contracts` by `lapor contracts write`; do not edit.

Each message is a [CloudEvent](https://cloudevents.io) 1.0 in structured JSON (`application/cloudevents+json`). The
tables below are about its `data`. `subject` is the report's id, `correlationid` the same for all that one message led
to, `causationid` the id of the message that led directly to this one. The same for machines, with exchanges and queues:
[asyncapi.json](asyncapi.json). An example of each: [samples](../libs/contracts/samples).

Events only grow: ignore fields that you do not know. They come at least once and in any order: the same `id` is the
same event.
"""
