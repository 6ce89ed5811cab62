"""The ways in. A new channel is a module here with a function ``channel``, and a line below; two if it has settings."""

from dataclasses import dataclass

from lapor_intake.channels import api, counter, email, meta, open311, sms, submissions, web, whistleblower, x
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.channels.meta import facebook, instagram, whatsapp
from lapor_intake.channels.sms import gateway, kannel, twilio

CHANNELS = (
    web,
    whistleblower,
    api,
    kannel,
    gateway,
    twilio,
    whatsapp,
    facebook,
    instagram,
    x,
    email,
    counter,
    open311,
    submissions,
)


@dataclass(frozen=True, kw_only=True)
class Settings(sms.Settings, meta.Settings, x.Settings, email.Settings, open311.Settings):
    """What the channels are told."""


def all_channels(settings: Settings, reception: Reception) -> list[Channel]:
    """Every channel, open or not."""
    return [module.channel(settings, reception) for module in CHANNELS]
