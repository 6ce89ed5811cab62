"""The key pair to which reporters' contacts are sealed: everybody may seal, only this service can open."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

import orjson
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from lapor_chassis.settings import key_bytes
from lapor_notification.domain import Contact, Via


@dataclass(frozen=True)
class KeyPair:
    """Two Curve25519 keys in base64: ``private`` for this service alone, ``public`` for intake."""

    private: str = field(repr=False)
    public: str


def new_keypair() -> KeyPair:
    """A fresh pair, for a new installation."""
    private = PrivateKey.generate()
    return KeyPair(base64.b64encode(bytes(private)).decode(), base64.b64encode(bytes(private.public_key)).decode())


def private_key(text: str) -> PrivateKey:
    """Read the setting: 32 bytes in base64, or ``file:PATH``. The object does not show its content."""
    key = key_bytes(text)
    if len(key) != PrivateKey.SIZE:
        raise ValueError(f"a Curve25519 key has {PrivateKey.SIZE} bytes, this one {len(key)}")
    return PrivateKey(key)


def seal_contact(contact: Mapping[str, str], key: PrivateKey) -> str:
    """An address that was given to this service itself, as all others are kept."""
    return base64.b64encode(SealedBox(key.public_key).encrypt(orjson.dumps(dict(contact)))).decode()


def open_contact(sealed: str, key: PrivateKey) -> Contact:
    """Who to write to; raises ValueError, without a word of the content, where the box cannot be opened."""
    try:
        opened = orjson.loads(SealedBox(key).decrypt(base64.b64decode(sealed, validate=True)))
        prefers = str(opened["via"])
        written = {Via.SMS: opened.get("phone"), Via.EMAIL: opened.get("email")}
        if opened.get("account"):
            written[Via(prefers)] = opened["account"]
        if opened.get("app"):
            prefers, written[Via.WEBHOOK] = Via.WEBHOOK, opened["app"]
        return Contact(
            prefers=prefers,
            addresses={via: str(to) for via, to in written.items() if to},
            receipt=opened.get("receipt"),
            comment=opened.get("comment"),
            token=opened.get("token"),
            proof=opened.get("proof"),
            stop=opened.get("stop"),
            language=opened.get("language"),
        )
    except (CryptoError, ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"the sealed contact cannot be opened ({type(error).__name__})") from None
