"""A body's officers: added, away, replaced meanwhile, gone; and bodies where nobody is there to read."""

import re
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from lapor_contracts.events import ReportRouted, ReportUnroutable, StaffContactEnded
from lapor_contracts.vocabulary import Role
from lapor_routing import officers, service
from lapor_routing.directory import load_directory
from lapor_routing.reference.agencies import AgencyRow
from tests.routing.conftest import BODIES, HOME_AFFAIRS, INHU, POWER, ROADS, TRAFFIC
from tests.routing.desks import Officer, routed_to
from tests.support.builders import verified
from tests.support.staff import SIGNING_KEY, VERIFY_KEY
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service

PASSWORD = "padam-menyala-padam"
TODAY = WEDNESDAY.date()


@pytest.fixture
def strict(engine: sa.Engine) -> Stage:
    """Routing as it is deployed: a report goes only where somebody reads it."""
    stage = Stage(service, engine, database_url=str(engine.url), sign_in_key=SIGNING_KEY, needs_officers=True)
    with stage.transactions.begin() as tx:
        load_directory(tx, [AgencyRow(body, (body.name,)) for body in BODIES])
    return stage


def hire(stage: Stage, username: str, agency_code: str | None, *roles: Role) -> str:
    """Somebody who may sign in; returns their id."""
    with stage.transactions.begin() as tx:
        return str(officers.create(tx, username, PASSWORD, roles or [Role.OFFICER], agency_code))


def send_away(stage: Stage, username: str, first: date, last: date, substitute: str = "") -> Any:
    """Note on the page that somebody is away."""
    csrf = stage.open_session(Role.COORDINATOR)
    with stage.transactions.read() as connection:
        officer = officers.called(connection, username)
    assert officer
    return stage.client.post(
        f"/direktori/petugas-cuti/{officer.id}",
        data={
            "csrf_token": csrf,
            "absent_from": first.isoformat(),
            "absent_until": last.isoformat(),
            "substitute": substitute,
        },
    )


def roles_of(stage: Stage, username: str) -> frozenset[Role]:
    """The roles that somebody has after signing in now."""
    response = stage.client.post("/api/v1/sign-in", json={"username": username, "password": PASSWORD})
    return VERIFY_KEY.read(response.json["token"], now=stage.clock.now()).staff.roles


def test_an_administrator_adds_an_officer_who_can_sign_in_at_once(stage: Stage) -> None:
    csrf = stage.open_session(Role.ADMINISTRATOR, agency_code=INHU.code)

    shown = stage.client.post(
        f"/direktori/petugas/{ROADS.code}",
        data={"csrf_token": csrf, "username": "Petugas.Jalan", "roles": ["officer"]},
    )

    found = re.search(r"<code>(petugas\.jalan)</code> · <code>([^<]+)</code>", shown.text)
    assert found
    signed = stage.client.post("/api/v1/sign-in", json={"username": found[1], "password": found[2]})
    staff = VERIFY_KEY.read(signed.json["token"], now=stage.clock.now()).staff
    assert (staff.agency_code, staff.roles) == (ROADS.code, {Role.OFFICER})
    assert shown.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "fields",
    [{"username": "petugas.pln"}, {"username": "Budi Santoso"}, {"username": "baru", "roles": ["coordinator"]}],
    ids=["name taken", "not a name", "more than a body may grant"],
)
def test_an_officer_who_makes_no_sense_comes_back_with_what_is_wrong(stage: Stage, fields: dict[str, Any]) -> None:
    hire(stage, "petugas.pln", POWER.code)
    csrf = stage.open_session(Role.COORDINATOR)

    response = stage.client.post(f"/direktori/petugas/{POWER.code}", data={"csrf_token": csrf, **fields})

    assert response.status_code == 422
    assert len(stage.rows(officers.officers)) == 1


