"""SMS as Kannel brings them: reports, commands and parts, each once however often it is brought."""

import re
import threading
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from nacl.public import PrivateKey

from lapor_chassis import gsm7
from lapor_chassis.refusals import Refusal
from lapor_contracts.events import ContactSealed, ReporterCommanded, ReportReceived
from lapor_contracts.vocabulary import Channel
from lapor_intake import service, store
from lapor_intake.channels.sms import store as sms_store
from lapor_intake.channels.sms.gate import networks
from lapor_intake.channels.sms.receiving import HELP, TOO_LONG, received, refusal
from lapor_intake.commands import UNKNOWN
from lapor_intake.handlers import Slip
from tests.intake.conftest import GATEWAY_TOKEN, opened
from tests.support.stage import Stage

SERVICE = service
URL = "/channels/sms/kannel"
TRACKING_ID = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")
PHONE = "+6281200001111"


def sms(**changes: Any) -> dict[str, str]:
    """An SMS with the parameters of a gateway."""
    return {
        "sender": PHONE,
        "to": "1708",
        "text": "INHU jalan rusak di Rengat",
        "id": "sms-1",
        "ts": "2026-01-07 03:00:00",
        **changes,
    }


def part(number: int, text: str, *, total: int = 3, reference: int = 42, **changes: Any) -> str:
    """The address of a part of a long SMS, as smsbox writes it."""
    header = bytes([5, 0, 3, reference, total, number])
    fields = {**sms(id=f"part-{number}-{text[:5]}", text=text), **changes}
    return f"{URL}?udh={quote(header)}&" + "&".join(f"{name}={quote(value)}" for name, value in fields.items())


def bodies(stage: Stage) -> list[str]:
    """The reports that were announced."""
    return [report.body for report in stage.announced(ReportReceived)]


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_sms_is_answered_with_its_tracking_id_in_one_sms(stage: Stage, method: str) -> None:
    where = {"query_string": sms()} if method == "get" else {"data": sms()}

    response = getattr(stage.client, method)(URL, **where)

    assert response.status_code == 200
    assert response.content_type == "text/plain; charset=utf-8"
    assert gsm7.parts(response.text) == 1
    (stored,) = stage.rows(store.reports)
    found = TRACKING_ID.search(response.text)
    assert found
    assert found.group() == stored["tracking_id"]


def test_the_region_and_the_sender_are_known(stage: Stage, notification_key: PrivateKey) -> None:
    stage.client.get(URL, query_string=sms(sender="081200001111"))

    (report,) = stage.announced(ReportReceived)
    assert (report.channel, report.region_code, report.body) == (Channel.SMS, "14.02", "jalan rusak di Rengat")
    assert report.acknowledged
    contact = opened(stage.announced(ContactSealed)[0], notification_key)
    assert contact.pop("stop")
    assert contact == {"via": "sms", "phone": PHONE}


def test_a_body_as_the_keyword_is_the_reporters_choice(stage: Stage) -> None:
    stage.client.get(URL, query_string=sms(text="pln listrik padam sejak pagi"))

    (report,) = stage.announced(ReportReceived)
    assert (report.agency_code, report.keyword, report.body) == ("BUMN-PLN", "PLN", "pln listrik padam sejak pagi")


@pytest.mark.parametrize("hours", [0, 5, 24 * 6])
def test_a_gateway_that_sends_again_gets_the_same_answer_for_one_report(stage: Stage, hours: int) -> None:
    first = stage.client.get(URL, query_string=sms())
    stage.clock.advance(hours=hours)
    stage.run("kannel_parts")

    again = stage.client.get(URL, query_string=sms(ts="2026-01-07 03:05:00"))

    assert again.text == first.text
    assert len(stage.rows(store.reports)) == len(stage.announced(ReportReceived)) == 1


def test_who_says_the_same_twice_within_ten_minutes_gets_the_same_answer_for_one_report(stage: Stage) -> None:
    first = stage.client.get(URL, query_string=sms())
    stage.clock.advance(minutes=9)

    again = stage.client.get(URL, query_string=sms(id="sms-2"))

    assert again.text == first.text
    assert len(stage.rows(store.reports)) == 1


def test_a_retransmission_of_what_was_said_twice_is_known_hours_later(stage: Stage) -> None:
    first = stage.client.get(URL, query_string=sms())
    stage.client.get(URL, query_string=sms(id="sms-2"))
    stage.clock.advance(hours=5)

    again = stage.client.get(URL, query_string=sms(id="sms-2"))

    assert again.text == first.text
    assert len(stage.rows(store.reports)) == 1


