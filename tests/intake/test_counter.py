"""What officers type in for others: numbered, with a slip to hand over, and without giving anybody away."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import pytest

from lapor_chassis.web.access import CSRF_FIELD
from lapor_contracts.events import ContactSealed, ReportReceived
from lapor_contracts.vocabulary import Channel, Role
from lapor_intake import agenda, service, store
from tests.intake.attached import picture
from tests.intake.conftest import kept
from tests.support.stage import Stage

SERVICE = service
URL = "/digitalisasi"


def signed_in(stage: Stage, officer: str = "officer-1", role: Role = Role.OFFICER) -> dict[str, str]:
    """What a form holds that nobody sees: the officer's token, and a key of its own."""
    csrf = stage.open_session(role, officer=officer)
    page = stage.client.get(URL).text
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    return {CSRF_FIELD: csrf, "key": key[1]}


def entry(stage: Stage, officer: str = "officer-1", **changes: Any) -> dict[str, Any]:
    """The form as a browser sends it."""
    return {
        **signed_in(stage, officer),
        "channel": "letter",
        "dated": "2026-01-05",
        "kind": "complaint",
        "title": "",
        "body": "Jalan di depan Pasar Rengat rusak sejak 3 Januari.",
        "occurred_on": "",
        "region_code": "14.02",
        "place": "Depan Pasar Rengat",
        "agency": "",
        "category": "",
        "name": "",
        "phone": "",
        "email": "",
        "address": "",
        **changes,
    }


def numbers(stage: Stage) -> list[str]:
    """All agenda numbers, in order."""
    return sorted(row["number"] for row in stage.rows(agenda.entries))


def test_a_letter_gets_a_number_and_its_writer_a_slip(stage: Stage) -> None:
    response = stage.client.post(URL, data=entry(stage))

    assert response.status_code == 201
    assert response.headers["Cache-Control"] == "no-store"
    (stored,) = stage.rows(store.reports)
    assert "SRT-2026-000001" in response.text
    assert stored["tracking_id"] in response.text
    assert re.search(r"\d{4}-\d{4}-\d{4}-\d{4}", response.text)
    (received,) = stage.announced(ReportReceived)
    assert (received.channel, received.region_code) == (Channel.LETTER, "14.02")


def test_who_typed_it_in_and_who_reports_are_two_people(stage: Stage) -> None:
    given = entry(stage, name="Siti Rahayu", address="Jl. Mawar 3, Rengat", email="siti@warga.example")

    stage.client.post(URL, data=given)

    (record,) = kept(stage)
    assert (record.name, record.address) == ("Siti Rahayu", "Jl. Mawar 3, Rengat")
    (entered,) = stage.rows(agenda.entries)
    assert entered["entered_by"] == "officer-1"
    said = " ".join(map(repr, stage.announced()))
    assert "officer-1" not in said
    assert "Mawar" not in said
    assert len(stage.announced(ContactSealed)) == 1


def test_a_reporter_without_telephone_and_name_is_welcome(stage: Stage) -> None:
    response = stage.client.post(URL, data=entry(stage, channel="counter", dated=""))

    assert response.status_code == 201
    assert "LKT-2026-000001" in response.text
    assert stage.announced(ContactSealed) == []


@pytest.mark.parametrize(
    ("channel", "series", "is_handed_over"),
    [
        ("counter", "LKT", True),
        ("box", "KTK", False),
        ("letter", "SRT", False),
        ("telephone", "TLP", True),
        ("fax", "FAX", False),
    ],
)
def test_who_is_not_there_to_take_the_slip_is_written_to(
    stage: Stage, channel: str, series: str, is_handed_over: bool
) -> None:
    response = stage.client.post(URL, data=entry(stage, channel=channel))

    assert f"{series}-2026-000001" in response.text
    (received,) = stage.announced(ReportReceived)
    assert received.acknowledged is is_handed_over


def test_numbers_run_on_for_each_kind_and_begin_anew_each_year(stage: Stage) -> None:
    stage.client.post(URL, data=entry(stage))
    stage.client.post(URL, data=entry(stage))
    stage.client.post(URL, data=entry(stage, channel="fax"))
    stage.clock.set(datetime(2026, 12, 31, 17, 0, tzinfo=UTC))  # midnight in Jakarta

    stage.client.post(URL, data=entry(stage))

    assert numbers(stage) == ["FAX-2026-000001", "SRT-2026-000001", "SRT-2026-000002", "SRT-2027-000001"]


def test_officers_who_save_at_the_same_moment_get_different_numbers_without_a_gap(stage: Stage) -> None:
    given = entry(stage)
    app, cookies = stage.client.application, stage.client.get_cookie("lapor_session")

    def save(number: int) -> int:
        client = app.test_client()
        if cookies:
            client.set_cookie(cookies.key, cookies.value)
        return client.post(URL, data={**given, "key": f"key-{number}"}).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(save, range(24)))

    assert statuses == [201] * 24
    assert numbers(stage) == [f"SRT-2026-{number:06}" for number in range(1, 25)]


