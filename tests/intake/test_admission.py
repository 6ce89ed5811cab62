"""A flood from a few leaves room for everybody else, and whoever is refused is told why."""

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import altcha
import orjson
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from limits import parse

from lapor_contracts.events import ReportReceived
from lapor_intake import adapters, service
from lapor_intake.proof import LIFETIME, Proofs
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service
URL = "/api/v1/reports"
SITI = {"reporter": {"phone": "0812-0000-0001"}}
BUDI = {"reporter": {"phone": "0812-0000-0002"}}

Limited = Callable[..., Stage]


@pytest.fixture
def limited(engine: sa.Engine, intake_settings: dict[str, Any]) -> Limited:
    """Intake with limits of the test's own."""

    def make(**limits: str) -> Stage:
        wanted = {f"limit_{name}": parse(text) for name, text in limits.items()}
        none = {"limit_address": None, "limit_reporter": None, "limit_newcomers": None}
        return Stage(service, engine, **intake_settings, **{**none, **wanted})

    return make


def report(stage: Stage, key: str, /, headers: dict[str, str] | None = None, **reporter: Any) -> Any:
    body = {"body": f"Lampu jalan mati, laporan {key}", **reporter}
    return stage.client.post(URL, json=body, headers={"Idempotency-Key": key, **(headers or {})})


def solved(stage: Stage, key: str) -> str:
    """What a browser sends once it has found the number."""
    given = stage.client.get("/api/v1/challenges", query_string={"key": key}).get_json()
    found = altcha.solve_challenge_v1(given["challenge"], given["salt"], given["algorithm"], given["maxnumber"])
    assert found
    facts = {name: given[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(orjson.dumps({**facts, "number": found.number})).decode()


def test_too_many_reports_from_one_network_are_told_when_to_come_again(limited: Limited) -> None:
    stage = limited(address="2 per 10 minutes")
    assert [report(stage, key).status_code for key in "ab"] == [201, 201]

    refused = report(stage, "c")

    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 600
    assert "Terlalu banyak laporan dari jaringan ini" in refused.get_json()["detail"]
    assert len(stage.announced(ReportReceived)) == 2


def test_whoever_shows_a_proof_of_work_is_not_bound_to_the_network(limited: Limited) -> None:
    stage = limited(address="1 per hour")
    report(stage, "a")

    with_proof = report(stage, "b", {"Proof-Of-Work": solved(stage, "b")})

    assert report(stage, "c").status_code == 429
    assert with_proof.status_code == 201


def test_a_proof_serves_one_report_only(limited: Limited) -> None:
    stage = limited(address="1 per hour")
    report(stage, "a")
    proof = solved(stage, "b")
    report(stage, "b", {"Proof-Of-Work": proof})

    assert report(stage, "c", {"Proof-Of-Work": proof}).status_code == 429


def test_the_form_takes_a_proof_and_says_in_words_what_is_too_much(limited: Limited) -> None:
    stage = limited(address="1 per hour")
    form = {"body": "Lampu jalan mati", "key": "k"}
    stage.client.post("/lapor", data={**form, "key": "first"})

    refused = stage.client.post("/lapor", data=form)
    taken = stage.client.post("/lapor", data={**form, "proof": solved(stage, "k")})

    assert (refused.status_code, taken.status_code) == (429, 201)
    assert "Terlalu banyak laporan" in refused.text
    assert "Lampu jalan mati" in refused.text  # nothing that was typed is lost


def test_one_reporter_can_not_flood_and_others_do_not_notice(limited: Limited) -> None:
    stage = limited(reporter="2 per hour")
    assert [report(stage, key, **SITI).status_code for key in "abc"] == [201, 201, 429]

    assert report(stage, "d", **BUDI).status_code == 201


def test_what_was_taken_is_answered_again_however_many_there_were(limited: Limited) -> None:
    stage = limited(reporter="1 per hour")
    first = report(stage, "a", **SITI)

    again = report(stage, "a", **SITI)

    assert again.status_code == 201
    assert again.get_json() == first.get_json()


def test_in_a_flood_of_newcomers_whoever_has_reported_before_is_still_heard(limited: Limited) -> None:
    stage = limited(newcomers="2 per hour")
    report(stage, "a", **SITI)
    report(stage, "b")

    assert report(stage, "c", **BUDI).status_code == 429
    assert report(stage, "d", **SITI).status_code == 201


def test_an_adapter_answers_for_its_own_reporters(limited: Limited) -> None:
    stage = limited(address="1 per hour", reporter="1 per hour", newcomers="1 per hour")
    with stage.transactions.begin() as tx:
        headers = {"Authorization": f"Bearer {adapters.add(tx, 'jaki')}"}

    answers = [
        stage.client.post(
            "/api/v1/submissions", json={"body": "Lampu mati", "idempotency_key": key, **SITI}, headers=headers
        )
        for key in "abc"
    ]

    assert [answer.status_code for answer in answers] == [201] * 3


def test_a_challenge_expires(limited: Limited) -> None:
    stage = limited(address="1 per hour")
    report(stage, "a")
    proof = solved(stage, "b")

    stage.clock.set(WEDNESDAY + LIFETIME + timedelta(seconds=1))

    assert report(stage, "b", {"Proof-Of-Work": proof}).status_code == 429


def nonsense() -> st.SearchStrategy[str]:
    """Payloads of somebody's own making, some of them nearly right."""
    values = st.none() | st.integers() | st.text(max_size=20) | st.lists(st.integers(), max_size=2)
    names = st.sampled_from(["algorithm", "challenge", "number", "salt", "signature"]) | st.text(max_size=5)
    bodies = st.dictionaries(names, values, max_size=6) | values
    return st.text(max_size=100) | bodies.map(lambda body: base64.b64encode(json.dumps(body).encode()).decode())


@given(nonsense())
def test_nonsense_proves_nothing_and_breaks_nothing(payload: str) -> None:
    assert not Proofs(b"k" * 32).proves(payload, "key", WEDNESDAY)
