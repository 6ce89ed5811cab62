"""Answers to what people ask by message: to whoever asked, once, and no more notices to whoever said STOP."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest
import sqlalchemy as sa

import lapor_notification.service
from lapor_contracts.events import NoticeFailed
from lapor_contracts.vocabulary import Command, Status
from lapor_notification.couriers import SmsGateway
from lapor_notification.store import contacts, notices
from tests.notification.test_notices import PHONE, contact, on_stage, states
from tests.support import gateways
from tests.support.builders import command_answered, identity_forgotten, message_answered, received, routed, stopped
from tests.support.stage import Stage

SERVICE = lapor_notification.service
ASKER = "+6281200002222"


def sealed(phone: str = ASKER) -> str:
    """Somebody's address, as intake seals it."""
    return contact(uuid4(), phone=phone).sealed


@pytest.fixture
def gateway() -> Iterator[gateways.SmsGateway]:
    """A gateway that takes what it is given."""
    with gateways.SmsGateway() as gateway:
        yield gateway


@pytest.fixture
def stage(engine: sa.Engine, gateway: gateways.SmsGateway) -> Stage:
    """The service with this gateway."""
    return on_stage(engine, sms=SmsGateway.from_url(gateway.url), public_url="https://lapor.example")


def told(gateway: gateways.SmsGateway) -> list[tuple[str, str]]:
    """Who read what."""
    return [(form["to"], form["text"]) for form in gateway.sent]


def test_whoever_asked_is_told_and_not_the_reporter(stage: Stage, gateway: gateways.SmsGateway) -> None:
    asked = command_answered(
        sealed=sealed(),
        status=Status.IN_PROGRESS,
        agency_name="Dinas Perhubungan Kota Medan",
        due_at=datetime(2026, 1, 12, 16, 0, tzinfo=UTC),
        time_zone="Asia/Jayapura",
    )

    stage.hear(received(report_id=asked.report_id, acknowledged=True), contact(asked.report_id, phone=PHONE), asked)
    stage.run("send")

    address = f"https://lapor.example/lacak/{asked.tracking_id}"
    expected = f"LAPOR! Laporan ditindaklanjuti, Dinas Perhubungan Kota Medan, tenggat 13-01-2026. {address}"
    assert told(gateway) == [(ASKER, expected)]


def test_of_a_secret_report_an_answer_does_not_name_the_body(stage: Stage, gateway: gateways.SmsGateway) -> None:
    asked = command_answered(sealed=sealed(), status=Status.IN_PROGRESS, agency_name="Polres Kota Medan")
    stage.hear(received(report_id=asked.report_id, acknowledged=True, secret=True), asked)

    stage.run("send")

    assert "Polres" not in told(gateway)[0][1]


@pytest.mark.parametrize(
    ("command", "done", "words"),
    [
        (Command.REPLY, True, "Balasan Anda kami teruskan"),
        (Command.REPLY, False, "Belum dapat dibalas: laporan menunggu verifikasi"),
        (Command.CLOSE, True, "selesai dan ditutup"),
        (Command.CLOSE, False, "Belum dapat ditutup: laporan menunggu verifikasi"),
        (Command.REOPEN, True, "dibuka kembali, atasan"),
        (Command.REOPEN, False, "Belum dapat dibuka kembali"),
        (Command.RATE, True, "Sudah selesai? Kirim SELESAI"),
        (Command.RATE, False, "Belum dapat dinilai"),
        (Command.WITHDRAW, True, "ditarik atas permintaan Anda"),
        (Command.WITHDRAW, False, "Tidak dapat ditarik"),
        (Command.REFER, True, "dialihkan ke Ombudsman"),
        (Command.REFER, False, "Belum dapat ke Ombudsman"),
    ],
)
def test_whoever_wrote_learns_whether_it_was_done(
    stage: Stage, gateway: gateways.SmsGateway, command: Command, done: bool, words: str
) -> None:
    stage.hear(command_answered(sealed=sealed(), command=command, done=done))

    stage.run("send")

    assert words in told(gateway)[0][1]


