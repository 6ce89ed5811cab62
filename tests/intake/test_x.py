"""Reports on X, as its webhooks bring them."""

import base64
import json
from typing import Any

import pytest
import sqlalchemy as sa
import tweepy
from nacl.public import PrivateKey

from lapor_contracts.events import ContactSealed, ReportReceived
from lapor_contracts.vocabulary import Channel
from lapor_intake import service, store
from lapor_intake.channels.webhook import in_base64
from tests.intake.chats import (
    OUR_X_ID,
    SETTINGS,
    SITI_X_ID,
    activity,
    from_x,
    post,
    streamed,
    x_direct_message,
    x_signature,
    x_user,
)
from tests.intake.conftest import kept, opened
from tests.support.stage import Stage

SERVICE = service
REPORT = "@lapor1708 Lampu jalan mati di Jl. Mawar Rengat sejak kemarin #lapor"


@pytest.fixture
def stage(engine: sa.Engine, intake_settings: dict[str, Any]) -> Stage:
    """Intake with an account on X."""
    return Stage(service, engine, **intake_settings, **SETTINGS)


def bodies(stage: Stage) -> list[str]:
    """What was reported, in order."""
    return [event.body for event in stage.announced(ReportReceived)]


@pytest.mark.parametrize(
    "delivery",
    [
        pytest.param(activity(post(REPORT)), id="a post, by account activity"),
        pytest.param(activity(direct_messages=(x_direct_message(REPORT),)), id="a direct message"),
        pytest.param(streamed(REPORT), id="a post, by the filtered stream"),
    ],
)
def test_what_is_written_to_us_is_a_report_and_its_author_is_answered_by_direct_message(
    stage: Stage, notification_key: PrivateKey, delivery: Any
) -> None:
    answer = from_x(stage, delivery)

    (received,) = stage.announced(ReportReceived)
    assert (answer.status_code, received.channel) == (200, Channel.X)
    assert received.body == "Lampu jalan mati di Jl. Mawar Rengat sejak kemarin"
    assert not received.acknowledged
    contact = opened(stage.announced(ContactSealed)[0], notification_key)
    assert (contact["via"], contact["account"]) == ("x", SITI_X_ID)
    assert contact["receipt"] == kept(stage)[0].receipt


def test_who_wrote_a_post_stands_in_the_vault_and_nowhere_else(stage: Stage) -> None:
    text = "#lapor saya @siti_rengat, Siti Contoh, lampu mati di Rengat sejak kemarin, mohon @PLN_123 bertindak"

    from_x(stage, activity(post(text)))

    seen = str([stage.rows(store.reports), stage.announced()])
    assert "lampu mati di Rengat" in seen
    assert "@PLN_123" in seen  # an institution's name in public is no secret
    assert not any(secret in seen for secret in ("siti_rengat", "Contoh", SITI_X_ID))
    (record,) = kept(stage)
    assert (record.account, record.handle, record.name) == (SITI_X_ID, "@siti_rengat", "Siti Contoh")


@pytest.mark.parametrize(
    "delivery",
    [
        pytest.param(activity(post(REPORT, user=x_user(id_str=OUR_X_ID))), id="our own post"),
        pytest.param(activity(), id="nothing at all"),
        pytest.param(activity(direct_messages=(x_direct_message(REPORT, sender=OUR_X_ID),)), id="our own message"),
        pytest.param(activity(post(f"RT {REPORT}", retweeted_status=post(REPORT))), id="a repost"),
        pytest.param(streamed(f"RT {REPORT}", referenced_tweets=[{"type": "retweeted", "id": "1"}]), id="one streamed"),
        pytest.param(activity(favorite_events=[{"id": "1", "favorited_status": post(REPORT)}]), id="a like"),
        pytest.param(activity(tweet_delete_events=[{"status": {"id": "1"}}]), id="a deletion"),
        pytest.param(activity(post("Kata @lapor1708 jalan di Rengat sudah baik sejak kemarin")), id="talk about us"),
        pytest.param(activity(direct_messages=({**x_direct_message(REPORT), "type": "reaction"},)), id="a reaction"),
    ],
)
def test_what_nobody_writes_to_us_is_no_report(stage: Stage, delivery: Any) -> None:
    answer = from_x(stage, delivery)

    assert answer.status_code == 200
    assert stage.announced() == []


@pytest.mark.parametrize(
    ("first", "edited"),
    [
        pytest.param(
            streamed(REPORT, "11"), streamed(REPORT + "!", "12", edit_history_tweet_ids=["11", "12"]), id="streamed"
        ),
        pytest.param(
            activity(post(REPORT, "11")),
            activity(post(REPORT + "!", "12", edit_history={"initial_tweet_id": "11"})),
            id="by account activity",
        ),
        pytest.param(activity(post(REPORT, "11")), streamed(REPORT, "11"), id="the same by both ways"),
        pytest.param(activity(post(REPORT)), activity(post(REPORT)), id="brought twice"),
    ],
)
def test_a_post_is_one_report_however_often_it_is_brought_or_edited(stage: Stage, first: Any, edited: Any) -> None:
    from_x(stage, first)

    answer = from_x(stage, edited)

    assert answer.status_code == 200
    assert len(bodies(stage)) == 1


