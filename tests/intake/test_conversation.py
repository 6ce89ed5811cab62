"""Conversations: what is missing is asked back, the next message completes the report, commands are obeyed."""

import base64
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from nacl.public import PrivateKey, SealedBox

from lapor_chassis.limiting import limit
from lapor_contracts.events import (
    Event,
    MessageAnswered,
    ReporterCommanded,
    ReporterStopped,
    ReportReceived,
    ReportSupplemented,
)
from lapor_contracts.vocabulary import Command, Missing
from lapor_intake import commands, service
from lapor_intake.channels.conversation import PATIENCE, missing, pin
from tests.intake.chats import (
    SETTINGS,
    activity,
    from_meta,
    from_x,
    messaged,
    messenger,
    post,
    said,
    whatsapp,
    whatsapp_message,
    x_direct_message,
)
from tests.support.builders import archived, closed, returned, withdrawn
from tests.support.stage import Stage

SERVICE = service
WHERE, WHEN = Missing.WHERE, Missing.WHEN
COMPLETE = "Lampu jalan mati di Jl. Mawar Pekanbaru sejak kemarin"


@pytest.fixture
def stage(engine: sa.Engine, intake_settings: dict[str, Any]) -> Stage:
    """Intake with accounts everywhere."""
    return Stage(service, engine, **intake_settings, **SETTINGS)


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        pytest.param("Petugas meminta uang kepada warga", (WHERE, WHEN), id="neither"),
        pytest.param("Petugas meminta uang di Pekanbaru", (WHEN,), id="a town"),
        pytest.param("Petugas meminta uang di jalan Mawar", (WHEN,), id="a street"),
        pytest.param("Petugas meminta uang, RT 03 RW 05", (WHEN,), id="a neighbourhood"),
        pytest.param("Petugas meminta uang di desa Sukamaju", (WHEN,), id="a village"),
        pytest.param("Petugas PLN meminta uang", (WHEN,), id="a body"),
        pytest.param("Petugas meminta uang kemarin", (WHERE,), id="yesterday"),
        pytest.param("Petugas meminta uang tadi pagi", (WHERE,), id="this morning"),
        pytest.param("Petugas meminta uang sejak 3 Mei", (WHERE,), id="since"),
        pytest.param("Petugas meminta uang pada 03/05/2026", (WHERE,), id="a date"),
        pytest.param("Lampu mati", (WHERE,), id="what is broken is so today"),
        pytest.param(COMPLETE, (), id="both"),
    ],
)
def test_a_text_shows_what_it_lacks(text: str, lacks: tuple[Missing, ...]) -> None:
    assert missing(text) == lacks


def test_a_pin_on_the_map_is_a_place_and_a_known_date_a_date() -> None:
    assert missing("Petugas meminta uang", place=True) == (WHEN,)
    assert missing("Petugas meminta uang", date=True) == (WHERE,)


@pytest.mark.parametrize(
    ("text", "is_polite"),
    [
        ("Terima kasih ya pak 🙏", True),
        ("Halo min", True),
        ("Assalamu'alaikum, selamat pagi", True),
        ("👍", True),
        ("", True),
        ("Selamat pagi, lampu mati", False),
        ("di Pekanbaru", False),
        ("kemarin", False),
    ],
)
def test_politeness_is_neither_a_report_nor_an_answer(text: str, is_polite: bool) -> None:
    assert commands.is_courtesy(text) == is_polite


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ((-0.33, 102.5), "-0.33000, 102.50000"),
        ((-0.33, 102.5, "Pasar", None, 7), "-0.33000, 102.50000, Pasar"),
        (("x", 102.5), None),
        ((None, None), None),
    ],
)
def test_a_pin_is_told_in_words(given: tuple[Any, ...], words: str | None) -> None:
    assert pin(*given) == words


#: What somebody writes, and what becomes of it: a report with what it lacks, a completion, an answer, or nothing.
CONVERSATIONS = [
    pytest.param([(COMPLETE, "report")], id="all is said"),
    pytest.param(
        [("Petugas meminta uang", "report, where, when"), ("di Pekanbaru kemarin", "completes")], id="in one answer"
    ),
    pytest.param(
        [
            ("Petugas meminta uang", "report, where, when"),
            ("di kantor camat Pekanbaru", "completes"),
            ("kemarin", "completes"),
            (COMPLETE, "report"),
        ],
        id="in two answers",
    ),
    pytest.param(
        [
            ("Petugas meminta uang", "report, where, when"),
            ("entahlah", "completes"),
            ("tidak tahu juga", "completes"),
            (COMPLETE, "report"),
        ],
        id="two answers that say nothing",
    ),
    pytest.param(
        [("Petugas meminta uang di Pekanbaru", "report, when"), ("Terima kasih pak", ""), ("kemarin", "completes")],
        id="politeness in between",
    ),
    pytest.param(
        [
            ("Petugas meminta uang di Pekanbaru", "report, when"),
            (f"#lapor {COMPLETE}", "report"),
            ("kemarin", "completes"),
        ],
        id="another report in between",
    ),
    pytest.param(
        [("Petugas meminta uang di Pekanbaru", "report, when"), ("BANTUAN", "answer"), ("kemarin", "completes")],
        id="a command in between",
    ),
    pytest.param([(COMPLETE, "report"), (f"{COMPLETE}, bocor pula", "report")], id="nothing was asked"),
    pytest.param([("mati", "answer"), ("#lapor", "answer"), ("🙏", "")], id="too short to be a report"),
    pytest.param([("STATUS 1234", "answer"), ("STOP", "answer")], id="commands about nothing"),
]


