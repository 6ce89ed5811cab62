"""Several services behind one address."""

from typing import Any

import pytest
import sqlalchemy as sa
from prometheus_client import CollectorRegistry
from werkzeug.test import Client

from lapor_chassis.service import Service
from lapor_chassis.web import Blueprint, PageBlueprint, compose, create_app
from lapor_contracts.events import ReportReceived, ReportReturned


def fail() -> None:
    raise ConnectionError


def _service(name: str, methods: list[str], **changes: Any) -> Service:
    api, page = Blueprint(name), PageBlueprint(f"{name}-pages", __name__)

    @api.route("/api/v1/reports/<tracking_id>", methods=methods)
    @api.response(200)
    def report(tracking_id: str) -> dict[str, str]:
        return {"by": name}

    @page.route(f"/{name}/")
    def home() -> str:
        return name

    return Service(name, sa.MetaData(), blueprints=[api, page], **changes)


@pytest.fixture
def web() -> Client:
    registry = CollectorRegistry()
    services = [_service("intake", ["POST"], checks={"database": lambda: None}), _service("tracking", ["GET", "PUT"])]
    return Client(compose([create_app(one, registry=registry) for one in services]))


def test_each_request_reaches_the_service_that_knows_its_address(web: Client) -> None:
    assert web.get("/intake/").text == "intake"
    assert web.get("/tracking/").text == "tracking"


def test_two_services_may_share_an_address_with_different_methods(web: Client) -> None:
    assert web.post("/api/v1/reports/1").json == {"by": "intake"}
    assert web.get("/api/v1/reports/1").json == {"by": "tracking"}


def test_a_method_that_fits_none_is_told_those_of_all(web: Client) -> None:
    answer = web.delete("/api/v1/reports/1")

    assert (answer.status_code, answer.content_type) == (405, "application/problem+json")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST, PUT"


def test_what_nobody_knows_is_not_found(web: Client) -> None:
    answer = web.get("/api/v1/nothing")

    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert web.get("/nothing", headers={"Accept": "text/html"}).mimetype == "text/html"


def test_a_forgotten_slash_is_put_right_by_the_service_concerned(web: Client) -> None:
    answer = web.get("/tracking")

    assert answer.status_code == 308
    assert answer.headers["Location"].endswith("/tracking/")


def test_a_broken_request_is_no_server_error(web: Client) -> None:
    assert web.get("/api/v1/%00").status_code == 400
    assert web.get("/tracking/", headers={"Host": "a b\\c"}).status_code < 500


def test_each_services_api_stays_described(web: Client) -> None:
    assert web.get("/api/v1/openapi/intake.json").get_json()["info"]["title"] == "LAPOR! intake"
    assert web.get("/api/v1/openapi/tracking.json").get_json()["info"]["title"] == "LAPOR! tracking"


def test_the_process_is_ready_when_all_are(web: Client) -> None:
    answer = web.get("/readyz")

    assert (answer.status_code, answer.json) == (200, {"status": "ready", "checks": {"intake.database": "ok"}})


def test_the_process_says_whose_dependency_is_away() -> None:
    registry = CollectorRegistry()
    services = [_service("intake", ["GET"]), _service("notification", ["PUT"], checks={"smtp": fail})]
    web = Client(compose([create_app(one, registry=registry) for one in services]))

    answer = web.get("/readyz")

    assert answer.status_code == 503
    assert answer.get_json()["checks"] == {"notification.smtp": "away: ConnectionError"}


def test_figures_speak_for_all(web: Client) -> None:
    web.get("/intake/")
    web.get("/tracking/")

    figures = web.get("/metrics").text

    assert 'route="/intake/",service="intake",status="200"} 1.0' in figures
    assert 'route="/tracking/",service="tracking",status="200"} 1.0' in figures


def test_who_hears_what_is_said_for_all() -> None:
    registry = CollectorRegistry()
    services = [
        _service("intake", ["GET"], handlers={ReportReturned: print}),
        _service("verification", ["PUT"], handlers={ReportReceived: print}),
    ]
    web = Client(compose([create_app(one, registry=registry) for one in services]))

    answer = web.get("/api/v1/asyncapi.json")

    assert {
        "intake.receive.report.returned.v1",
        "verification.receive.report.received.v1",
    } <= answer.get_json()["operations"].keys()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
