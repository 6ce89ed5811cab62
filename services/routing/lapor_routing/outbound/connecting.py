"""Connecting bodies' own systems, exchanging their secrets, ending it: what operators and coordinators do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_routing.domain.delivering import Means
from lapor_routing.outbound import store
from lapor_routing.outbound.keys import Secret, Strongbox, new_secret, rotated
from lapor_routing.outbound.web import checked_url

#: So long both secrets are valid, unless somebody says otherwise.
OVERLAP = timedelta(hours=24)

NOT_CONNECTED = Refusal("Sistem instansi ini tidak terhubung (this body's system is not connected).", code="not_found")


@dataclass(frozen=True, kw_only=True)
class Connect:
    """A body's own system is to be reached in this way."""

    code: str
    means: Means
    address: str = ""
    settings: Mapping[str, Any] | None = None
    key: str | None = None
    """What the body itself gave us (Open311's api_key). For webhooks and letters we make one."""


def connect(command: Connect, tx: Transaction, strongbox: Strongbox) -> str | None:
    """Connect it; returns the secret that the body must be told, this once. ValueError says what is wrong."""
    address = command.address
    if command.means in (Means.WEBHOOK, Means.OPEN311):
        checked_url(address)
        address = address.rstrip("/") if command.means is Means.OPEN311 else address
    if command.means is Means.EMAIL and ("@" not in address or not address.isprintable() or " " in address):
        raise ValueError("is no e-mail address")
    made = new_secret() if command.means in (Means.WEBHOOK, Means.EMAIL) else None
    secret = made or command.key
    locked = strongbox.lock(command.code, [Secret(secret)]) if secret else None
    store.connect(tx, command.code, command.means, address=address, settings=command.settings, locked=locked)
    return made if command.means is Means.WEBHOOK else None


def rotate(code: str, tx: Transaction, strongbox: Strongbox, *, overlap: timedelta = OVERLAP) -> str | Refusal:
    """A new secret; the present ones stay valid for the overlap. Returns the new one, this once."""
    line = store.find_line(tx, code)
    if line is None or line.means not in (Means.WEBHOOK, Means.EMAIL):
        return NOT_CONNECTED
    new = new_secret()
    secrets = rotated(strongbox.open(code, line.locked), new, at=tx.now, until=tx.now + overlap)
    store.save_secrets(tx, code, strongbox.lock(code, secrets))
    return new


def resume(code: str, tx: Transaction) -> None:
    """Go on with a body's system that was asked no more, or is paused: what waits is due at once, in its order."""
    store.resume(tx, code)
    store.make_due(tx, code)


def redeliver(
    code: str,
    tx: Transaction,
    *,
    since: datetime | None = None,
    delivery_id: UUID | None = None,
    tracking_id: str | None = None,
) -> int | Refusal:
    """Bring once more what a body's system has had."""
    if store.find_line(tx, code) is None:
        return NOT_CONNECTED
    if since is None and delivery_id is None and tracking_id is None:
        raise ValueError("which of them, of which report, or since when")
    return store.redeliver(tx, code, since=since, delivery_id=delivery_id, tracking_id=tracking_id)
