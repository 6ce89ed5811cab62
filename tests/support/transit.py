"""The part of HashiCorp Vault's transit engine that we use, over real HTTP: keys with versions that it never shows."""

import base64
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import orjson
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from flask import Flask, Response, request

from lapor_chassis.web import background

TOKEN = "hvs.of-intake"


class TransitEngine:
    """One key, ``transit/lapor``; ``calls`` are the paths that were asked."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.is_sealed = False
        self.oldest = 1
        """Versions before this one are destroyed."""
        self._versions: list[AESGCM] = []
        self.rotate()

    def rotate(self) -> None:
        """Encrypt with a new version from now on."""
        self._versions.append(AESGCM(AESGCM.generate_key(256)))

    @contextmanager
    def running(self) -> Iterator[str]:
        """Listen; yields what LAPOR_INTAKE_VAULT_KEY then says."""
        with background(self._app(), 0) as address:
            yield f"transit+{address}/transit/lapor?token={TOKEN}"

    def _app(self) -> Flask:
        app = Flask(__name__)

        @app.before_request
        def admit() -> Any:
            self.calls.append(request.path)
            if self.is_sealed:
                return _errors(503, "Vault is sealed")
            return None if request.headers.get("X-Vault-Token") == TOKEN else _errors(403, "permission denied")

        @app.post("/v1/transit/datakey/plaintext/lapor")
        def datakey() -> Any:
            key = secrets.token_bytes(request.get_json()["bits"] // 8)
            return _data({"plaintext": base64.b64encode(key).decode(), "ciphertext": self._encrypted(key)})

        @app.post("/v1/transit/decrypt/lapor")
        def decrypt() -> Any:
            _, version, content = request.get_json()["ciphertext"].split(":")
            number, raw = int(version[1:]), base64.b64decode(content)
            if number < self.oldest:
                return _errors(400, "ciphertext or signature version is disallowed by policy (too old)")
            try:
                plain = self._versions[number - 1].decrypt(raw[:12], raw[12:], None)
            except InvalidTag:
                return _errors(400, "cipher: message authentication failed")
            return _data({"plaintext": base64.b64encode(plain).decode()})

        return app

    def _encrypted(self, plain: bytes) -> str:
        nonce = secrets.token_bytes(12)
        content = nonce + self._versions[-1].encrypt(nonce, plain, None)
        return f"vault:v{len(self._versions)}:{base64.b64encode(content).decode()}"


def _data(data: dict[str, str]) -> Response:
    return Response(orjson.dumps({"data": data}), content_type="application/json")


def _errors(status: int, reason: str) -> Response:
    return Response(orjson.dumps({"errors": [reason]}), status, content_type="application/json")
