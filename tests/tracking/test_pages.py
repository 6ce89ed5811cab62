"""The tracking pages as people use them, without a script."""

import re

import pytest

from lapor_contracts.events import OutcomeReported, ReportClosed, ReportRated, ReportReopened, ReportReplied
from lapor_contracts.vocabulary import ArchiveReason
from lapor_tracking import service
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import CANARY, Case, later

SERVICE = service


def test_the_box_leads_to_the_report_however_the_id_is_typed(case: Case, stage: Stage) -> None:
    typed = case.tracking_id.lower().replace("-", " ")

    answer = stage.client.get("/lacak", query_string={"id": typed})

    assert answer.status_code == 302
    assert answer.location == f"/lacak/{case.tracking_id}"
    assert stage.client.get("/lacak").status_code == 200


def test_a_mistyped_id_is_asked_for_again(stage: Stage) -> None:
    answer = stage.client.get("/lacak", query_string={"id": "7K3M-9QXF"}, follow_redirects=True)

    assert answer.status_code == 404
    assert "Tidak ada laporan yang dapat ditampilkan" in answer.text
    assert 'value="7K3M-9QXF"' in answer.text


def test_the_page_says_where_the_report_stands_in_plain_words(case: Case, stage: Stage) -> None:
    stage.hear(
        case.received(title="Lampu padam"),
        builders.routed(
            report_id=case.report_id, routed_at=later(1), agency_name="PLN UP3 Jayapura", time_zone="Asia/Jayapura"
        ),
    )

    shown = stage.client.get(f"/lacak/{case.tracking_id}").text

    assert "Diteruskan ke instansi" in shown
    assert "Lampu padam" in shown
    assert "PLN UP3 Jayapura" in shown
    assert "Rabu, 7 Januari 2026 pukul 13.00 WIT" in shown
    assert "Rabu, 14 Januari 2026 (5 hari kerja lagi" in shown


def test_a_report_on_its_way_has_a_page_for_its_reporter(case: Case) -> None:
    shown = case.send(action="open").text

    assert "Diterima, menunggu verifikasi" in shown
    assert "Tim verifikasi" in shown


def test_the_page_of_a_returned_report_leads_to_where_it_is_completed(case: Case, stage: Stage) -> None:
    stage.hear(case.received(), builders.returned(report_id=case.report_id))

    shown = stage.client.get(f"/lacak/{case.tracking_id}").text

    assert "Menunggu kelengkapan dari pelapor" in shown
    assert f'href="/lengkapi/{case.tracking_id}"' in shown


def test_the_receipt_opens_the_thread_and_stands_in_no_address(case: Case) -> None:
    opened = case.told(secret=True).send(action="open")

    assert opened.status_code == 200
    assert f"Isi {CANARY}" in opened.text
    assert f"Jawaban {CANARY}" in opened.text
    assert opened.location is None
    assert f"?{case.receipt}" not in opened.text
    assert opened.headers["Cache-Control"] == "no-store"


def test_a_wrong_receipt_opens_nothing(case: Case) -> None:
    refused = case.told().send(action="open", receipt="0000-0000-0000-0000")

    assert refused.status_code == 404
    assert "Nomor dan kode rahasia ini tidak membuka laporan apa pun." in refused.text
    assert CANARY not in refused.text


def test_the_reporter_replies_on_the_page(case: Case, stage: Stage) -> None:
    answer = case.told().send(action="reply", text="Masih padam.")

    assert "Tanggapan Anda sudah diteruskan" in answer.text
    assert [said.text for said in stage.announced(ReportReplied)] == ["Masih padam."]


def test_an_empty_reply_is_asked_for_again_with_the_thread_still_open(case: Case, stage: Stage) -> None:
    answer = case.told().send(action="reply", text="  ")

    assert answer.status_code == 422
    assert "Wajib diisi." in answer.text
    assert f"Isi {CANARY}" in answer.text
    assert stage.announced(ReportReplied) == []


def test_closing_needs_a_confirmation(case: Case, stage: Stage) -> None:
    case.told()

    unconfirmed, confirmed = case.send(action="close"), case.send(action="close", confirmed="true")

    assert unconfirmed.status_code == 422
    assert "Laporan ini sudah ditutup" in confirmed.text
    assert len(stage.announced(ReportClosed)) == 1


def test_a_report_that_nobody_holds_offers_neither_reply_nor_closing(case: Case, stage: Stage) -> None:
    stage.hear(case.received())

    opened = case.send(action="open")

    assert 'value="reply"' not in opened.text
    assert case.send(action="close", confirmed="true").status_code == 409


