"""Web push: a browser is told that there is news, in a message that it alone can read, and nothing else."""

import base64
import json
from dataclasses import dataclass, field
from datetime import time
from typing import Any
from uuid import uuid4

import http_ece
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from joserfc import jwt
from joserfc.jwk import ECKey
from nacl.public import PublicKey, SealedBox

import lapor_notification.service
from lapor_chassis import push
from lapor_chassis.trouble import Trouble
from lapor_contracts.events import NoticeFailed, PushSubscribed
from lapor_notification.couriers import PushServices, push_key
from lapor_notification.couriers.courier import Message
from lapor_notification.domain import Delivered, State, Undelivered, Via
from lapor_notification.domain.turns import QuietHours
from lapor_notification.store import notices, push_subscriptions
from tests.notification.test_notices import KEYS, Phones, contact, on_stage
from tests.support.builders import answered, identity_forgotten, push_subscribed, received, routed
from tests.support.push_service import PushService
from tests.support.stage import WEDNESDAY, Stage

SERVICE = lapor_notification.service
KEY = ECKey.generate_key("P-256")


@dataclass
class Browser:
    """One that somebody reads at home."""

    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    auth: bytes = b"sixteen bytes...!"[:16]

    def subscription(self, endpoint: str) -> dict[str, str]:
        """What it gives whoever may send it messages."""
        point = self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": endpoint, "p256dh": _text(point), "auth": _text(self.auth)}

    def read(self, content: bytes) -> Any:
        """What a message says."""
        return json.loads(http_ece.decrypt(content, private_key=self.private, auth_secret=self.auth))


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def message(subscription: dict[str, str]) -> Message:
    """A notice to a browser."""
    return Message(
        notice_id=uuid4(),
        template="news",
        tracking_id="",
        via=Via.PUSH,
        to=json.dumps(subscription),
        subject="",
        text="LAPOR! Ada kabar untuk Anda.",
        written_at=WEDNESDAY,
    )


def subscribed(report: Any, subscription: dict[str, str]) -> PushSubscribed:
    """As intake seals it."""
    content = json.dumps({"via": "push", "account": json.dumps(subscription)}).encode()
    sealed = base64.b64encode(SealedBox(PublicKey(base64.b64decode(KEYS.public))).encrypt(content)).decode()
    return push_subscribed(report_id=report.report_id, tracking_id=report.tracking_id, sealed=sealed)


def test_only_that_browser_can_read_it_and_it_knows_who_wrote() -> None:
    browser = Browser()
    with PushService() as service:
        courier = PushServices(key=KEY, subject="https://lapor.example", known={service.origin})
        outcome = courier.send(message(browser.subscription(f"{service.origin}/send/1")))

    (got,) = service.got
    word, shown = got.headers["Authorization"].removeprefix("vapid t=").split(", k=")
    claims = jwt.decode(word, KEY, algorithms=["ES256"]).claims
    assert outcome == Delivered(Via.PUSH)
    assert browser.read(got.content) == {"title": "LAPOR!", "body": "LAPOR! Ada kabar untuk Anda."}
    assert b"kabar" not in got.content
    assert (got.headers["Content-Encoding"], shown) == ("aes128gcm", push.public_text(KEY))
    assert (claims["aud"], claims["sub"]) == (service.origin, "https://lapor.example")


def test_the_encryption_is_the_one_of_the_standard() -> None:
    """The example in RFC 8291, appendix A, read with the browser's keys that stand there."""
    number = int.from_bytes(push.from_base64url("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"))
    body = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3j"
        "l7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )

    read = http_ece.decrypt(
        push.from_base64url(body),
        private_key=ec.derive_private_key(number, ec.SECP256R1()),
        auth_secret=push.from_base64url("BTBZMqHH6r4Tts7J_aSIgg"),
    )

    assert read == b"When I grow up, I want to be a watermelon"


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (404, Trouble.DEAD),
        (410, Trouble.DEAD),
        (403, Trouble.REFUSED),
        (413, Trouble.REFUSED),
        (401, Trouble.AWAY),
        (429, Trouble.AWAY),
        (500, Trouble.AWAY),
    ],
)
def test_only_who_is_gone_is_gone_for_good(status: int, trouble: Trouble) -> None:
    with PushService(status) as service:
        courier = PushServices(key=KEY, subject="https://lapor.example", known={service.origin})
        outcome = courier.send(message(Browser().subscription(f"{service.origin}/send/1")))

    assert outcome == Undelivered(Via.PUSH, f"the push service answered HTTP {status}", trouble)


def test_no_server_is_called_but_those_of_browsers() -> None:
    with PushService() as service:
        courier = PushServices(key=KEY, subject="https://lapor.example")
        outcome = courier.send(message(Browser().subscription(f"{service.origin}/send/1")))

    assert outcome == Undelivered(Via.PUSH, "no push service that we know", Trouble.DEAD)
    assert service.got == []


def test_an_address_that_cannot_be_written_stops_nobody_else() -> None:
    courier = PushServices(key=KEY, subject="https://lapor.example")

    outcome = courier.send(message(Browser().subscription("https://fcm.googleapis.com/é")))

    assert outcome == Undelivered(Via.PUSH, "no push service that we know", Trouble.DEAD)


