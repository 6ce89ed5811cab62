"""Every way in which the canary reports, and writes again about what she has reported."""

import base64
import csv
import hashlib
import hmac
import io
import json
import re
import smtplib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from email.message import EmailMessage
from functools import partial
from pathlib import Path
from typing import Any

import pika
import requests
from tusclient.client import TusClient
from twilio.request_validator import RequestValidator

from lapor_connect import ChannelAdapter
from lapor_connect.broker import Publisher, cloud_event
from lapor_contracts.events import SUBMISSIONS, ReportSubmitted
from tests.support.social import TOKEN, SocialApi
from tests.system.canary import (
    ACCOUNT,
    ADDRESS,
    EMAIL,
    KNOWN,
    NAME,
    PHONE,
    PLATFORM_ID,
    REPORTER,
    SECRET,
    SIGNED,
    photograph,
)

#: The body to which she turns as a whistleblower.
OVERSIGHT = "KPK"

#: Reports travel for her with every combination of these.
SECRECIES = [{"anonymous": hidden, "secret": secret} for hidden in (False, True) for secret in (False, True)]
#: What officers type in for others.
TYPED_IN = ("counter", "box", "letter", "telephone", "fax")

Secrecy = Mapping[str, bool]

_YESTERDAY = (date.today() - timedelta(days=1)).isoformat()  # noqa: DTZ011
_GATEWAY, _META, _X = "between the gateway and us", "between Meta and us", "between X and us"
_WHATSAPP = PHONE.replace("0", "62", 1).replace(" ", "")
_PHOTOGRAPH = "7001"
_OURS = "lapor@lapor.example"


def open_doors(meta: SocialApi) -> dict[str, str]:
    """The settings that open every channel."""
    return {
        "LAPOR_INTAKE_KANNEL_TOKEN": _GATEWAY,
        "LAPOR_INTAKE_SMS_GATEWAY_TOKEN": _GATEWAY,
        "LAPOR_INTAKE_TWILIO_AUTH_TOKEN": _GATEWAY,
        "LAPOR_INTAKE_META_APP_SECRET": _META,
        "LAPOR_INTAKE_META_VERIFY_TOKEN": _META,
        "LAPOR_INTAKE_META_GRAPH_URL": f"http://{TOKEN}@{meta.host}/v25.0",
        "LAPOR_NOTIFICATION_WHATSAPP_URL": f"http://{TOKEN}@{meta.host}/v25.0/1/messages",
        "LAPOR_INTAKE_X_CONSUMER_SECRET": _X,
        "LAPOR_INTAKE_X_ACCOUNT": "lapor1708",
        "LAPOR_INTAKE_MAIL_ADDRESSES": _OURS,
        "LAPOR_INTAKE_LIMIT_REPORTER": "none",
        "LAPOR_INTAKE_LIMIT_ADDRESS": "none",
    }


def meta_with_photograph() -> SocialApi:
    """Meta, which holds the photograph that she sends by WhatsApp."""
    return SocialApi(media={_PHOTOGRAPH: photograph()})


