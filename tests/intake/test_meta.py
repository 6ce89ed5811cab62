"""Reports by Messenger, on Facebook and on Instagram, as Meta's webhooks bring them."""

from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey
from pywa.utils import webhook_updates_validator

from lapor_contracts.events import ContactSealed, ReportReceived
from lapor_contracts.vocabulary import Channel
from lapor_intake import service, store
from lapor_intake.channels.webhook import in_hex
from tests.intake.chats import (
    META_SECRET,
    PAGE,
    SETTINGS,
    SITI_PAGE_ID,
    VERIFY_TOKEN,
    from_meta,
    messaged,
    messenger,
    meta_signature,
    whatsapp,
)
from tests.intake.conftest import kept, opened
from tests.support.stage import Stage

SERVICE = service
REPORT = "Lampu jalan mati di Jl. Mawar Rengat sejak kemarin"
PLATFORMS = ["whatsapp", "facebook", "instagram"]


@pytest.fixture
def stage(engine: sa.Engine, intake_settings: dict[str, Any]) -> Stage:
    """Intake with an app at Meta."""
    return Stage(service, engine, **intake_settings, **SETTINGS)


def commented(text: str, name: str = f"{PAGE}_77", **changes: Any) -> list[dict[str, Any]]:
    """A comment on our page."""
    value = {"item": "comment", "verb": "add", "comment_id": name, "post_id": f"{PAGE}_1", "message": text}
    return [{"field": "feed", "value": {**value, "from": {"id": SITI_PAGE_ID, "name": "Siti Contoh"}, **changes}}]


def mentioned(text: str, **changes: Any) -> list[dict[str, Any]]:
    """Somebody names our page in a post of their own."""
    value = {"item": "post", "verb": "add", "post_id": "44_55", "sender_id": SITI_PAGE_ID, "message": text}
    return [{"field": "mention", "value": {**value, **changes}}]


def on_instagram(text: str, **changes: Any) -> list[dict[str, Any]]:
    """A comment on Instagram."""
    who = {"id": SITI_PAGE_ID, "username": "siti_rengat"}
    return [{"field": "comments", "value": {"id": "1789", "from": who, "text": text, "media": {"id": "1"}, **changes}}]


@pytest.mark.parametrize(
    ("platform", "delivery", "channel", "via", "comment"),
    [
        pytest.param("facebook", messenger(messaged(REPORT)), Channel.FACEBOOK, "messenger", None, id="Messenger"),
        pytest.param(
            "facebook",
            messenger(changes=commented(f"#lapor {REPORT}")),
            Channel.FACEBOOK,
            "messenger",
            f"{PAGE}_77",
            id="a comment on our page",
        ),
        pytest.param(
            "facebook",
            messenger(changes=mentioned(f"{REPORT} #LAPOR")),
            Channel.FACEBOOK,
            "messenger",
            "44_55",
            id="a post that names us",
        ),
        pytest.param(
            "instagram",
            messenger(messaged(REPORT), kind="instagram"),
            Channel.INSTAGRAM,
            "instagram",
            None,
            id="a message on Instagram",
        ),
        pytest.param(
            "instagram",
            messenger(kind="instagram", changes=on_instagram(f"#lapor {REPORT}")),
            Channel.INSTAGRAM,
            "instagram",
            "1789",
            id="a comment on Instagram",
        ),
    ],
)
def test_what_is_written_to_us_is_a_report_and_is_answered_in_private(
    stage: Stage,
    notification_key: PrivateKey,
    platform: str,
    delivery: Any,
    channel: Channel,
    via: str,
    comment: str | None,
) -> None:
    answer = from_meta(stage, platform, delivery)

    (received,) = stage.announced(ReportReceived)
    assert (answer.status_code, received.channel, received.body) == (200, channel, REPORT)
    contact = opened(stage.announced(ContactSealed)[0], notification_key)
    assert (contact["via"], contact["account"], contact.get("comment")) == (via, SITI_PAGE_ID, comment)
    assert contact["receipt"] == kept(stage)[0].receipt
    seen = str([stage.rows(store.reports), stage.announced()])
    assert not any(secret in seen for secret in (SITI_PAGE_ID, "Contoh", "siti_rengat"))


def test_a_comment_that_stands_in_the_entry_itself_is_heard_too(stage: Stage) -> None:
    delivery = {"object": "instagram", "entry": [{"id": PAGE, **on_instagram(f"#lapor {REPORT}")[0]}]}

    from_meta(stage, "instagram", delivery)

    assert len(stage.announced(ReportReceived)) == 1


