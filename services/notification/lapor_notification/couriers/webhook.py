"""Webhooks: the app by which somebody reported tells its user itself."""

import http.client
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import SplitResult

import orjson
from standardwebhooks import Webhook as Signature

from lapor_chassis.settings import server_url
from lapor_chassis.trouble import Trouble
from lapor_notification.couriers.courier import TIMEOUT, Message, trouble_of
from lapor_notification.domain import Delivered, Outcome, Undelivered

_LINE = re.compile(r"(?P<name>[\w.-]+)\s+(?P<address>\S+)\s+(?P<secret>whsec_\S+)")


@dataclass(frozen=True)
class App:
    """Where an app hears, and the secret by which it knows that it is us."""

    address: SplitResult
    signature: Signature = field(repr=False)


@dataclass(frozen=True)
class Webhooks:
    """The apps that want to hear, by the names under which they hand reports in (`lapor adapter add`)."""

    apps: Mapping[str, App]

    @classmethod
    def from_file(cls, text: str) -> Self:
        """Read the setting: a file with a line ``NAME ADDRESS SECRET`` for each app."""
        apps: dict[str, App] = {}
        for number, line in enumerate(Path(text).read_text().splitlines(), 1):
            if not line.strip() or line.startswith("#"):
                continue
            found = _LINE.fullmatch(line.strip())
            if not found:
                raise ValueError(f"line {number} must be NAME ADDRESS whsec_SECRET")
            apps[found["name"]] = App(server_url(found["address"], "https", "http"), Signature(found["secret"]))
        return cls(apps)

    def send(self, message: Message) -> Outcome:
        """Post it, signed as Standard Webhooks says. The notice's id is the message's: twice the same is once."""
        app = self.apps.get(message.to)
        if app is None:
            return Undelivered(message.via, "the app has no webhook", Trouble.REFUSED)
        news = {
            "type": f"notice.{message.template}",
            "timestamp": message.written_at,
            "data": {"tracking_id": message.tracking_id, "text": message.text},
        }
        body, url, name = orjson.dumps(news), app.address, str(message.notice_id)
        headers = {
            "Content-Type": "application/json",
            "webhook-id": name,
            "webhook-timestamp": str(int(message.written_at.timestamp())),
            "webhook-signature": app.signature.sign(name, message.written_at, body.decode()),
        }
        connect = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
        connection = connect(url.hostname or "", url.port, timeout=TIMEOUT)
        try:
            connection.request("POST", (url.path or "/") + (f"?{url.query}" if url.query else ""), body, headers)
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException) as error:
            return Undelivered(message.via, f"the app did not answer ({type(error).__name__})", Trouble.AWAY)
        finally:
            connection.close()
        if 200 <= status < 300:
            return Delivered(message.via)
        return Undelivered(message.via, f"the app answered HTTP {status}", trouble_of(status))
