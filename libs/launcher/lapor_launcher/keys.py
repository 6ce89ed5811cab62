"""The system's keys: made once into a folder, and named to the services by their variables."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from joserfc.jwk import ECKey
from nacl.public import PrivateKey

from lapor_chassis.push import public_text
from lapor_chassis.sign_in import SigningKey

FILES = {
    "LAPOR_TRACKING_KEY": "tracking.key",
    "LAPOR_TRACKING_AUDIT_KEY": "audit.key",
    "LAPOR_INTAKE_VAULT_KEY": "vault.key",
    "LAPOR_ROUTING_CONNECTION_KEY": "connections.key",
    "LAPOR_NOTIFICATION_PRIVATE_KEY": "notification.key",
    "LAPOR_NOTIFICATION_PUBLIC_KEY": "notification.pub",
    "LAPOR_PUSH_PRIVATE_KEY": "push.pem",
    "LAPOR_PUSH_PUBLIC_KEY": "push.pub",
    "LAPOR_SIGN_IN_PRIVATE_KEY": "sign-in.pem",
    "LAPOR_SIGN_IN_PUBLIC_KEY": "sign-in.pub.pem",
}


def kept_keys(folder: Path) -> dict[str, str]:
    """The variables that name the keys which are in ``folder``."""
    paths = {variable: folder / name for variable, name in FILES.items()}
    kept = {variable: f"file:{path.absolute()}" for variable, path in paths.items() if path.exists()}
    if old := _old_vault_keys(folder):
        kept["LAPOR_INTAKE_VAULT_OLD_KEYS"] = ",".join(f"file:{path.absolute()}" for path in old)
    return kept


def ensure_keys(folder: Path) -> dict[str, str]:
    """The variables that name the keys in ``folder``; those that are missing are made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    _keep(folder / "tracking.key", lambda: _base64(secrets.token_bytes(32)))
    _keep(folder / "audit.key", lambda: _base64(secrets.token_bytes(32)))
    _keep(folder / "vault.key", lambda: _base64(secrets.token_bytes(32)))
    _keep(folder / "connections.key", lambda: _base64(secrets.token_bytes(32)))
    sealing = _keep(folder / "notification.key", lambda: _base64(bytes(PrivateKey.generate())))
    signing = _keep(folder / "sign-in.pem", lambda: SigningKey.generate().pem)
    pushing = _keep(folder / "push.pem", lambda: ECKey.generate_key("P-256").as_pem(private=True).decode())
    _keep(folder / "push.pub", lambda: public_text(ECKey.import_key(pushing)))
    _keep(folder / "notification.pub", lambda: _base64(bytes(PrivateKey(base64.b64decode(sealing)).public_key)))
    _keep(folder / "sign-in.pub.pem", lambda: SigningKey(signing).public_pem)
    return kept_keys(folder)


def new_vault_key(folder: Path) -> None:
    """Make a new master key for the vault. The present one stays beside it, for what it has wrapped."""
    (folder / "vault.key").rename(folder / f"vault-{len(_old_vault_keys(folder)) + 1:03}.old")
    ensure_keys(folder)  # also where the last attempt was killed in between


def _old_vault_keys(folder: Path) -> list[Path]:
    return sorted(folder.glob("vault-*.old"))


def _keep(path: Path, make: Callable[[], str]) -> str:
    """What is in the file; made if there is none."""
    if not path.exists():
        # Written aside and renamed: a kill in between must not leave half a key.
        draft = path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(make())
        draft.rename(path)
    return path.read_text()


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
