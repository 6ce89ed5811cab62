"""The foreign forms that intake reads, each as a function that brings it any bytes, and examples of the right form."""

import base64
import hashlib
import hmac
import json
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import sqlalchemy as sa
from flask.testing import FlaskClient
from nacl.public import PrivateKey

from lapor_chassis.database import create_engine
from lapor_chassis.migrate import upgrade
from lapor_contracts.events import ReportReceived
from lapor_contracts.vocabulary import Status
from lapor_intake import adapters, service, store
from lapor_intake.attachments.examination import examine
from lapor_intake.attachments.verdicts import UnfitError
from lapor_intake.channels.email.postbox import Postbox
from lapor_intake.vault import LocalKey, vault
from tests.intake import attached
from tests.support.builders import TRACKING_KEY, status_changed
from tests.support.stage import Stage

SECRET = "between the fuzz and us"
PUBLIC_URL = "https://lapor.example"
OUR_ADDRESS = "lapor@lapor.example"
WHAT = "Lampu jalan mati di depan pasar Rengat sejak kemarin, gelap sekali. Hubungi 0812-0000-0001."
FORM = "application/x-www-form-urlencoded"

Send = Callable[["Intake", bytes], int]


class Intake:
    """Intake with all its channels open, on a database of its own."""

    def __init__(self, folder: Path) -> None:
        url = f"sqlite:///{folder}/intake.db"
        engine = create_engine(url)
        upgrade("intake", engine)
        self.stage = Stage(
            service,
            engine,
            database_url=url,
            tracking_key=TRACKING_KEY,
            vault_key=LocalKey(b"k" * 32),
            notification_public_key=bytes(PrivateKey.generate().public_key),
            public_url=PUBLIC_URL,
            attachments=str(folder / "attachments"),
            kannel_token=SECRET,
            sms_gateway_token=SECRET,
            twilio_auth_token=SECRET,
            meta_app_secret=SECRET,
            meta_verify_token=SECRET,
            x_consumer_secret=SECRET,
            x_account="lapor1708",
            mail_addresses=(OUR_ADDRESS,),
            limit_address=None,
            limit_reporter=None,
            limit_newcomers=None,
            limit_uploads=None,
        )
        with self.stage.transactions.begin() as tx:
            self.adapter = adapters.add(tx, "fuzz")
        self.postbox = Postbox(
            reception=service.reception_of(self.stage.settings, self.stage.transactions),
            own=frozenset({OUR_ADDRESS}),
        )

    @property
    def client(self) -> FlaskClient:
        """Brings requests."""
        return self.stage.client

    def check(self) -> None:
        """No report is there by halves: each has its event, its receipt and its record in the vault."""
        events = self.stage.transactions.tables.events
        with self.stage.transactions.read() as connection:
            stored = set(connection.execute(sa.select(store.reports.c.report_id)).scalars())
            kept = set(connection.execute(sa.select(vault.c.record_id)).scalars())
            said = connection.execute(sa.select(events.c.report_id).where(events.c.type == ReportReceived.type))
            assert stored == set(said.scalars())
            assert stored <= kept


@dataclass(frozen=True)
class ForeignForm:
    """One form that others write and we read."""

    send: Send
    """Brings the bytes; returns the status of the answer."""
    examples: tuple[bytes, ...]


def posted(path: str, content_type: str, **headers: str) -> Send:
    """Post the bytes as they are."""

    def send(intake: Intake, content: bytes) -> int:
        return intake.client.post(path, data=content, content_type=content_type, headers=headers).status_code

    return send


def signed_by_meta(path: str) -> Send:
    """As Meta posts."""

    def send(intake: Intake, content: bytes) -> int:
        digest = hmac.new(SECRET.encode(), content, hashlib.sha256).hexdigest()
        return posted(path, "application/json", **{"X-Hub-Signature-256": f"sha256={digest}"})(intake, content)

    return send


def signed_by_x(intake: Intake, content: bytes) -> int:
    """As X posts."""
    digest = base64.b64encode(hmac.digest(SECRET.encode(), content, hashlib.sha256)).decode()
    headers = {"X-Twitter-Webhooks-Signature": f"sha256={digest}"}
    return posted("/channels/x", "application/json", **headers)(intake, content)


def signed_by_twilio(intake: Intake, content: bytes) -> int:
    """As Twilio posts; what it signs are the fields, sorted."""
    fields = parse_qsl(content.decode("utf-8", "replace"), keep_blank_values=True)
    text = f"{PUBLIC_URL}/channels/sms/twilio" + "".join(name + value for name, value in sorted(set(fields)))
    digest = base64.b64encode(hmac.new(SECRET.encode(), text.encode("utf-8", "replace"), hashlib.sha1).digest())
    headers = {"X-Twilio-Signature": digest.decode()}
    return posted("/channels/sms/twilio", FORM, **headers)(intake, urlencode(fields).encode())


