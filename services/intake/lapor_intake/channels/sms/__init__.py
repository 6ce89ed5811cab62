"""SMS 1708, whichever gateway brings it: ``INHU jalan rusak di …``, long ones in parts, and commands."""

from dataclasses import dataclass

from lapor_intake.channels.sms import gateway, kannel, twilio


@dataclass(frozen=True, kw_only=True)
class Settings(kannel.Settings, gateway.Settings, twilio.Settings):
    """What the gateways' channels are told."""