def test_a_refused_form_uses_up_no_number(stage: Stage) -> None:
    stage.client.post(URL, data=entry(stage, phone="12"))

    stage.client.post(URL, data=entry(stage))

    assert numbers(stage) == ["SRT-2026-000001"]


def test_sending_twice_makes_one_report_and_shows_the_same_slip(stage: Stage) -> None:
    given = entry(stage)
    first = stage.client.post(URL, data=given)

    again = stage.client.post(URL, data=given)

    codes = r'<code class="id">([^<]+)</code>'
    assert re.findall(codes, again.text) == re.findall(codes, first.text)
    assert numbers(stage) == ["SRT-2026-000001"]


def test_a_form_that_was_saved_and_then_changed_asks_before_it_makes_another_report(stage: Stage) -> None:
    given = entry(stage)
    stage.client.post(URL, data=given)

    asked = stage.client.post(URL, data={**given, "body": "Lampu jalan di Rengat mati."})

    assert asked.status_code == 409
    assert given["key"] not in asked.text
    assert len(stage.rows(store.reports)) == 1


def test_another_officer_does_not_see_the_slip_by_sending_the_same_form(stage: Stage) -> None:
    given = entry(stage)
    stage.client.post(URL, data=given)

    stage.client.post(URL, data={**given, **signed_in(stage, "officer-2"), "key": given["key"]})

    assert len(stage.rows(store.reports)) == 2


def test_the_scan_is_kept_for_whoever_typed_it_in_and_goes_to_no_agency(stage: Stage) -> None:
    scan = (BytesIO(picture()), "KTP Siti.jpg")

    response = stage.client.post(URL, data=entry(stage, scan=scan), content_type="multipart/form-data")

    assert response.status_code == 201
    (received,) = stage.announced(ReportReceived)
    assert received.attachments == ()
    (entered,) = stage.rows(agenda.entries)
    assert f"/api/v1/attachments/{entered['scan']}" in stage.client.get(URL).text
    shown = stage.client.get(f"/api/v1/attachments/{entered['scan']}")
    assert (shown.status_code, shown.content_type) == (200, "image/jpeg")


def test_a_scan_that_cannot_be_taken_is_said_at_its_field(stage: Stage) -> None:
    scan = (BytesIO(b"MZ program"), "surat.pdf")

    response = stage.client.post(URL, data=entry(stage, scan=scan), content_type="multipart/form-data")

    assert response.status_code == 422
    assert 'id="scan-error"' in response.text
    assert stage.rows(store.reports) == []


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("channel", "", "Wajib diisi"),
        ("channel", "web", "Pilih salah satu"),
        ("body", "", "Wajib diisi"),
        ("dated", "2026-01-08", "masa depan"),
        ("occurred_on", "2026-02-01", "masa depan"),
        ("phone", "12345", "Nomor telepon tidak dikenali"),
        ("email", "siti", "Alamat surel tidak dikenali"),
        ("region_code", "99.99", "Kode wilayah tidak dikenal"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_the_rest_is_kept(
    stage: Stage, field: str, value: str, said: str
) -> None:
    response = stage.client.post(URL, data=entry(stage, title="Jalan <b>", **{field: value}))

    assert response.status_code == 422
    assert said in response.text
    assert f'id="{field}-error"' in response.text
    assert "Jalan &lt;b&gt;" in response.text
    assert stage.rows(store.reports) == []


def test_each_officer_sees_what_they_typed_in_today_and_nothing_of_who_reports(stage: Stage) -> None:
    stage.client.post(URL, data=entry(stage, name="Siti Rahayu"))
    stage.clock.advance(days=1)
    stage.client.post(URL, data=entry(stage, name="Siti Rahayu"))
    stage.client.post(URL, data=entry(stage, officer="officer-2", name="Siti Rahayu"))

    stage.open_session(Role.OFFICER, officer="officer-1")
    page = stage.client.get(URL).text

    assert re.findall(r"SRT-2026-\d{6}", page) == ["SRT-2026-000002"]
    assert "Siti" not in page
    yesterday = stage.client.get(f"{URL}?hari=2026-01-07").text
    assert re.findall(r"SRT-2026-\d{6}", yesterday) == ["SRT-2026-000001"]


@pytest.mark.parametrize("day", ["kemarin", "2026-13-01", "0001-01-01", "9999-12-31", ""])
def test_a_day_that_is_none_is_no_trouble(stage: Stage, day: str) -> None:
    stage.open_session(Role.OFFICER)

    assert stage.client.get(URL, query_string={"hari": day}).status_code == 200


def test_who_is_not_signed_in_is_asked_to(stage: Stage) -> None:
    response = stage.client.get(URL)

    assert (response.status_code, response.location) == (303, "/masuk?next=%2Fdigitalisasi")


def test_a_supervisor_types_in_nothing(stage: Stage) -> None:
    stage.open_session(Role.SUPERVISOR)

    assert stage.client.get(URL).status_code == 403


def test_a_form_without_the_officers_own_token_is_refused(stage: Stage) -> None:
    assert stage.client.post(URL, data=entry(stage, **{CSRF_FIELD: "x"})).status_code == 403
    assert stage.rows(store.reports) == []