def test_a_neighbours_officers_are_not_ones_own_to_keep(stage: Stage) -> None:
    officer_id = hire(stage, "petugas.pln", POWER.code)
    coordinator_id = hire(stage, "koordinator.inhu", ROADS.code, Role.OFFICER, Role.COORDINATOR)
    csrf = stage.open_session(Role.ADMINISTRATOR, agency_code=INHU.code)
    ending = {"csrf_token": csrf, "active": "false"}

    assert stage.client.get(f"/direktori/petugas/{POWER.code}").status_code == 403
    assert stage.client.post(f"/direktori/petugas-status/{officer_id}", data=ending).status_code == 403
    assert stage.client.post(f"/direktori/petugas-status/{coordinator_id}", data=ending).status_code == 403
    assert all(row["active"] for row in stage.rows(officers.officers))


def test_who_is_deactivated_does_not_come_in_until_activated_again(stage: Stage) -> None:
    officer_id = hire(stage, "petugas.pln", POWER.code)
    csrf = stage.open_session(Role.COORDINATOR)

    answers = []
    for active in ("false", "true"):
        stage.client.post(f"/direktori/petugas-status/{officer_id}", data={"csrf_token": csrf, "active": active})
        answers.append(
            stage.client.post("/api/v1/sign-in", json={"username": "petugas.pln", "password": PASSWORD}).status_code
        )

    assert answers == [401, 200]


def test_a_substitute_has_the_roles_of_who_is_away_on_these_days_and_no_longer(stage: Stage) -> None:
    hire(stage, "admin.pln", POWER.code, Role.OFFICER, Role.ADMINISTRATOR, Role.CUSTODIAN)
    hire(stage, "petugas.pln", POWER.code)

    response = send_away(stage, "admin.pln", TODAY + timedelta(1), TODAY + timedelta(2), "petugas.pln")

    assert response.status_code == 303
    lent = []
    for _ in range(4):
        lent.append(roles_of(stage, "petugas.pln") - {Role.OFFICER})
        stage.clock.advance(days=1)
    assert lent == [set(), {Role.ADMINISTRATOR}, {Role.ADMINISTRATOR}, set()]


def test_a_substitute_has_what_who_is_away_has_taken_on_among_their_own(stage: Stage) -> None:
    for name in ("ani.pln", "budi.pln", "citra.pln"):
        hire(stage, name, POWER.code)
        routed = routed_to(stage, POWER.code)
        Officer(stage, POWER.code, name).put(f"dispositions/{routed.disposition_id}/officer", username=name)
    send_away(stage, "ani.pln", TODAY + timedelta(1), TODAY + timedelta(1), "budi.pln")

    taken_on_by = []
    for _ in range(3):
        mine = Officer(stage, POWER.code, "budi.pln").get("dispositions?mine=true").json["items"]
        taken_on_by.append([entry["officer"] for entry in mine])
        stage.clock.advance(days=1)

    assert taken_on_by == [["budi.pln"], ["ani.pln", "budi.pln"], ["budi.pln"]]


@pytest.mark.parametrize(
    ("last", "substitute"),
    [(TODAY - timedelta(1), "petugas.pln"), (TODAY, "petugas.jalan"), (TODAY, "admin.pln"), (TODAY, "siapa")],
    ids=["over before it begins", "of another body", "themselves", "nobody"],
)
def test_an_absence_that_makes_no_sense_is_not_noted(stage: Stage, last: date, substitute: str) -> None:
    hire(stage, "admin.pln", POWER.code)
    hire(stage, "petugas.pln", POWER.code)
    hire(stage, "petugas.jalan", ROADS.code)

    response = send_away(stage, "admin.pln", TODAY, last, substitute)

    assert response.status_code == 422
    assert {row["absent_from"] for row in stage.rows(officers.officers)} == {None}


def attention(stage: Stage) -> str:
    """What coordinators see of bodies where nobody looks."""
    stage.open_session(Role.COORDINATOR)
    return str(stage.client.get("/direktori/perhatian").text)


