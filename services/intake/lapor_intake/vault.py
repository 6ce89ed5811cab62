"""Who the reporter is, and the report as it was given: encrypted for each report with a key of its own.

A data key belongs to one report and is itself encrypted ("wrapped") with the master key. Whoever reads the database, or
a backup of it, reads nothing; and to forget a reporter is to destroy one data key.
"""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol
from uuid import UUID

import orjson
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from lapor_chassis.redaction import introduced
from lapor_chassis.transactions import Transaction
from lapor_intake.store import metadata, reports

_NONCE = 12

vault = sa.Table(
    "vault",
    metadata,
    sa.Column("record_id", sa.Uuid, primary_key=True),
    sa.Column("report_id", sa.Uuid, sa.ForeignKey(reports.c.report_id), nullable=False, index=True),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("wrapped_key", sa.LargeBinary),
    sa.Column("sealed", sa.LargeBinary),
    comment="Identities and originals, encrypted: a row for a report, one for each supplement. "
    "Without its wrapped key a row is forgotten for good.",
)


class VaultError(Exception):
    """What lies in the vault cannot be opened. The text never holds any of it."""


@dataclass(frozen=True, kw_only=True)
class Record:
    """What the vault holds of one report."""

    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    account: str | None = field(default=None, repr=False)
    handle: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    receipt: str | None = field(default=None, repr=False)
    """To be repeated to whoever hands the same report in again."""
    title: str | None = field(default=None, repr=False)
    body: str | None = field(default=None, repr=False)
    place: str | None = field(default=None, repr=False)

    @property
    def parts(self) -> tuple[str | None, ...]:
        """All that could give this person away in a text."""
        written = [name for text in (self.title, self.body, self.place) if text for name in introduced(text)]
        return self.name, self.phone, self.email, self.account, self.handle, *written

    @property
    def known(self) -> dict[str, str]:
        """What there is, by name."""
        return {name: value for name, value in vars(self).items() if value is not None}


@dataclass(frozen=True)
class Sealed:
    """Something encrypted under a data key of its own."""

    key_id: str
    """Which master key wraps the data key."""
    wrapped_key: bytes
    content: bytes


class MasterKey(Protocol):
    """Wraps data keys. It may be here, or in a key management service that never gives it away."""

    @property
    def key_id(self) -> str:
        """By which the key that wraps now is known again."""

    def made(self, key_id: str) -> bool:
        """Whether it can unwrap what was wrapped under this id."""

    def wrap(self, data_key: bytes, context: bytes) -> tuple[str, bytes]:
        """Encrypt a data key, and say under which id; the same context is needed to unwrap it."""

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt a data key, or raise `VaultError`."""


class LocalKey:
    """A master key of 32 bytes that this process holds."""

    def __init__(self, key: bytes) -> None:
        if len(key) != 32:
            raise ValueError(f"the vault's key has 32 bytes, this one {len(key)}")
        self._cipher = AESGCM(key)
        self.key_id = hashlib.sha256(b"vault" + key).hexdigest()[:16]

    def made(self, key_id: str) -> bool:
        """Whether this is the key."""
        return key_id == self.key_id

    def wrap(self, data_key: bytes, context: bytes) -> tuple[str, bytes]:
        """Encrypt a data key."""
        return self.key_id, _encrypt(self._cipher, data_key, context)

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt a data key."""
        return _decrypt(self._cipher, wrapped, context)


class Vault:
    """Seals with the current master key; opens what that one or an older one has sealed."""

    def __init__(self, current: MasterKey, old: Sequence[MasterKey] = ()) -> None:
        self.current = current
        self._keys = (current, *old)

    def keep(self, tx: Transaction, report_id: UUID, record: Record, *, record_id: UUID | None = None) -> None:
        """Put a record away: the report's own, or (under the id of a supplement) what came later."""
        record_id = record_id or report_id
        sealed = self.seal(orjson.dumps(record.known), record_id.bytes)
        row = {
            "record_id": record_id,
            "report_id": report_id,
            "key_id": sealed.key_id,
            "wrapped_key": sealed.wrapped_key,
            "sealed": sealed.content,
        }
        tx.add(vault, row)

    def open(self, tx: Transaction, record_id: UUID) -> Record | None:
        """What is kept under this id; None where nothing is, or where it is forgotten."""
        return next(iter(self._opened(tx, vault.c.record_id == record_id)), None)

    def open_all(self, tx: Transaction, report_id: UUID) -> list[Record]:
        """All that is kept of a report: what came in first, then its supplements."""
        return self._opened(tx, vault.c.report_id == report_id)

    def seal(self, content: bytes, context: bytes) -> Sealed:
        """Encrypt something under a data key of its own; it opens in the same context only."""
        data_key = secrets.token_bytes(32)
        return Sealed(*self.current.wrap(data_key, context), _encrypt(AESGCM(data_key), content, context))

    def unseal(self, sealed: Sealed, context: bytes) -> bytes:
        """Decrypt what was sealed in the same context, or raise `VaultError`."""
        data_key = self._unwrapped(sealed.key_id, sealed.wrapped_key, context)
        return _decrypt(AESGCM(data_key), sealed.content, context)

    def rewrap(self, key_id: str, wrapped_key: bytes, context: bytes) -> tuple[str, bytes]:
        """The same data key under the current master key, and that one's id."""
        return self.current.wrap(self._unwrapped(key_id, wrapped_key, context), context)

    def _unwrapped(self, key_id: str, wrapped_key: bytes, context: bytes) -> bytes:
        master = next((key for key in self._keys if key.made(key_id)), None)
        if master is None:
            raise VaultError(f"the master key {key_id} is not known here")
        return master.unwrap(wrapped_key, context)

    def _opened(self, tx: Transaction, wanted: sa.ColumnElement[bool]) -> list[Record]:
        query = sa.select(vault).where(wanted, vault.c.wrapped_key.is_not(None)).order_by(vault.c.record_id)
        return [
            Record(**orjson.loads(self.unseal(Sealed(row.key_id, row.wrapped_key, row.sealed), row.record_id.bytes)))
            for row in tx.execute(query)
        ]


def _encrypt(cipher: AESGCM, plain: bytes, context: bytes) -> bytes:
    nonce = secrets.token_bytes(_NONCE)
    return nonce + cipher.encrypt(nonce, plain, context)


def _decrypt(cipher: AESGCM, encrypted: bytes, context: bytes) -> bytes:
    try:
        return cipher.decrypt(encrypted[:_NONCE], encrypted[_NONCE:], context)
    except (InvalidTag, ValueError) as error:
        raise VaultError(f"cannot be decrypted ({type(error).__name__})") from None
