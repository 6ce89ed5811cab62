"""What operators see: alive, ready, figures, the API's description, and the request's number in the log."""

import pytest
import structlog
from flask.testing import FlaskClient
from openapi_spec_validator import validate

from lapor_chassis.web import openapi_document
from lapor_contracts.events import ReportReceived
from tests.chassis.web_example import client

NOTE = "/api/v1/notes/0e6d1d5a-6b7c-4b0e-9d53-0f3f5a1f3a55"


def fail() -> None:
    raise ConnectionError("postgresql://lapor:secret@db/intake")


@pytest.fixture
def web() -> FlaskClient:
    return client()


def test_a_service_without_an_api_is_served_all_the_same() -> None:
    web = client(blueprints=())

    assert web.get("/healthz").status_code == 200
    validate(web.get("/api/v1/openapi/example.json").get_json())


def test_a_living_service_says_so_whatever_is_away() -> None:
    answer = client(checks={"smtp": fail}).get("/healthz")

    assert (answer.status_code, answer.json) == (200, {"status": "alive"})


def test_a_service_with_all_it_needs_is_ready() -> None:
    answer = client(checks={"smtp": lambda: None}).get("/readyz")

    assert (answer.status_code, answer.json) == (200, {"status": "ready", "checks": {"smtp": "ok"}})


def test_readiness_names_what_is_away_without_its_address() -> None:
    answer = client(checks={"smtp": lambda: None, "database": fail}).get("/readyz")

    assert answer.status_code == 503
    assert answer.json == {"status": "not ready", "checks": {"smtp": "ok", "database": "away: ConnectionError"}}


def test_figures_count_requests_by_route_and_never_by_address(web: FlaskClient) -> None:
    web.delete(NOTE)
    web.get("/rahasia/7K3M-9QXF-2TPA")
    web.open("/catatan", method="BREW")

    figures = web.get("/metrics").text

    assert '{method="DELETE",route="/api/v1/notes/<uuid:note_id>",service="example",status="401"} 1.0' in figures
    assert '{method="GET",route="none",service="example",status="404"} 1.0' in figures
    assert 'lapor_http_requests_total{method="other"' in figures
    assert "lapor_http_request_seconds_bucket" in figures
    assert "7K3M" not in figures
    assert "0e6d1d5a" not in figures


def test_the_description_of_the_api_is_valid_openapi(web: FlaskClient) -> None:
    document = web.get("/api/v1/openapi/example.json").get_json()

    validate(document)
    assert document["openapi"].startswith("3.")
    assert sorted(document["paths"]) == [
        "/api/v1/notes",
        "/api/v1/notes/{note_id}",
        "/api/v1/refusal",
        "/api/v1/trouble/{kind}",
        "/api/v1/uploads",
    ]


def test_the_description_says_what_needs_signing_in_and_how_errors_look(web: FlaskClient) -> None:
    document = openapi_document(web.application)

    assert document["paths"]["/api/v1/notes/{note_id}"]["delete"]["security"] == [{"bearer": []}, {"session": []}]
    assert "security" not in document["paths"]["/api/v1/notes"]["post"]
    assert list(document["components"]["responses"]["DEFAULT_ERROR"]["content"]) == ["application/problem+json"]


def test_the_log_and_the_answer_name_the_same_request(web: FlaskClient) -> None:
    seen: list[str] = []

    @web.application.after_request
    def note(response):  # type: ignore[no-untyped-def]
        seen.append(structlog.contextvars.get_contextvars()["request_id"])
        return response

    first, second = web.get("/api/v1/nothing").get_json(), web.get("/api/v1/nothing").get_json()

    assert [f"urn:uuid:{one}" for one in seen] == [first["instance"], second["instance"]]
    assert first["instance"] != second["instance"]


def test_what_is_said_on_the_wire_is_described_by_every_service() -> None:
    web = client(handlers={ReportReceived: lambda event, tx: None})

    answer = web.get("/api/v1/asyncapi.json")

    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert "report.closed.v1" in answer.get_json()["channels"]
    assert "example.receive.report.received.v1" in answer.get_json()["operations"]
