"""How to reach a reporter, sealed so that only notification can open it."""

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

import orjson
from nacl.public import PublicKey, SealedBox

from lapor_contracts.events import ContactSealed
from lapor_contracts.vocabulary import Channel
from lapor_intake.domain import Fingerprints, Reporter

#: Channels on which the answer goes back the same way.
_WAYS = {
    Channel.SMS: "sms",
    Channel.WHATSAPP: "whatsapp",
    Channel.FACEBOOK: "messenger",
    Channel.INSTAGRAM: "instagram",
    Channel.X: "x",
}


class ContactSealer:
    """Seals contacts for the holder of the private key, which is notification."""

    def __init__(self, public_key: bytes) -> None:
        self._box = SealedBox(PublicKey(public_key))
        self.key_id = hashlib.sha256(public_key).hexdigest()[:16]

    def sealed(
        self,
        channel: Channel,
        reporter: Reporter,
        receipt: str | None = None,
        *,
        token: str | None = None,
        stop: str | None = None,
        app: str | None = None,
        language: str | None = None,
    ) -> str:
        """The contact in base64; ``receipt`` is put in where nobody has shown it to the reporter yet.

        ``token`` is a follower's, with which they confirm and end it; ``stop`` ends a reporter's notices;
        ``app`` is the partner's by which they reported, which may want to tell them itself; ``language`` is the one,
        ``id`` or ``en``, in which alone they want to read.
        """
        contact = {
            "via": _WAYS.get(channel) or ("email" if reporter.email else "sms"),
            "phone": reporter.phone,
            "email": reporter.email,
            "account": reporter.account,
            "comment": reporter.comment,
            "receipt": receipt,
            "token": token,
            "stop": stop,
            "app": app,
            "language": language,
        }
        return self._closed({name: value for name, value in contact.items() if value})

    def sealed_browser(self, subscription: Mapping[str, str]) -> str:
        """A browser that is to show when there is news, in base64."""
        return self._closed({"via": "push", "account": orjson.dumps(subscription).decode()})

    def seal(
        self,
        report_id: UUID,
        tracking_id: str,
        channel: Channel,
        reporter: Reporter,
        receipt: str | None = None,
        *,
        stop: str,
        app: str | None = None,
        language: str | None = None,
        given_at: datetime | None = None,
    ) -> ContactSealed:
        """The event that brings the contact of a report to notification; ``stop`` ends its notices."""
        return ContactSealed(
            report_id=report_id,
            tracking_id=tracking_id,
            sealed=self.sealed(channel, reporter, receipt, stop=stop, app=app, language=language),
            key_id=self.key_id,
            given_at=given_at,
        )

    def _closed(self, content: Mapping[str, str]) -> str:
        return base64.b64encode(self._box.encrypt(orjson.dumps(content))).decode()


def stop_of(report_id: UUID, fingerprints: Fingerprints) -> str:
    """What ends the notices of a report, for whoever got one: nobody else can make it."""
    return report_id.hex + fingerprints.of("stop", report_id.hex)


def report_of(token: str, fingerprints: Fingerprints) -> UUID | None:
    """The report whose notices this ends; None where it is not ours."""
    if not re.fullmatch(r"[0-9a-f]{64}", token):
        return None
    report_id = UUID(hex=token[:32])
    return report_id if hmac.compare_digest(stop_of(report_id, fingerprints), token) else None