@pytest.mark.parametrize(
    ("platform", "delivery"),
    [
        pytest.param("facebook", messenger(messaged(REPORT, is_echo=True)), id="our own message comes back"),
        pytest.param("facebook", messenger(messaged(REPORT, is_deleted=True)), id="a message that was taken back"),
        pytest.param("facebook", messenger(messaged(None, attachments=[{"type": "like"}])), id="a thumb"),
        pytest.param("facebook", messenger({"sender": {"id": "9"}, "read": {"watermark": 1}}), id="a message was read"),
        pytest.param(
            "facebook", messenger({"sender": {"id": "9"}, "message_edit": {"mid": "1", "text": REPORT}}), id="an edit"
        ),
        pytest.param("facebook", messenger(changes=commented(REPORT)), id="a comment without #lapor"),
        pytest.param("facebook", messenger(changes=commented(f"#laporan {REPORT}")), id="another hashtag"),
        pytest.param("facebook", messenger(changes=commented(f"#lapor {REPORT}", verb="edited")), id="an old comment"),
        pytest.param("facebook", messenger(changes=commented("#lapor", verb="remove")), id="a comment that is gone"),
        pytest.param(
            "facebook", messenger(changes=commented(f"#lapor {REPORT}", **{"from": {"id": PAGE}})), id="our own comment"
        ),
        pytest.param(
            "instagram",
            messenger(kind="instagram", changes=on_instagram(f"#lapor {REPORT}", **{"from": {"id": PAGE}})),
            id="our own comment on Instagram",
        ),
        pytest.param(
            "facebook",
            messenger(changes=[{"field": "feed", "value": {"item": "reaction", "verb": "add", "from": {"id": "9"}}}]),
            id="a reaction",
        ),
    ],
)
def test_what_nobody_writes_to_us_is_no_report(stage: Stage, platform: str, delivery: Any) -> None:
    answer = from_meta(stage, platform, delivery)

    assert answer.status_code == 200
    assert stage.announced() == []


def test_many_messages_in_one_delivery_are_as_many_reports_whatever_is_broken_between_them(stage: Stage) -> None:
    broken: list[Any] = [None, 7, {}, {"message": 1}, {"sender": {"id": 5}, "message": {"mid": "1", "text": REPORT}}]
    delivery = messenger(messaged(REPORT, "m_1"), *broken, messaged(f"#lapor {REPORT} lagi", "m_2"))
    delivery["entry"] += ["x", None, *messenger(messaged(f"#lapor {REPORT} juga", "m_3"))["entry"]]

    answer = from_meta(stage, "facebook", delivery)

    assert answer.status_code == 200
    assert [event.body for event in stage.announced(ReportReceived)] == [REPORT, f"{REPORT} lagi", f"{REPORT} juga"]


def test_a_delivery_that_comes_again_changes_nothing(stage: Stage) -> None:
    from_meta(stage, "facebook", messenger(messaged(REPORT)))
    before = stage.announced()

    answer = from_meta(stage, "facebook", messenger(messaged(REPORT)))

    assert answer.status_code == 200
    assert stage.announced() == before


def test_the_same_name_on_two_platforms_is_two_messages(stage: Stage) -> None:
    from_meta(stage, "facebook", messenger(messaged(REPORT)))

    from_meta(stage, "instagram", messenger(messaged(REPORT), kind="instagram"))

    assert len(stage.announced(ReportReceived)) == 2


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(
    ("mode", "token", "challenge", "status"),
    [
        pytest.param("subscribe", VERIFY_TOKEN, "1158201444", 200, id="right"),
        pytest.param("subscribe", "wrong", "1158201444", 403, id="a wrong token"),
        pytest.param("subscribe", "", "1158201444", 403, id="no token"),
        pytest.param("unsubscribe", VERIFY_TOKEN, "1158201444", 400, id="another wish"),
        pytest.param("subscribe", VERIFY_TOKEN, "", 400, id="no challenge"),
    ],
)
def test_meta_finds_out_that_we_wait_for_it(
    stage: Stage, platform: str, mode: str, token: str, challenge: str, status: int
) -> None:
    asked = {"hub.mode": mode, "hub.verify_token": token, "hub.challenge": challenge}

    answer = stage.client.get(f"/channels/{platform}", query_string=asked)

    assert answer.status_code == status
    assert (answer.text == challenge) == (status == 200)
    assert answer.content_type in ("text/plain; charset=utf-8", "application/problem+json")


@given(secret=st.text(min_size=1), content=st.binary())
def test_the_signature_is_the_one_that_metas_library_accepts(secret: str, content: bytes) -> None:
    assert webhook_updates_validator(secret, content, in_hex(secret, content))


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize(
    ("signature", "status"),
    [
        pytest.param(None, 401, id="none"),
        pytest.param(meta_signature(b"{}", "another secret"), 403, id="with another secret"),
        pytest.param(meta_signature(b"{} "), 403, id="of another body"),
        pytest.param("sha1=5d61605c3feea9799210ddcb71307d4ba264225f", 403, id="the old kind"),
    ],
)
def test_what_meta_did_not_sign_is_not_heard(stage: Stage, platform: str, signature: str | None, status: int) -> None:
    headers = {} if signature is None else {"X-Hub-Signature-256": signature}

    answer = stage.client.post(f"/channels/{platform}", data=b"{}", headers=headers)

    assert answer.status_code == status
    assert signature is None or not webhook_updates_validator(META_SECRET, b"{}", signature)


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"{}", b'{"object": "page"', b"[" * 5000])
@pytest.mark.parametrize("platform", PLATFORMS)
def test_signed_nonsense_is_refused_by_name(stage: Stage, platform: str, content: bytes) -> None:
    answer = stage.client.post(
        f"/channels/{platform}", data=content, headers={"X-Hub-Signature-256": meta_signature(content)}
    )

    assert answer.status_code == 400


def test_a_delivery_at_the_wrong_door_is_refused(stage: Stage) -> None:
    assert from_meta(stage, "facebook", whatsapp()).status_code == 400


def test_without_secrets_there_are_no_such_channels(engine: sa.Engine, intake_settings: dict[str, Any]) -> None:
    stage = Stage(service, engine, **intake_settings, meta_app_secret=META_SECRET)

    assert [from_meta(stage, platform, {}).status_code for platform in PLATFORMS] == [404, 404, 404]
