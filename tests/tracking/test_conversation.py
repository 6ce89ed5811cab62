"""What everyone may ask, and what the reporter may do with the receipt: over HTTP, as adapters and people do."""

from typing import Any

import pytest

from lapor_contracts.events import ReportClosed, ReportReplied
from lapor_contracts.vocabulary import ArchiveReason, ClosedBy
from lapor_tracking import service
from tests.support import builders
from tests.support.stage import Stage
from tests.tracking.case import CANARY, Case, later

SERVICE = service


def test_everyone_sees_where_a_report_stands_who_holds_it_and_until_when(case: Case) -> None:
    shown = case.told().get().json

    assert shown["status"] == "in_progress"
    assert shown["status_text"]["en"] == "The agency is dealing with it"
    assert shown["holder"]["name"] == "PLN"
    assert shown["holder"]["since"] == later(0.2).isoformat()
    assert [(limit["clock"], limit["last_day"]) for limit in shown["deadlines"]] == [
        ("reporter_silence", "2026-01-22"),
        ("ombudsman", "2026-03-08"),
    ]
    assert [entry["step"] for entry in shown["timeline"]] == ["received", "verified", "routed", "substantive_answer"]
    assert shown["links"]["page"].endswith(f"/lacak/{case.tracking_id}")


def test_everyone_may_read_a_verified_report_and_its_answers_but_not_the_conversation(case: Case) -> None:
    shown = case.told().get().json

    assert (shown["title"], shown["body"]) == (f"Judul {CANARY}", f"Isi {CANARY}")
    assert shown["timeline"][-1]["text"] == f"Jawaban {CANARY}"
    assert shown["thread"] is None


def test_of_a_secret_report_everyone_sees_nothing_and_its_reporter_all(case: Case) -> None:
    assert case.told(secret=True).get().status_code == 404

    shown = case.get(X_Receipt=case.receipt).json
    assert shown["title"] == f"Judul {CANARY}"
    assert [entry["step"] for entry in shown["timeline"]][-1] == "substantive_answer"


def test_a_report_is_secret_until_we_hear_that_it_is_not(case: Case, stage: Stage) -> None:
    stage.hear(
        builders.routed(report_id=case.report_id), builders.answered(report_id=case.report_id, text=f"Jawaban {CANARY}")
    )

    assert case.get().status_code == 404


def test_the_verifier_may_make_a_report_secret_that_the_reporter_did_not(case: Case, stage: Stage) -> None:
    case.told()
    stage.hear(builders.verified(report_id=case.report_id, secret=True, verified_at=later(0.3)))

    assert case.get().status_code == 404


def test_why_a_notice_failed_is_not_shown_to_the_public(case: Case, stage: Stage) -> None:
    case.told()
    stage.hear(builders.notice_failed(report_id=case.report_id, reason=CANARY, failed_at=later(6)))

    shown = case.get(X_Receipt=case.receipt)

    assert CANARY not in [entry["text"] for entry in shown.json["timeline"]]
    assert "notice_failed" not in shown.text


def test_a_report_on_its_way_is_shown_as_received_to_whoever_has_its_receipt(case: Case) -> None:
    shown = case.get(X_Receipt=case.receipt)

    assert shown.status_code == 200
    assert (shown.json["status"], shown.json["timeline"], shown.json["thread"]) == ("received", [], None)
    assert case.get().status_code == 404


def test_before_the_receipt_can_be_checked_nothing_is_said_in_the_reporters_name(case: Case, stage: Stage) -> None:
    stage.hear(builders.routed(report_id=case.report_id))

    assert case.reply("Halo?").status_code == 409
    assert case.close().status_code == 409
    assert stage.announced() == []


@pytest.mark.parametrize("typed", ["7K3M-9QXF-2TPA", "x", "7K3M9QXF2TPA", "%00", "é" * 12])
def test_a_mistyped_id_is_not_found(stage: Stage, typed: str) -> None:
    answer = stage.client.get(f"/api/v1/reports/{typed}")

    assert answer.status_code in (400, 404)
    assert answer.content_type == "application/problem+json"


def test_an_id_is_read_as_people_type_it(case: Case, stage: Stage) -> None:
    case.told()
    typed = case.tracking_id.lower().replace("-", "").replace("0", "o")

    assert stage.client.get(f"/api/v1/reports/{typed}").json["tracking_id"] == case.tracking_id


def test_the_receipt_opens_what_was_said(case: Case) -> None:
    thread = case.told(secret=True).get(X_Receipt=case.receipt).json["thread"]

    assert [(message["author"], message["text"]) for message in thread] == [
        ("reporter", f"Isi {CANARY}"),
        ("agency", f"Jawaban {CANARY}"),
    ]