def told_by(engine: sa.Engine, service: PushService, **settings: Any) -> Stage:
    """The service with a key for web push, beside another way."""
    told = {"sms": Phones(), "public_url": "https://lapor.example", **settings}
    return on_stage(engine, push_key=KEY, push_services={service.origin}, **told)


def test_a_browser_is_told_beside_the_other_way_and_learns_no_more(engine: sa.Engine) -> None:
    browser, sms, event = Browser(), Phones(), routed(agency_name="Dinas Perhubungan Kota Medan")
    with PushService() as service:
        stage = told_by(engine, service, sms=sms)
        stage.hear(received(report_id=event.report_id), contact(event.report_id))
        stage.hear(subscribed(event, browser.subscription(f"{service.origin}/send/1")), event)
        stage.run("send")

    said = [browser.read(got.content)["body"] for got in service.got]
    assert len(sms.taken) == len(said) == 2  # received, and routed
    assert all("kabar" in words and event.tracking_id not in words and "Dinas" not in words for words in said)


def test_who_left_no_address_is_told_in_the_browser(engine: sa.Engine) -> None:
    browser, event = Browser(), routed()
    with PushService() as service:
        stage = told_by(engine, service)
        stage.hear(received(report_id=event.report_id, acknowledged=True))
        stage.hear(subscribed(event, browser.subscription(f"{service.origin}/send/1")), event)
        stage.run("send")
        stage.clock.advance(minutes=30)
        stage.run("send")

    assert len(service.got) == 1


def test_who_left_no_address_is_told_in_the_browser_in_the_morning_of_what_happened_at_night(
    engine: sa.Engine,
) -> None:
    browser, event = Browser(), routed()
    with PushService() as service:
        stage = told_by(engine, service, quiet_hours=QuietHours(time(21), time(7)))
        stage.hear(received(report_id=event.report_id, acknowledged=True))
        stage.hear(subscribed(event, browser.subscription(f"{service.origin}/send/1")))
        stage.clock.advance(hours=12)  # 22:00 in Jakarta
        stage.hear(event)
        for _ in range(8):
            stage.run("send")
            stage.clock.advance(hours=1)
        assert service.got == []
        stage.clock.advance(hours=2)

        stage.run("send")

    assert len(service.got) == 1


def test_a_browser_whose_owner_wants_no_more_is_forgotten(engine: sa.Engine) -> None:
    event = routed()
    with PushService(410) as service:
        stage = told_by(engine, service, sms=Phones())
        stage.hear(received(report_id=event.report_id, acknowledged=True), contact(event.report_id))
        stage.hear(subscribed(event, Browser().subscription(f"{service.origin}/send/1")), event)
        stage.run("send")
        stage.hear(answered(report_id=event.report_id, tracking_id=event.tracking_id))
        stage.run("send")

    assert len(service.got) == 1
    assert stage.rows(push_subscriptions) == []
    assert stage.announced(NoticeFailed) == []


def test_with_the_reporter_the_browser_is_forgotten(engine: sa.Engine) -> None:
    event = routed()
    with PushService() as service:
        stage = told_by(engine, service, sms=Phones())
        stage.hear(subscribed(event, Browser().subscription(f"{service.origin}/send/1")))
        stage.hear(identity_forgotten(report_id=event.report_id))
        stage.hear(event)
        stage.run("send")

    assert (service.got, stage.rows(push_subscriptions)) == ([], [])


def test_a_browser_that_is_heard_of_after_the_reporter_was_forgotten_is_not_kept(engine: sa.Engine) -> None:
    event = routed()
    with PushService() as service:
        stage = told_by(engine, service, sms=Phones())
        asked_for = stage.letter(subscribed(event, Browser().subscription(f"{service.origin}/send/1")))
        stage.clock.advance(minutes=5)

        stage.hear(identity_forgotten(report_id=event.report_id))
        stage.receive(asked_for)

    assert stage.rows(push_subscriptions) == []


def test_no_list_shows_that_a_browser_was_told(engine: sa.Engine) -> None:
    event = routed()
    with PushService() as service:
        stage = told_by(engine, service, sms=Phones())
        stage.hear(received(report_id=event.report_id, acknowledged=True), contact(event.report_id))
        stage.hear(subscribed(event, Browser().subscription(f"{service.origin}/send/1")), event)
        stage.run("send")

    pushes = [row for row in stage.rows(notices) if row["template"] == "news"]
    assert [(row["state"], row["sealed"]) for row in pushes] == [(State.SENT, None)]


@pytest.mark.parametrize("kind", ["another curve", "the public half", "no key"])
def test_a_wrong_key_is_found_at_the_start(kind: str) -> None:
    given = {
        "another curve": ECKey.generate_key("P-384").as_pem(private=True).decode(),
        "the public half": KEY.as_pem(private=False).decode(),
        "no key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
    }

    with pytest.raises(ValueError, match="P-256"):
        push_key(given[kind])
