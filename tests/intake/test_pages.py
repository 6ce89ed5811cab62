"""The pages on which people report."""

import re
from typing import Any

import pytest

from lapor_contracts.events import Point, ReportReceived
from lapor_contracts.vocabulary import Channel, Kind
from lapor_intake import service, store
from tests.intake.conftest import kept
from tests.support.stage import Stage

SERVICE = service


def blank_key(stage: Stage) -> str:
    """The key in a form that was just opened."""
    return found(r'name="key" value="([^"]+)"', stage.client.get("/lapor").text)


def found(pattern: str, text: str) -> str:
    """The one thing that ``pattern`` finds."""
    match = re.search(pattern, text)
    assert match, pattern
    return match.group(1)


def form(stage: Stage, **changes: Any) -> dict[str, str]:
    """The form as a browser sends it, empty fields included."""
    return {
        "key": blank_key(stage),
        "kind": "aspiration",
        "title": "",
        "body": "Mohon lampu jalan di depan SMPN 1 Rengat.",
        "occurred_on": "",
        "region_code": "14.02",
        "place": "",
        "agency": "",
        "category": "",
        "name": "",
        "phone": "",
        "email": "",
        **changes,
    }


def test_the_home_page_leads_to_the_form_and_to_tracking(stage: Stage) -> None:
    page = stage.client.get("/").text

    assert 'href="/lapor"' in page
    assert 'action="/lacak"' in page
    assert 'name="id"' in page


def test_the_form_offers_every_region_in_its_province(stage: Stage) -> None:
    page = stage.client.get("/lapor").text

    assert page.count("<optgroup") == 38
    assert '<option value="14.02">Kabupaten Indragiri Hulu</option>' in page


def test_who_sends_the_form_sees_the_tracking_id_and_the_receipt(stage: Stage) -> None:
    response = stage.client.post("/lapor", data=form(stage, name="Siti", phone="0812 3456 7890", anonymous="true"))

    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    (stored,) = stage.rows(store.reports)
    assert stored["tracking_id"] in response.text
    assert f'href="/lacak/{stored["tracking_id"]}"' in response.text
    assert re.search(r"\d{4}-\d{4}-\d{4}-\d{4}", response.text)
    (received,) = stage.announced(ReportReceived)
    assert (received.channel, received.kind, received.region_code) == (Channel.WEB, Kind.ASPIRATION, "14.02")
    assert (received.anonymous, received.secret, received.acknowledged) == (True, False, True)
    assert kept(stage)[0].phone == "+6281234567890"


@pytest.mark.parametrize(
    ("agency", "code", "keyword"), [("PLN", "PLN", None), ("Dinas Perhubungan", None, "Dinas Perhubungan")]
)
def test_the_body_concerned_is_passed_on_as_it_was_named(
    stage: Stage, agency: str, code: str | None, keyword: str | None
) -> None:
    stage.client.post("/lapor", data=form(stage, agency=agency, category="Jalan & jembatan"))

    (received,) = stage.announced(ReportReceived)
    assert (received.agency_code, received.keyword, received.category) == (code, keyword, "Jalan jembatan")


def test_sending_twice_or_reloading_makes_one_report(stage: Stage) -> None:
    filled = form(stage)
    first = stage.client.post("/lapor", data=filled)

    again = stage.client.post("/lapor", data=filled)

    assert again.text.replace(_request_id(again), "") == first.text.replace(_request_id(first), "")
    assert len(stage.rows(store.reports)) == 1


def _request_id(response: Any) -> str:
    return response.headers.get("X-Request-Id", "no request id")


def test_a_form_that_was_sent_and_then_changed_asks_before_it_makes_another_report(stage: Stage) -> None:
    filled = form(stage)
    stage.client.post("/lapor", data=filled)
    changed = {**filled, "body": "Mohon lampu jalan di depan SMPN 2 Rengat."}

    asked = stage.client.post("/lapor", data=changed)

    assert asked.status_code == 409
    assert "SMPN 2" in asked.text
    again = stage.client.post("/lapor", data={**changed, "key": found(r'name="key" value="([^"]+)"', asked.text)})
    assert again.status_code == 201
    assert len(stage.rows(store.reports)) == 2


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("body", "", "Wajib diisi"),
        ("body", "x" * 10_001, "10000"),
        ("occurred_on", "2026-02-01", "tidak boleh di masa depan"),
        ("occurred_on", "kemarin", "Bukan tanggal"),
        ("region_code", "99.99", "Kode wilayah tidak dikenal"),
        ("phone", "12345", "Nomor telepon tidak dikenali"),
        ("email", "siti", "Alamat surel tidak dikenali"),
        ("kind", "gossip", "Pilih salah satu"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    stage: Stage, field: str, value: str, said: str
) -> None:
    filled = form(stage, place="Jl. Merdeka <b>", secret="true", **{field: value})

    response = stage.client.post("/lapor", data=filled)

    assert response.status_code == 422
    assert said in response.text
    assert f'id="{field}-error"' in response.text
    assert f'href="#{field}"' in response.text
    assert "Jl. Merdeka &lt;b&gt;" in response.text
    assert 'value="14.02" selected' in response.text or field == "region_code"
    assert filled["key"] in response.text
    assert stage.rows(store.reports) == []


def test_a_form_of_another_site_is_refused(stage: Stage) -> None:
    response = stage.client.post("/lapor", data=form(stage), headers={"Sec-Fetch-Site": "cross-site"})

    assert response.status_code == 403
    assert stage.rows(store.reports) == []


def test_the_form_carries_the_place_on_the_map_and_the_report_that_is_supported(stage: Stage) -> None:
    earlier = "0P4F-4E3C-V0ZA"

    stage.client.post("/lapor", data=form(stage, latitude="-0.375600", longitude="102.545600", supports=earlier))

    (received,) = stage.announced(ReportReceived)
    assert received.point == Point(latitude=-0.3756, longitude=102.5456)
    assert received.supports == earlier


@pytest.mark.parametrize(
    "wrong",
    [{"latitude": "91", "longitude": "1"}, {"latitude": "nan", "longitude": "1"}, {"supports": "laporan tadi"}],
    ids=str,
)
def test_a_place_or_a_number_that_cannot_be_is_named_and_kept_in_the_form(stage: Stage, wrong: dict[str, str]) -> None:
    answer = stage.client.post("/lapor", data=form(stage, **wrong))

    assert answer.status_code == 422
    assert all(f'name="{name}" value="{value}"' in answer.text for name, value in wrong.items())
    assert stage.announced(ReportReceived) == []


def test_only_the_form_may_ask_the_browser_where_it_is(stage: Stage) -> None:
    policies = [stage.client.get(path).headers["Permissions-Policy"] for path in ("/lapor", "/", "/lapor/wbs")]

    assert ["geolocation=(self)" in policy for policy in policies] == [True, False, False]
