"""The system's keys: made once into a folder, and named to the services by their variables."""

import base64
import os
import secrets
from collections.abc import Callable
from pathlib import Path

from nacl.public import PrivateKey

from lapor_chassis.sign_in import SigningKey


def ensure_keys(folder: Path) -> dict[str, str]:
    """The variables that name the keys in ``folder``; those that are missing are made."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    tracking = _kept(folder / "tracking.key", lambda: _base64(secrets.token_bytes(32)))
    sealing = _kept(folder / "notification.key", lambda: _base64(bytes(PrivateKey.generate())))
    signing = _kept(folder / "sign-in.pem", lambda: SigningKey.generate().pem)
    public = PrivateKey(base64.b64decode(sealing.read_text())).public_key
    sealing_public = _kept(folder / "notification.pub", lambda: _base64(bytes(public)))
    signing_public = _kept(folder / "sign-in.pub.pem", lambda: SigningKey(signing.read_text()).public_pem)
    return {
        "LAPOR_TRACKING_KEY": f"file:{tracking}",
        "LAPOR_NOTIFICATION_PRIVATE_KEY": f"file:{sealing}",
        "LAPOR_NOTIFICATION_PUBLIC_KEY": f"file:{sealing_public}",
        "LAPOR_SIGN_IN_PRIVATE_KEY": f"file:{signing}",
        "LAPOR_SIGN_IN_PUBLIC_KEY": f"file:{signing_public}",
    }


def _kept(path: Path, make: Callable[[], str]) -> Path:
    if not path.exists():
        # Written aside and renamed: a kill in between must not leave half a key.
        draft = path.with_suffix(".new")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            file.write(make())
        draft.rename(path)
    return path


def _base64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()
