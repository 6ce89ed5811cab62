"""Where the vault's master key comes from: a file, the environment, or a key service that never gives it away."""

import base64
import http.client
import ssl
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

import orjson

from lapor_chassis.errors import AwayError
from lapor_chassis.settings import ServiceSettings, key_bytes, setting
from lapor_chassis.telemetry import log
from lapor_intake.vault import LocalKey, MasterKey, Vault, VaultError

#: Seconds for which one key from the service wraps data keys here.
_LASTS = 3_600
_TIMEOUT = 5


class KeyServiceAwayError(VaultError, AwayError):
    """The key service does not answer, or lets us in no more: what needs it waits."""


@dataclass(frozen=True)
class _Borrowed:
    """A key that the service made for us, and the form in which only the service can read it."""

    ciphertext: str
    key: LocalKey
    until: float


class TransitKey:
    """A master key in HashiCorp Vault's transit engine, or in anything that speaks its HTTP form.

    A call for each report would make the service the slowest part of the road, and its every pause one of ours. So
    each process borrows a key from it for an hour (``datakey/plaintext``) and wraps with that; what is wrapped begins
    with the borrowed key as the service encrypted it. To open, the service decrypts that; it is asked once for each.
    """

    def __init__(self, *, host: str, port: int | None, mount: str, name: str, token: str, tls: bool = True) -> None:
        self._host, self._port, self._tls, self._token = host, port, tls, token
        self._mount, self._name = mount, name
        self._borrowed: _Borrowed | None = None
        self._borrowing = threading.Lock()
        self._decrypted = lru_cache(maxsize=1_000)(self._decrypt)

    @classmethod
    def from_url(cls, text: str) -> Self:
        """``transit+https://HOST:8200/MOUNT/KEY?token=file:PATH``; the token may also stand there itself."""
        url = urlsplit(text)
        mount, _, name = url.path.strip("/").rpartition("/")
        token = parse_qs(url.query).get("token", [""])[0]
        if url.scheme not in ("transit+https", "transit+http") or not (url.hostname and mount and name and token):
            raise ValueError("must be transit+https://HOST:PORT/MOUNT/KEY?token=file:PATH")
        tls = url.scheme == "transit+https"
        return cls(host=url.hostname, port=url.port, mount=mount, name=name, token=token, tls=tls)

    def __repr__(self) -> str:
        return f"TransitKey({self._mount}/{self._name})"

    @property
    def key_id(self) -> str:
        """``transit/lapor:v3``: the version with which the service encrypts now."""
        return self._id(self._present().ciphertext)

    def made(self, key_id: str) -> bool:
        """Whether some version of this key has that id."""
        return key_id.rpartition(":")[0] == f"{self._mount}/{self._name}"

    def wrap(self, data_key: bytes, context: bytes) -> tuple[str, bytes]:
        """Encrypt a data key with the borrowed one."""
        borrowed = self._present()
        _, wrapped = borrowed.key.wrap(data_key, context)
        begin = borrowed.ciphertext.encode()
        return self._id(borrowed.ciphertext), len(begin).to_bytes(2) + begin + wrapped

    def unwrap(self, wrapped: bytes, context: bytes) -> bytes:
        """Decrypt a data key with the one that was borrowed then."""
        end = 2 + int.from_bytes(wrapped[:2])
        ciphertext, present = wrapped[2:end].decode(), self._borrowed
        own = present.key if present and present.ciphertext == ciphertext else None
        return (own or self._decrypted(ciphertext)).unwrap(wrapped[end:], context)

    def _id(self, ciphertext: str) -> str:
        return f"{self._mount}/{self._name}:{ciphertext.split(':')[1]}"

    def _present(self) -> _Borrowed:
        with self._borrowing:
            if self._borrowed is None or self._borrowed.until < time.monotonic():
                self._borrowed = self._borrow(instead_of=self._borrowed)
            return self._borrowed

    def _borrow(self, instead_of: _Borrowed | None) -> _Borrowed:
        until = time.monotonic() + _LASTS
        try:
            made = self._ask(f"datakey/plaintext/{self._name}", {"bits": 256})
        except KeyServiceAwayError as error:
            if instead_of is None:
                raise
            # No report is refused because the service pauses: the key at hand is as good as an hour ago.
            log.warning("key service away", error=str(error))
            return _Borrowed(instead_of.ciphertext, instead_of.key, time.monotonic() + 60)
        return _Borrowed(made["ciphertext"], LocalKey(base64.b64decode(made["plaintext"])), until)

    def _decrypt(self, ciphertext: str) -> LocalKey:
        opened = self._ask(f"decrypt/{self._name}", {"ciphertext": ciphertext})
        return LocalKey(base64.b64decode(opened["plaintext"]))

    def _ask(self, path: str, body: dict[str, Any]) -> dict[str, str]:
        headers = {"X-Vault-Token": self._present_token(), "Content-Type": "application/json"}
        connection = self._connection()
        try:
            connection.request("POST", f"/v1/{self._mount}/{path}", orjson.dumps(body), headers)
            answer = connection.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise KeyServiceAwayError(f"{self!r} does not answer ({type(error).__name__})") from None
        finally:
            connection.close()
        if answer.status == 400:  # a key version that was destroyed, or something that it never encrypted
            raise VaultError(f"{self!r} cannot decrypt this")
        if answer.status != 200:
            raise KeyServiceAwayError(f"{self!r} answers {answer.status}")
        data: dict[str, str] = orjson.loads(content)["data"]
        return data

    def _connection(self) -> http.client.HTTPConnection:
        if self._tls:
            context = ssl.create_default_context()
            return http.client.HTTPSConnection(self._host, self._port, timeout=_TIMEOUT, context=context)
        return http.client.HTTPConnection(self._host, self._port, timeout=_TIMEOUT)

    def _present_token(self) -> str:
        # An agent beside us renews the file, so it is read each time.
        if self._token.startswith("file:"):
            return Path(self._token.removeprefix("file:")).read_text().strip()
        return self._token


def master_key(text: str) -> MasterKey:
    """Read the setting: 32 bytes in base64, ``file:PATH``, or ``transit+https://…``."""
    return TransitKey.from_url(text) if text.startswith("transit+") else LocalKey(key_bytes(text))


def _master_keys(text: str) -> tuple[MasterKey, ...]:
    return tuple(master_key(one.strip()) for one in text.split(",") if one.strip())


@dataclass(frozen=True, kw_only=True)
class KeySettings(ServiceSettings):
    """Which master keys the vault has."""

    vault_key: MasterKey = setting("LAPOR_INTAKE_VAULT_KEY", read=master_key)
    vault_old_keys: tuple[MasterKey, ...] = setting("LAPOR_INTAKE_VAULT_OLD_KEYS", default=(), read=_master_keys)

    @property
    def vault(self) -> Vault:
        """The vault with these keys."""
        return Vault(self.vault_key, self.vault_old_keys)