def figure(name: str, trouble: str) -> float | None:
    """What operators see of them."""
    return REGISTRY.get_sample_value(name, {"trouble": trouble})


def test_bodies_with_reports_and_nobody_who_looks_are_shown_and_counted(stage: Stage) -> None:
    stage.hear(verified(agency_code=ROADS.code), verified(agency_code=ROADS.code), verified(agency_code=POWER.code))
    hire(stage, "petugas.pln", POWER.code)
    roles_of(stage, "petugas.pln")

    at_first = attention(stage)
    stage.clock.advance(days=15)
    later = attention(stage)
    stage.run("unattended")

    assert ROADS.name in at_first
    assert POWER.name not in at_first
    assert POWER.name in later
    assert (figure("lapor_unattended_agencies", "nobody"), figure("lapor_unattended_reports", "nobody")) == (1, 2)
    assert figure("lapor_unattended_agencies", "silent") == 1


def test_officers_of_the_government_look_after_its_offices_and_the_ministrys_do_not(stage: Stage) -> None:
    stage.hear(verified(agency_code=ROADS.code))
    hire(stage, "petugas.kemendagri", HOME_AFFAIRS.code)

    without = attention(stage)
    hire(stage, "petugas.inhu", INHU.code)

    assert ROADS.name in without
    assert ROADS.name not in attention(stage)


def test_a_body_whose_only_officer_is_away_and_has_no_substitute_needs_attention(stage: Stage) -> None:
    stage.hear(verified(agency_code=POWER.code))
    hire(stage, "petugas.pln", POWER.code)
    assert POWER.name not in attention(stage)

    send_away(stage, "petugas.pln", TODAY, TODAY + timedelta(20))

    assert POWER.name in attention(stage)


def test_where_officers_are_needed_a_body_without_any_gets_nothing(strict: Stage) -> None:
    hire(strict, "petugas.inhu", INHU.code)

    strict.hear(verified(agency_code=POWER.code), verified(agency_code=ROADS.code))

    assert [routed.agency_code for routed in strict.announced(ReportRouted)] == [ROADS.code]
    assert "petugas" in strict.announced(ReportUnroutable)[0].reason


def test_an_officer_who_begins_is_noticed_within_a_minute(strict: Stage) -> None:
    strict.hear(verified(agency_code=TRAFFIC.code))
    hire(strict, "petugas.dishub", TRAFFIC.code)

    strict.clock.advance(minutes=1)
    strict.hear(verified(agency_code=TRAFFIC.code))

    assert len(strict.announced(ReportUnroutable)) == len(strict.announced(ReportRouted)) == 1


def call(stage: Stage, method: str, path: str, *, of: str | None = None, **body: Any) -> Any:
    """What a coordinator asks of the API, or the administrator ``of`` a body."""
    headers = stage.signed_in(Role.ADMINISTRATOR if of else Role.COORDINATOR, agency_code=of)
    return stage.client.open(f"/api/v1/{path}", method=method, json=body, headers=headers)


def test_an_administrators_system_adds_an_officer_who_can_sign_in_at_once(stage: Stage) -> None:
    added = call(stage, "POST", f"agencies/{ROADS.code}/officers", of=INHU.code, username="Petugas.Jalan")

    assert (added.status_code, added.json["username"]) == (201, "petugas.jalan")
    signed = stage.client.post(
        "/api/v1/sign-in", json={"username": "petugas.jalan", "password": added.json["password"]}
    )
    staff = VERIFY_KEY.read(signed.json["token"], now=stage.clock.now()).staff
    assert (staff.id, staff.agency_code, staff.roles) == (added.json["id"], ROADS.code, {Role.OFFICER})
    assert added.headers["Cache-Control"] == "no-store"


