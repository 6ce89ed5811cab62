"""A made-up reporter who cannot be mistaken for anybody else, and every way in which she reports."""

import base64
import hashlib
import hmac
import io
import json
import re
import struct
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import requests
from PIL import Image

from lapor_connect import ChannelAdapter

NAME = "Kenari Rahasiawati"
PHONE = "0877 6543 2198"
EMAIL = "kenari.rahasiawati@example.org"
NIK = "1402015405850007"
ACCOUNT = "kenari_rahasiawati_87"
PLATFORM_ID = "87654321987654321"
REPORTER = {"name": NAME, "phone": PHONE, "email": EMAIL}
#: Seconds of latitude of the place where she took the photograph, as the camera writes them.
PLACE = 1_664_442_987

YESTERDAY = (date.today() - timedelta(days=1)).isoformat()  # noqa: DTZ011

#: She cannot keep herself out of what she writes.
SIGNED = f"Nama saya {NAME}, NIK {NIK}, telepon {PHONE} atau +62-877-6543-2198, surel {EMAIL}. Terima kasih, {NAME}"

#: However a number is written: this is in it, or its digits are.
TRACES = re.compile(
    rf"rahasiawati|kenari|8776\W{{0,2}}543\W{{0,2}}2198|8776543\W?2198|{NIK}|{PLATFORM_ID}", re.IGNORECASE
)

SECRECIES = [{"anonymous": hidden, "secret": secret} for hidden in (False, True) for secret in (False, True)]


def traces(content: bytes | str) -> list[str]:
    """What of her stands in it: in letters, in the camera's bytes, in base64 or hexadecimal."""
    raw = content.encode("utf-8", "surrogateescape") if isinstance(content, str) else content
    found = TRACES.findall(raw.decode("latin-1"))
    found += [form for form in _camera_bytes() if form in raw.decode("latin-1")]
    found += [word for word in _in_other_alphabets() if word in raw.decode("latin-1")]
    return found


def _camera_bytes() -> Iterator[str]:
    for order in "<>":
        raw = struct.pack(f"{order}I", PLACE)
        yield raw.decode("latin-1")
        yield raw.hex()


def _in_other_alphabets() -> Iterator[str]:
    for word in ("rahasiawati", NIK):
        yield word.encode().hex()
        for shift in range(3):  # base64 of a word depends on where in a group of three it begins
            yield base64.b64encode(b" " * shift + word.encode())[4 if shift else 0 : -4].decode()


def photograph() -> bytes:
    """A JPEG that says where it was taken."""
    exif = Image.Exif()
    exif[0x010F] = NAME  # who made the camera: people write their own name there
    exif.get_ifd(0x8825).update({1: "S", 2: (0.0, 22.0, PLACE), 3: "E", 4: (102.0, 32.0, PLACE)})
    file = io.BytesIO()
    Image.new("RGB", (64, 48), "navy").save(file, "JPEG", exif=exif)
    assert traces(file.getvalue())
    return file.getvalue()


@dataclass(frozen=True)
class Keys:
    """What the doors must be shown."""

    adapter: str = ""
    gateway: str = "between the gateway and us"
    meta: str = "between Meta and us"
    x: str = "between X and us"

    @property
    def environment(self) -> dict[str, str]:
        """The settings that open every channel."""
        return {
            "LAPOR_INTAKE_KANNEL_TOKEN": self.gateway,
            "LAPOR_INTAKE_SMS_GATEWAY_TOKEN": self.gateway,
            "LAPOR_INTAKE_TWILIO_AUTH_TOKEN": self.gateway,
            "LAPOR_INTAKE_META_APP_SECRET": self.meta,
            "LAPOR_INTAKE_META_VERIFY_TOKEN": self.meta,
            "LAPOR_INTAKE_X_CONSUMER_SECRET": self.x,
            "LAPOR_INTAKE_X_ACCOUNT": "lapor1708",
            "LAPOR_INTAKE_MAIL_ADDRESSES": "lapor@lapor.example",
            "LAPOR_INTAKE_LIMIT_REPORTER": "none",
        }


