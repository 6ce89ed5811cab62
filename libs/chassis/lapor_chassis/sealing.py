"""Texts that one reader alone can open, whoever carries and keeps them: a whistleblower's report, and the answers.

A text is sealed for a public key (X25519) and opened with its private one. The construction is made of what every
browser's WebCrypto can do, so that an oversight body's key never has to leave its officer's machine:

    shared  = X25519(a key made for this text alone, the reader's key)
    secrets = HKDF-SHA256(shared, salt = both public keys, info = "lapor-sealed-1"), 44 bytes: AES key and nonce
    sealed  = AES-256-GCM(text, 0x80, zeros to the next whole block), bound to a context (the tracking ID)

It is written as ``lapor-sealed-1:`` and base64 of the new public key and the ciphertext. Another construction would be
another number.
"""

import base64
import binascii
import hashlib
import threading

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

_VERSION = "lapor-sealed-1"
#: How a sealed text begins.
SEAL = f"{_VERSION}:"

#: Texts are filled up to whole blocks, so that the length of a sealed one says little.
_BLOCK = 1024
_END = b"\x80"
_PUBLIC_KEY, _TAG = 32, 16

#: The longest text, in bytes of UTF-8, that fits where an answer or a reply has 10,000 characters.
LONGEST_MESSAGE = 7 * _BLOCK - len(_END)

_PASSES, _MEMORY_KIB = 3, 64 * 1024
_one_at_a_time = threading.Lock()


class SealError(ValueError):
    """What cannot be opened: not sealed, changed on its way, sealed for another key or in another context."""


def new_keypair() -> tuple[X25519PrivateKey, str]:
    """A new private key, and its public one in hexadecimal digits."""
    private_key = X25519PrivateKey.generate()
    return private_key, public_key_of(private_key)


def keypair_from_receipt(receipt: str, tracking_id: str) -> tuple[X25519PrivateKey, str]:
    """The reporter's own keys, which are stored nowhere: the receipt gives them each time anew.

    A receipt has only 16 digits, so whoever tries them all against the public key shall need 64 MiB and a tenth of a
    second for each. Here they are made one after the other, or visitors could take all the memory.
    """
    digits = "".join(c for c in receipt if c.isascii() and c.isdigit())
    salt = hashlib.sha256(f"lapor-reporter-key-1:{tracking_id}".encode()).digest()
    with _one_at_a_time:
        seed = hash_secret_raw(digits.encode(), salt, _PASSES, _MEMORY_KIB, 1, 32, Type.ID)
    private_key = X25519PrivateKey.from_private_bytes(seed)
    return private_key, public_key_of(private_key)


def public_key_of(private_key: X25519PrivateKey) -> str:
    """In hexadecimal digits, as events and tables hold it."""
    return private_key.public_key().public_bytes_raw().hex()


def private_pem(private_key: X25519PrivateKey) -> str:
    """The private key as the text of a file (PKCS 8, unencrypted)."""
    return private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def read_private_pem(text: str) -> X25519PrivateKey:
    """The private key in the text of a file; ValueError where there is none."""
    try:
        key = load_pem_private_key(text.encode(), password=None)
    except (TypeError, UnsupportedAlgorithm):  # TypeError: it needs a password
        raise ValueError("a key that cannot be read here") from None
    if not isinstance(key, X25519PrivateKey):
        raise ValueError("not an X25519 key")
    return key


def seal(text: str, public_key: str, context: str) -> str:
    """The text as only the holder of the private key can read it, and only with the same context."""
    reader = X25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    once, once_public = new_keypair()
    header = bytes.fromhex(once_public)
    cipher, nonce = _cipher(once.exchange(reader), header, reader)
    return SEAL + base64.b64encode(header + cipher.encrypt(nonce, _padded(text.encode()), context.encode())).decode()


def open_sealed(armored: str, private_key: X25519PrivateKey, context: str) -> str:
    """What was sealed; `SealError` if it was not sealed for this key in this context, or is not as it was."""
    header, ciphertext = _parts(armored)
    try:
        shared = private_key.exchange(X25519PublicKey.from_public_bytes(header))
        cipher, nonce = _cipher(shared, header, private_key.public_key())
        return _unpadded(cipher.decrypt(nonce, ciphertext, context.encode())).decode()
    except (InvalidTag, ValueError):  # a key that gives no secret, or none of ours
        raise SealError("cannot be opened with this key") from None


def is_sealed(text: str) -> bool:
    """Whether this is a sealed text, as far as can be seen from outside."""
    try:
        _, ciphertext = _parts(text)
    except SealError:
        return False
    return len(ciphertext) % _BLOCK == _TAG


def _cipher(shared: bytes, header: bytes, reader: X25519PublicKey) -> tuple[AESGCM, bytes]:
    salt = header + reader.public_bytes_raw()
    secrets = HKDF(SHA256(), length=44, salt=salt, info=_VERSION.encode()).derive(shared)
    return AESGCM(secrets[:32]), secrets[32:]


def _parts(armored: str) -> tuple[bytes, bytes]:
    packed = "".join(armored.split())  # mail programs and forms break lines
    if not packed.startswith(SEAL):
        raise SealError(f"does not begin with {SEAL}")
    try:
        raw = base64.b64decode(packed.removeprefix(SEAL), validate=True)
    except (binascii.Error, ValueError):
        raise SealError("not base64") from None
    if len(raw) < _PUBLIC_KEY + _TAG + _BLOCK:
        raise SealError("too short")
    return raw[:_PUBLIC_KEY], raw[_PUBLIC_KEY:]


def _padded(text: bytes) -> bytes:
    text += _END
    return text + bytes(-len(text) % _BLOCK)


def _unpadded(padded: bytes) -> bytes:
    return padded.rstrip(b"\0")[: -len(_END)]
