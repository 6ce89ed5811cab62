"""Events only grow: whatever was ever said is still understood, by us and by anybody who reads CloudEvents."""

import dataclasses
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, get_type_hints

import orjson
import pytest
from cloudevents.http import from_http, from_json

from lapor_contracts.envelope import CONTENT_TYPE, decode, encode
from lapor_contracts.events import REGISTRY, Event
from lapor_contracts.fields import Day, Flag
from lapor_contracts.schema import ContractError, load, schema_of
from tests.contracts.samples import SAMPLES

every_sample = pytest.mark.parametrize("body", SAMPLES.values(), ids=SAMPLES)


def understood(kind: type[Any], data: dict[str, Any]) -> Any:
    """What a reader of ``kind`` makes of ``data``, said again; None where it cannot read it."""
    try:
        return schema_of(kind).dump(load(kind, data))  # type: ignore[arg-type]
    except ContractError:
        return None


@pytest.mark.parametrize("event_type", REGISTRY)
def test_every_event_has_a_sample(event_type: str) -> None:
    assert event_type in SAMPLES, f"write libs/contracts/samples/{event_type}.json"


def as_far_as(said: Any, again: Any) -> Any:
    """What is said ``again``, without the fields that have come since; those inside of others too."""
    if isinstance(said, dict):
        return {name: as_far_as(value, again[name]) for name, value in said.items()}
    if isinstance(said, list) and len(said) == len(again):
        return [as_far_as(*pair) for pair in zip(said, again, strict=True)]
    return again


@pytest.mark.parametrize("kind", REGISTRY.values(), ids=REGISTRY)
def test_every_field_of_an_event_is_in_one_of_its_samples(kind: type[Event]) -> None:
    said = {
        name
        for body in SAMPLES.values()
        if (document := orjson.loads(body))["type"] == kind.type
        for name in document["data"]
    }

    missing = {field.name for field in dataclasses.fields(kind)} - said

    assert not missing, f"{kind.type} has grown: add a further sample that has {missing}; the others stay as they are"


@every_sample
def test_what_was_ever_said_is_still_understood_in_full(body: bytes) -> None:
    document = orjson.loads(body)

    again = orjson.loads(encode(decode(body)))

    assert as_far_as(document["data"], again["data"]) == document["data"]
    assert {**again, "data": None} == {**document, "data": None}


@every_sample
def test_anybody_can_read_it_as_a_cloudevent(body: bytes) -> None:
    document = orjson.loads(body)

    for event in (from_json(body), from_http({"content-type": CONTENT_TYPE}, body)):
        assert event.data == document["data"]
        assert event.get_attributes() == {name: value for name, value in document.items() if name != "data"}


@every_sample
def test_to_remove_a_field_would_not_go_unnoticed(body: bytes) -> None:
    document = orjson.loads(body)
    kind = REGISTRY[document["type"]]

    for removed in document["data"]:
        shrunk = _another(kind, without=removed)

        assert understood(shrunk, document["data"]) != understood(kind, document["data"])


@every_sample
def test_to_make_a_field_something_else_would_not_go_unnoticed(body: bytes) -> None:
    document = orjson.loads(body)
    kind = REGISTRY[document["type"]]
    given = {name: value for name, value in document["data"].items() if value is not None}

    for name, value in given.items():
        retyped = _another(kind, retyped={name: Flag if isinstance(value, str) else Day})

        assert understood(retyped, document["data"]) != understood(kind, document["data"])


@every_sample
def test_to_demand_a_new_field_would_not_go_unnoticed(body: bytes) -> None:
    document = orjson.loads(body)
    kind = REGISTRY[document["type"]]

    demanding = dataclasses.make_dataclass(
        "Demanding", [("a_new_field", Flag)], bases=(kind,), frozen=True, kw_only=True
    )

    assert understood(kind, document["data"]) is not None
    assert understood(demanding, document["data"]) is None


def _another(
    kind: type[Event], *, without: str | None = None, retyped: Mapping[str, Any] = MappingProxyType({})
) -> type[Any]:
    """The event as a later hand might change it, against the rules."""
    hints = {**get_type_hints(kind, include_extras=True), **retyped}
    kept = [(item.name, hints[item.name], _default(item)) for item in dataclasses.fields(kind) if item.name != without]
    return dataclasses.make_dataclass(kind.__name__, kept, kw_only=True)


def _default(item: dataclasses.Field[Any]) -> Any:
    return dataclasses.field() if item.default is dataclasses.MISSING else dataclasses.field(default=item.default)