@pytest.mark.parametrize(("refused", "words"), [("needs_reason", "Kirim: BELUM"), ("too_late", "kirim laporan baru")])
def test_who_could_not_have_it_opened_again_learns_what_to_do(
    stage: Stage, gateway: gateways.SmsGateway, refused: str, words: str
) -> None:
    stage.hear(command_answered(sealed=sealed(), command=Command.REOPEN, done=False, refused=refused))

    stage.run("send")

    assert words in told(gateway)[0][1]


def test_the_same_command_is_answered_once(stage: Stage, gateway: gateways.SmsGateway) -> None:
    answer = command_answered(sealed=sealed())

    stage.hear(answer, answer)
    stage.hear(answer)
    stage.run("send")

    assert len(told(gateway)) == 1


def test_who_was_told_by_an_app_gets_no_message(stage: Stage, gateway: gateways.SmsGateway) -> None:
    stage.hear(command_answered(sealed=""))

    stage.run("send")

    assert told(gateway) == []
    assert states(stage) == []


def test_what_intake_answers_is_brought_once(stage: Stage, gateway: gateways.SmsGateway) -> None:
    answer = message_answered(sealed=sealed(), text="LAPOR! Kirim: STATUS nomor-laporan.")

    stage.hear(answer, answer)
    stage.run("send")

    assert told(gateway) == [(ASKER, "LAPOR! Kirim: STATUS nomor-laporan.")]


def test_an_answer_waits_for_no_notice_and_none_for_it(stage: Stage, gateway: gateways.SmsGateway) -> None:
    news = routed(agency_name="PLN")

    stage.hear(news, command_answered(report_id=news.report_id, sealed=sealed()))  # the contact is still under way
    stage.run("send")

    assert [to for to, _ in told(gateway)] == [ASKER]
    assert states(stage).count("planned") == 1


def test_the_address_of_whoever_asked_is_kept_no_longer_than_it_takes(stage: Stage) -> None:
    stage.hear(command_answered(sealed=sealed()))

    stage.run("send")

    assert [row["sealed"] for row in stage.rows(notices)] == [None]


def test_who_said_stop_hears_no_more_of_this_report(stage: Stage, gateway: gateways.SmsGateway) -> None:
    news = routed()
    stage.hear(contact(news.report_id))

    stage.hear(stopped(report_id=news.report_id), news)
    stage.run("send")

    assert told(gateway) == []
    assert states(stage) == ["unreachable"]
    assert [row["sealed"] for row in stage.rows(contacts)] == [None]


def test_stop_holds_though_the_contact_comes_later(stage: Stage, gateway: gateways.SmsGateway) -> None:
    news = routed()
    stage.hear(stopped(report_id=news.report_id))

    stage.hear(contact(news.report_id), news)
    stage.run("send")

    assert told(gateway) == []


def test_who_said_stop_is_still_answered(stage: Stage, gateway: gateways.SmsGateway) -> None:
    answer = command_answered(sealed=sealed())

    stage.hear(stopped(report_id=answer.report_id), answer)
    stage.run("send")

    assert len(told(gateway)) == 1


def test_an_answer_to_somebody_who_is_forgotten_is_not_sent(stage: Stage, gateway: gateways.SmsGateway) -> None:
    answer = command_answered(sealed=sealed())

    stage.hear(answer, identity_forgotten(report_id=answer.report_id))
    stage.run("send")

    assert told(gateway) == []


def test_that_an_answer_did_not_arrive_is_no_step_of_the_report(stage: Stage, gateway: gateways.SmsGateway) -> None:
    gateway.answer_with(400)

    stage.hear(command_answered(sealed=sealed()))
    stage.run("send")

    assert states(stage) == ["given_up"]
    assert stage.announced(NoticeFailed) == []
