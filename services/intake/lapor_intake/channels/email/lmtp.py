"""Takes e-mails from a mail server by LMTP or SMTP, in a process of its own: this is asyncio, the rest is not.

What is answered with 250 is durable. While the database is away the answer is 451, and the mail server keeps the e-mail
and comes again.
"""

import asyncio
import logging
import signal
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from lapor_chassis.database import is_away
from lapor_chassis.telemetry import fault, log
from lapor_intake.channels.email.postbox import LONGEST_EMAIL, Postbox

TAKEN = "250 2.0.0 taken"
LATER = "451 4.3.0 not possible just now, try again"
UNREADABLE = "554 5.6.0 this is no e-mail that could be answered"
UNKNOWN = "550 5.1.1 nobody here has this address"

#: As many at once as the database has connections for.
THREADS = 8
#: Seconds that a mail server may be silent.
TIMEOUT = 60


class Inlet(SMTP):
    """Speaks LMTP to whoever says LHLO, and SMTP to others."""

    line_length_limit = 64 * 1024  # some programs do not break lines

    _copies = 1

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd finds commands by name
        """The greeting of LMTP."""
        await self.smtp_EHLO(hostname)
        self._speaks_lmtp = True

    _speaks_lmtp = False

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Take the e-mail; by LMTP each recipient gets an answer (RFC 2033)."""
        recipients = len(self.envelope.rcpt_tos) if self.envelope else 1
        self._copies = recipients if self._speaks_lmtp else 1
        try:
            await super().smtp_DATA(arg)
        finally:
            self._copies = 1

    async def push(self, status: str | bytes) -> None:
        """Answer."""
        text = status.decode() if isinstance(status, bytes) else status
        is_final = not text.startswith(("354", "503", "501"))
        await super().push("\r\n".join([text] * self._copies) if is_final else text)


class Doorman:
    """What the inlet asks: who is at home here, and what becomes of an e-mail."""

    def __init__(self, postbox: Postbox, pool: ThreadPoolExecutor) -> None:
        self._postbox = postbox
        self._pool = pool

    async def handle_RCPT(  # noqa: N802 - aiosmtpd wants this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """Let in what is for one of our addresses."""
        if address.lower() not in self._postbox.own:
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take it, in a thread: the database may take its time, and others go on meanwhile."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._take, envelope.original_content, envelope.mail_from)

    async def handle_exception(self, error: Exception) -> str:
        """Answer to what nobody foresaw, without a word of what it was about."""
        log.error("e-mail session failed", **fault(error))
        return LATER

    def _take(self, raw: bytes | None, sender: str | None) -> str:
        try:
            no_letter = self._postbox.take(raw or b"", envelope_sender=sender)
        except Exception as error:
            if is_away(error):
                log.warning("database away, e-mail waits at the mail server")
            else:
                log.error("e-mail not taken", **fault(error))
            return LATER
        return UNREADABLE if no_letter and no_letter.is_broken else TAKEN


async def serve(postbox: Postbox, *, host: str, port: int) -> None:
    """Listen until SIGTERM or SIGINT; what is being taken then is finished first."""
    # What aiosmtpd notes of a session quotes addresses.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    with ThreadPoolExecutor(THREADS) as pool:
        server = await loop.create_server(lambda: inlet(Doorman(postbox, pool)), host, port)
        log.info("serving e-mail", host=host, port=server.sockets[0].getsockname()[1])
        async with server:
            await stop.wait()
    log.info("stopped serving e-mail")


def inlet(doorman: Doorman) -> Inlet:
    """One session."""
    return Inlet(
        doorman,
        data_size_limit=LONGEST_EMAIL,
        enable_SMTPUTF8=True,
        hostname="lapor",
        ident="LAPOR!",
        timeout=TIMEOUT,
        loop=asyncio.get_running_loop(),
    )
