"""What is read off the wire is what was said, or is refused with a reason that repeats nothing."""

import json
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor_contracts.envelope import LONGEST_BODY, decode, encode
from lapor_contracts.events import REGISTRY, Event, ReportClosed, ReportReceived
from lapor_contracts.schema import ContractError
from tests.contracts.samples import sample
from tests.contracts.strategies import any_event, json_values, said

CANARY = "Kenari-3175091201850004"

CLOSED = sample("report.closed.v1")


def closed(**changes: Any) -> bytes:
    """The sample of a closed report, with other attributes in its envelope; None takes one away."""
    return json.dumps({name: value for name, value in {**CLOSED, **changes}.items() if value is not None}).encode()


def closed_with(**data: Any) -> bytes:
    """The sample of a closed report, with other data."""
    return closed(data={**CLOSED["data"], **data})


@given(any_event())
def test_whatever_is_said_is_understood_as_it_was_meant(event: Event) -> None:
    envelope = said(event)

    assert decode(encode(envelope)) == envelope


def test_a_field_that_is_not_known_yet_is_passed_over() -> None:
    assert decode(closed_with(a_later_field="x", report_id=CLOSED["data"]["report_id"])) == decode(closed())


def test_a_field_that_was_not_known_then_has_its_default() -> None:
    older = sample("report.received.v1")
    del older["data"]["anonymous"], older["data"]["acknowledged"]

    event = decode(orjson.dumps(older)).event

    assert isinstance(event, ReportReceived)
    assert (event.anonymous, event.acknowledged) == (False, False)


def test_a_message_that_nothing_led_to_begins_a_correlation_of_its_own() -> None:
    assert decode(closed(correlationid=None)).correlation_id == CLOSED["id"]


BROKEN = {
    "nothing": b"",
    "no JSON": b"laporan",
    "half a message": closed()[:-9],
    "two messages": closed() * 2,
    "not UTF-8": closed().replace(b"reporter", b"\xff\xfe"),
    "half a character": closed_with(note="x").replace(b'"x"', rb'"\ud800"'),
    "a lone surrogate": "\ud800",
    "deeply nested lists": b"[" * 100_000,
    "deeply nested data": closed_with().replace(b'"reporter"', b'{"a":' * 5_000 + b"1" + b"}" * 5_000),
    "NaN": closed_with(note=float("nan")),
    "infinity": closed_with(note=float("inf")),
    "a number beyond all numbers": closed_with().replace(b'"reporter"', b"9" * 5_000),
    "larger than any event": closed_with(note="x" * LONGEST_BODY),
    "a list": b"[]",
    "a text": b'"report.closed.v1"',
    "null": b"null",
    "no CloudEvent": orjson.dumps(CLOSED["data"]),
    "another CloudEvents version": closed(specversion="0.3"),
    "no type": closed(type=None),
    "a type that is a list": closed(type=["report.closed.v1"]),
    "an unknown type": closed(type="report.forgotten.v1"),
    "an unknown version": closed(type="report.closed.v9"),
    "no id": closed(id=None),
    "a number as id": closed(id=7),
    "a list as id": closed(id=[CLOSED["id"]]),
    "an id that is no UUID": closed(id="seven"),
    "no source": closed(source=None),
    "an empty source": closed(source=""),
    "a source with control characters": closed(source="lapor\x00"),
    "an object as correlation": closed(correlationid={"a": 1}),
    "a correlation with control characters": closed(correlationid="\x1b[2J"),
    "no time": closed(time=None),
    "a number as time": closed(time=1_767_604_800),
    "a time without a zone": closed(time="2026-01-05T01:12:41"),
    "no data": closed(data=None),
    "a list as data": closed(data=[]),
    "a text as data": closed(data="x"),
    "a field missing": closed(data={"report_id": CLOSED["data"]["report_id"]}),
    "null where something must be": closed_with(closed_by=None),
    "a word that is not on the list": closed_with(closed_by="nobody"),
    "a list where a word must be": closed_with(closed_by=["reporter"]),
    "an object where a word must be": closed_with(closed_by={}),
    "a moment before the calendar of UTC begins": closed_with(closed_at="0001-01-01T00:00:00+07:00"),
    "a moment without a zone": closed_with(closed_at="2026-01-05T01:12:41"),
    "a tracking ID with a line break": closed_with(tracking_id=CLOSED["data"]["tracking_id"] + "\n"),
}


@pytest.mark.parametrize("body", BROKEN.values(), ids=BROKEN)
def test_what_breaks_the_contract_is_refused(body: bytes | str) -> None:
    with pytest.raises(ContractError):
        decode(body)


NUMBERS = {"negative": -1, "huge": 2**63, "beyond 64 bits": 2**70, "a fraction": 1.5, "a text": "2", "yes or no": True}


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
def test_a_count_is_a_whole_number_that_every_store_can_keep(number: object) -> None:
    failed = sample("notice.failed.v1")
    failed["data"]["attempts"] = number

    with pytest.raises(ContractError, match="attempts"):
        decode(json.dumps(failed))


def test_digits_are_those_that_everybody_reads() -> None:
    received = sample("report.received.v1")
    received["data"]["region_code"] = "١٤.٠٢"

    with pytest.raises(ContractError, match="region_code"):
        decode(orjson.dumps(received))


def test_of_a_field_that_is_given_twice_the_last_counts() -> None:
    twice = closed().replace(b'"closed_by": "reporter"', b'"closed_by": "nobody", "closed_by": "silence"')

    event = decode(twice).event

    assert isinstance(event, ReportClosed)
    assert event.closed_by == "silence"


@given(st.binary() | st.text())
def test_no_bytes_do_more_harm_than_being_refused(body: bytes | str) -> None:
    with pytest.raises(ContractError):
        decode(body)


@given(json_values)
def test_no_json_does_more_harm_than_being_refused(document: Any) -> None:
    with pytest.raises(ContractError):
        decode(json.dumps(document))


@given(st.data())
def test_no_value_in_any_place_does_more_harm_than_being_refused(data: st.DataObject) -> None:
    document = sample(data.draw(st.sampled_from(sorted(REGISTRY))))
    where = data.draw(st.sampled_from([document, document["data"]]))
    where[data.draw(st.sampled_from(sorted(where)))] = data.draw(json_values)

    try:
        understood = decode(json.dumps(document))
    except ContractError:
        return
    encode(understood)


@pytest.mark.parametrize("kind", REGISTRY)
def test_a_refusal_never_repeats_what_was_sent(kind: str) -> None:
    given = sample(kind)
    spoilt = [{**given, name: f"{CANARY}\x00"} for name in given]
    spoilt += [{**given, "data": {**given["data"], name: f"{CANARY}\x00"}} for name in given["data"]]
    spoilt += [{**given, "data": {**given["data"], name: {CANARY: [CANARY]}}} for name in given["data"]]

    reasons = [reason for document in spoilt if (reason := _refusal(orjson.dumps(document)))]

    assert len(reasons) >= 2 * len(given["data"])
    assert not [reason for reason in reasons if CANARY in reason]


def _refusal(body: bytes) -> str | None:
    try:
        decode(body)
    except ContractError as error:
        return f"{error!r} {error.__cause__!r}"
    return None


def test_an_unknown_type_is_named_only_where_it_looks_like_one() -> None:
    assert "report.forgotten.v1" in str(_refusal(closed(type="report.forgotten.v1")))
    assert CANARY not in str(_refusal(closed(type=CANARY)))
