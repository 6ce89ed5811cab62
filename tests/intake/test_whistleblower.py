"""The whistleblower's form: sealed for one body in the request, and nowhere in the clear after it."""

import logging
import re
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from lapor_chassis.attempts import PER_REPORT
from lapor_chassis.sealing import keypair_from_receipt, new_keypair, open_sealed
from lapor_chassis.tracking_ids import TrackingIds
from lapor_contracts.events import ContactSealed, ReportReceived, SealedContent
from lapor_intake import oversight, service, store
from lapor_intake.domain import OversightBody, related
from lapor_intake.store import metadata
from tests.intake.conftest import kept, opened
from tests.support.builders import TRACKING_KEY
from tests.support.stage import Stage

SERVICE = service

BODY, BODY_KEY = new_keypair()
KPK = OversightBody("KPK", "Komisi Pemberantasan Korupsi", BODY_KEY)
CITY = OversightBody("PEMDA-35.78/OPD-INSPEKTORAT", "Inspektorat Kota Surabaya", BODY_KEY)

CANARY = "kenarifakta"
WHISTLE = {
    "key": "6f1f6a0e-3d0c-4c07-9b59-0d1f7ac3b1ce",
    "oversight": KPK.code,
    "reported": f"Dinas {CANARY}",
    "title": f"Setoran {CANARY}",
    "body": f"Kepala dinas meminta setoran, {CANARY}.",
    "occurred_on": "2026-01-05",
    "place": f"Lantai dua {CANARY}",
    "understood": "true",
}


@pytest.fixture
def stage(stage: Stage) -> Stage:
    """Intake with two bodies that can be chosen."""
    with stage.transactions.begin() as tx:
        for body in (KPK, CITY):
            oversight.add(tx, body)
    return stage


def send(stage: Stage, **changes: str) -> Any:
    """Send the form."""
    form = {name: text for name, text in {**WHISTLE, **changes}.items() if text}
    return stage.client.post("/lapor/wbs", data=form)


def slip_in(page: str) -> tuple[str, str]:
    """The tracking ID and the receipt that a page shows."""
    tracking_id, receipt = re.findall(r'<code class="id">([0-9A-Z-]+)</code>', page)
    return tracking_id, receipt


def said(stage: Stage) -> tuple[ReportReceived, SealedContent]:
    """The one report that was announced, and what is sealed of it."""
    (event,) = stage.announced(ReportReceived)
    assert event.sealed
    return event, event.sealed


def test_the_chosen_body_opens_what_was_written(stage: Stage) -> None:
    answer = send(stage)

    assert answer.status_code == 201
    event, sealed = said(stage)
    assert sealed.agency_code == KPK.code
    assert orjson.loads(open_sealed(sealed.content, BODY, event.tracking_id)) == {
        name: WHISTLE[name] for name in ("reported", "title", "body", "occurred_on", "place")
    }


def test_of_the_report_itself_everyone_else_reads_that_it_is_sealed(stage: Stage) -> None:
    send(stage, region_code="35.78", category="pungli")

    event, _ = said(stage)
    assert (event.title, event.body) == ("Laporan tersegel", "Laporan tersegel")
    assert (event.place, event.occurred_on, event.agency_code, event.keyword) == (None, None, None, None)
    assert (event.region_code, event.category) == ("35.78", "pungli")
    assert (event.secret, event.anonymous, event.marks) == (True, True, ())


def test_the_receipt_shown_gives_the_key_for_the_answers_and_is_kept_nowhere(stage: Stage) -> None:
    tracking_id, receipt = slip_in(send(stage).text)

    event, sealed = said(stage)
    assert event.tracking_id == tracking_id
    assert keypair_from_receipt(receipt, tracking_id)[1] == sealed.reporter_key
    assert TrackingIds(TRACKING_KEY).opens(tracking_id, receipt, event.receipt_hash)
    assert [record.receipt for record in kept(stage)] == [None]