def test_the_officers_of_a_body_are_listed_by_name_page_by_page_and_without_passwords(stage: Stage) -> None:
    for name in ("citra.pln", "ani.pln", "budi.pln"):
        hire(stage, name, POWER.code)
    hire(stage, "petugas.jalan", ROADS.code)

    first = call(stage, "GET", f"agencies/{POWER.code}/officers?limit=2").json
    last = call(stage, "GET", f"agencies/{POWER.code}/officers?limit=2&cursor={first['next']}").json

    assert [one["username"] for one in first["items"] + last["items"]] == ["ani.pln", "budi.pln", "citra.pln"]
    assert last["next"] is None
    assert not [name for name in first["items"][0] if "password" in name]


def test_an_absence_is_noted_and_ended_over_the_api(stage: Stage) -> None:
    away, _ = (hire(stage, name, POWER.code) for name in ("ani.pln", "budi.pln"))
    days = {"absent_from": TODAY.isoformat(), "absent_until": TODAY.isoformat()}

    noted = call(stage, "PUT", f"officers/{away}/absence", **days, substitute="budi.pln").json
    ended = call(stage, "PUT", f"officers/{away}/absence").json

    assert {name: noted[name] for name in (*days, "substitute")} == {**days, "substitute": "budi.pln"}
    assert {name: ended[name] for name in (*days, "substitute")} == dict.fromkeys((*days, "substitute"))


def test_an_officer_who_is_gone_is_kept_and_can_come_back(stage: Stage) -> None:
    officer_id = hire(stage, "petugas.pln", POWER.code)

    gone = call(stage, "PATCH", f"officers/{officer_id}", of=POWER.code, active=False)
    back = call(stage, "PATCH", f"officers/{officer_id}", of=POWER.code, active=True)

    assert [gone.json["active"], back.json["active"]] == [False, True]
    assert [told.report_id for told in stage.announced(StaffContactEnded)] == [UUID(officer_id)]


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        (f"agencies/{POWER.code}/officers", {"username": "petugas.pln"}, "username"),
        (f"agencies/{POWER.code}/officers", {"username": "baru", "roles": ["coordinator"]}, "roles"),
        ("officers/{id}/absence", {"absent_from": "2026-01-07"}, "absent_until"),
        (
            "officers/{id}/absence",
            {"absent_from": "2026-01-07", "absent_until": "2026-01-07", "substitute": "petugas.pln"},
            "substitute",
        ),
        ("officers/{id}", {}, "active"),
    ],
    ids=["name taken", "more than a body may grant", "no end", "their own substitute", "nothing to change"],
)
def test_what_is_wrong_about_an_officer_is_named_by_its_field(
    stage: Stage, path: str, body: dict[str, Any], field: str
) -> None:
    officer_id = hire(stage, "petugas.pln", POWER.code)
    method = "POST" if path.startswith("agencies") else "PUT" if path.endswith("absence") else "PATCH"

    response = call(stage, method, path.format(id=officer_id), **body)

    assert response.status_code == 422
    assert any(name.startswith(field) for name in response.json["errors"])


def test_over_the_api_too_a_neighbours_officers_are_not_ones_own_to_keep(stage: Stage) -> None:
    neighbour = hire(stage, "petugas.pln", POWER.code)
    coordinator = hire(stage, "koordinator.inhu", ROADS.code, Role.OFFICER, Role.COORDINATOR)
    verifier = hire(stage, "verifikator", None, Role.VERIFIER)

    refused = [
        call(stage, "GET", f"agencies/{POWER.code}/officers", of=INHU.code),
        call(stage, "POST", f"agencies/{POWER.code}/officers", of=INHU.code, username="baru"),
        call(stage, "GET", f"officers/{neighbour}", of=INHU.code),
        call(stage, "PATCH", f"officers/{neighbour}", of=INHU.code, active=False),
        call(stage, "PUT", f"officers/{coordinator}/absence", of=INHU.code),
    ]

    assert [one.status_code for one in refused] == [403] * 5
    assert call(stage, "GET", f"officers/{verifier}").status_code == 404
    assert stage.client.get(f"/api/v1/officers/{neighbour}").status_code == 401
