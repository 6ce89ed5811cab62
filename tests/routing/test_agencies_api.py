"""Anyone may look up the bodies."""

from lapor_routing import service
from tests.routing.conftest import POWER, ROADS
from tests.support.stage import Stage

SERVICE = service


def test_anyone_finds_a_body_by_its_name(stage: Stage) -> None:
    response = stage.client.get("/api/v1/agencies?q=listrik")

    assert [body["code"] for body in response.json["items"]] == [POWER.code]
    assert response.json["next"] is None


def test_a_body_is_shown_under_its_code_even_with_a_slash_in_it(stage: Stage) -> None:
    response = stage.client.get(f"/api/v1/agencies/{ROADS.code}")

    assert response.json["name"] == ROADS.name
    assert response.json["parent_code"] == "PEMDA-14.02"
    assert response.json["active"]


def test_the_bodies_come_page_by_page(stage: Stage) -> None:
    first = stage.client.get("/api/v1/agencies?limit=2").json
    second = stage.client.get(f"/api/v1/agencies?limit=2&cursor={first['next']}").json

    assert len(first["items"]) == len(second["items"]) == 2
    assert not {body["code"] for body in first["items"]} & {body["code"] for body in second["items"]}


def test_a_body_that_does_not_exist_is_a_plain_not_found(stage: Stage) -> None:
    response = stage.client.get("/api/v1/agencies/TIDAK-ADA")

    assert response.status_code == 404
    assert response.content_type == "application/problem+json"


def test_what_is_no_cursor_is_refused_by_its_name(stage: Stage) -> None:
    response = stage.client.get("/api/v1/agencies?cursor=%ff")

    assert response.status_code == 422
    assert list(response.json["errors"]) == ["cursor"]