@dataclass
class Canary:
    """She, at the doors of one system."""

    url: str
    officer: str
    """The token of an officer who types in what others say."""
    adapter: str
    """The secret of a neighbour's system; ``broker`` is its address there, where there is a broker."""
    broker: str = ""
    lmtp: int = 0
    """The port for e-mails, where that door is open."""
    sent: int = 0
    slips: dict[str, str] = field(default_factory=dict)
    """Receipts that she was shown and that are kept nowhere, by tracking ID."""

    def travel(self) -> None:
        """Every way with every secrecy that it offers."""
        ways: list[Callable[[Secrecy], None]] = [self.by_api, self.by_app, self.by_form, self.by_adapter]
        ways += [self.by_open311, *(partial(self.at_counter, name) for name in TYPED_IN)]
        if self.broker:
            ways.append(self.by_broker)
            self.by_broker_wrongly()
        for secrecy in SECRECIES:
            for way in ways:
                way(secrecy)
        for alone in (self.by_kannel, self.by_gateway, self.by_twilio, self.by_whatsapp, self.by_x, self.as_whistle):
            alone()
        for platform in ("facebook", "instagram"):
            self.by_platform(platform)
        if self.lmtp:
            self.by_email("Jembatan retak", self._words("Jembatan retak"))

    def by_api(self, secrecy: Secrecy) -> None:
        """The JSON API, with a photograph."""
        upload = self._post("/api/v1/uploads", files={"file": _file()}).json()
        body = self._report("Lampu jalan mati", secrecy, reporter=REPORTER, attachments=[upload["id"]])
        self._post("/api/v1/reports", json=body)

    def by_app(self, secrecy: Secrecy) -> None:
        """The app: a photograph in pieces, over a line that may break."""
        client = TusClient(f"{self.url}/api/v1/uploads/tus")
        uploader = client.uploader(file_stream=io.BytesIO(photograph()), metadata={"filename": _file()[0]})
        uploader.upload()
        upload = str(uploader.url).rpartition("/")[2]
        body = self._report("Pohon tumbang", secrecy, reporter=REPORTER, attachments=[upload])
        self._post("/api/v1/reports", json=body)

    def by_form(self, secrecy: Secrecy) -> None:
        """The form, with a photograph."""
        form = {**self._report("Jalan berlubang", secrecy), **REPORTER}
        self._post("/lapor", data=_ticked(form), files={"attachment": _file()})

    def by_adapter(self, secrecy: Secrecy) -> None:
        """A neighbour's system over HTTPS."""
        body = self._report("Sampah menumpuk", secrecy, reporter=REPORTER)
        assert ChannelAdapter("kota", self.url, self.adapter).submit(body).tracking_id

    def by_broker(self, secrecy: Secrecy) -> None:
        """A neighbour's system over the broker."""
        adapter = ChannelAdapter("kota", self.broker, answer_within=30)
        assert adapter.submit(self._report("Parit tersumbat", secrecy, reporter=REPORTER)).tracking_id
        adapter.close()

    def by_broker_wrongly(self) -> None:
        """What can never become a report, and what is no message at all, from an adapter that waits for no answer."""
        report = self._report("Parit tersumbat", SECRECIES[0], reporter=REPORTER)
        publisher = Publisher(self.broker, patience=10, first_pause=0.1)
        for wrong in ({"region_code": "99.99"}, {"kind": NAME}, {"reporter": json.dumps(REPORTER)}):
            name = str(uuid.uuid4())
            data = {**report, "report_id": name, "idempotency_key": name, **wrong}
            publisher.publish(SUBMISSIONS, partial(cloud_event, ReportSubmitted.type, "adapter/kota", name, data))
        publisher.close()
        with pika.BlockingConnection(pika.URLParameters(self.broker)) as connection:
            about = pika.BasicProperties(message_id=NAME, app_id=EMAIL, headers={"from": PHONE}, user_id="kota")
            connection.channel().basic_publish(SUBMISSIONS, NAME, SIGNED.encode(), about)

    def by_open311(self, secrecy: Secrecy) -> None:
        """A civic app."""
        first, last = NAME.split()
        form = {
            "service_code": "T02",
            "description": self._words("Lampu jalan mati", secrecy),
            "address_string": "Rengat, Indragiri Hulu",
            "first_name": first,
            "last_name": last,
            "email": EMAIL,
            "phone": PHONE,
            **{f"attribute[{name}]": on for name, on in secrecy.items()},
        }
        self._post("/open311/v2/requests.json", data=_ticked(form))

    def at_counter(self, channel: str, secrecy: Secrecy) -> None:
        """An officer types in what she says or wrote, and scans her letter."""
        form = {**self._report("Trotoar rusak", secrecy), **REPORTER, "address": ADDRESS, "channel": channel}
        headers = {"Authorization": f"Bearer {self.officer}"}
        scan = {"scan": _file()} if channel == "letter" else None
        self._post("/digitalisasi", data=_ticked({**form, "key": f"entry-{self.sent}"}), headers=headers, files=scan)

    def write_file(self, path: Path) -> Path:
        """A file with a report for each secrecy, and one that will be refused."""
        rows = [{**self._report("Drainase buruk", secrecy), **REPORTER, "address": ADDRESS} for secrecy in SECRECIES]
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows([*rows, {**rows[0], "region_code": "99.99"}])
        return path

    def by_kannel(self) -> None:
        """SMS."""
        self.send_sms(f"INHU {self._words('Lampu jalan mati')}")

    def send_sms(self, text: str) -> None:
        """Any text, by the first of the gateways."""
        self.sent += 1
        query = {"sender": PHONE, "to": "1708", "text": text, "id": str(self.sent)}
        headers = {"X-Lapor-Token": _GATEWAY}
        _taken(requests.get(f"{self.url}/channels/sms/kannel", params=query, headers=headers, timeout=30))

    def by_gateway(self) -> None:
        """SMS by another gateway; and one part of a long one, whose other part never comes."""
        message = {"from": PHONE, "to": "1708", "content": self._words("Selokan mampet"), "id": f"g{self.sent}"}
        part = {**message, "content": SIGNED, "id": "part", "udh": "050003070201"}
        for one in (message, part):
            self._post("/channels/sms/gateway", json=one, headers={"X-Lapor-Token": _GATEWAY})

    def by_twilio(self) -> None:
        """SMS by Twilio."""
        address = f"{self.url}/channels/sms/twilio"
        form = {"MessageSid": "SM1", "From": f"+{_WHATSAPP}", "To": "1708", "Body": self._words("Tiang listrik miring")}
        signature = RequestValidator(_GATEWAY).compute_signature(address, form)
        self._post("/channels/sms/twilio", data=form, headers={"X-Twilio-Signature": signature})

    def by_whatsapp(self) -> None:
        """WhatsApp, with a photograph."""
        self._deliver_whatsapp("image", {"id": _PHOTOGRAPH, "caption": self._words("Air PDAM mati")})

    def write_on_whatsapp(self, text: str) -> None:
        """Any text, by WhatsApp."""
        self._deliver_whatsapp("text", {"body": text})

    def by_platform(self, platform: str) -> None:
        """Direct messages on Facebook or Instagram: first who she is, then, when asked, what happened where."""
        for text in (SIGNED, self._words("Puskesmas tutup")):
            self.sent += 1
            message = {
                "sender": {"id": PLATFORM_ID},
                "recipient": {"id": "9"},
                "timestamp": 1,
                "message": {"mid": f"m.{self.sent}", "text": text},
            }
            kind = "page" if platform == "facebook" else platform
            self._deliver(platform, {"object": kind, "entry": [{"id": "9", "messaging": [message]}]})

    def by_x(self) -> None:
        """A post that mentions us."""
        user = {"id_str": PLATFORM_ID, "screen_name": ACCOUNT, "name": NAME}
        text = f"@lapor1708 #lapor {self._words('Halte rusak')}"
        content = {"for_user_id": "9", "tweet_create_events": [{"id_str": "1", "text": text, "user": user}]}
        body = json.dumps(content).encode()
        signature = base64.b64encode(hmac.digest(_X.encode(), body, hashlib.sha256)).decode()
        headers = {"X-Twitter-Webhooks-Signature": f"sha256={signature}", "Content-Type": "application/json"}
        self._post("/channels/x", data=body, headers=headers)

    def by_email(self, subject: str, text: str) -> None:
        """An e-mail, with a photograph."""
        self.sent += 1
        letter = EmailMessage()
        letter["From"], letter["To"] = f"{NAME} <{EMAIL}>", _OURS
        letter["Subject"], letter["Message-ID"] = subject, f"<{self.sent}.{EMAIL}>"
        letter.set_content(text)
        letter.add_attachment(photograph(), maintype="image", subtype="jpeg", filename=_file()[0])
        with smtplib.LMTP("127.0.0.1", self.lmtp) as server:
            assert server.send_message(letter) == {}

    def as_whistle(self) -> None:
        """What she knows from within, sealed for an oversight body."""
        self.sent += 1
        form = {
            "key": f"whistle-{self.sent}",
            "oversight": OVERSIGHT,
            "reported": f"Dinas {KNOWN}",
            "title": f"Setoran {KNOWN}",
            "body": f"Kepala dinas meminta setoran, {KNOWN}. {SIGNED}",
            "occurred_on": _YESTERDAY,
            "place": f"Lantai dua {KNOWN}",
            "phone": PHONE,
            "email": EMAIL,
            "understood": "true",
        }
        page = self._post("/lapor/wbs", data=form).text
        tracking_id, receipt = re.findall(r'<code class="id">([0-9A-Z-]+)</code>', page)
        self.slips[tracking_id] = receipt

    def wrongly(self) -> None:
        """Forms with a mistake in them: what is refused must not be remembered either."""
        wrong = self._report("Lampu jalan mati", SECRECIES[0], region_code="99.99", reporter=REPORTER)
        tries = [
            requests.post(f"{self.url}/api/v1/reports", json=wrong, timeout=30),
            requests.post(f"{self.url}/api/v1/reports", json={**wrong, SIGNED[:40]: 1}, timeout=30),
            requests.post(f"{self.url}/lapor", data={**wrong, "reporter": ""}, timeout=30),
            requests.post(f"{self.url}/channels/whatsapp", json={"from": SIGNED}, timeout=30),
            requests.get(f"{self.url}/{NAME}", params={"q": SIGNED}, timeout=30),
        ]
        assert [answer.status_code for answer in tries] == [422, 422, 422, 401, 404]

    def complete(self, tracking_id: str, receipt: str) -> None:
        """What a verifier asked for, on the page for that or by the API."""
        self.sent += 1
        if self.sent % 2:
            form = {"receipt": receipt, "body": SIGNED, "place": f"Depan rumah {NAME}"}
            self._post(f"/lengkapi/{tracking_id}", data=form, files={"attachment": _file()})
        else:
            self._post(f"/api/v1/supplements/{tracking_id}", json={"receipt": receipt, "body": SIGNED})

    def reply(self, channel: str, tracking_id: str, receipt: str) -> None:
        """Write back to the body that answered, the way she came."""
        command = f"BALAS {tracking_id} {SIGNED}"
        match channel:
            case "sms":
                self.send_sms(f"STATUS {tracking_id}")
                self.send_sms(command)
            case "whatsapp":
                self.write_on_whatsapp(command)
            case "email":
                self.by_email(f"Re: LAPOR! {tracking_id}", SIGNED)
            case _:
                self._post(f"/api/v1/reports/{tracking_id}/replies", json={"receipt": receipt, "text": SIGNED})

    def close(self, channel: str, tracking_id: str, receipt: str) -> None:
        """Say that it is done, the way she came."""
        match channel:
            case "sms":
                self.send_sms(f"SELESAI {tracking_id}")
            case "whatsapp":
                self.write_on_whatsapp(f"SELESAI {tracking_id}")
            case _:
                self._post(f"/api/v1/reports/{tracking_id}/closure", json={"receipt": receipt})

    def _words(self, about: str, secrecy: Secrecy = SECRECIES[0]) -> str:
        """What she writes: no two texts alike, or the second would be a repeat."""
        self.sent += 1
        hidden = SECRET if secrecy["secret"] else ""
        return f"{about} di depan pasar Rengat sejak kemarin, yang ke-{self.sent}. {hidden} {SIGNED}"

    def _report(self, about: str, secrecy: Secrecy, **changes: Any) -> dict[str, Any]:
        """A report as a form or a program sends it."""
        return {
            "title": f"{about}, lapor {NAME}",
            "body": self._words(about, secrecy),
            "occurred_on": _YESTERDAY,
            "region_code": "14.02",
            "place": f"Depan rumah {NAME}",
            **secrecy,
            **changes,
        }

    def _deliver_whatsapp(self, kind: str, content: Mapping[str, str]) -> None:
        self.sent += 1
        message = {"from": _WHATSAPP, "id": f"wamid.{self.sent}", "timestamp": "1", "type": kind, kind: content}
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "1708", "phone_number_id": "1"},
            "contacts": [{"profile": {"name": NAME, "username": ACCOUNT}, "wa_id": _WHATSAPP}],
            "messages": [message],
        }
        entry = [{"id": "1", "changes": [{"field": "messages", "value": value}]}]
        self._deliver("whatsapp", {"object": "whatsapp_business_account", "entry": entry})

    def _deliver(self, platform: str, content: Any) -> None:
        body = json.dumps(content).encode()
        signature = hmac.new(_META.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
        self._post(f"/channels/{platform}", data=body, headers=headers)

    def _post(self, path: str, **sent: Any) -> requests.Response:
        return _taken(requests.post(self.url + path, timeout=30, **sent))


def _file() -> tuple[str, bytes, str]:
    return f"{NAME}.jpg", photograph(), "image/jpeg"


def _ticked(form: Mapping[str, Any]) -> dict[str, Any]:
    """As a browser sends it: a box that is not ticked is not sent at all."""
    return {name: "true" if value is True else value for name, value in form.items() if value is not False}


def _taken(answer: requests.Response) -> requests.Response:
    assert answer.ok, (answer.url, answer.status_code, answer.text[:500])
    return answer
