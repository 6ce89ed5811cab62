"""The environment of a larger set-up: a broker, a database for each service, and keys."""

import os
from collections.abc import Mapping
from pathlib import Path

from lapor_chassis.errors import SettingsError
from lapor_launcher.embedded import embedded_environment
from lapor_launcher.keys import ensure_keys, kept_keys
from lapor_launcher.services import NAMES, database_variable

#: One of these is enough to say that nothing is embedded; `lapor up` needs them all.
SERVERS = ("AMQP_URI", *map(database_variable, NAMES))


def is_real(environment: Mapping[str, str]) -> bool:
    """Whether the environment names servers: then nothing is embedded."""
    return any(environment.get(variable) for variable in SERVERS)


def real_environment(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """What the environment says, with keys from ``folder`` where it names none; complains of what must be said."""
    for variable in SERVERS:
        if not given.get(variable):
            raise SettingsError(f"{variable}: is not set; see docs/operations.md, or use `lapor run`, which needs none")
    defaults = {"LAPOR_PUBLIC_URL": f"http://127.0.0.1:{given.get('PORT', '8000')}"}
    return {**defaults, **_files(folder, given), **ensure_keys(folder / "keys"), **given}


def _files(folder: Path, given: Mapping[str, str]) -> dict[str, str]:
    """Attachments lie below the folder; so do notices where nobody carries them, so that a set-up can be tried."""
    attachments = {"LAPOR_INTAKE_ATTACHMENTS": str(folder / "attachments")}
    if given.get("LAPOR_NOTIFICATION_SMS_URL") or given.get("LAPOR_NOTIFICATION_SMTP_URL"):
        return attachments
    return {**attachments, "LAPOR_NOTIFICATION_SINK": str(folder / "notices.jsonl")}


def environment_of(folder: Path) -> dict[str, str]:
    """The environment that an operator's command works in: real where servers are named, else the folder's."""
    if is_real(os.environ):
        kept = kept_keys(folder / "keys")
        # Keys are there because `lapor up` was started on this folder: then its other defaults hold as well.
        return {**kept, **(_files(folder, os.environ) if kept else {}), **os.environ}
    return embedded_environment(folder, os.environ)
