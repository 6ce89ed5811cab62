"""Lists by cursor: nothing is shown twice or left out, and no cursor breaks anything."""

from base64 import urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from marshmallow import fields
from prometheus_client import CollectorRegistry

from lapor_chassis.service import Service
from lapor_chassis.web import Blueprint, Paging, StrictSchema, create_app, page_of, paged
from lapor_chassis.web.paging import Position


@dataclass(frozen=True)
class Case:
    received_at: datetime
    id: UUID
    hop: int


START = datetime(2026, 1, 7, 3, 0, tzinfo=UTC)
#: Several came in the same second.
CASES = [Case(START + timedelta(seconds=n // 3), UUID(int=n), n) for n in range(60)]
BY = {"received_at": datetime, "id": UUID, "hop": int}


class CaseSchema(StrictSchema):
    id = fields.UUID()


def cases_after(after: Position | None, limit: int) -> Sequence[Case]:
    """What a store does in SQL."""
    rest = [one for one in CASES if after is None or (one.received_at, one.id, one.hop) > after]
    return rest[:limit]


@pytest.fixture
def web() -> FlaskClient:
    api = Blueprint("cases")

    @api.route("/api/v1/cases")
    @api.arguments(Paging, location="query")
    @api.response(200, page_of(CaseSchema))
    def cases(paging: dict[str, Any]) -> dict[str, Any]:
        return paged(cases_after, paging, by=BY)

    service = Service("example", sa.MetaData(), blueprints=[api])
    return create_app(service, registry=CollectorRegistry()).test_client()


@pytest.mark.parametrize("limit", [1, 7, 30, 60, 100])
def test_following_the_cursor_shows_everything_once(web: FlaskClient, limit: int) -> None:
    seen: list[str] = []
    query: dict[str, Any] = {"limit": limit}

    while query:
        page = web.get("/api/v1/cases", query_string=query).get_json()
        seen += [one["id"] for one in page["items"]]
        query = {"limit": limit, "cursor": page["next"]} if page["next"] else {}

    assert seen == [str(one.id) for one in CASES]


def test_a_page_has_25_unless_asked_otherwise(web: FlaskClient) -> None:
    assert len(web.get("/api/v1/cases").get_json()["items"]) == 25


@pytest.mark.parametrize("limit", ["0", "101", "-1", "many", "1e9"])
def test_a_page_has_bounds(web: FlaskClient, limit: str) -> None:
    answer = web.get("/api/v1/cases", query_string={"limit": limit})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["limit"]


def cursor(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "wrong",
    [
        "x", "%%%", "ü", "=", "A" * 501,
        cursor("null"), cursor("7"), cursor("[]"), cursor("{}"), cursor('["a","b","c"]'),
        cursor('["2026-01-07T03:00:00","00000000-0000-0000-0000-000000000001",1]'),
        cursor('["2026-01-07T03:00:00+00:00","no uuid",1]'),
        cursor('["2026-01-07T03:00:00+00:00\\u0000","00000000-0000-0000-0000-000000000001",1]'),
        cursor('["2026-01-07T03:00:00+00:00",1,1]'),
        cursor('["2026-01-07T03:00:00+00:00","00000000-0000-0000-0000-000000000001","1"]'),
        cursor('["2026-01-07T03:00:00+00:00","00000000-0000-0000-0000-000000000001",9223372036854775808]'),
        cursor('["2026-01-07T03:00:00+00:00","00000000-0000-0000-0000-000000000001",1,2]'),
    ],
)  # fmt: skip
def test_a_made_up_cursor_is_refused(web: FlaskClient, wrong: str) -> None:
    answer = web.get("/api/v1/cases", query_string={"cursor": wrong})

    assert answer.status_code == 422
    assert list(answer.get_json()["errors"]) == ["cursor"]