def outcome(stage: Stage, before: int) -> str:
    """What was said since then, in short."""
    for event in stage.announced()[before:]:
        match event:
            case ReportReceived():
                return ", ".join(["report", *event.asks])
            case ReportSupplemented():
                return "completes"
            case MessageAnswered():
                return "answer"
    return ""


@pytest.mark.parametrize("platform", ["whatsapp", "facebook", "instagram", "x"])
@pytest.mark.parametrize("lines", CONVERSATIONS)
def test_a_conversation(stage: Stage, platform: str, lines: list[tuple[str, str]]) -> None:
    heard = []
    for text, _ in lines:
        before = len(stage.announced())
        write(stage, platform, text)
        heard.append((text, outcome(stage, before)))
        stage.clock.advance(minutes=1)

    assert heard == lines


def write(stage: Stage, platform: str, text: str, name: str | None = None) -> None:
    """Somebody writes a message."""
    name = name or uuid.uuid4().hex
    match platform:
        case "whatsapp":
            answer = from_meta(stage, platform, whatsapp(said(text, name)))
        case "x":
            answer = from_x(stage, activity(direct_messages=(x_direct_message(text, name),)))
        case _:
            kind = "page" if platform == "facebook" else "instagram"
            answer = from_meta(stage, platform, messenger(messaged(text, name), kind=kind))
    assert answer.status_code == 200


def test_what_completes_a_report_is_the_reports(stage: Stage) -> None:
    write(stage, "whatsapp", "Petugas meminta uang")
    (report,) = stage.announced(ReportReceived)

    write(stage, "whatsapp", "di kantor camat Pekanbaru, kemarin. Hubungi 0812-0000-1708")

    (added,) = stage.announced(ReportSupplemented)
    assert (added.report_id, added.tracking_id) == (report.report_id, report.tracking_id)
    assert added.body == "di kantor camat Pekanbaru, kemarin. Hubungi [nomor telepon]"


def test_a_pin_on_the_map_is_the_place(stage: Stage) -> None:
    write(stage, "whatsapp", "Petugas meminta uang kemarin")
    place = {"latitude": -0.3312, "longitude": 102.5456, "name": "Pasar Pekanbaru", "address": "Jl. Mawar"}

    from_meta(stage, "whatsapp", whatsapp(whatsapp_message("location", place, "wamid.pin")))

    (added,) = stage.announced(ReportSupplemented)
    assert (added.body, added.place) == (None, "-0.33120, 102.54560, Pasar Pekanbaru, Jl. Mawar")


def test_a_pin_alone_is_no_report(stage: Stage) -> None:
    place = {"latitude": -0.3312, "longitude": 102.5456}

    from_meta(stage, "whatsapp", whatsapp(whatsapp_message("location", place)))

    assert [event.text for event in stage.announced(MessageAnswered)] == [commands.HELP]


@pytest.mark.parametrize(
    ("later", "becomes"), [(PATIENCE, "completes"), (PATIENCE + timedelta(seconds=1), "report, when")]
)
def test_after_two_days_a_message_is_a_report_of_its_own(stage: Stage, later: timedelta, becomes: str) -> None:
    write(stage, "whatsapp", "Petugas meminta uang")
    stage.clock.advance(seconds=later.total_seconds())
    before = len(stage.announced())

    write(stage, "whatsapp", "Petugas meminta uang di Pekanbaru")

    assert outcome(stage, before) == becomes


def test_nobody_completes_somebody_elses_report(stage: Stage) -> None:
    write(stage, "whatsapp", "Petugas meminta uang")

    another = whatsapp(said("kejadiannya di Pekanbaru", "wamid.2", **{"from": "6281200001709"}))
    from_meta(stage, "whatsapp", another)

    assert stage.announced(ReportSupplemented) == []
    assert len(stage.announced(ReportReceived)) == 2


def test_what_is_written_elsewhere_completes_nothing(stage: Stage) -> None:
    write(stage, "facebook", "Petugas meminta uang")

    write(stage, "instagram", "kejadiannya di Pekanbaru")

    assert stage.announced(ReportSupplemented) == []


