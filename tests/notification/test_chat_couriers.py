"""Notices to WhatsApp, Messenger, Instagram and X, as these platforms want them and as they refuse them."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
import pywa
import requests
import sqlalchemy as sa
import tweepy
from oauthlib.oauth1 import Client as OAuthClient
from pywa.errors import ReEngagementMessage, ThrottlingError

import lapor_notification.service
from lapor_chassis.trouble import Trouble
from lapor_contracts.vocabulary import Missing
from lapor_notification.couriers import GraphApi, Message, XDirectMessages
from lapor_notification.couriers.meta import META_OURS_TO_MEND
from lapor_notification.domain import Delivered, State, Undelivered, Via
from lapor_notification.store import notices
from tests.notification.test_notices import Phones, contact, on_stage, states
from tests.support.builders import received, routed
from tests.support.social import TOKEN, SocialApi

SERVICE = lapor_notification.service
NOW = datetime(2026, 1, 7, 3, 0, tzinfo=UTC)
NUMBER, PAGE = "106540352242922", "113330000000001"
WARGA = "6281200001708"


def message(via: Via, **changes: Any) -> Message:
    """A notice in a chat."""
    given = {
        "notice_id": UUID(int=1708),
        "template": "routed",
        "tracking_id": "7K3M-9QXF-2TPA",
        "via": via,
        "to": WARGA,
        "subject": "",
        "text": "LAPOR! Laporan Anda diteruskan.\nPantau: https://lapor.example/lacak/7K3M-9QXF-2TPA",
        "written_at": NOW,
        "heard_at": NOW - timedelta(hours=1),
        **changes,
    }
    return Message(**given)


def graph(api: SocialApi, sender: str = NUMBER, options: str = "") -> GraphApi:
    """The courier that writes to this server."""
    return GraphApi.from_url(f"http://{TOKEN}@{api.host}/v25.0/{sender}/messages{options}")


def direct_messages(host: str) -> XDirectMessages:
    """The courier that writes direct messages there."""
    return XDirectMessages.from_url(f"http://kunci:ra%2Fhasia@{host}/?token=1-tok&token_secret=to%2Bken")


def test_whatsapp_gets_the_message_that_its_own_library_sends() -> None:
    by_pywa: list[httpx.Request] = []

    def keep(request: httpx.Request) -> httpx.Response:
        by_pywa.append(request)
        return httpx.Response(
            200, json={"messages": [{"id": "wamid.1"}], "contacts": [{"input": WARGA, "wa_id": WARGA}]}
        )

    client = httpx.Client(transport=httpx.MockTransport(keep))
    theirs = pywa.WhatsApp(phone_id=NUMBER, token=TOKEN, session=client, api_version=25.0)
    theirs.send_message(
        to=WARGA,
        text=message(Via.WHATSAPP).text,
        preview_url=False,
        tracker=str(message(Via.WHATSAPP).notice_id),
    )
    with SocialApi() as api:
        outcome = graph(api).send(message(Via.WHATSAPP))

    (sent,) = api.sent
    assert outcome == Delivered(Via.WHATSAPP)
    assert sent.path == by_pywa[0].url.path
    assert sent.authorization == by_pywa[0].headers["Authorization"]
    assert sent.content == json.loads(by_pywa[0].content)


def test_a_day_later_whatsapp_gets_the_approved_template() -> None:
    late = message(Via.WHATSAPP, heard_at=NOW - timedelta(hours=25))
    with SocialApi() as api:
        graph(api, options="?template=kabar_laporan&language=id").send(late)

    (sent,) = api.sent
    assert sent.content["template"] == {
        "name": "kabar_laporan",
        "language": {"code": "id"},
        "components": [
            {
                "type": "body",
                "parameters": [
                    {
                        "type": "text",
                        "text": "LAPOR! Laporan Anda diteruskan. Pantau: https://lapor.example/lacak/7K3M-9QXF-2TPA",
                    }
                ],
            }
        ],
    }


def test_a_day_later_nothing_is_given_to_whatsapp_that_it_would_drop() -> None:
    late = message(Via.WHATSAPP, heard_at=NOW - timedelta(hours=25))
    with SocialApi() as api:
        outcome = graph(api).send(late)

    reason = "more than 24 hours have passed, and no template is set"
    assert outcome == Undelivered(Via.WHATSAPP, reason, Trouble.REFUSED)
    assert api.sent == []


@pytest.mark.parametrize(
    ("options", "heard", "kind"),
    [
        pytest.param("", timedelta(hours=1), {"messaging_type": "UPDATE"}, id="within a day"),
        pytest.param("?tag=HUMAN_AGENT", timedelta(hours=1), {"messaging_type": "UPDATE"}, id="no tag is needed yet"),
        pytest.param(
            "?tag=HUMAN_AGENT",
            timedelta(hours=25),
            {"messaging_type": "MESSAGE_TAG", "tag": "HUMAN_AGENT"},
            id="a day later",
        ),
    ],
)
@pytest.mark.parametrize("via", [Via.MESSENGER, Via.INSTAGRAM])
def test_messenger_and_instagram_get_a_message_for_the_person_who_wrote(
    via: Via, options: str, heard: timedelta, kind: dict[str, str]
) -> None:
    with SocialApi() as api:
        outcome = graph(api, PAGE, options).send(message(via, heard_at=NOW - heard))

    (sent,) = api.sent
    assert outcome == Delivered(via)
    assert sent.path == f"/v25.0/{PAGE}/messages"
    assert sent.content == {"recipient": {"id": WARGA}, "message": {"text": message(via).text}, **kind}


def test_whoever_wrote_in_public_is_answered_in_private() -> None:
    with SocialApi() as api:
        graph(api, PAGE).send(message(Via.MESSENGER, in_reply_to="113330000000001_77"))

    assert api.sent[0].content["recipient"] == {"comment_id": "113330000000001_77"}


@pytest.mark.parametrize(
    ("status", "code", "trouble"),
    [
        pytest.param(400, ReEngagementMessage.__error_codes__[0], Trouble.REFUSED, id="more than a day has passed"),
        pytest.param(400, 131026, Trouble.DEAD, id="no such person on WhatsApp"),
        pytest.param(403, 10, Trouble.REFUSED, id="outside the time in which Messenger lets us write"),
        pytest.param(401, 190, Trouble.AWAY, id="our token has expired: the operator can mend that"),
        pytest.param(400, 190, Trouble.AWAY, id="so here, under another status"),
        pytest.param(429, 130429, Trouble.AWAY, id="too much at a time"),
        pytest.param(500, 2, Trouble.AWAY, id="Meta is in trouble"),
    ],
)
def test_only_what_meta_says_of_this_person_is_final(status: int, code: int, trouble: Trouble) -> None:
    with SocialApi() as api:
        api.answer_with(status, error={"message": f"(#{code}) {WARGA} cannot be reached", "code": code})
        outcome = graph(api).send(message(Via.WHATSAPP))

    assert outcome == Undelivered(Via.WHATSAPP, f"Meta answered HTTP {status}, code {code}", trouble)


def test_all_that_metas_library_calls_throttling_is_tried_again() -> None:
    codes = {code for kind in ThrottlingError.__subclasses__() for code in kind.__error_codes__ or ()}

    assert codes <= META_OURS_TO_MEND


def test_x_gets_the_direct_message_that_tweepy_sends() -> None:
    by_tweepy: list[requests.PreparedRequest] = []

    class Keeps(requests.adapters.BaseAdapter):
        def send(self, request: requests.PreparedRequest, *_: Any, **__: Any) -> requests.Response:
            by_tweepy.append(request)
            response = requests.Response()
            response.status_code, response._content = 201, b'{"data": {"dm_event_id": "1"}}'
            return response

        def close(self) -> None:
            """Nothing is open."""

    theirs = tweepy.Client(
        consumer_key="kunci", consumer_secret="ra/hasia", access_token="1-tok", access_token_secret="to+ken"
    )
    theirs.session.mount("https://", Keeps())
    theirs.create_direct_message(participant_id="2244994945", text="LAPOR!")
    with SocialApi() as api:
        outcome = direct_messages(api.host).send(message(Via.X, to="2244994945", text="LAPOR!"))

    (sent,), (expected,) = api.sent, by_tweepy
    assert outcome == Delivered(Via.X)
    assert sent.path == expected.path_url
    assert sent.content == json.loads(expected.body or b"")
    assert _names(sent.authorization) == _names(str(expected.headers["Authorization"]))


def _names(authorization: str) -> set[str]:
    return {part.strip().partition("=")[0] for part in authorization.removeprefix("OAuth ").split(",")}


def test_the_signature_for_x_is_the_one_that_oauthlib_computes() -> None:
    url = "https://api.x.com/2/dm_conversations/with/2244994945/messages"
    theirs = OAuthClient(
        "kunci",
        client_secret="ra/hasia",
        resource_owner_key="1-tok",
        resource_owner_secret="to+ken",
        nonce="abc",
        timestamp="1767754800",
    )
    _, headers, _ = theirs.sign(url, "POST")

    ours = direct_messages("api.x.com").authorization("POST", url, nonce="abc", timestamp=1767754800)

    assert _part(ours, "oauth_signature") == _part(headers["Authorization"], "oauth_signature")


def _part(authorization: str, name: str) -> str:
    return authorization.split(f'{name}="')[1].split('"')[0]


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (403, Trouble.DEAD),
        (404, Trouble.DEAD),
        (400, Trouble.REFUSED),
        (401, Trouble.AWAY),
        (429, Trouble.AWAY),
        (503, Trouble.AWAY),
    ],
)
def test_only_what_x_says_of_this_person_is_final(status: int, trouble: Trouble) -> None:
    with SocialApi() as api:
        api.answer_with(status, detail=f"You cannot send messages to {WARGA}.")
        outcome = direct_messages(api.host).send(message(Via.X))

    assert outcome == Undelivered(Via.X, f"X answered HTTP {status}", trouble)


def test_a_platform_that_is_away_is_asked_again() -> None:
    with SocialApi() as api:
        host = api.host
        meta = graph(api)

    refused = "did not answer (ConnectionRefusedError)"
    assert meta.send(message(Via.WHATSAPP)) == Undelivered(Via.WHATSAPP, f"Meta {refused}", Trouble.AWAY)
    assert direct_messages(host).send(message(Via.X)) == Undelivered(Via.X, f"X {refused}", Trouble.AWAY)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        pytest.param(GraphApi.from_url, "https://graph.facebook.com/v25.0/1/messages", id="no token"),
        pytest.param(GraphApi.from_url, f"https://{TOKEN}@graph.facebook.com/v25.0/1", id="not the place for messages"),
        pytest.param(GraphApi.from_url, f"https://{TOKEN}@graph.facebook.com/1/messages?tg=X", id="misspelt"),
        pytest.param(XDirectMessages.from_url, "https://k:s@api.x.com/?token=1", id="without the token's secret"),
        pytest.param(XDirectMessages.from_url, "https://api.x.com/?token=1&token_secret=2", id="without our keys"),
    ],
)
def test_an_address_that_cannot_work_is_refused_at_the_start(read: Any, text: str) -> None:
    with pytest.raises(ValueError, match="must look like") as refusal:
        read(text)

    assert "s@" not in str(refusal.value)


def test_who_reported_by_whatsapp_hears_there_of_tracking_id_and_receipt_and_what_is_missing(engine: sa.Engine) -> None:
    event = received(acknowledged=False, asks=(Missing.WHERE,))
    with SocialApi() as api:
        stage = on_stage(engine, whatsapp=graph(api))
        told = {"via": "whatsapp", "account": WARGA, "receipt": "1234-5678-9012-3456"}
        stage.hear(contact(event.report_id, **told), event)

        stage.run("send")

    (sent,) = api.sent
    text = sent.content["text"]["body"]
    assert sent.content["to"] == WARGA
    assert all(word in text for word in (event.tracking_id, "1234-5678-9012-3456", "Masih kami perlukan: lokasi"))
    assert "1234-5678" not in json.dumps([[str(value) for value in row.values()] for row in stage.rows(notices)])


def test_only_the_first_answer_to_a_public_comment_refers_to_it(engine: sa.Engine) -> None:
    first = received(acknowledged=False)
    with SocialApi() as api:
        stage = on_stage(engine, messenger=graph(api, PAGE))
        told = {"via": "messenger", "account": "9001", "comment": "113330000000001_77", "phone": ""}
        stage.hear(contact(first.report_id, **told), first, routed(report_id=first.report_id))

        stage.run("send")
        stage.run("send")

    assert [sent.content["recipient"] for sent in api.sent] == [{"comment_id": "113330000000001_77"}, {"id": "9001"}]


def test_whom_whatsapp_does_not_let_us_answer_is_told_by_sms(engine: sa.Engine) -> None:
    event = routed()
    with SocialApi() as api:
        api.answer_with(400, error={"code": 131047})
        phones = Phones()
        stage = on_stage(engine, whatsapp=graph(api), sms=phones)
        stage.hear(contact(event.report_id, via="whatsapp", account=WARGA), event)

        stage.run("send")

    assert [told.via for told in phones.taken] == [Via.SMS]
    assert states(stage) == [State.SENT]
