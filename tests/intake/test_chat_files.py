"""Photos that come with messages: fetched afterwards, each once, and said so where they cannot be had."""

import io
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import pywa
import sqlalchemy as sa
from PIL import Image

from lapor_contracts.events import MessageAnswered, ReportReceived, ReportSupplemented
from lapor_intake import service
from lapor_intake.channels.conversation import DESCRIBE
from lapor_intake.channels.files import MOST_ATTEMPTS, NOTE, UNFIT, Graph, chat_files
from tests.intake.chats import (
    NUMBER_ID,
    SETTINGS,
    from_meta,
    messaged,
    messenger,
    said,
    whatsapp,
    whatsapp_message,
)
from tests.support.social import TOKEN, SocialApi
from tests.support.stage import Stage

SERVICE = service
REPORT = "Lampu jalan mati di Jl. Mawar Pekanbaru sejak kemarin"


def photo(colour: str = "red") -> bytes:
    """A real JPEG."""
    content = io.BytesIO()
    Image.new("RGB", (32, 24), colour).save(content, "JPEG")
    return content.getvalue()


def pictured(file: str, caption: str | None = None, name: str = "wamid.photo") -> dict[str, Any]:
    """A photo on WhatsApp."""
    content = {"id": file, "mime_type": "image/jpeg", "sha256": "none"}
    return whatsapp_message("image", content | ({"caption": caption} if caption else {}), name)


class Chat:
    """Intake with an app at Meta, and Meta itself."""

    def __init__(self, engine: sa.Engine, settings: dict[str, Any], api: SocialApi, folder: Path) -> None:
        graph = Graph.from_url(f"http://{TOKEN}@{api.host}/v25.0")
        given = {**settings, **SETTINGS, "meta_graph": graph, "attachments": str(folder)}
        self.api, self.stage = api, Stage(service, engine, **given)

    def hear(self, *messages: Any) -> None:
        """Somebody writes on WhatsApp."""
        assert from_meta(self.stage, "whatsapp", whatsapp(*messages)).status_code == 200

    def added(self) -> list[ReportSupplemented]:
        """What was added to reports."""
        return self.stage.announced(ReportSupplemented)


@pytest.fixture
def chat(engine: sa.Engine, intake_settings: dict[str, Any], tmp_path: Path) -> Any:
    with SocialApi(media={"7001": photo()}) as api:
        yield Chat(engine, intake_settings, api, tmp_path / "attachments")


def test_a_photo_with_words_is_a_report_and_the_photo_follows(chat: Chat) -> None:
    chat.hear(pictured("7001", REPORT))

    chat.stage.run("fetch_whatsapp")

    (report,) = chat.stage.announced(ReportReceived)
    (added,) = chat.added()
    assert (report.body, added.report_id, added.body) == (REPORT, report.report_id, None)
    assert [file.media_type for file in added.attachments] == ["image/jpeg"]
    assert chat.api.asked == ["/v25.0/7001", "/files/7001"]


@pytest.mark.parametrize("words", [REPORT, None], ids=["a report", "a photo alone"])
def test_a_message_whose_sender_has_no_name_is_taken_all_the_same(chat: Chat, words: str | None) -> None:
    picture = {"type": "image", "payload": {"url": f"http://{chat.api.host}/files/7001"}}
    nobodys = messaged(words, attachments=[picture]) | {"sender": {"id": ""}}

    answer = from_meta(chat.stage, "facebook", messenger(nobodys))

    assert answer.status_code == 200
    assert [report.body for report in chat.stage.announced(ReportReceived)] == [REPORT] * bool(words)


def test_the_file_is_asked_for_as_metas_own_library_asks(chat: Chat) -> None:
    by_pywa: list[httpx.Request] = []

    def keep(request: httpx.Request) -> httpx.Response:
        by_pywa.append(request)
        about = {"id": "7001", "url": "http://x/files/7001", "mime_type": "image/jpeg", "sha256": "", "file_size": 1}
        return httpx.Response(200, json=about)

    client = httpx.Client(transport=httpx.MockTransport(keep))
    theirs = pywa.WhatsApp(phone_id=NUMBER_ID, token=TOKEN, session=client, api_version=25.0)
    theirs.get_media_url("7001")
    chat.hear(pictured("7001", REPORT))

    chat.stage.run("fetch_whatsapp")

    assert chat.api.asked[0] == by_pywa[0].url.path
    assert by_pywa[0].headers["Authorization"] == f"Bearer {TOKEN}"  # without which our server gives nothing


