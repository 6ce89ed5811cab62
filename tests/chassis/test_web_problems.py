"""Whatever is sent, the answer is a 4xx that names the fault, in JSON for programs and as a page for people."""

import json
import logging

import pytest
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from tests.chassis.web_example import TROUBLE, client

JSON = "application/json"
PROBLEM = "application/problem+json"
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


@pytest.fixture
def web() -> FlaskClient:
    return client()


def test_a_problem_has_the_members_of_rfc_9457(web: FlaskClient) -> None:
    answer = web.get("/api/v1/nothing")

    assert answer.status_code == 404
    assert answer.content_type == PROBLEM
    assert answer.json is not None
    assert answer.json | {"instance": "…"} == {
        "type": "about:blank",
        "title": "Tidak ditemukan",
        "status": 404,
        "detail": "There is nothing at this address.",
        "instance": "…",
    }
    assert answer.json["instance"].startswith("urn:uuid:")


@pytest.mark.parametrize(
    ("body", "status", "fields"),
    [
        pytest.param(b'{"title": "a", "tittle": "b"}', 422, ["tittle"], id="unknown field"),
        pytest.param(b"{}", 422, ["title"], id="missing field"),
        pytest.param(b"", 422, ["title"], id="no body"),
        pytest.param(b'{"title": 7}', 422, ["title"], id="wrong type"),
        pytest.param(b'{"title": ""}', 422, ["title"], id="empty"),
        pytest.param(json.dumps({"title": "x" * 21}).encode(), 422, ["title"], id="too long"),
        pytest.param(b'{"title": "a\\u0000b"}', 422, ["title"], id="control character"),
        pytest.param(b'{"title": "a", "written_on": "31-12-2025"}', 422, ["written_on"], id="not a date"),
        pytest.param(b'{"title": "a", "reporter": {"phone": 1, "x": 2}}', 422, ["reporter.phone", "reporter.x"]),
        pytest.param(b'{"title": "a", "reporter": "me"}', 422, ["reporter"], id="not an object inside"),
        pytest.param(b'["title"]', 422, ["body"], id="a list"),
        pytest.param(b'"title"', 422, ["body"], id="a string"),
        pytest.param(b"null", 422, ["body"], id="null"),
        pytest.param(b'{"title": ', 400, [], id="broken JSON"),
        pytest.param(b'{"title": NaN}', 400, [], id="NaN"),
        pytest.param(b'{"title": "\xff\xfe"}', 400, [], id="invalid UTF-8"),
        pytest.param(b'{"title": "\\ud800"}', 400, [], id="half a character"),
        pytest.param(b"[" * 100_000, 400, [], id="endless nesting"),
    ],
)
def test_a_wrong_body_is_refused_and_the_fields_are_named(
    web: FlaskClient, body: bytes, status: int, fields: list[str]
) -> None:
    answer = web.post("/api/v1/notes", data=body, content_type=JSON)

    assert (answer.status_code, answer.content_type) == (status, PROBLEM)
    assert answer.json is not None
    assert sorted(answer.json.get("errors", {})) == fields


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "", "json"])
def test_only_json_is_read_as_json(web: FlaskClient, content_type: str) -> None:
    answer = web.post("/api/v1/notes", data=b'{"title": "a"}', content_type=content_type)

    assert (answer.status_code, answer.content_type) == (415, PROBLEM)


def test_a_body_of_a_megabyte_is_too_large(web: FlaskClient) -> None:
    body = json.dumps({"title": "x" * 1_000_000})

    answer = web.post("/api/v1/notes", data=body, content_type=JSON)

    assert (answer.status_code, answer.content_type) == (413, PROBLEM)


def test_a_route_may_take_more_than_others(web: FlaskClient) -> None:
    assert web.post("/api/v1/uploads", data=b" " * 500_000 + b"{}", content_type=JSON).status_code == 204
    assert web.post("/api/v1/uploads", data=b" " * 1_100_000 + b"{}", content_type=JSON).status_code == 413


def test_a_wrong_method_is_told_the_right_ones(web: FlaskClient) -> None:
    answer = web.get("/api/v1/notes")

    assert (answer.status_code, answer.content_type) == (405, PROBLEM)
    assert set(answer.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


@pytest.mark.parametrize(
    "address",
    ["/api/v1/no%00tes", "/api/v1/notes?a=%00", "/api/v1/notes?%00=a", "/api/v1/%ff%fe", "/api/v1/notes/x'--"],
)
def test_an_impossible_address_is_no_server_error(web: FlaskClient, address: str) -> None:
    answer = web.get(address)

    assert 400 <= answer.status_code < 500
    assert answer.content_type == PROBLEM


def test_a_broken_host_header_is_no_server_error(web: FlaskClient) -> None:
    answer = web.get("/api/v1/nothing", headers={"Host": "a b\\c"})

    assert 400 <= answer.status_code < 500


def test_a_refusal_by_the_rules_says_why(web: FlaskClient) -> None:
    answer = web.post("/api/v1/refusal")

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["type"] == "urn:lapor:problem:already-closed"
    assert answer.json["detail"] == "Laporan sudah selesai"


@pytest.mark.parametrize("kind", ["connection-refused", "locked", "pool-exhausted"])
def test_while_the_database_is_away_one_is_asked_to_come_again(web: FlaskClient, kind: str) -> None:
    answer = web.get(f"/api/v1/trouble/{kind}")

    assert (answer.status_code, answer.content_type) == (503, PROBLEM)
    assert answer.headers["Retry-After"] == "5"


@pytest.mark.parametrize("kind", ["bug", "no-such-table"])
def test_a_mistake_of_ours_is_logged_once_and_not_shown(web: FlaskClient, kind: str) -> None:
    with capture_logs() as logs:
        answer = web.get(f"/api/v1/trouble/{kind}")

    assert (answer.status_code, answer.content_type) == (500, PROBLEM)
    assert "Siti" not in answer.text
    (line,) = logs
    assert line["event"] == "request failed"
    assert line["route"] == "/api/v1/trouble/<kind>"
    assert line["exc_info"] is TROUBLE[kind]


def test_flask_logs_nothing_of_its_own(web: FlaskClient, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        web.get("/api/v1/trouble/bug")

    assert caplog.records == []


@pytest.mark.parametrize(
    ("address", "status", "words"),
    [
        ("/tidak-ada", 404, "Tidak ditemukan"),
        ("/rusak/bug", 500, "Terjadi kesalahan"),
        ("/rusak/locked", 503, "Sedang tidak tersedia"),
    ],
)
def test_people_get_a_page_in_indonesian_with_english_beside(
    web: FlaskClient, address: str, status: int, words: str
) -> None:
    answer = web.get(address, headers=BROWSER)

    assert (answer.status_code, answer.mimetype) == (status, "text/html")
    assert f"<h1>{words}</h1>" in answer.text
    assert 'lang="en"' in answer.text


def test_a_page_too_large_is_answered_with_a_page(web: FlaskClient) -> None:
    answer = web.post("/catatan", data={"title": "x" * 300_000})

    assert (answer.status_code, answer.mimetype) == (413, "text/html")


def test_a_program_without_wishes_gets_json_even_where_nothing_is(web: FlaskClient) -> None:
    assert web.get("/tidak-ada").content_type == PROBLEM
