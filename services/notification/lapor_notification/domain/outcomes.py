"""What became of an attempt to bring a notice to somebody."""

from dataclasses import dataclass
from datetime import datetime

from lapor_chassis.trouble import Trouble


@dataclass(frozen=True)
class Delivered:
    """The gateway or mail server took it over."""

    via: str


@dataclass(frozen=True)
class Undelivered:
    """It did not, as far as is known. ``reason`` never holds an address."""

    via: str
    reason: str
    trouble: Trouble = Trouble.LATER

    @property
    def permanent(self) -> bool:
        """Whether trying again by this way cannot help."""
        return self.trouble.is_final


@dataclass(frozen=True)
class Held:
    """It was not its fault, or it was not even tried: its provider is away, or has had enough for now."""

    via: str
    reason: str
    until: datetime


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What a provider says later of a message that it took over."""

    via: str
    delivered: bool
    permanent: bool
    """Not delivered, and nothing ever will be to that address."""
    code: str
    reported_at: datetime

    @property
    def said(self) -> str:
        """For whoever looks at the notice."""
        return f"its provider reports that it did not arrive ({self.code or 'without a code'})"


Outcome = Delivered | Undelivered | Held