def test_a_photo_after_the_report_is_of_that_report(chat: Chat) -> None:
    chat.hear(said("Petugas meminta uang", "1"))
    chat.stage.clock.advance(minutes=1)
    chat.hear(pictured("7001"))
    chat.hear(said("di Pekanbaru kemarin", "2"))

    chat.stage.run("fetch_whatsapp")

    (report,) = chat.stage.announced(ReportReceived)
    words, file = chat.added()
    assert (words.body, file.attachments[0].media_type) == ("di Pekanbaru kemarin", "image/jpeg")
    assert {words.report_id, file.report_id} == {report.report_id}


def test_a_photo_that_answers_with_words_is_of_the_report_that_it_completes(chat: Chat) -> None:
    chat.hear(said("Petugas meminta uang", "1"))
    chat.hear(pictured("7001", "di Pekanbaru kemarin"))

    chat.stage.run("fetch_whatsapp")

    assert len(chat.stage.announced(ReportReceived)) == 1
    assert [(each.body, len(each.attachments)) for each in chat.added()] == [("di Pekanbaru kemarin", 0), (None, 1)]


def test_a_photo_before_the_report_waits_for_it(chat: Chat) -> None:
    chat.hear(pictured("7001"))
    assert [event.text for event in chat.stage.announced(MessageAnswered)] == [DESCRIBE]
    chat.stage.run("fetch_whatsapp")
    assert chat.api.asked == []
    chat.stage.clock.advance(minutes=5)
    chat.hear(said(REPORT))

    chat.stage.run("fetch_whatsapp")

    (report,) = chat.stage.announced(ReportReceived)
    assert [(each.report_id, len(each.attachments)) for each in chat.added()] == [(report.report_id, 1)]


def test_a_photo_with_a_command_that_names_no_report_is_of_the_only_one_however_old(chat: Chat) -> None:
    chat.hear(said(REPORT))
    chat.stage.clock.advance(days=5)
    chat.hear(pictured("7001", "BALAS masih mati, lihat foto"))

    chat.stage.run("fetch_whatsapp")

    (report,) = chat.stage.announced(ReportReceived)
    assert [(each.report_id, len(each.attachments)) for each in chat.added()] == [(report.report_id, 1)]
    assert chat.stage.announced(MessageAnswered) == []


def test_a_photo_of_which_nothing_is_said_is_not_kept(chat: Chat) -> None:
    chat.hear(pictured("7001"))
    chat.stage.clock.advance(hours=2)

    chat.stage.run("fetch_whatsapp")
    chat.hear(said(REPORT))
    chat.stage.run("fetch_whatsapp")

    assert chat.added() == []
    assert chat.stage.rows(chat_files) == []


def test_when_meta_is_in_trouble_it_is_asked_again(chat: Chat) -> None:
    chat.hear(pictured("7001", REPORT))
    chat.api.answer_with(500)
    chat.stage.run("fetch_whatsapp")
    chat.api.answer_with(200)
    chat.api.answer_with(503)
    chat.stage.clock.advance(minutes=1)
    chat.stage.run("fetch_whatsapp")
    assert chat.added() == []
    chat.stage.clock.advance(minutes=3)

    chat.stage.run("fetch_whatsapp")

    assert [len(each.attachments) for each in chat.added()] == [1]


def test_a_photo_that_cannot_be_had_leaves_a_note(chat: Chat) -> None:
    chat.hear(pictured("7002", REPORT))

    chat.stage.run("fetch_whatsapp")

    assert [(each.body, each.attachments) for each in chat.added()] == [(NOTE, ())]


def test_who_keeps_failing_is_given_up_with_a_note(chat: Chat) -> None:
    chat.hear(pictured("7001", REPORT))
    for _ in range(MOST_ATTEMPTS):
        chat.api.answer_with(500)
        chat.stage.run("fetch_whatsapp")
        chat.stage.clock.advance(days=1)

    assert [each.body for each in chat.added()] == [NOTE]
    assert chat.stage.run("fetch_whatsapp") == 0


