"""Handing in reports over HTTP."""

import time
from datetime import UTC, date, datetime, timedelta
from email.utils import format_datetime

import pytest

from lapor_connect import ChannelAdapter, Refused, Submitted, Unavailable
from tests.connect.front_door import Answer, FrontDoor
from tests.support.builders import tracking_id

REPORT = {"body": "Lampu jalan mati di Jl. Mawar sudah tiga hari.", "occurred_on": date(2026, 1, 3)}


def adapter_to(door: FrontDoor, patience: float = 10) -> ChannelAdapter:
    return ChannelAdapter("jaki", door.address, "s3cret", patience=patience, first_pause=0.01)


def test_a_report_is_handed_in() -> None:
    with FrontDoor() as door:
        submitted = adapter_to(door).submit(REPORT, "jaki-1")

    assert submitted == Submitted("jaki-1", tracking_id("jaki-1"), "1234-5678-9012-3456", "https://lapor.example/lacak")
    (request,) = door.requests
    assert request.path == "/api/v1/submissions"
    assert request.headers["Authorization"] == "Bearer s3cret"
    assert request.document == {**REPORT, "occurred_on": "2026-01-03", "idempotency_key": "jaki-1"}


CUT_OFF = Answer(201, b'{"tracking_id": "', {"Content-Length": "999"})


@pytest.mark.parametrize("trouble", [None, Answer(503), Answer(502, b"<html>"), Answer(429), Answer(500), CUT_OFF])
def test_passing_trouble_is_waited_out_with_the_same_key(trouble: Answer | None) -> None:
    with FrontDoor(trouble, trouble) as door:
        submitted = adapter_to(door).submit(REPORT)

    assert submitted.tracking_id == tracking_id(submitted.idempotency_key)
    assert [request.document["idempotency_key"] for request in door.requests] == [submitted.idempotency_key] * 3


@pytest.mark.parametrize("seconds_or_date", [str, lambda s: format_datetime(datetime.now(UTC) + timedelta(seconds=s))])
def test_an_adapter_comes_back_when_it_was_told_to(seconds_or_date) -> None:  # type: ignore[no-untyped-def]
    began = time.monotonic()
    with FrontDoor(Answer(503, headers={"Retry-After": seconds_or_date(1)})) as door:
        adapter_to(door).submit(REPORT)

    # A date in a header has no fractions of a second.
    assert time.monotonic() - began >= (1 if seconds_or_date is str else 0)
    assert len(door.requests) == 2


def test_a_wait_beyond_all_patience_is_not_begun() -> None:
    with FrontDoor(Answer(503, headers={"Retry-After": "3600"})) as door, pytest.raises(Unavailable, match="503"):
        adapter_to(door).submit(REPORT)

    assert len(door.requests) == 1


def test_what_is_wrong_is_said_by_field_and_not_tried_again() -> None:
    problem = {"title": "Isian belum benar", "errors": {"region_code": ["Unknown region."]}}

    with FrontDoor(Answer(422, problem)) as door, pytest.raises(Refused) as refused:
        adapter_to(door).submit(REPORT)

    assert refused.value.errors == {"region_code": ["Unknown region."]}
    assert len(door.requests) == 1


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Answer(401, {"detail": "No adapter has this secret."}), id="wrong secret"),
        pytest.param(Answer(404, b"<html>not here</html>"), id="wrong address"),
        pytest.param(Answer(302, b"", {"Location": "/masuk"}), id="redirected"),
        pytest.param(Answer(200, {"hello": "world"}), id="something else"),
        pytest.param(Answer(200, ["hello"]), id="something quite else"),
    ],
)
def test_what_will_never_work_is_refused_at_once(answer: Answer) -> None:
    with FrontDoor(answer) as door, pytest.raises(Refused, match=f"HTTP {answer.status}"):
        adapter_to(door).submit(REPORT)

    assert len(door.requests) == 1


def test_patience_has_an_end() -> None:
    with FrontDoor() as door:
        adapter = adapter_to(door, patience=0.1)

    with pytest.raises(Unavailable):
        adapter.submit(REPORT)
