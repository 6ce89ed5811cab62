"""How reporters are reached: another address, a browser that is told, and the end of all notices."""

import base64
from typing import Any
from uuid import uuid4

import orjson
import pytest
import sqlalchemy as sa
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl.public import PrivateKey, SealedBox

from lapor_contracts.events import ContactSealed, PushSubscribed, ReporterStopped
from lapor_contracts.vocabulary import Channel
from lapor_intake import service
from tests.intake.conftest import kept, opened
from tests.support.builders import submitted
from tests.support.stage import Stage

SERVICE = service
NEW = "siti.baru@warga.example"
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc:def"


def _public_key() -> str:
    point = (
        ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    )
    return base64.urlsafe_b64encode(point).rstrip(b"=").decode()


PUBLIC = _public_key()


@pytest.fixture
def stage(engine: sa.Engine, intake_settings: dict[str, Any]) -> Stage:
    """Intake with a key for web push."""
    return Stage(service, engine, **intake_settings, public_url="https://lapor.example", push_key=PUBLIC)


def sent(stage: Stage) -> dict[str, str]:
    """A report: its number and its receipt."""
    report = {"body": "Lampu jalan mati di Jl. Mawar sejak kemarin", "reporter": {"email": "siti@warga.example"}}
    answer = stage.client.post("/api/v1/reports", json=report)
    return {"tracking_id": answer.json["tracking_id"], "receipt": answer.json["receipt"]}


def subscription(receipt: str, **changes: Any) -> dict[str, Any]:
    """What a browser gives."""
    keys = {"p256dh": PUBLIC, "auth": "AAECAwQFBgcICQoLDA0ODw"}
    return {"receipt": receipt, "endpoint": ENDPOINT, "keys": keys, **changes}


def test_a_new_address_takes_the_place_of_the_old_one(stage: Stage, notification_key: PrivateKey) -> None:
    slip = sent(stage)

    answer = stage.client.post(
        f"/kabar/{slip['tracking_id']}", data={"receipt": slip["receipt"], "wish": "address", "address": NEW}
    )

    first, later = stage.announced(ContactSealed)
    contact = opened(later, notification_key)
    assert answer.status_code == 200
    assert (first.given_at, later.given_at) == (None, stage.clock.now())
    assert (contact["via"], contact["email"], "phone" in contact) == ("email", NEW, False)
    assert NEW in [record.email for record in kept(stage)]
    assert NEW not in str(stage.announced())


@pytest.mark.parametrize(("chosen", "sealed"), [("", None), ("id", "id"), ("en", "en")])
def test_the_language_of_the_news_is_sealed_with_the_address(
    stage: Stage, notification_key: PrivateKey, chosen: str, sealed: str | None
) -> None:
    slip = sent(stage)
    wish = {"receipt": slip["receipt"], "address": NEW, "language": chosen}

    by_page = stage.client.post(f"/kabar/{slip['tracking_id']}", data=wish | {"wish": "address"})
    by_api = stage.client.put(f"/api/v1/contacts/{slip['tracking_id']}", json=wish)

    _, *later = stage.announced(ContactSealed)
    assert (by_page.status_code, by_api.status_code) == (200, 204)
    assert [opened(event, notification_key).get("language") for event in later] == [sealed, sealed]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"language": "jv"}, 422, id="a language in which nothing is written"),
        pytest.param({"address": "di rumah"}, 422, id="no address"),
        pytest.param({"receipt": "1234 5678 1234 5678"}, 404, id="not its receipt"),
    ],
)
def test_a_wish_that_cannot_be_granted_seals_nothing(stage: Stage, changes: dict[str, str], status: int) -> None:
    slip = sent(stage)
    wish = {"receipt": slip["receipt"], "address": NEW, "language": "en", **changes}

    by_page = stage.client.post(f"/kabar/{slip['tracking_id']}", data=wish | {"wish": "address"})
    by_api = stage.client.put(f"/api/v1/contacts/{slip['tracking_id']}", json=wish)

    assert (by_page.status_code, by_api.status_code) == (status, status)
    assert len(stage.announced(ContactSealed)) == 1


@pytest.mark.parametrize("wish", ["", "address", "stop"])
def test_nobody_but_who_holds_the_receipt_may(stage: Stage, wish: str) -> None:
    slip = sent(stage)
    guess = {"receipt": "1234 5678 1234 5678", "wish": wish, "address": NEW}

    answers = [stage.client.post(f"/kabar/{number}", data=guess) for number in (slip["tracking_id"], "7K3M-9QXF-2TPA")]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text.replace(slip["tracking_id"], "") == answers[1].text.replace("7K3M-9QXF-2TPA", "")
    assert len(stage.announced(ContactSealed)) == 1
    assert stage.announced(ReporterStopped) == []