@pytest.mark.parametrize("field", ["action", "text", "key", "sesuatu"])
def test_a_form_that_was_tampered_with_is_refused(case: Case, field: str) -> None:
    answer = case.told().send(**{"action": "reply", "text": "Halo", field: "a\x00" * 30})

    assert answer.status_code == 422


def test_what_can_be_done_stands_in_one_place_each_thing_with_a_form(case: Case) -> None:
    shown = case.told().send(action="open").text

    assert shown.count('id="tindakan"') == 1
    for action in ("reply", "close", "reopen"):
        assert f'name="action" value="{action}"' in shown
    assert f'action="/lampiran/{case.tracking_id}"' in shown
    assert 'name="action" value="withdraw"' not in shown


def test_no_two_fields_of_the_page_have_the_same_name(case: Case) -> None:
    shown = case.told().send(action="open").text

    names = re.findall(r'(?:textarea|fieldset|input) [^>]*\bid="(\w+)"', shown)

    assert len(names) == len(set(names))
    assert {"text", "reason", "rating", "confirmed", "attachment"} <= {*names, *re.findall(r'id="(\w+)"', shown)}


def test_not_done_is_said_on_the_page(case: Case, stage: Stage) -> None:
    case.told()

    done = case.send(action="reopen", key="k-1")
    again = case.send(action="reopen", key="k-1")

    assert "Laporan ini dibuka kembali" in done.text
    assert again.status_code == 200
    assert len(stage.announced(ReportReopened)) == 1


def test_the_page_says_that_a_second_not_done_needs_a_reason(case: Case, stage: Stage) -> None:
    case.told().send(action="reopen", key="k-1")
    about = {"report_id": case.report_id}
    stage.hear(builders.routed(**about, routed_at=later(25)), builders.answered(**about, answered_at=later(26)))
    stage.clock.set(later(27))

    refused = case.send(action="reopen", key="k-2")
    done = case.send(action="reopen", key="k-2", reason="Lampunya masih padam.")

    assert refused.status_code == 422
    assert '<a href="#reason">' in refused.text
    assert done.status_code == 200
    assert stage.announced(ReportReopened)[-1].reason == "Lampunya masih padam."


def test_done_and_the_rating_are_one_form(case: Case, stage: Stage) -> None:
    done = case.told().send(action="close", confirmed="true", rating="4")

    assert "Laporan ini sudah ditutup" in done.text
    assert [said.rating for said in stage.announced(ReportRated)] == [4]
    assert 'name="action" value="rate"' in done.text


@pytest.mark.parametrize("rating", ["", "0", "6", "lima"])
def test_a_rating_that_is_none_is_asked_for_again(case: Case, stage: Stage, rating: str) -> None:
    case.told().close()

    assert case.send(action="rate", rating=rating).status_code == 422
    assert stage.announced(ReportRated) == []


def test_who_takes_a_report_back_confirms_it(case: Case, stage: Stage) -> None:
    stage.hear(case.received())
    stage.clock.set(later(1))

    unconfirmed, confirmed = case.send(action="withdraw"), case.send(action="withdraw", withdrawn="true")

    assert unconfirmed.status_code == 422
    assert "Laporan ini sudah Anda tarik" in confirmed.text
    assert 'name="action" value="appeal"' not in confirmed.text


def test_whether_it_holds_is_answered_on_the_page(case: Case, stage: Stage) -> None:
    case.told().close()
    stage.clock.set(later(32 * 24))
    stage.run("ask_outcomes")

    asked = case.send(action="open").text
    done = case.send(action="outcome", holds="no", reason="Muncul lagi.")

    assert "Apakah hasilnya masih bertahan?" in asked
    assert "Laporan ini dibuka kembali" in done.text
    assert [(said.holds) for said in stage.announced(OutcomeReported)] == [False]


def test_why_a_report_was_archived_is_shown_in_words(case: Case, stage: Stage) -> None:
    stage.hear(
        case.received(),
        builders.archived(report_id=case.report_id, archived_at=later(1), reason_code=ArchiveReason.NO_EVIDENCE),
    )

    page, api = stage.client.get(f"/lacak/{case.tracking_id}").text, case.get().json["timeline"][-1]

    assert "Laporan diarsipkan: tidak ada bukti pendukung" in page
    assert api["words"]["en"] == "Report archived: there is no supporting evidence"
