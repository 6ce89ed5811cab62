"""Operators change the words of notices, by page and API: only to what can go out, and never for good."""

import pytest
import sqlalchemy as sa

import lapor_notification.service
from lapor_contracts.vocabulary import Role
from lapor_notification.wording import shipped_parts
from tests.notification.test_notices import Phones, contact, on_stage, public
from tests.support.builders import routed
from tests.support.stage import Stage

SERVICE = lapor_notification.service
ROUTED = dict(shipped_parts("routed"))
OURS = {**ROUTED, "sms": "LAPOR! Kini di {{ agency_name }}: {{ public_url }}/lacak/{{ tracking_id }}"}


def put(stage: Stage, parts: dict[str, str], *, seen: int = 0, role: Role = Role.OPERATOR) -> tuple[int, dict]:  # type: ignore[type-arg]
    """An operator lets other words hold."""
    given = {"parts": parts, "seen": seen, "reason": "Lebih singkat"}
    answer = stage.client.put("/api/v1/templates/routed", json=given, headers=stage.signed_in(role))
    return answer.status_code, answer.json or {}


def test_what_an_operator_wrote_is_what_reporters_read(engine: sa.Engine) -> None:
    phones, event = Phones(), routed(agency_name="PLN")
    stage = on_stage(engine, sms=phones, public_url="https://lapor.example")
    stage.hear(public(event.report_id), contact(event.report_id), event)

    status, change = put(stage, OURS)
    stage.run("send")

    assert (status, change["version"], change["changed_by"]) == (200, 1, "officer-1")
    assert phones.taken[0].text == f"LAPOR! Kini di PLN: https://lapor.example/lacak/{event.tracking_id}"


def test_words_that_cannot_go_out_are_refused_and_not_kept(engine: sa.Engine) -> None:
    stage = on_stage(engine)

    status, problem = put(stage, {**OURS, "sms": "LAPOR! {{ nama }}"})

    assert status == 422
    assert "Tidak ada nama di sini" in problem["errors"]["sms"][0]
    listed = stage.client.get("/api/v1/templates", headers=stage.signed_in(Role.OPERATOR)).json
    assert {one["name"]: one["version"] for one in listed}["routed"] == 0


def test_of_two_who_change_the_same_words_the_second_is_told(engine: sa.Engine) -> None:
    stage = on_stage(engine)

    assert [put(stage, OURS)[0], put(stage, OURS)[0], put(stage, OURS, seen=7)[0]] == [200, 409, 409]


def test_an_earlier_version_comes_back_as_a_new_one(engine: sa.Engine) -> None:
    stage = on_stage(engine)
    put(stage, OURS)
    headers = stage.signed_in(Role.OPERATOR)

    back = {"version": 0, "seen": 1, "reason": "Dahulu lebih jelas"}
    answer = stage.client.post("/api/v1/templates/routed/restoration", json=back, headers=headers)

    kept = stage.client.get("/api/v1/templates/routed", headers=headers).json
    assert (answer.status_code, kept["version"], kept["parts"]) == (200, 2, ROUTED)
    assert [one["reason"] for one in kept["history"]] == ["Dahulu lebih jelas", "Lebih singkat"]
    unknown = stage.client.post(
        "/api/v1/templates/routed/restoration", json={**back, "version": 9, "seen": 2}, headers=headers
    )
    assert unknown.status_code == 409


def test_a_preview_shows_every_way_and_how_much_of_an_sms_it_fills(engine: sa.Engine) -> None:
    stage = on_stage(engine, public_url="https://lapor.example")

    answer = stage.client.post(
        "/api/v1/templates/routed/preview", json={"parts": OURS}, headers=stage.signed_in(Role.OPERATOR)
    )

    shown = {(one["form"], one["language"]): one for one in answer.json["previews"]}
    assert set(shown) == {("sms", None), ("sms", "en"), ("chat", None), ("email", None)}
    assert shown["sms", None]["measure"].endswith("GSM-7, 1 SMS")
    assert "Dinas Perhubungan Kota Medan" in shown["email", None]["text"]


@pytest.mark.parametrize("role", [Role.VERIFIER, Role.OFFICER, Role.ADMINISTRATOR, Role.COORDINATOR])
def test_nobody_else_changes_what_the_country_reads(engine: sa.Engine, role: Role) -> None:
    assert put(on_stage(engine), OURS, role=role)[0] == 403


def test_what_is_no_template_of_ours_is_not_found(engine: sa.Engine) -> None:
    stage = on_stage(engine)

    for name in ("poem", "message_answered", "notice"):
        assert stage.client.get(f"/api/v1/templates/{name}", headers=stage.signed_in(Role.OPERATOR)).status_code == 404


def test_an_operator_looks_first_then_lets_it_hold_and_goes_back_by_page(engine: sa.Engine) -> None:
    stage = on_stage(engine, public_url="https://lapor.example")
    csrf = stage.open_session(Role.OPERATOR)
    form = {**OURS, "csrf_token": csrf, "seen": "0", "reason": ""}
    client = stage.client

    looked = client.post("/pemberitahuan/routed", data={**form, "do": "preview"})
    without_reason = client.post("/pemberitahuan/routed", data={**form, "do": "hold"})
    wrong = client.post("/pemberitahuan/routed", data={**form, "sms": "", "do": "hold", "reason": "x"})
    held = client.post("/pemberitahuan/routed", data={**form, "do": "hold", "reason": "Lebih singkat"})
    late = client.post("/pemberitahuan/routed", data={**form, "do": "hold", "reason": "Lebih singkat"})
    page = client.get("/pemberitahuan/routed").text
    back = client.post("/pemberitahuan/routed/0", data={"csrf_token": csrf, "seen": "1", "reason": "Kembali"})

    assert (looked.status_code, "LAPOR! Kini di Dinas Perhubungan" in looked.text) == (200, True)
    assert [answer.status_code for answer in (without_reason, wrong, held, late, back)] == [422, 422, 303, 409, 303]
    assert "Lebih singkat" in page
    assert "bawaan" in client.get("/pemberitahuan").text