def test_a_message_completes_what_a_verifier_returned(stage: Stage) -> None:
    write(stage, "whatsapp", COMPLETE)
    (report,) = stage.announced(ReportReceived)
    stage.clock.advance(hours=5)
    stage.hear(returned(report_id=report.report_id, tracking_id=report.tracking_id, returned_at=stage.clock.now()))

    write(stage, "whatsapp", "tiang nomor 7 di depan sekolah")

    assert [added.body for added in stage.announced(ReportSupplemented)] == ["tiang nomor 7 di depan sekolah"]


@pytest.mark.parametrize("text", ["Petugas meminta uang", "di Pekanbaru kemarin", "BANTUAN"])
def test_a_message_that_comes_again_has_no_second_effect(stage: Stage, text: str) -> None:
    write(stage, "whatsapp", "Petugas di sana meminta uang", "wamid.first")
    write(stage, "whatsapp", text, "wamid.second")
    before = stage.announced()

    write(stage, "whatsapp", text, "wamid.second")

    assert stage.announced() == before


def test_two_messages_in_one_delivery_are_report_and_answer(stage: Stage) -> None:
    from_meta(stage, "whatsapp", whatsapp(said("Petugas meminta uang", "1"), said("di Pekanbaru kemarin", "2")))

    assert len(stage.announced(ReportReceived)) == len(stage.announced(ReportSupplemented)) == 1


def test_a_public_post_is_completed_by_direct_message(stage: Stage) -> None:
    from_x(stage, activity(post("@lapor1708 petugas meminta uang #lapor")))

    write(stage, "x", "di Pekanbaru kemarin")

    assert len(stage.announced(ReportSupplemented)) == 1


def test_who_reported_may_ask_answer_and_close_by_message(stage: Stage) -> None:
    write(stage, "whatsapp", COMPLETE)
    (report,) = stage.announced(ReportReceived)

    for text in ("STATUS {}", "BALAS {} masih mati", "SELESAI {}"):
        write(stage, "whatsapp", text.format(report.tracking_id))

    asked = stage.announced(ReporterCommanded)
    assert [each.command for each in asked] == [Command.STATUS, Command.REPLY, Command.CLOSE]
    assert all(each.is_reporter and each.report_id == report.report_id for each in asked)
    assert asked[1].text == "masih mati"


def test_somebody_else_is_no_reporter(stage: Stage) -> None:
    write(stage, "facebook", COMPLETE)
    (report,) = stage.announced(ReportReceived)

    write(stage, "x", f"SELESAI {report.tracking_id}")

    assert stage.announced(ReporterCommanded) == []
    assert [event.text for event in stage.announced(MessageAnswered)] == [commands.UNKNOWN]


def test_who_wants_no_more_notices_gets_none(stage: Stage) -> None:
    write(stage, "whatsapp", COMPLETE)

    write(stage, "whatsapp", "STOP")

    assert len(stage.announced(ReporterStopped)) == 1


def test_an_answer_goes_back_where_the_question_came_from(stage: Stage, notification_key: PrivateKey) -> None:
    write(stage, "x", "BANTUAN")

    (answered,) = stage.announced(MessageAnswered)
    contact = orjson.loads(SealedBox(notification_key).decrypt(base64.b64decode(answered.sealed)))
    assert (answered.text, contact["via"]) == (commands.HELP, "x")


@pytest.mark.parametrize("name", ["x" * 301, "\x00", "ç" * 300])
def test_whatever_a_message_is_called_the_channel_stays_up(stage: Stage, name: str) -> None:
    write(stage, "facebook", COMPLETE, name)


def test_control_characters_and_excess_are_cut_off(stage: Stage) -> None:
    write(stage, "facebook", f"\x07{COMPLETE}\x00 " + "a" * 20_000)

    (report,) = stage.announced(ReportReceived)
    assert report.body.startswith(COMPLETE)
    assert len(report.body) == 10_000


def test_who_writes_too_much_is_told_so(engine: sa.Engine, intake_settings: dict[str, Any]) -> None:
    stage = Stage(service, engine, **intake_settings, **SETTINGS, limit_reporter=limit("2 per hour"))
    for number in range(3):
        write(stage, "whatsapp", f"{COMPLETE}, tiang {number}")

    assert len(stage.announced(ReportReceived)) == 2
    assert [event.text.split(".")[0] for event in stage.announced(MessageAnswered)] == [
        "Anda sudah mengirim banyak laporan dalam waktu singkat"
    ]


@pytest.mark.parametrize("end", [withdrawn, archived, closed])
def test_what_is_said_after_a_report_has_ended_is_a_report_of_its_own(stage: Stage, end: Callable[..., Event]) -> None:
    from_meta(stage, "whatsapp", whatsapp(said("Petugas meminta uang", "1")))
    (first,) = stage.announced(ReportReceived)
    stage.hear(end(report_id=first.report_id, tracking_id=first.tracking_id))

    from_meta(stage, "whatsapp", whatsapp(said(COMPLETE, "2")))

    assert [report.body for report in stage.announced(ReportReceived)] == ["Petugas meminta uang", COMPLETE]
    assert stage.announced(ReportSupplemented) == []
