"""How to reach a reporter, sealed so that only notification can open it."""

import base64
import hashlib
from uuid import UUID

import orjson
from nacl.public import PublicKey, SealedBox

from lapor_contracts.events import ContactSealed
from lapor_contracts.vocabulary import Channel
from lapor_intake.domain import Reporter

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
        self, channel: Channel, reporter: Reporter, receipt: str | None = None, *, token: str | None = None
    ) -> str:
        """The contact in base64; ``receipt`` is put in where nobody has shown it to the reporter yet.

        ``token`` is a follower's, with which they confirm and end it.
        """
        contact = {
            "via": _WAYS.get(channel) or ("email" if reporter.email else "sms"),
            "phone": reporter.phone,
            "email": reporter.email,
            "account": reporter.account,
            "comment": reporter.comment,
            "receipt": receipt,
            "token": token,
        }
        known = {name: value for name, value in contact.items() if value}
        return base64.b64encode(self._box.encrypt(orjson.dumps(known))).decode()

    def seal(
        self, report_id: UUID, tracking_id: str, channel: Channel, reporter: Reporter, receipt: str | None
    ) -> ContactSealed:
        """The event that brings the contact of a report to notification."""
        return ContactSealed(
            report_id=report_id,
            tracking_id=tracking_id,
            sealed=self.sealed(channel, reporter, receipt),
            key_id=self.key_id,
        )