def test_what_was_written_is_in_no_table_and_in_no_log(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    _, receipt = slip_in(send(stage).text)

    with stage.transactions.read() as connection:
        for table in metadata.sorted_tables:
            stored = str(connection.execute(sa.select(table)).all())
            for secret in (CANARY, receipt, receipt.replace("-", ""), WHISTLE["key"]):
                assert secret not in stored, table.name
    assert CANARY not in caplog.text
    assert [record.body for record in kept(stage)] == ["Laporan tersegel"]


def test_a_form_sent_twice_shows_the_same_slip_and_is_one_report(stage: Stage) -> None:
    assert slip_in(send(stage).text) == slip_in(send(stage).text)
    assert len(stage.announced(ReportReceived)) == 1


def test_a_form_changed_and_sent_again_is_asked_about(stage: Stage) -> None:
    send(stage)

    again = send(stage, body="Hal lain sama sekali.")

    assert again.status_code == 409
    assert "sudah terkirim dengan isi yang lain" in again.text
    assert WHISTLE["key"] not in again.text


def test_a_contact_is_sealed_and_leads_nobody_to_the_report(stage: Stage, notification_key: PrivateKey) -> None:
    send(stage, phone="0812 0000 1111")

    (contact,) = stage.announced(ContactSealed)
    found = opened(contact, notification_key)
    assert found.pop("stop")
    assert found == {"via": "sms", "phone": "+6281200001111"}
    assert stage.rows(store.reporter_marks) == []


def test_no_contact_is_needed(stage: Stage) -> None:
    assert send(stage).status_code == 201
    assert stage.announced(ContactSealed) == []


@pytest.mark.parametrize(
    ("chosen", "reported"),
    [
        (KPK, "Pegawai KPK"),
        (KPK, "komisi pemberantasan korupsi, bagian umum"),
        (CITY, "PEMDA-35.78"),
        (CITY, "PEMDA-35"),
        (CITY, "PEMDA-35.78/OPD-INSPEKTORAT/IRBAN-1"),
        (CITY, "Kepala Inspektorat Kota Surabaya"),
    ],
)
def test_a_body_cannot_be_chosen_about_itself_or_what_stands_above_or_below_it(
    stage: Stage, chosen: OversightBody, reported: str
) -> None:
    answer = send(stage, oversight=chosen.code, reported=reported)

    assert answer.status_code == 422
    assert "Ini lembaga yang dilaporkan" in answer.text
    assert stage.announced() == []


@pytest.mark.parametrize("reported", ["PEMDA-35.78/OPD-DPUPR", "Dinas Pendidikan Kota Surabaya", "PEMDA-35.7"])
def test_a_neighbour_of_the_body_complained_of_can_be_chosen(stage: Stage, reported: str) -> None:
    assert send(stage, oversight=CITY.code, reported=reported).status_code == 201


@given(st.from_regex(r"[A-Z]{2,8}(-[0-9]{2})?", fullmatch=True), st.from_regex(r"[./][A-Z0-9]{1,5}", fullmatch=True))
def test_every_code_is_related_to_itself_and_to_what_stands_below_it(code: str, below: str) -> None:
    assert related(code, code)
    assert related(code, code + below)
    assert related(code + below, code)
    assert not related(code + "X", code)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"oversight": "TIDAK-ADA"}, "oversight"),
        ({"oversight": ""}, "oversight"),
        ({"reported": ""}, "reported"),
        ({"body": ""}, "body"),
        ({"understood": ""}, "understood"),
        ({"phone": "hubungi saya"}, "phone"),
        ({"region_code": "99.99"}, "region_code"),
        ({"body": "a" * 10_001}, "body"),
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_is_kept(stage: Stage, changes: dict[str, str], field: str) -> None:
    answer = send(stage, **changes)

    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert stage.announced() == stage.rows(store.reports) == []


def test_the_form_says_what_may_give_one_away(stage: Stage) -> None:
    page = stage.client.get("/lapor/wbs").text

    assert "Apa yang dapat membongkar identitas Anda" in page
    assert KPK.name in page


def test_a_body_that_was_removed_is_no_longer_offered(stage: Stage) -> None:
    with stage.transactions.begin() as tx:
        for body in (KPK, CITY):
            assert oversight.remove(tx, body.code)

    assert "Belum ada lembaga pengawas" in stage.client.get("/lapor/wbs").text
    assert send(stage).status_code == 422


def test_the_page_that_completes_reports_tells_nothing_of_a_sealed_one(stage: Stage) -> None:
    tracking_id, _ = slip_in(send(stage).text)
    wrong = {"receipt": "0000-0000-0000-0000", "body": "Tambahan."}

    def completed(of: str) -> tuple[int, str]:
        answer = stage.client.post(f"/api/v1/supplements/{of}", json=wrong)
        return answer.status_code, re.sub(r"urn:uuid:[0-9a-f-]+", "", answer.text)

    nobodys = TrackingIds(TRACKING_KEY).derived("nobody's")
    assert completed(tracking_id) == completed(nobodys) == completed("7K3M-9QXF-2TPA")
    assert completed(tracking_id)[0] == 404


def test_guessing_at_receipts_ends_there_too(stage: Stage) -> None:
    tracking_id, _ = slip_in(send(stage).text)
    wrong = {"receipt": "0000-0000-0000-0000", "body": "Tambahan."}
    for _ in range(PER_REPORT.amount):
        stage.client.post(f"/api/v1/supplements/{tracking_id}", json=wrong)

    by_api = stage.client.post(f"/api/v1/supplements/{tracking_id}", json=wrong)
    by_page = stage.client.post(f"/lengkapi/{tracking_id}", data=wrong)

    assert (by_api.status_code, by_page.status_code) == (429, 429)
    assert int(by_api.headers["Retry-After"]) > 800
