"""To a body's webhook, signed as Standard Webhooks says."""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from standardwebhooks import Webhook as Signature
from standardwebhooks import WebhookVerificationError

from lapor_contracts.envelope import CONTENT_TYPE
from lapor_routing.domain.delivering import Connection, Delivered, Fault, Outcome, Undelivered
from lapor_routing.outbound.store import Delivery
from lapor_routing.outbound.web import Unreachable, Web

#: Answers that speak of the moment or of our being let in, not of this message.
OF_THE_SYSTEM = frozenset({401, 403, 404, 407, 408, 425, 429})


@dataclass(frozen=True)
class Webhook:
    """Posts what bodies are to be told, as CloudEvents: the same documents as over the broker."""

    web: Web

    def send(self, connection: Connection, delivery: Delivery, *, reference: str | None, at: datetime) -> Outcome:
        """Post it, signed with each secret that is valid."""
        signatures = [Signature(secret).sign(str(delivery.id), at, delivery.body) for secret in connection.secrets]
        headers = {
            "Content-Type": CONTENT_TYPE,
            "User-Agent": "LAPOR!",
            "webhook-id": str(delivery.id),
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": " ".join(signatures),
        }
        try:
            answer = self.web.call("POST", connection.address, delivery.body.encode(), headers)
        except Unreachable as trouble:
            return Undelivered(str(trouble))
        return outcome_of(answer.status)


def outcome_of(status: int) -> Outcome:
    """What an HTTP status says about a letter, and about who answers so."""
    if 200 <= status < 300:
        return Delivered()
    reason = f"answers HTTP {status}"
    if status == HTTPStatus.GONE:
        return Undelivered(reason, Fault.GONE)
    is_of_letter = 400 <= status < 500 and status not in OF_THE_SYSTEM
    return Undelivered(reason, Fault.LETTER if is_of_letter else Fault.SYSTEM)


def is_signed(connection: Connection, body: bytes, headers: dict[str, str]) -> bool:
    """Whether this came from the body's own system, in the last minutes: signed with one of its secrets."""
    for secret in connection.secrets:
        try:
            Signature(secret).verify(body, headers, json_parse=False)
        except (WebhookVerificationError, ValueError):  # ValueError: signatures that are none, bytes that are no text
            continue
        return True
    return False