def by_adapter(intake: Intake, content: bytes) -> int:
    """As an adapter over HTTPS."""
    headers = {"Authorization": f"Bearer {intake.adapter}"}
    return posted("/api/v1/submissions", "application/json", **headers)(intake, content)


def searched(intake: Intake, content: bytes) -> int:
    """As a civic app asks for requests and for updates."""
    query = content.decode("utf-8", "replace")
    paths = (f"/open311/v2/{what}.{how}" for what in ("requests", "servicerequestupdates") for how in ("xml", "json"))
    return max(intake.client.get(path, query_string=query).status_code for path in paths)


def updated(intake: Intake, content: bytes) -> int:
    """As a civic app adds to a request that it handed in."""
    key = form(api_key=intake.adapter)
    given = form(service_code="T02", description="Lampu mati.", address_string="Rengat")
    taken = intake.client.post("/open311/v2/requests.json", data=given + b"&" + key, content_type=FORM).get_json()
    name = taken[0]["service_request_id"]
    with intake.stage.transactions.read() as connection:
        report_id = connection.execute(sa.select(store.reports.c.report_id).where(store.reports.c.tracking_id == name))
        about = {"report_id": report_id.scalar_one(), "tracking_id": name}
    intake.stage.hear(status_changed(**about, status=Status.ROUTED))  # a body has it
    named = form(service_request_id=name)
    return posted("/open311/v2/servicerequestupdates.json", FORM)(intake, b"&".join((named, key, content)))


def by_mail(intake: Intake, content: bytes) -> int:
    """As a mail server hands it over; an exception is what a 500 is elsewhere."""
    intake.postbox.take(content)
    return 250


def uploaded(intake: Intake, content: bytes) -> int:
    """One file, whose bytes are anything."""
    boundary = "grens"
    head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'.encode()
    body = head + content + f"\r\n--{boundary}--\r\n".encode()
    return posted("/api/v1/uploads", f"multipart/form-data; boundary={boundary}")(intake, body)


def examined(_intake: Intake, content: bytes) -> int:
    """The same in this process, where a fuzzer sees which code of ours the bytes reach."""
    try:
        return 201 if examine(content).display else 500
    except UnfitError:
        return 422


def form(**fields: str) -> bytes:
    """A form as browsers and gateways send it."""
    return urlencode(fields).encode()


def document(content: Mapping[str, Any]) -> bytes:
    """JSON."""
    return json.dumps(content).encode()


_META_MESSAGE = {
    "sender": {"id": "123"},
    "recipient": {"id": "9"},
    "timestamp": 1,
    "message": {"mid": "m1", "text": WHAT},
}
_WHATSAPP = {
    "messaging_product": "whatsapp",
    "metadata": {"display_phone_number": "1708", "phone_number_id": "1"},
    "contacts": [{"profile": {"name": "Warga"}, "wa_id": "6281200000001"}],
    "messages": [{"from": "6281200000001", "id": "wamid.1", "timestamp": "1", "type": "text", "text": {"body": WHAT}}],
}
_LETTER = (
    f"From: Warga <warga@example.org>\r\nTo: {OUR_ADDRESS}\r\nSubject: Lampu mati\r\n"
    f"Message-ID: <1@a>\r\n\r\n{WHAT}\r\n"
)
_MULTIPART = (
    f"From: warga@example.org\r\nTo: {OUR_ADDRESS}\r\nSubject: =?utf-8?q?Lampu?=\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: text/html; charset=iso-8859-1\r\n\r\n'
    f"<p>{WHAT}</p><blockquote>lama</blockquote>\r\n--b\r\nContent-Type: image/jpeg\r\n"
    'Content-Disposition: attachment; filename="a.jpg"\r\nContent-Transfer-Encoding: base64\r\n\r\n'
    "/9j/4AAQSkZJRg==\r\n--b--\r\n"
)

_FILES = (
    attached.photograph(),
    attached.picture("PNG"),
    attached.picture("WEBP"),
    attached.document(),
    attached.video(),
)

