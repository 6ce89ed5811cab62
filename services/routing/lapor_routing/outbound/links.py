"""Where bodies fetch the files of a report that is theirs, without an account: addresses that open one file each."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from lapor_chassis.sign_in import SigningKey
from lapor_contracts.envelope import decode, encode
from lapor_contracts.events import DispositionAssigned, DispositionReplied, LinkedAttachment
from lapor_routing.outbound.store import Delivery

#: Long enough to fetch a file, and short for what anybody can open to whom a letter is passed on.
LIFETIME = timedelta(days=30)


@dataclass(frozen=True)
class Links:
    """Writes them into what is brought, on its way: none lies in a table, and what is brought again has new ones."""

    key: SigningKey
    public_url: str

    def put_into(self, delivery: Delivery, *, at: datetime) -> Delivery:
        """The delivery, and in it where the files are."""
        if delivery.type not in (DispositionAssigned.type, DispositionReplied.type):
            return delivery
        envelope = decode(delivery.body)
        event = envelope.event
        if not isinstance(event, DispositionAssigned | DispositionReplied) or not event.attachments:
            return delivery
        linked = tuple(self._linked(one, until=at + LIFETIME) for one in event.attachments)
        return replace(delivery, body=encode(replace(envelope, event=replace(event, attachments=linked))).decode())

    def _linked(self, one: LinkedAttachment, *, until: datetime) -> LinkedAttachment:
        admission = self.key.sign_pass(str(one.id), until=until)
        return replace(one, url=f"{self.public_url}/api/v1/attachments/{one.id}/shared?pass={admission}")
