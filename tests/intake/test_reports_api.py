"""Reports over the public API."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from nacl.public import PrivateKey

from lapor_chassis.tracking_ids import TrackingIds
from lapor_contracts.events import ContactSealed, Point, ReportReceived
from lapor_contracts.vocabulary import Channel, Kind
from lapor_intake import service, store
from lapor_intake.domain import Submission
from lapor_intake.vault import Record
from tests.intake.conftest import kept, opened
from tests.support.builders import TRACKING_KEY
from tests.support.stage import Stage

SERVICE = service
URL = "/api/v1/reports"


def report(**changes: Any) -> dict[str, Any]:
    """A report as a program sends it."""
    given = {
        "kind": "complaint",
        "title": "Lampu jalan mati",
        "body": "Lampu jalan di depan SMPN 1 Rengat mati sejak Senin.",
        "occurred_on": "2026-01-05",
        "region_code": "14.02",
        "place": "Jl. Merdeka",
        "agency_code": "PEMDA-14.02",
        "category": "infrastruktur",
        "anonymous": True,
        "secret": False,
        "reporter": {"name": "Siti Aminah", "phone": "0812-3456-7890", "email": "siti@example.id"},
    }
    return {**given, **changes}


def test_an_accepted_report_can_be_followed_at_once(stage: Stage) -> None:
    response = stage.client.post(URL, json=report())

    answer = response.get_json()
    assert response.status_code == 201
    (received,) = stage.announced(ReportReceived)
    assert TrackingIds(TRACKING_KEY).opens(answer["tracking_id"], answer["receipt"], received.receipt_hash)
    assert answer["status_url"] == f"https://lapor.example/api/v1/reports/{answer['tracking_id']}"
    assert response.headers["Location"] == answer["status_url"]
    (stored,) = stage.rows(store.reports)
    assert stored["tracking_id"] == answer["tracking_id"]
    assert stored["body"] == report()["body"]


def test_all_are_told_of_the_report_and_none_of_the_reporter(stage: Stage, notification_key: PrivateKey) -> None:
    stage.client.post(URL, json=report())

    (received,) = stage.announced(ReportReceived)
    assert (received.channel, received.kind, received.region_code) == (Channel.APP, Kind.COMPLAINT, "14.02")
    assert received.anonymous
    assert received.acknowledged
    (sealed,) = stage.announced(ContactSealed)
    contact = opened(sealed, notification_key)
    assert contact.pop("stop")
    assert contact == {
        "via": "email",
        "phone": "+6281234567890",
        "email": "siti@example.id",
    }
    (record,) = kept(stage)
    assert (record.name, record.phone) == ("Siti Aminah", "+6281234567890")


def test_a_report_may_be_pinned_on_the_map_and_support_an_earlier_one(stage: Stage) -> None:
    earlier = TrackingIds(TRACKING_KEY).derived("earlier")

    response = stage.client.post(URL, json=report(point={"latitude": -0.3756, "longitude": 102.5456}, supports=earlier))

    (received,) = stage.announced(ReportReceived)
    assert received.point == Point(latitude=-0.3756, longitude=102.5456)
    assert received.supports == earlier
    assert received.tracking_id == response.get_json()["tracking_id"] != earlier


def test_a_report_needs_no_more_than_a_body(stage: Stage) -> None:
    response = stage.client.post(URL, json={"body": "Jalan rusak"})

    assert response.status_code == 201
    assert stage.announced(ContactSealed) == []
    assert kept(stage) == [Record(receipt=response.get_json()["receipt"], body="Jalan rusak")]


def test_the_same_report_under_the_same_key_is_answered_alike_and_stored_once(stage: Stage) -> None:
    first = stage.client.post(URL, json=report(), headers={"Idempotency-Key": "k-1"})

    again = stage.client.post(URL, json=report(), headers={"Idempotency-Key": "k-1"})

    assert (again.status_code, again.get_json()) == (201, first.get_json())
    assert len(stage.rows(store.reports)) == len(stage.announced(ReportReceived)) == 1


def test_another_report_under_the_same_key_is_refused(stage: Stage) -> None:
    stage.client.post(URL, json=report(), headers={"Idempotency-Key": "k-1"})

    response = stage.client.post(URL, json=report(body="Yang lain"), headers={"Idempotency-Key": "k-1"})

    assert response.status_code == 409
    assert response.content_type == "application/problem+json"
    assert response.get_json()["type"] == "urn:lapor:problem:idempotency-key-used"
    assert len(stage.rows(store.reports)) == 1


def test_two_requests_under_one_key_at_the_same_moment_are_one_report(stage: Stage) -> None:
    app, together = stage.client.application, Barrier(4)

    def send(_: int) -> dict[str, str]:
        together.wait()
        return app.test_client().post(URL, json=report(), headers={"Idempotency-Key": "k-1"}).get_json()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))

    assert len({answer["tracking_id"] for answer in answers}) == 1
    assert len(stage.rows(store.reports)) == len(stage.announced(ReportReceived)) == 1


def test_a_tracking_id_that_is_taken_is_not_given_again(stage: Stage) -> None:
    desk = replace(service.reception_of(stage.settings, stage.transactions).desk, tracking_ids=Repeating(TRACKING_KEY))
    for key in ("1", "2"):
        with stage.transactions.begin() as tx:
            desk.accept(Submission(source="web", idempotency_key=key, channel=Channel.WEB, body="Jalan rusak"), tx)

    assert len({row["tracking_id"] for row in stage.rows(store.reports)}) == 2


class Repeating(TrackingIds):
    """Makes every ID twice."""

    made = 0

    def new(self, below: Any = None) -> str:
        """The next one, or the last one once more."""
        self.made += 1
        return self.derived(str(self.made // 2 if self.made > 1 else 1))


def test_reports_without_a_key_are_each_their_own(stage: Stage) -> None:
    stage.client.post(URL, json=report())

    stage.client.post(URL, json=report())

    assert len({row["tracking_id"] for row in stage.rows(store.reports)}) == 2


@pytest.mark.parametrize("point", [{"latitude": 91, "longitude": 0}, {"latitude": 0}, {}], ids=str)
def test_half_a_point_or_one_beyond_the_pole_is_none(stage: Stage, point: dict[str, float]) -> None:
    response = stage.client.post(URL, json=report(point=point))

    assert response.status_code == 422
    assert all(field.startswith("point.") for field in response.get_json()["errors"])
    assert stage.rows(store.reports) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("body", None),
        ("body", ""),
        ("body", "  \n "),
        ("body", 7),
        ("body", "x" * 10_001),
        ("body", "bel\u0007"),
        ("body", "nol\u0000"),
        ("title", "x" * 141),
        ("title", ["Judul"]),
        ("kind", "gossip"),
        ("occurred_on", "2026-01-09"),
        ("occurred_on", "kemarin"),
        ("occurred_on", 20260105),
        ("region_code", "99.99"),
        ("region_code", "Indragiri Hulu"),
        ("place", "x" * 301),
        ("agency_code", "dinas pu"),
        ("category", "<b>"),
        ("anonymous", "no"),
        ("secret", 1),
        ("reporter", "Siti"),
        ("supports", "laporan tadi"),
        ("point", "-0.37, 102.54"),
        ("colour", "red"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_stored(stage: Stage, field: str, value: Any) -> None:
    response = stage.client.post(URL, json=report(**{field: value}))

    assert response.status_code == 422
    assert response.content_type == "application/problem+json"
    assert list(response.get_json()["errors"]) == [field]
    assert stage.rows(store.reports) == stage.announced() == []


@pytest.mark.parametrize(
    ("part", "value"),
    [("phone", "12345"), ("phone", 812), ("email", "siti"), ("name", "x" * 301), ("name", "a\u0001b"), ("nik", "1402")],
)
def test_what_is_wrong_with_the_reporter_is_named_without_repeating_it(stage: Stage, part: str, value: Any) -> None:
    response = stage.client.post(URL, json=report(reporter={part: value}))

    assert response.status_code == 422
    assert list(response.get_json()["errors"]) == [f"reporter.{part}"]
    assert kept(stage) == []


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="broken"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b'"text"', id="a text"),
        pytest.param(b"null", id="null"),
        pytest.param(b'{"body": NaN}', id="no number"),
        pytest.param(b'{"body": "\xff"}', id="no UTF-8"),
        pytest.param(b"[" * 50_000, id="endless nesting"),
    ],
)
def test_what_is_not_json_is_a_problem_of_the_client(stage: Stage, body: bytes) -> None:
    response = stage.client.post(URL, data=body, content_type="application/json")

    assert 400 <= response.status_code < 500
    assert response.content_type == "application/problem+json"


def test_a_body_of_a_megabyte_is_refused(stage: Stage) -> None:
    response = stage.client.post(URL, json=report(body="x" * 1_000_000))

    assert response.status_code == 413


def test_a_key_that_is_none_is_named(stage: Stage) -> None:
    response = stage.client.post(URL, json=report(), headers={"Idempotency-Key": "x" * 121})

    assert response.status_code == 422
    assert list(response.get_json()["errors"]) == ["Idempotency-Key"]
