"""The catalogue of all events is an AsyncAPI document by AsyncAPI's own rules, and says what the code does."""

import re
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from jsonschema import Draft7Validator, FormatChecker
from jsonschema.protocols import Validator
from sqlalchemy import MetaData

from lapor_chassis.service import Service
from lapor_chassis.topology import agency_queue, topology
from lapor_contracts.asyncapi import asyncapi_document
from lapor_contracts.envelope import encode
from lapor_contracts.events import (
    EVENTS,
    REGISTRY,
    DispositionAssigned,
    DispositionEnded,
    DispositionReplied,
    Event,
    ReportReturned,
    ReportSubmitted,
)
from tests.contracts.samples import SAMPLES, sample
from tests.contracts.strategies import any_event, said

RULES = Path(__file__).parent / "asyncapi-3.0.0" / "schema.json"

DOCUMENT = asyncapi_document({"intake": [ReportSubmitted, ReportReturned]})


def payload_of(kind: type[Event]) -> Validator:
    """What the catalogue says of an event's message."""
    payload = {"$ref": f"#/components/messages/{kind.type}/payload"}
    return Draft7Validator({**DOCUMENT, **payload}, format_checker=FormatChecker())


VALIDATORS = {kind: payload_of(kind) for kind in REGISTRY.values()}


def references(value: Any) -> Iterator[str]:
    """Every ``$ref`` in a document."""
    if isinstance(value, dict):
        yield from filter(None, [value.get("$ref")])
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from references(inner)


def resolved(reference: str) -> Any:
    """What a ``$ref`` leads to."""
    found: Any = DOCUMENT
    for step in reference.removeprefix("#/").split("/"):
        found = found[step]
    return found


def test_the_document_keeps_the_rules_of_asyncapi() -> None:
    rules = Draft7Validator(orjson.loads(RULES.read_bytes()))

    assert [error.json_path for error in rules.iter_errors(DOCUMENT)] == []


def test_every_reference_leads_somewhere() -> None:
    assert all(resolved(reference) is not None for reference in references(DOCUMENT))


def test_every_operation_is_about_messages_of_its_own_channel() -> None:
    for operation in DOCUMENT["operations"].values():
        for speech in [operation, *filter(None, [operation.get("reply")])]:
            channel = speech["channel"]["$ref"]
            assert all(message["$ref"].startswith(f"{channel}/messages/") for message in speech["messages"])


@pytest.mark.parametrize("kind", REGISTRY.values(), ids=REGISTRY)
def test_every_event_is_said_by_somebody_somewhere(kind: type[Event]) -> None:
    senders = [
        who.split(".")[0]
        for who, operation in DOCUMENT["operations"].items()
        for message in operation["messages"]
        if operation["action"] == "send" and message["$ref"].endswith(f"/messages/{kind.type}")
    ]

    assert senders == [kind.said_by]


@pytest.mark.parametrize("kind", REGISTRY.values(), ids=REGISTRY)
def test_every_event_and_every_field_has_a_name_and_a_type(kind: type[Event]) -> None:
    schema = DOCUMENT["components"]["schemas"][kind.__name__]

    assert schema["description"]
    assert list(schema["properties"]) == [field.name for field in fields(kind)]
    assert all(declared.keys() & {"type", "anyOf"} for declared in schema["properties"].values())


def test_a_service_that_listens_says_to_what() -> None:
    assert {name for name in DOCUMENT["operations"] if name.startswith("intake.receive.")} == {
        "intake.receive.lapor.submissions",
        "intake.receive.report.returned.v1",
    }


def test_an_adapter_learns_where_it_is_answered() -> None:
    reply = DOCUMENT["operations"]["adapter.send.lapor.submissions"]["reply"]

    assert reply["address"]["location"] == "$message.header#/reply_to"
    assert [message["$ref"].rsplit("/")[-1] for message in reply["messages"]] == [
        "submission.accepted.v1",
        "submission.refused.v1",
    ]


def test_exchanges_and_routing_keys_are_those_that_are_declared() -> None:
    declared = {exchange.name: exchange.kind for exchange in topology([]).exchanges}
    bindings = [(channel["address"], channel["bindings"]["amqp"]) for channel in DOCUMENT["channels"].values()]

    exchanges = [(address, amqp["exchange"]) for address, amqp in bindings if amqp["is"] == "routingKey"]

    assert all(declared[exchange["name"]] == exchange["type"] for _, exchange in exchanges)
    everything = Service("everything", MetaData(), handlers=dict.fromkeys(REGISTRY.values(), print))
    assert {re.sub(r"\{\w+\}", "*", address) for address, exchange in exchanges if exchange["name"] == EVENTS} == {
        binding.routing_key for binding in topology([everything]).bindings if binding.exchange == EVENTS
    }


def test_an_agency_takes_from_the_queue_that_is_declared_for_it() -> None:
    (queue,) = (queue.name for queue in topology([], agencies=["PLN"]).queues if queue.name == agency_queue("PLN"))

    taking = DOCUMENT["operations"]["agency.receive.agency"]

    assert resolved(taking["channel"]["$ref"])["address"].format(agency_code="PLN") == queue
    assert taking["messages"] == [
        {"$ref": f"#/channels/agency/messages/{event.type}"}
        for event in (DispositionAssigned, DispositionReplied, DispositionEnded)
    ]


@pytest.mark.parametrize("body", SAMPLES.values(), ids=SAMPLES)
def test_every_sample_is_as_the_catalogue_describes_it(body: bytes) -> None:
    document = orjson.loads(body)

    assert [error.message for error in VALIDATORS[REGISTRY[document["type"]]].iter_errors(document)] == []


@given(any_event())
def test_whatever_is_said_is_as_the_catalogue_describes_it(event: Event) -> None:
    document = orjson.loads(encode(said(event)))

    assert [error.message for error in VALIDATORS[type(event)].iter_errors(document)] == []


SPOILT = {
    "a required field is missing": {"agency_code": ...},
    "a code in another form": {"agency_code": "dinas pu"},
    "a word that is not on the list": {"kind": "praise"},
    "a number out of bounds": {"confidence": 1.1},
    "a list of something else": {"evidence": [{"kind": "topic"}]},
    "null where something must be": {"agency_name": None},
    "a control character": {"agency_name": "Dinas\x00"},
    "no moment": {"routed_at": 5},
}


@pytest.mark.parametrize("change", SPOILT.values(), ids=SPOILT)
def test_the_catalogue_allows_no_more_than_is_understood(change: dict[str, Any]) -> None:
    document = sample("report.routed.v1")
    document["data"] = {k: v for k, v in {**document["data"], **change}.items() if v is not ...}

    assert not VALIDATORS[REGISTRY["report.routed.v1"]].is_valid(document)
