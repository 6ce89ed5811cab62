"""Reports by e-mail: fetched from a mailbox, or brought by a mail server."""

from dataclasses import dataclass

from lapor_chassis.settings import setting
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.channels.email.imap import Mailbox, Poller
from lapor_intake.channels.email.postbox import Postbox
from lapor_intake.domain import is_email


def _addresses(text: str) -> frozenset[str]:
    addresses = frozenset(address.strip().lower() for address in text.split(","))
    if not all(map(is_email, addresses)):
        raise ValueError("must be e-mail addresses, with commas between them")
    return addresses


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the e-mail channel is told."""

    mail_addresses: frozenset[str] = setting("LAPOR_INTAKE_MAIL_ADDRESSES", default=frozenset(), read=_addresses)
    """To which people write, and from which we do."""
    mail_authserv_id: str | None = setting("LAPOR_INTAKE_MAIL_AUTHSERV_ID", default=None)
    """By what our mail server signs its ``Authentication-Results``; those of others are not believed."""
    mailbox: Mailbox | None = setting("LAPOR_INTAKE_IMAP_URL", default=None, read=Mailbox.from_url)


def channel(settings: Settings, reception: Reception) -> Channel:
    """E-mail."""
    lacks = () if settings.mail_addresses else ("LAPOR_INTAKE_MAIL_ADDRESSES",)
    timers = []
    if settings.mailbox:
        timers.append(Poller(mailbox=settings.mailbox, postbox=postbox(settings, reception)).timer())
    return Channel(name="email", title="Surel (IMAP, LMTP)", lacks=lacks, timers=timers)


def postbox(settings: Settings, reception: Reception) -> Postbox:
    """Where e-mails go, whichever way they come."""
    return Postbox(reception=reception, own=settings.mail_addresses, authserv_id=settings.mail_authserv_id)