FORMS: dict[str, ForeignForm] = {
    "api": ForeignForm(
        posted("/api/v1/reports", "application/json"),
        (document({"body": WHAT, "region_code": "14.02", "reporter": {"phone": "0812-0000-0001"}, "anonymous": True}),),
    ),
    "web": ForeignForm(posted("/lapor", FORM), (form(body=WHAT, key="k", kind="complaint", phone="081200000001"),)),
    "adapter": ForeignForm(by_adapter, (document({"body": WHAT, "idempotency_key": "k", "channel": "whatsapp"}),)),
    "kannel": ForeignForm(
        posted("/channels/sms/kannel", FORM, **{"X-Lapor-Token": SECRET}),
        (
            form(sender="+6281200000001", to="1708", text=f"INHU {WHAT}", id="1"),
            form(sender="+6281200000001", text="STATUS 7K3M-9QXF-2TPA", id="2"),
            form(sender="+6281200000001", text="INHU bagian", id="3", udh="%05%00%03%01%02%01"),
        ),
    ),
    "jasmin": ForeignForm(
        posted("/channels/sms/gateway", FORM, **{"X-Lapor-Token": SECRET}),
        (form(**{"from": "+6281200000001", "to": "1708", "content": WHAT, "id": "1", "coding": "0"}),),
    ),
    "sms-json": ForeignForm(
        posted("/channels/sms/gateway", "application/json", **{"X-Lapor-Token": SECRET}),
        (document({"from": "+6281200000001", "to": "1708", "content": WHAT, "id": "1", "udh": "050003010201"}),),
    ),
    "twilio": ForeignForm(signed_by_twilio, (form(MessageSid="SM1", From="+6281200000001", To="+1708", Body=WHAT),)),
    "whatsapp": ForeignForm(
        signed_by_meta("/channels/whatsapp"),
        (
            document(
                {
                    "object": "whatsapp_business_account",
                    "entry": [{"id": "1", "changes": [{"field": "messages", "value": _WHATSAPP}]}],
                }
            ),
        ),
    ),
    "facebook": ForeignForm(
        signed_by_meta("/channels/facebook"),
        (document({"object": "page", "entry": [{"id": "9", "time": 1, "messaging": [_META_MESSAGE]}]}),),
    ),
    "instagram": ForeignForm(
        signed_by_meta("/channels/instagram"),
        (document({"object": "instagram", "entry": [{"id": "9", "time": 1, "messaging": [_META_MESSAGE]}]}),),
    ),
    "x": ForeignForm(
        signed_by_x,
        (
            document(
                {
                    "for_user_id": "9",
                    "tweet_create_events": [
                        {
                            "id_str": "1",
                            "text": f"@lapor1708 #lapor {WHAT}",
                            "user": {"id_str": "2", "screen_name": "warga"},
                        }
                    ],
                }
            ),
            document(
                {
                    "data": {"id": "1", "text": f"#lapor {WHAT}", "author_id": "2"},
                    "includes": {"users": [{"id": "2", "username": "warga", "name": "Warga"}]},
                    "matching_rules": [{"id": "1"}],
                }
            ),
        ),
    ),
    "email": ForeignForm(by_mail, (_LETTER.encode(), _MULTIPART.encode())),
    "open311": ForeignForm(
        posted("/open311/v2/requests.xml", FORM),
        (
            form(service_code="T02", description=WHAT, address_string="Rengat", email="warga@example.org"),
            form(
                service_code="T01",
                description=WHAT,
                lat="-6.2",
                long="106.8",
                first_name="Siti",
                **{"phone": "081200000001", "media_url": "https://example.org/a.jpg", "attribute[kind]": "aspiration"},
                **{"attribute[occurred_on]": "2026-01-05T23:30:00+07:00", "attribute[region_code]": "31.74"},
                **{"attribute[secret]": "true", "attribute[title]": "Lampu", "jurisdiction_id": "x"},
            ),
        ),
    ),
    "open311-search": ForeignForm(
        searched,
        (
            form(service_code="T01,T02", status="open,closed", page="1", page_size="5"),
            form(start_date="2026-01-01T00:00:00Z", end_date="2026-02-01T00:00:00+07:00"),
            form(service_request_id="7K3M-9QXF-2TPA,x"),
        ),
    ),
    "open311-update": ForeignForm(updated, (form(description=WHAT, update_id="1", status="OPEN", email="a@b.id"),)),
    "upload": ForeignForm(uploaded, _FILES[:1]),
    "attachment": ForeignForm(examined, _FILES),
}


def fresh_intake() -> tuple[Intake, tempfile.TemporaryDirectory[str]]:
    """Intake in a folder that goes with the second value."""
    folder = tempfile.TemporaryDirectory(prefix="lapor-fuzz-")
    return Intake(Path(folder.name)), folder
