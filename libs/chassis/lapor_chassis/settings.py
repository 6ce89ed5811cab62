"""Settings: read once from the environment into a frozen object; a wrong one stops the start by its name."""

import base64
import binascii
import dataclasses
import types
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self, Union, get_args, get_origin, get_type_hints
from urllib.parse import SplitResult, urlsplit

from lapor_chassis.errors import SettingsError

_REQUIRED = dataclasses.MISSING


def setting(variable: str, *, default: Any = _REQUIRED, read: Callable[[str], Any] | None = None) -> Any:
    """A field that is read from ``variable``; ``read`` turns its text into the value or raises ValueError."""
    # Values may be secrets, and a settings object may end up in a log.
    return dataclasses.field(default=default, repr=False, metadata={"variable": variable, "read": read})


def key_bytes(text: str) -> bytes:
    """A secret key: base64, or ``file:PATH`` of a file that holds it."""
    if text.startswith("file:"):
        text = Path(text.removeprefix("file:")).read_text().strip()
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None


def pem(text: str) -> str:
    """A PEM text, or ``file:PATH`` of a file that holds it."""
    if text.startswith("file:"):
        text = Path(text.removeprefix("file:")).read_text()
    if "-----BEGIN" not in text:
        raise ValueError("not PEM")
    return text


def broker_uri(text: str) -> str:
    """Where a RabbitMQ is."""
    if not text.startswith(("amqp://", "amqps://")):
        raise ValueError("must begin with amqp:// or amqps://")
    return text


def days(text: str) -> int:
    """A number of days, up to a year."""
    if not text.isdecimal() or not 1 <= int(text) <= 366:
        raise ValueError("not a number of days, 1 to 366")
    return int(text)


def server_url(text: str, *schemes: str) -> SplitResult:
    """The parts of a server's address. What is said of a wrong one repeats nothing of it: it may hold a password."""
    try:
        url = urlsplit(text)
        known = url.scheme in schemes and bool(url.hostname) and url.port != 0
    except ValueError:
        known = False
    if not known:
        raise ValueError(f"must be an address that begins with {' or '.join(f'{scheme}://' for scheme in schemes)}")
    return url


@dataclass(frozen=True, kw_only=True)
class ServiceSettings:
    """What every service is told. Each declares ``database_url`` itself, under a variable of its own."""

    amqp_uri: str | None = setting("AMQP_URI", default=None, read=broker_uri)
    public_url: str = setting("LAPOR_PUBLIC_URL", default="http://127.0.0.1:8000")
    sign_in_public_key: str | None = setting("LAPOR_SIGN_IN_PUBLIC_KEY", default=None, read=pem)
    trusted_proxies: int = setting("LAPOR_TRUSTED_PROXIES", default=0)

    database_url: str = ""

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read every setting, or raise `SettingsError` naming the variable and what is wrong with it."""
        hints = get_type_hints(cls)
        values: dict[str, Any] = {}
        for item in dataclasses.fields(cls):
            variable = item.metadata.get("variable")
            if variable is None:
                continue
            text = environment.get(variable)
            if text:
                reader = item.metadata.get("read") or _reader(hints[item.name])
                try:
                    values[item.name] = reader(text)
                except (ValueError, OSError) as error:
                    raise SettingsError(f"{variable}: {_said(error)}") from None
            elif item.default is _REQUIRED:
                raise SettingsError(f"{variable}: is not set")
        return cls(**values)

    @classmethod
    def variables(cls) -> dict[str, str]:
        """Each variable this service reads, with the field it sets."""
        return {f.metadata["variable"]: f.name for f in dataclasses.fields(cls) if "variable" in f.metadata}


def _said(error: Exception) -> str:
    """The reason without the value: it may be a secret."""
    if isinstance(error, OSError):
        return f"{error.strerror}: {error.filename}"
    return str(error)


def _reader(hint: Any) -> Callable[[str], Any]:
    if get_origin(hint) in (Union, types.UnionType):
        hint = next(arm for arm in get_args(hint) if arm is not type(None))
    readers: dict[Any, Callable[[str], Any]] = {str: str, int: _whole, float: _number, bool: _yes_or_no, Path: Path}
    return readers[hint]


def _whole(text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise ValueError("must be a whole number") from None


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        raise ValueError("must be a number") from None


def _yes_or_no(text: str) -> bool:
    if text.lower() in ("1", "true", "yes", "on"):
        return True
    if text.lower() in ("0", "false", "no", "off"):
        return False
    raise ValueError("must be true or false")
