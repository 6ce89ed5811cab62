"""A whole conversation by WhatsApp and on X, through the running system: from the webhook to the answer in the chat."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.intake.chats import (
    META_SECRET,
    SITI_PHONE,
    SITI_X_ID,
    VERIFY_TOKEN,
    X_SECRET,
    activity,
    meta_signature,
    post,
    said,
    whatsapp,
    whatsapp_message,
    x_signature,
)
from tests.intake.test_chat_files import photo
from tests.support.embedded_system import EmbeddedSystem, FirstRun, copied, embedded_system
from tests.support.social import TOKEN, SocialApi
from tests.support.until import until

pytestmark = pytest.mark.system

TRACKING_ID, RECEIPT = (
    re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b"),
    re.compile(r"\b\d{4}-\d{4}-\d{4}-\d{4}\b"),
)


class Chat:
    """The system, and the platforms around it."""

    def __init__(self, system: EmbeddedSystem, api: SocialApi) -> None:
        self.system, self.api = system, api

    def bring(self, platform: str, content: Any) -> None:
        """A platform delivers."""
        body = json.dumps(content).encode()
        signed = {"X-Hub-Signature-256": meta_signature(body), "X-Twitter-Webhooks-Signature": x_signature(body)}
        answer = requests.post(f"{self.system.url}/channels/{platform}", data=body, headers=signed, timeout=30)
        assert answer.status_code == 200, answer.text

    def heard(self, words: str) -> str:
        """The message in which this is said, once it has reached the reporter."""

        def found() -> str | None:
            texts = [sent.content.get("text") for sent in self.api.sent]
            written = [text["body"] if isinstance(text, dict) else str(text) for text in texts]
            return next((text for text in written if re.search(words, text)), None)

        return until(found, 60)


@pytest.fixture
def chat(first_run: FirstRun, tmp_path: Path) -> Iterator[Chat]:
    with SocialApi(media={"7001": photo()}) as api:
        settings = {
            "LAPOR_INTAKE_META_APP_SECRET": META_SECRET,
            "LAPOR_INTAKE_META_VERIFY_TOKEN": VERIFY_TOKEN,
            "LAPOR_INTAKE_META_GRAPH_URL": f"http://{TOKEN}@{api.host}/v25.0",
            "LAPOR_INTAKE_X_CONSUMER_SECRET": X_SECRET,
            "LAPOR_NOTIFICATION_WHATSAPP_URL": f"http://{TOKEN}@{api.host}/v25.0/106540352242922/messages",
            "LAPOR_NOTIFICATION_X_URL": f"http://key:secret@{api.host}/?token=1&token_secret=2",
        }
        with embedded_system(copied(first_run.folder, tmp_path / "var"), tmp_path, **settings) as system:
            system.start()
            yield Chat(system, api)


def test_a_conversation_by_whatsapp_from_the_first_message_to_the_status(chat: Chat) -> None:
    told = whatsapp_message("image", {"id": "7001", "caption": "Petugas kelurahan meminta uang untuk surat"}, "wamid.1")
    chat.bring("whatsapp", whatsapp(told))
    received = chat.heard("Masih kami perlukan")
    tracking_id = TRACKING_ID.search(received).group()  # type: ignore[union-attr]
    assert RECEIPT.search(received)

    chat.bring("whatsapp", whatsapp(said("di Kota Pekanbaru, kemarin pagi", "wamid.2")))
    chat.bring("whatsapp", whatsapp(said(f"STATUS {tracking_id}", "wamid.3")))

    assert tracking_id in chat.heard("LAPOR! Laporan (?!Anda)")
    until(lambda: chat.system.rows("intake", "SELECT 1 FROM attachments WHERE report_id IS NOT NULL"), 60)
    assert all(sent.content["to"] == SITI_PHONE for sent in chat.api.sent)


def test_who_mentions_us_on_x_is_answered_by_direct_message(chat: Chat) -> None:
    chat.bring("x", activity(post("@lapor1708 Lampu jalan mati di Jl. Mawar Kota Pekanbaru sejak kemarin #lapor")))

    received = chat.heard("Kode rahasia")

    assert TRACKING_ID.search(received)
    assert {sent.path for sent in chat.api.sent} == {f"/2/dm_conversations/with/{SITI_X_ID}/messages"}