def test_what_is_no_address_is_said_so(stage: Stage) -> None:
    slip = sent(stage)

    answer = stage.client.post(
        f"/kabar/{slip['tracking_id']}", data={"receipt": slip["receipt"], "wish": "address", "address": "di rumah"}
    )

    assert answer.status_code == 422
    assert "Bukan alamat surel" in answer.text


def test_a_browser_is_sealed_for_notification(stage: Stage, notification_key: PrivateKey) -> None:
    slip = sent(stage)

    answers = [
        stage.client.post(f"/api/v1/push/{slip['tracking_id']}", json=subscription(slip["receipt"])) for _ in range(2)
    ]

    first, again = stage.announced(PushSubscribed)
    content = orjson.loads(SealedBox(notification_key).decrypt(base64.b64decode(first.sealed)))
    assert [answer.status_code for answer in answers] == [204, 204]
    assert first.subscription_id == again.subscription_id
    assert content["via"] == "push"
    assert orjson.loads(content["account"])["endpoint"] == ENDPOINT
    assert "fcm.googleapis" not in str(first)


@pytest.mark.parametrize(
    "endpoint",
    [
        pytest.param("https://127.0.0.1:5432/", id="one of our own"),
        pytest.param("http://fcm.googleapis.com/x", id="unencrypted"),
        pytest.param("https://fcm.googleapis.com.evil.example/x", id="nearly"),
        pytest.param("https://fcm.googleapis.com@evil.example/x", id="only its user is called so"),
        pytest.param("https://fcm.googleapis.com:8443/x", id="another port"),
        pytest.param("https://push.apple.com/x", id="not below it"),
    ],
)
def test_only_the_services_of_browsers_are_ever_called(stage: Stage, endpoint: str) -> None:
    slip = sent(stage)

    answer = stage.client.post(
        f"/api/v1/push/{slip['tracking_id']}", json=subscription(slip["receipt"], endpoint=endpoint)
    )

    assert answer.status_code == 422
    assert stage.announced(PushSubscribed) == []


@pytest.mark.parametrize(
    "keys",
    [
        {"p256dh": "AAAA", "auth": "AAECAwQFBgcICQoLDA0ODw"},
        {"p256dh": PUBLIC, "auth": "short"},
        {"p256dh": PUBLIC[:-3] + "AAA", "auth": "AAECAwQFBgcICQoLDA0ODw"},
        {"p256dh": "?", "auth": "?"},
    ],
)
def test_keys_that_are_none_are_refused(stage: Stage, keys: dict[str, str]) -> None:
    slip = sent(stage)

    answer = stage.client.post(f"/api/v1/push/{slip['tracking_id']}", json=subscription(slip["receipt"], keys=keys))

    assert answer.status_code == 422


def test_one_click_in_a_letter_ends_the_notices_and_a_look_at_it_does_not(
    stage: Stage, notification_key: PrivateKey
) -> None:
    slip = sent(stage)
    (contact,) = stage.announced(ContactSealed)
    address = f"/berhenti/{opened(contact, notification_key)['stop']}"

    looked = stage.client.get(address)
    before = stage.announced(ReporterStopped)
    clicked = stage.client.post(address, data={"List-Unsubscribe": "One-Click"})

    (stopped,) = stage.announced(ReporterStopped)
    assert (looked.status_code, before, clicked.status_code) == (200, [], 200)
    assert stopped.tracking_id == slip["tracking_id"]


@pytest.mark.parametrize("token", ["0" * 64, "x", "0" * 32 + "é" * 32])
def test_nobody_can_make_such_an_address(stage: Stage, token: str) -> None:
    sent(stage)

    assert stage.client.post(f"/berhenti/{token}").status_code == 404
    assert stage.announced(ReporterStopped) == []


def test_only_an_app_that_tells_its_users_itself_is_named_to_notification(
    engine: sa.Engine, intake_settings: dict[str, Any], notification_key: PrivateKey
) -> None:
    stage = Stage(service, engine, **intake_settings, telling_apps={"jaki"})
    report = {"report_id": str(uuid4()), "channel": Channel.PARTNER, "body": "Lampu jalan mati di Jl. Mawar Rengat"}

    for sender in ("jaki", "medan"):
        stage.hear(submitted(**report | {"idempotency_key": sender}), sender=sender)

    (contact,) = stage.announced(ContactSealed)
    assert opened(contact, notification_key)["app"] == "jaki"