def test_a_reply_goes_to_the_body_and_stands_in_the_thread(case: Case, stage: Stage) -> None:
    answer = case.told().reply("Masih padam.")

    assert answer.status_code == 201
    (said,) = stage.announced(ReportReplied)
    assert (said.text, said.replied_at) == ("Masih padam.", later(24))
    assert answer.json["reply_id"] == str(said.reply_id)
    assert case.get().json["status"] == "reporter_replied"
    assert "Masih padam." not in case.get().text
    assert case.get(X_Receipt=case.receipt).json["thread"][-1]["text"] == "Masih padam."


def test_the_same_words_twice_in_a_row_are_one_reply(case: Case, stage: Stage) -> None:
    case.told()
    once, twice = case.reply("Masih padam."), case.reply("Masih padam.")

    assert once.json == twice.json
    assert len(stage.announced(ReportReplied)) == 1


def test_the_same_words_after_another_answer_are_another_reply(case: Case, stage: Stage) -> None:
    case.told().reply("Masih padam.")
    stage.clock.set(later(30))
    stage.hear(builders.answered(report_id=case.report_id, answered_at=later(29)))

    case.reply("Masih padam.")

    assert len(stage.announced(ReportReplied)) == 2


def test_a_reply_with_the_same_key_is_said_once(case: Case, stage: Stage) -> None:
    case.told()
    once = case.reply("Masih padam.", key="k-1")
    case.reply("Dan gelap.", key="k-2")
    again = case.reply("Masih padam.", key="k-1")

    assert once.json == again.json
    assert [said.text for said in stage.announced(ReportReplied)] == ["Masih padam.", "Dan gelap."]
    assert case.reply("Lain sama sekali.", key="k-1").status_code == 409


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": "Halo"}, "receipt"),
        ({"receipt": "x"}, "text"),
        ({"receipt": "x", "text": ""}, "text"),
        ({"receipt": "x", "text": " \n"}, "text"),
        ({"receipt": "x", "text": 7}, "text"),
        ({"receipt": "x", "text": "a\x00b"}, "text"),
        ({"receipt": "x", "text": "a" * 10_001}, "text"),
        ({"receipt": "x", "text": "Halo", "status": "closed"}, "status"),
    ],
)
def test_a_reply_that_cannot_be_read_names_the_field(case: Case, body: dict[str, Any], field: str) -> None:
    answer = case.told().stage.client.post(f"{case.address}/replies", json=body)

    assert answer.status_code == 422
    assert list(answer.json["errors"]) == [field]


def test_before_a_body_holds_the_report_there_is_nobody_to_reply_to(case: Case, stage: Stage) -> None:
    stage.hear(case.received())

    assert case.reply("Halo?").status_code == 409
    assert stage.announced(ReportReplied) == []


def test_the_reporter_closes_the_report(case: Case, stage: Stage) -> None:
    answer = case.told().close()

    assert (answer.status_code, answer.json["status"]) == (201, "closed")
    assert [event.closed_by for event in stage.announced(ReportClosed)] == [ClosedBy.REPORTER]
    assert case.get().json["timeline"][-1]["words"]["en"] == "Closed by the reporter"
    assert case.get().json["deadlines"] == []


def test_closing_twice_closes_once(case: Case, stage: Stage) -> None:
    case.told()

    assert case.close().json == case.close().json
    assert len(stage.announced(ReportClosed)) == 1


def test_a_report_whose_closing_did_not_count_is_closed_again(case: Case, stage: Stage) -> None:
    case.told().close()
    about: dict[str, Any] = {"report_id": case.report_id}
    stage.hear(builders.refused(**about, refused_at=later(23)), builders.unroutable(**about, decided_at=later(23)))
    stage.hear(builders.routed(**about, routed_at=later(25)))
    stage.clock.set(later(26))

    answer = case.close()

    assert answer.status_code == 201
    assert case.get().json["status"] == "closed"
    assert len(stage.announced(ReportClosed)) == 2


@pytest.mark.parametrize("heard", [False, True])
def test_a_report_that_no_body_holds_cannot_be_closed_and_the_answer_names_both_states(
    case: Case, stage: Stage, heard: bool
) -> None:
    if heard:
        stage.hear(case.received())

    answer = case.close()

    assert answer.status_code == 409
    assert "(A report that is received cannot be closed now.)" in answer.json["detail"]


def test_what_was_archived_cannot_be_closed_and_its_reason_is_shown(case: Case, stage: Stage) -> None:
    stage.hear(
        case.received(),
        builders.archived(report_id=case.report_id, archived_at=later(1), reason_code=ArchiveReason.SPAM),
    )

    assert case.close().status_code == 409
    assert case.get().json["timeline"][-1]["text"] == "Isi laporan tidak dapat dipahami."


def test_what_identifies_the_reporter_leaves_a_reply_before_anybody_reads_it(case: Case, stage: Stage) -> None:
    case.told().reply("Masih padam. Telepon saya 0812-0000-0001. Terima kasih, Kenari Sangkar")

    (replied,) = stage.announced(ReportReplied)
    assert replied.text == "Masih padam. Telepon saya [nomor telepon]. Terima kasih, [nama pelapor]"