def test_a_long_post_is_taken_whole_and_as_it_was_typed(stage: Stage) -> None:
    whole = "#lapor Jalan di Rengat rusak &amp; gelap sejak kemarin, " + "sangat berbahaya, " * 15
    from_x(stage, activity(post("#lapor Jalan di Rengat…", "1", extended_tweet={"full_text": whole})))
    from_x(stage, streamed("#lapor Jalan di Rengat…", "2", note_tweet={"text": whole}))

    assert bodies(stage) == [whole.removeprefix("#lapor").replace("&amp;", "&").strip()] * 2


def test_a_broken_message_does_not_cost_its_neighbours(stage: Stage) -> None:
    broken: list[Any] = [None, "x", {}, {"id_str": 7}, post(REPORT, user="?"), post(REPORT) | {"text": None}]
    delivery = activity(*broken, post(REPORT, "21"), post(REPORT + " lagi", "22"), direct_messages=(3, {"id": "1"}))

    answer = from_x(stage, delivery)

    assert answer.status_code == 200
    assert len(bodies(stage)) == 2


def test_an_author_who_is_described_wrongly_reports_all_the_same(stage: Stage) -> None:
    delivery = streamed(REPORT)
    delivery["includes"]["users"] += [{"id": []}, {"id": {}}, None]

    answer = from_x(stage, delivery)

    assert answer.status_code == 200
    assert len(bodies(stage)) == 1


def test_x_finds_out_that_we_know_the_secret(stage: Stage) -> None:
    answer = stage.client.get("/channels/x?crc_token=9b4507b3-9040-4669-9ca3-6b94edb50553&nonce=1")

    assert answer.json == {"response_token": x_signature(b"9b4507b3-9040-4669-9ca3-6b94edb50553")}


def test_the_signature_is_a_sha256_of_the_body_in_base64() -> None:
    # RFC 4231, test case 2. X publishes no example, and tweepy has no function for it.
    digest = bytes.fromhex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")

    assert in_base64("Jefe", b"what do ya want for nothing?") == f"sha256={base64.b64encode(digest).decode()}"


@pytest.mark.parametrize(
    ("signature", "status"),
    [
        pytest.param(None, 401, id="none"),
        pytest.param("", 401, id="an empty one"),
        pytest.param("sha256=", 403, id="half of one"),
        pytest.param(x_signature(b"{}", "another secret"), 403, id="with another secret"),
        pytest.param(x_signature(b"{} "), 403, id="of another body"),
        pytest.param("sha256=ç", 403, id="no ASCII"),
    ],
)
def test_what_x_did_not_sign_is_not_heard(stage: Stage, signature: str | None, status: int) -> None:
    headers = {} if signature is None else {"X-Twitter-Webhooks-Signature": signature}

    answer = stage.client.post("/channels/x", data=b"{}", headers=headers)

    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"7", b"\xff", b'"\\ud800"', b"[" * 5000 + b"]" * 5000])
def test_signed_nonsense_is_refused_by_name(stage: Stage, content: bytes) -> None:
    answer = stage.client.post(
        "/channels/x", data=content, headers={"X-Twitter-Webhooks-Signature": x_signature(content)}
    )

    assert answer.status_code == 400


def test_without_a_secret_there_is_no_such_channel(engine: sa.Engine, intake_settings: dict[str, Any]) -> None:
    stage = Stage(service, engine, **intake_settings)

    assert from_x(stage, activity(post(REPORT))).status_code == 404
    assert stage.client.get("/channels/x?crc_token=1").status_code == 404


class Follower(tweepy.StreamingClient):
    """tweepy, following a stream."""

    def __init__(self) -> None:
        super().__init__(bearer_token="none")
        self.seen: list[tweepy.StreamResponse] = []

    def on_response(self, response: tweepy.StreamResponse) -> None:
        self.seen.append(response)


def test_our_deliveries_have_the_form_that_xs_own_library_reads() -> None:
    follower = Follower()
    follower.on_data(json.dumps(streamed(REPORT)).encode())
    status = tweepy.models.Status.parse(None, activity(post(REPORT))["tweet_create_events"][0])
    message = tweepy.models.DirectMessage.parse(None, x_direct_message(REPORT))

    (line,) = follower.seen
    assert (line.data.text, str(line.data.author_id)) == (REPORT, SITI_X_ID)
    assert line.includes["users"][0].username == "siti_rengat"
    assert (status.text, status.user.screen_name) == (REPORT, "siti_rengat")
    assert message.message_create["message_data"]["text"] == REPORT
