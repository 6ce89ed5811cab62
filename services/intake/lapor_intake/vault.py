"""Who the reporter is: kept in this table and read by nothing else; sealed, so that only notification can open it."""

import base64
import hashlib
from uuid import UUID

import orjson
import sqlalchemy as sa
from nacl.public import PublicKey, SealedBox

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ContactSealed
from lapor_contracts.vocabulary import Channel
from lapor_intake.domain import Reporter
from lapor_intake.store import metadata, reports

vault = sa.Table(
    "vault",
    metadata,
    sa.Column("report_id", sa.Uuid, sa.ForeignKey(reports.c.report_id), primary_key=True),
    sa.Column("name", sa.Text),
    sa.Column("phone", sa.Text),
    sa.Column("email", sa.Text),
    comment="Identities of reporters. No other table, event or log holds any of it.",
)


def keep(tx: Transaction, report_id: UUID, reporter: Reporter) -> None:
    """Put the reporter away."""
    tx.add(vault, {"report_id": report_id, "name": reporter.name, "phone": reporter.phone, "email": reporter.email})


class ContactSealer:
    """Seals contacts for the holder of the private key, which is notification."""

    def __init__(self, public_key: bytes) -> None:
        self._box = SealedBox(PublicKey(public_key))
        self._key_id = hashlib.sha256(public_key).hexdigest()[:16]

    def seal(self, report_id: UUID, tracking_id: str, channel: Channel, reporter: Reporter) -> ContactSealed:
        """How to reach the reporter: by the way the report came, where that is possible."""
        by_mail = channel is not Channel.SMS and reporter.email
        contact = {"via": "email" if by_mail else "sms", "phone": reporter.phone, "email": reporter.email}
        sealed = self._box.encrypt(orjson.dumps(contact))
        return ContactSealed(
            report_id=report_id,
            tracking_id=tracking_id,
            sealed=base64.b64encode(sealed).decode(),
            key_id=self._key_id,
        )
