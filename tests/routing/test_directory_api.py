"""The directory is changed over the API as it is on the pages, by the same people and within the same bounds."""

from typing import Any

import pytest

from lapor_contracts.events import AgencyChanged
from lapor_contracts.vocabulary import Role
from lapor_routing import service
from tests.routing.conftest import INHU, POWER, ROADS, TRAFFIC
from tests.support.stage import Stage

SERVICE = service

UNIT = {
    "code": f"{INHU.code}/OPD-DINKES",
    "name": "Dinas Kesehatan",
    "kind": "regional_office",
    "parent_code": INHU.code,
    "region_code": "14.02",
}


def call(stage: Stage, method: str, path: str = "", *, of: str | None = None, **body: Any) -> Any:
    """What a coordinator asks for, or the administrator ``of`` a body."""
    role = Role.ADMINISTRATOR if of else Role.COORDINATOR
    headers = stage.signed_in(role, agency_code=of)
    return stage.client.open(f"/api/v1/agencies{path}", method=method, json=body or None, headers=headers)


def codes_for(stage: Stage, text: str) -> list[str]:
    """Whom the public search finds."""
    return [body["code"] for body in stage.client.get("/api/v1/agencies", query_string={"q": text}).json["items"]]


def test_a_body_is_added_renamed_and_given_further_names(stage: Stage) -> None:
    added = call(stage, "POST", **UNIT)
    renamed = call(stage, "PATCH", f"/{UNIT['code']}", name="Dinas Sehat", aliases=["Dinkes"], reason="Perda 3/2026")

    assert (added.status_code, added.json["name"], added.json["active"]) == (201, "Dinas Kesehatan", True)
    assert renamed.status_code == 200
    assert (renamed.json["parent_code"], renamed.json["region_code"]) == (INHU.code, "14.02")
    assert renamed.json["aliases"] == ["Dinkes", "Dinas Kesehatan"]
    assert codes_for(stage, "dinkes") == codes_for(stage, "dinas kesehatan") == [UNIT["code"]]
    changes = call(stage, "GET", f"/{UNIT['code']}/changes").json["items"]
    assert [(one["kind"], one["reason"]) for one in changes] == [("renamed", "Perda 3/2026"), ("added", "")]
    assert [one.name for one in stage.announced(AgencyChanged)] == ["Dinas Kesehatan", "Dinas Sehat"]


@pytest.mark.parametrize(
    "successors", [[], [TRAFFIC.code], [TRAFFIC.code, POWER.code]], ids=["closed", "merged", "split"]
)
def test_a_body_is_closed_with_or_without_successors_and_opened_again(stage: Stage, successors: list[str]) -> None:
    closed = call(stage, "POST", f"/{ROADS.code}/closure", successor_codes=successors, reason="Perampingan")
    found = codes_for(stage, ROADS.code)
    reopened = call(stage, "POST", f"/{ROADS.code}/reopening", reason="Keliru")

    assert (closed.status_code, closed.json["active"], closed.json["successor_codes"]) == (201, False, successors)
    assert sorted(found) == sorted(successors)
    assert (reopened.status_code, reopened.json["active"]) == (201, True)


def test_a_competence_is_set_listed_and_ended(stage: Stage) -> None:
    here = {"subject": "T02.01", "region_code": "14.02"}

    made = call(stage, "PUT", f"/{ROADS.code}/competences", **here, note="SK Bupati")
    rival = call(stage, "PUT", f"/{TRAFFIC.code}/competences", **here)
    listed = call(stage, "GET", f"/{ROADS.code}/competences")
    ended = call(stage, "DELETE", f"/{ROADS.code}/competences?subject=T02.01&region_code=14.02")

    assert (made.status_code, rival.status_code, ended.status_code) == (200, 422, 204)
    assert listed.json == [{**here, "note": "SK Bupati"}]
    assert call(stage, "GET", f"/{ROADS.code}/competences").json == []


def test_an_administrator_keeps_the_units_below_in_order_and_touches_nothing_else(stage: Stage) -> None:
    name = {"name": "Lain", "reason": "Perbup"}

    own = call(stage, "PATCH", f"/{ROADS.code}", of=INHU.code, **name)
    unit = call(stage, "POST", of=INHU.code, **UNIT)
    verifying = call(stage, "PATCH", f"/{ROADS.code}", of=INHU.code, verifies_itself=True, reason="Mandiri")
    given_away = call(stage, "POST", f"/{ROADS.code}/closure", of=INHU.code, successor_codes=[POWER.code], reason="-a")
    refused = [
        call(stage, "PATCH", f"/{INHU.code}", of=INHU.code, **name),
        call(stage, "PATCH", f"/{POWER.code}", of=INHU.code, **name),
        call(stage, "POST", of=INHU.code, code="BARU", name="Baru", kind="ministry"),
        call(stage, "POST", of=INHU.code, **{**UNIT, "code": "X", "parent_code": POWER.code}),
        call(stage, "PUT", f"/{ROADS.code}/competences", of=INHU.code, subject="T02.01"),
    ]

    assert (own.status_code, unit.status_code) == (200, 201)
    assert (verifying.status_code, given_away.status_code) == (409, 409)
    assert [one.status_code for one in refused] == [403] * 5
    assert stage.client.post("/api/v1/agencies", json=UNIT).status_code == 401


@pytest.mark.parametrize(
    ("method", "path", "body", "field"),
    [
        ("POST", "", {**UNIT, "code": ROADS.code}, "code"),
        ("POST", "", {**UNIT, "kind": "kantor"}, "kind"),
        ("POST", "", {**UNIT, "parent_code": "TIDAK-ADA"}, "parent_code"),
        ("PATCH", f"/{ROADS.code}", {"name": "Lain"}, "reason"),
        ("PATCH", f"/{ROADS.code}", {"aliases": ["a|b"], "reason": "Salah"}, "aliases"),
        ("PATCH", f"/{ROADS.code}", {"parent_code": ROADS.code, "reason": "Salah"}, "parent_code"),
        ("POST", f"/{ROADS.code}/closure", {"successor_codes": [ROADS.code], "reason": "Salah"}, "successor_codes"),
        ("PUT", f"/{ROADS.code}/competences", {"subject": "T99"}, "subject"),
    ],
    ids=lambda given: given if isinstance(given, str) else "",
)
def test_what_is_wrong_is_named_by_its_field(
    stage: Stage, method: str, path: str, body: dict[str, Any], field: str
) -> None:
    response = call(stage, method, path, **body)

    assert response.status_code == 422
    assert field in response.json["errors"]


def test_a_body_that_does_not_exist_cannot_be_changed(stage: Stage) -> None:
    for path in ("", "/closure", "/reopening"):
        method = "POST" if path else "PATCH"
        assert call(stage, method, f"/TIDAK-ADA{path}", reason="Salah alamat").status_code == 404