@dataclass
class Canary:
    """She, at the doors of one system."""

    url: str
    keys: Keys
    sent: int = 0

    def words(self, about: str) -> str:
        """What she writes: no two texts alike, or the second would be a repeat."""
        self.sent += 1
        return f"{about} di depan pasar Rengat sejak kemarin, yang ke-{self.sent}. {SIGNED}"

    def report(self, about: str, **changes: Any) -> dict[str, Any]:
        """A report as a form or a program sends it."""
        return {
            "title": f"{about}, lapor {NAME}",
            "body": self.words(about),
            "occurred_on": YESTERDAY,
            "region_code": "14.02",
            "place": f"Depan rumah {NAME}",
            **changes,
        }

    def upload(self) -> str:
        """Hand in the photograph; its id."""
        files = {"file": (f"{NAME}.jpg", photograph(), "image/jpeg")}
        return str(self._taken(requests.post(f"{self.url}/api/v1/uploads", files=files, timeout=30)).json()["id"])

    def by_api(self, secrecy: Mapping[str, bool]) -> None:
        """The JSON API, with a photograph."""
        body = self.report("Lampu jalan mati", **secrecy, reporter=REPORTER, attachments=[self.upload()])
        self._taken(requests.post(f"{self.url}/api/v1/reports", json=body, timeout=30))

    def by_form(self, secrecy: Mapping[str, bool]) -> None:
        """The form, with a photograph."""
        form = {**self.report("Jalan berlubang"), **REPORTER, **{name: "true" for name, on in secrecy.items() if on}}
        files = {"attachment": (f"{NAME}.jpg", photograph(), "image/jpeg")}
        self._taken(requests.post(f"{self.url}/lapor", data=form, files=files, timeout=30))

    def by_adapter(self, secrecy: Mapping[str, bool]) -> None:
        """A neighbour's system over HTTPS."""
        body = {**self.report("Sampah menumpuk"), **secrecy, "reporter": REPORTER}
        assert ChannelAdapter("kota", self.url, self.keys.adapter).submit(body).tracking_id

    def by_open311(self, secrecy: Mapping[str, bool]) -> None:
        """A civic app."""
        first, last = NAME.split()
        form = {
            "service_code": "T02",
            "description": self.words("Lampu jalan mati"),
            "address_string": "Rengat, Indragiri Hulu",
            "first_name": first,
            "last_name": last,
            "email": EMAIL,
            "phone": PHONE,
            **{f"attribute[{name}]": "true" for name, on in secrecy.items() if on},
        }
        self._taken(requests.post(f"{self.url}/open311/v2/requests.json", data=form, timeout=30))

    def by_kannel(self) -> None:
        """SMS."""
        query = {"sender": PHONE, "to": "1708", "text": f"INHU {self.words('Lampu jalan mati')}", "id": str(self.sent)}
        headers = {"X-Lapor-Token": self.keys.gateway}
        self._taken(requests.get(f"{self.url}/channels/sms/kannel", params=query, headers=headers, timeout=30))

    def by_gateway(self) -> None:
        """SMS by another gateway; and one part of a long one, whose other part never comes."""
        headers = {"X-Lapor-Token": self.keys.gateway}
        message = {"from": PHONE, "to": "1708", "content": self.words("Selokan mampet"), "id": f"g{self.sent}"}
        part = {**message, "content": SIGNED, "id": "part", "udh": "050003070201"}
        for one in (message, part):
            self._taken(requests.post(f"{self.url}/channels/sms/gateway", json=one, headers=headers, timeout=30))

    def by_whatsapp(self) -> None:
        """WhatsApp."""
        value = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "1708", "phone_number_id": "1"},
            "contacts": [{"profile": {"name": NAME}, "wa_id": "6287765432198"}],
            "messages": [
                {
                    "from": "6287765432198",
                    "id": "wamid.1",
                    "timestamp": "1",
                    "type": "text",
                    "text": {"body": self.words("Air PDAM mati")},
                }
            ],
        }
        entry = [{"id": "1", "changes": [{"field": "messages", "value": value}]}]
        self._deliver("whatsapp", {"object": "whatsapp_business_account", "entry": entry})

    def by_platform(self, platform: str) -> None:
        """A direct message on Facebook or Instagram."""
        message = {
            "sender": {"id": PLATFORM_ID},
            "recipient": {"id": "9"},
            "timestamp": 1,
            "message": {"mid": f"m.{platform}", "text": self.words("Puskesmas tutup")},
        }
        content = {
            "object": "page" if platform == "facebook" else platform,
            "entry": [{"id": "9", "messaging": [message]}],
        }
        self._deliver(platform, content)

    def by_x(self) -> None:
        """A post that mentions us."""
        user = {"id_str": PLATFORM_ID, "screen_name": ACCOUNT, "name": NAME}
        text = f"@lapor1708 #lapor {self.words('Halte rusak')}"
        content = {"for_user_id": "9", "tweet_create_events": [{"id_str": "1", "text": text, "user": user}]}
        body = json.dumps(content).encode()
        signature = base64.b64encode(hmac.digest(self.keys.x.encode(), body, hashlib.sha256)).decode()
        headers = {"X-Twitter-Webhooks-Signature": f"sha256={signature}", "Content-Type": "application/json"}
        self._taken(requests.post(f"{self.url}/channels/x", data=body, headers=headers, timeout=30))

    def wrongly(self) -> None:
        """Each form once with a mistake in it: what is refused must not be remembered either."""
        wrong = self.report("Lampu jalan mati", region_code="99.99", reporter=REPORTER)
        assert requests.post(f"{self.url}/api/v1/reports", json=wrong, timeout=30).status_code == 422
        assert (
            requests.post(f"{self.url}/api/v1/reports", json={**wrong, SIGNED[:40]: 1}, timeout=30).status_code == 422
        )
        assert requests.post(f"{self.url}/lapor", data={**wrong, "reporter": ""}, timeout=30).status_code == 422
        unsigned = requests.post(f"{self.url}/channels/whatsapp", json={"from": SIGNED}, timeout=30)
        assert unsigned.status_code in (401, 403)
        requests.get(f"{self.url}/{NAME}", params={"q": SIGNED}, timeout=30)

    @property
    def ways(self) -> list[Callable[[], None]]:
        """Every way with every secrecy that it offers."""
        chosen = (self.by_api, self.by_form, self.by_adapter, self.by_open311)
        with_secrecy = [lambda way=way, one=one: way(one) for way in chosen for one in SECRECIES]
        platforms = [lambda name=name: self.by_platform(name) for name in ("facebook", "instagram")]
        return [*with_secrecy, self.by_kannel, self.by_gateway, self.by_whatsapp, *platforms, self.by_x]

    def _deliver(self, platform: str, content: Any) -> None:
        body = json.dumps(content).encode()
        signature = hmac.new(self.keys.meta.encode(), body, hashlib.sha256).hexdigest()
        headers = {"X-Hub-Signature-256": f"sha256={signature}", "Content-Type": "application/json"}
        self._taken(requests.post(f"{self.url}/channels/{platform}", data=body, headers=headers, timeout=30))

    def _taken(self, answer: requests.Response) -> requests.Response:
        assert answer.ok, (answer.status_code, answer.text[:500])
        return answer