@pytest.mark.parametrize(
    ("changes", "minutes"),
    [
        pytest.param({"id": "sms-2"}, 11, id="the same again after a while"),
        pytest.param({"id": "sms-2", "sender": "+6281200002222"}, 1, id="the same of somebody else"),
        pytest.param({"id": "sms-2", "text": "INHU jalan rusak di Air Molek"}, 1, id="something else"),
        pytest.param({"text": "INHU lampu jalan mati"}, 1, id="a gateway that counts from one again"),
    ],
)
def test_what_is_another_report_is_not_lost(stage: Stage, changes: dict[str, str], minutes: int) -> None:
    stage.client.get(URL, query_string=sms())
    stage.clock.advance(minutes=minutes)

    stage.client.get(URL, query_string=sms(**changes))

    assert len(stage.rows(store.reports)) == 2


def test_one_sms_brought_by_many_at_the_same_time_is_one_report(stage: Stage) -> None:
    answers: list[str] = []
    client = stage.client.application.test_client
    threads = [
        threading.Thread(
            target=lambda number: answers.append(client().get(URL, query_string=sms(id=f"sms-{number % 2}")).text),
            args=(number,),
        )
        for number in range(6)
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 6
    assert len(set(answers)) == len(stage.rows(store.reports)) == 1


def test_parts_that_come_at_the_same_time_find_each_other(stage: Stage) -> None:
    answers: list[str] = []
    client = stage.client.application.test_client
    texts = {1: "INHU jalan rusak ", 2: "di depan pasar Rengat ", 3: "sejak 3 Mei"}
    threads = [
        threading.Thread(target=lambda address: answers.append(client().get(address).text), args=(part(*item),))
        for item in [*texts.items(), *texts.items()]
    ]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert bodies(stage) == ["jalan rusak di depan pasar Rengat sejak 3 Mei"]
    assert any(TRACKING_ID.search(answer) for answer in answers)
    assert "" in answers


def test_what_was_seen_is_forgotten_after_a_week(stage: Stage) -> None:
    stage.client.get(URL, query_string=sms())
    stage.client.get(part(1, "INHU jalan rusak di depan pasar "))
    stage.clock.advance(days=8)
    stage.run("kannel_parts")
    stage.clock.advance(days=8)

    stage.run("kannel_parts")

    assert stage.rows(sms_store.messages) == stage.rows(sms_store.parts) == []


@pytest.mark.parametrize("order", [(1, 2, 3), (3, 1, 2), (2, 3, 1)])
def test_a_long_sms_is_one_report_in_whatever_order_its_parts_come(stage: Stage, order: tuple[int, ...]) -> None:
    texts = {1: "INHU jalan rusak ", 2: "di depan pasar Rengat ", 3: "sejak 3 Mei"}

    answers = [stage.client.get(part(number, texts[number])).text for number in order]

    assert answers[:2] == ["", ""]
    assert TRACKING_ID.search(answers[2])
    assert bodies(stage) == ["jalan rusak di depan pasar Rengat sejak 3 Mei"]


def test_while_parts_wait_nobody_can_read_them(stage: Stage) -> None:
    stage.client.get(part(1, "INHU kepala desa minta uang "))

    (row,) = stage.rows(sms_store.parts)
    assert "desa" not in repr(row)
    assert PHONE[3:] not in repr(row)
    assert bodies(stage) == []


def test_a_part_that_never_comes_leaves_a_gap_after_ten_minutes(stage: Stage, notification_key: PrivateKey) -> None:
    stage.client.get(part(1, "INHU jalan rusak "))
    stage.client.get(part(3, "sejak 3 Mei"))
    stage.clock.advance(minutes=9)
    before = stage.run("kannel_parts"), bodies(stage)
    stage.clock.advance(minutes=2)

    stage.run("kannel_parts")

    assert before == (0, [])
    (report,) = stage.announced(ReportReceived)
    assert report.body == "jalan rusak  [bagian 2 dari 3 tidak sampai] sejak 3 Mei"
    assert not report.acknowledged  # nobody is on the line: the notice tells the number
    assert opened(stage.announced(ContactSealed)[0], notification_key)["receipt"]
    assert stage.rows(sms_store.parts)[0]["sealed"] is None


def test_each_part_may_come_twice(stage: Stage) -> None:
    first = [
        stage.client.get(part(number, text)).text for number, text in ((1, "INHU jalan rusak "), (2, "di Rengat "))
    ]
    again = [stage.client.get(part(1, "INHU jalan rusak ")).text]
    last = stage.client.get(part(3, "sejak Mei")).text
    stage.clock.advance(hours=5)

    late = [
        stage.client.get(part(number, text)).text
        for number, text in ((3, "sejak Mei"), (1, "INHU jalan rusak "), (2, "di Rengat "))
    ]

    assert first == ["", ""]
    assert again == [""]
    stage.run("kannel_parts")
    assert late == [last, "", ""]
    assert len(stage.rows(store.reports)) == 1


def test_a_telephone_that_counts_from_the_start_again_loses_nothing(stage: Stage) -> None:
    stage.client.get(part(1, "INHU jalan rusak ", total=2))
    stage.client.get(part(2, "di Rengat", total=2))

    stage.client.get(part(2, "di Air Molek", total=2))
    stage.client.get(part(1, "INHU lampu mati ", total=2))

    assert bodies(stage) == ["jalan rusak di Rengat", "lampu mati di Air Molek"]


def test_an_unfinished_sms_does_not_swallow_the_next_one_with_its_reference(stage: Stage) -> None:
    stage.client.get(part(1, "INHU jalan rusak sekali ", total=2))

    stage.client.get(part(1, "INHU lampu mati ", total=2))
    stage.client.get(part(2, "di Air Molek", total=2))

    assert bodies(stage) == ["jalan rusak sekali  [bagian 2 dari 2 tidak sampai]", "lampu mati di Air Molek"]


def test_the_parts_of_two_people_stay_apart(stage: Stage) -> None:
    stage.client.get(part(1, "INHU jalan rusak ", total=2))
    stage.client.get(part(2, "lampu mati di sini", total=2, sender="+6281200002222"))

    stage.client.get(part(2, "di Rengat", total=2))

    assert bodies(stage) == ["jalan rusak di Rengat"]


def test_parts_in_two_scripts_make_one_text(stage: Stage) -> None:
    stage.client.get(part(1, "INHU jalan rusak ", total=2))
    torn = "di Rengat 😡".encode("utf-16-be")

    address = part(2, "", total=2, coding="2", charset="UTF-16BE").replace("text=&", f"text={quote(torn)}&")
    stage.client.get(address)

    assert bodies(stage) == ["jalan rusak di Rengat 😡"]


def test_a_long_command_arrives_in_parts_too(stage: Stage) -> None:
    first = stage.client.get(URL, query_string=sms()).text
    tracking_id = TRACKING_ID.search(first).group()  # type: ignore[union-attr]

    stage.client.get(part(2, "masih rusak sekali", total=2))
    answer = stage.client.get(part(1, f"BALAS {tracking_id} jalan itu ", total=2))

    assert answer.text == ""
    (commanded,) = stage.announced(ReporterCommanded)
    assert commanded.text == "jalan itu masih rusak sekali"


def test_a_command_is_passed_on_under_the_same_id_however_often_it_comes(stage: Stage) -> None:
    tracking_id = TRACKING_ID.search(stage.client.get(URL, query_string=sms()).text).group()  # type: ignore[union-attr]
    asked = sms(id="sms-2", text=f"status {tracking_id}")

    answers = [stage.client.get(URL, query_string=asked).text for _ in range(2)]

    assert answers == ["", ""]
    assert len({commanded.command_id for commanded in stage.announced(ReporterCommanded)}) == 1


def test_who_asks_twice_within_ten_minutes_is_answered_twice(stage: Stage) -> None:
    tracking_id = TRACKING_ID.search(stage.client.get(URL, query_string=sms()).text).group()  # type: ignore[union-attr]

    for number in "23":
        stage.client.get(URL, query_string=sms(id=f"sms-{number}", text=f"STATUS {tracking_id}"))

    assert len({commanded.command_id for commanded in stage.announced(ReporterCommanded)}) == 2


def test_a_wrong_number_is_answered_at_once(stage: Stage) -> None:
    assert stage.client.get(URL, query_string=sms(text="STATUS 7K3M-9QXF-2TPA")).text == UNKNOWN


@pytest.mark.parametrize("text", ["", "INHU", "tes", "\x00\x07", "😡"])
def test_who_says_too_little_is_told_how_to_report(stage: Stage, text: str) -> None:
    response = stage.client.post(URL, data=sms(text=text))

    assert (response.status_code, response.text) == (200, HELP)
    assert stage.rows(store.reports) == []


def test_who_says_too_much_is_told_so(stage: Stage) -> None:
    assert stage.client.post(URL, data=sms(text="x " * 5_001)).text == TOO_LONG


@pytest.mark.parametrize(
    ("raw", "fields", "body"),
    [
        pytest.param("Jalan é rusak sekali".encode(), {}, "Jalan é rusak sekali", id="UTF-8"),
        pytest.param("Jalan é rusak sekali".encode("latin-1"), {}, "Jalan é rusak sekali", id="Latin 1"),
        pytest.param(b"Jalan rusak\0 sekali", {}, "Jalan rusak sekali", id="a NUL byte"),
        pytest.param("Jalan 😡 rusak".encode("utf-16-be"), {"coding": "2"}, "Jalan 😡 rusak", id="UCS-2"),
        pytest.param("Jalan 😡 rusak".encode("utf-16-be"), {"charset": "UTF-16BE"}, "Jalan 😡 rusak", id="by name"),
        pytest.param("Jalan rusak".encode("utf-16-be") + b"\xd8", {"coding": "2"}, "Jalan rusak", id="half a letter"),
        pytest.param(b"Jalan rusak \xed\xa0\xbd", {}, "Jalan rusak í\xa0½", id="half an emoji"),
        pytest.param("Jalan rusak \ud83d".encode("utf-16-be", "surrogatepass"), {"coding": "2"}, "Jalan rusak", id="½"),
    ],
)
def test_a_text_is_read_in_whatever_code_it_comes(stage: Stage, raw: bytes, fields: dict[str, str], body: str) -> None:
    rest = "&".join(f"{name}={quote(value)}" for name, value in {**sms(text=""), **fields}.items() if name != "text")

    response = stage.client.get(f"{URL}?text={quote(raw)}&{rest}")

    assert response.status_code == 200
    assert bodies(stage) == [body]


@pytest.mark.parametrize("sender", ["", "TELKOMSEL", "3636", "+62", "0" * 400, "\x00", "😡", "+6281200001111;DROP"])
def test_without_the_number_of_a_person_there_is_no_report(stage: Stage, sender: str) -> None:
    response = stage.client.post(URL, data=sms(sender=sender))

    assert response.status_code == 400
    assert response.content_type == "text/plain; charset=utf-8"
    assert stage.rows(store.reports) == []


def test_more_fields_than_any_gateway_sends_are_refused(stage: Stage) -> None:
    assert stage.client.get(f"{URL}?" + "&".join(f"f{number}=1" for number in range(99))).status_code == 400


def test_the_sender_may_be_called_from(stage: Stage) -> None:
    given = sms()
    given["from"] = given.pop("sender")

    assert stage.client.get(URL, query_string=given).status_code == 200


@pytest.mark.parametrize(
    ("token", "status"), [(None, 403), ("", 403), ("wrong", 403), ("salah ç", 403), (GATEWAY_TOKEN, 200)]
)
def test_only_a_gateway_that_knows_the_token_is_heard(guarded_stage: Stage, token: str | None, status: int) -> None:
    given = sms() if token is None else sms(token=token)

    assert guarded_stage.client.get(URL, query_string=given).status_code == status


def test_the_token_may_stand_in_a_header(guarded_stage: Stage) -> None:
    response = guarded_stage.client.get(URL, query_string=sms(), headers={"X-Lapor-Token": GATEWAY_TOKEN})

    assert response.status_code == 200


@pytest.mark.parametrize(("address", "status"), [("192.0.2.7", 200), ("10.1.255.3", 200), ("198.51.100.1", 403)])
def test_only_gateways_on_the_list_are_heard(
    engine: sa.Engine, intake_settings: dict[str, Any], address: str, status: int
) -> None:
    stage = Stage(service, engine, **intake_settings, sms_networks=networks("192.0.2.7, 10.1.0.0/16"))

    response = stage.client.get(URL, query_string=sms(), environ_base={"REMOTE_ADDR": address})

    assert response.status_code == status


def test_with_a_broker_kannel_needs_a_token(engine: sa.Engine, intake_settings: dict[str, Any]) -> None:
    stage = Stage(service, engine, **intake_settings, amqp_uri="amqp://localhost")

    assert stage.client.get(URL, query_string=sms()).status_code == 404


@pytest.mark.parametrize("address", ["https://lapor.example", "https://" + "x" * 90, "https://lapor.example/~a"])
@pytest.mark.parametrize("receipt", ["1234-5678-9012-3456", None])
def test_whatever_our_address_is_the_answer_fits_in_one_sms(address: str, receipt: str | None) -> None:
    slip = Slip("7K3M-9QXF-2TPA", receipt, "", f"{address}/lacak/7K3M-9QXF-2TPA")

    text = received(slip)

    assert gsm7.parts(text) == 1
    assert slip.tracking_id in text
    assert receipt is None or receipt in text


@pytest.mark.parametrize("text", [HELP, TOO_LONG, refusal(Refusal("Tunggu", retry_after=86_400))])
def test_every_other_answer_fits_in_one_sms(text: str) -> None:
    assert (gsm7.septets(text) or 999) <= gsm7.ONE_IN_GSM