def test_a_file_that_is_unfit_leaves_a_note_and_its_sender_is_told_why(chat: Chat) -> None:
    chat.api.media["7003"] = b"MZ this is a program"
    chat.hear(pictured("7003", REPORT))

    chat.stage.run("fetch_whatsapp")

    assert [(each.body, each.attachments) for each in chat.added()] == [(UNFIT, ())]
    assert len(chat.stage.announced(MessageAnswered)) == 1


def test_a_fetcher_that_is_killed_leaves_the_file_to_the_next(chat: Chat) -> None:
    chat.hear(pictured("7001", REPORT))
    (files,) = [timer.run.__self__ for timer in chat.stage.service.timers if timer.name == "fetch_whatsapp"]  # type: ignore[attr-defined]
    (taken,) = files._take()
    assert chat.stage.run("fetch_whatsapp") == 0
    chat.stage.clock.advance(minutes=6)
    chat.stage.run("fetch_whatsapp")

    files._fetch(taken)  # it was only slow

    assert len(chat.added()) == 1


def test_a_report_gets_no_more_files_than_it_may_have(chat: Chat) -> None:
    for number in range(8):
        chat.api.media[str(number)] = photo(f"#0000{number}0")
        chat.hear(pictured(str(number), REPORT if number == 0 else None, name=f"wamid.{number}"))

    chat.stage.run("fetch_whatsapp")

    assert sum(len(each.attachments) for each in chat.added()) == 5


def test_a_photo_that_is_brought_again_is_one_photo(chat: Chat) -> None:
    for _ in range(2):
        chat.hear(pictured("7001", REPORT))
        chat.stage.run("fetch_whatsapp")

    assert len(chat.added()) == 1


@pytest.mark.parametrize("platform", ["facebook", "instagram"])
def test_messenger_and_instagram_say_where_the_photo_is(chat: Chat, platform: str) -> None:
    address = f"http://{chat.api.host}/files/7001?signature=abc"
    sent = messaged(REPORT, attachments=[{"type": "image", "payload": {"url": address}}])
    from_meta(chat.stage, platform, messenger(sent, kind="page" if platform == "facebook" else "instagram"))
    chat.api.open_to_all = True

    chat.stage.run(f"fetch_{platform}")

    assert [len(each.attachments) for each in chat.added()] == [1]
    assert chat.api.asked == ["/files/7001?signature=abc"]
    assert chat.api.known_callers == []  # our token is for Meta's API and goes nowhere else
    assert "signature" not in json.dumps([str(row) for row in chat.stage.rows(chat_files)])


@pytest.mark.parametrize(
    "address",
    [
        "http://127.0.0.1:1/files/7001",
        "http://scontent.fbcdn.net/photo.jpg",
        "https://fbcdn.net.example.org/photo.jpg",
        "https://169.254.169.254/latest",
        "ftp://scontent.fbcdn.net/photo.jpg",
        "file:///etc/passwd",
        "https://[::1/",
        "https://scontent.fbcdn.net:8443/photo.jpg",
        "https://scontent.fbcdn.net:x/photo.jpg",
        "https://user@127.0.0.1/scontent.fbcdn.net",
    ],
)
def test_nobody_but_meta_is_asked(chat: Chat, address: str) -> None:
    sent = messaged(REPORT, attachments=[{"type": "image", "payload": {"url": address}}])
    from_meta(chat.stage, "facebook", messenger(sent))

    chat.stage.run("fetch_facebook")

    assert [each.body for each in chat.added()] == [NOTE]


def test_without_access_to_metas_api_a_report_goes_without_its_photo(
    engine: sa.Engine, intake_settings: dict[str, Any]
) -> None:
    stage = Stage(service, engine, **intake_settings, **SETTINGS)
    from_meta(stage, "whatsapp", whatsapp(pictured("7001", REPORT)))

    stage.run("fetch_whatsapp")

    assert [each.body for each in stage.announced(ReportSupplemented)] == [NOTE]


def test_words_that_are_too_few_wait_with_their_photo(chat: Chat) -> None:
    chat.hear(pictured("7001", "rusak"))
    assert [event.text for event in chat.stage.announced(MessageAnswered)] == [DESCRIBE]
