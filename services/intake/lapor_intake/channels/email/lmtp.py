"""Takes e-mails from a mail server by LMTP or SMTP, in a process of its own: this is asyncio, the rest is not.

What is answered with 250 is durable. While the database is away the answer is 451, and the mail server keeps the e-mail
and comes again.
"""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from aiosmtpd.smtp import SMTP, Envelope, Session, syntax

from lapor_chassis.database import is_away
from lapor_chassis.telemetry import fault, log
from lapor_intake.channels.email.postbox import Postbox

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

    _speaks_lmtp = False
    _recipients, _answers = 0, 1

    @syntax("LHLO hostname")
    async def smtp_LHLO(self, hostname: str) -> None:  # noqa: N802 - aiosmtpd finds commands by name
        """The greeting of LMTP."""
        await self.smtp_EHLO(hostname)
        self._speaks_lmtp = True

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802
        """Take the e-mail."""
        self._recipients = len(self.envelope.rcpt_tos) if self.envelope else 0
        await super().smtp_DATA(arg)
        self._answers = 1

    async def push(self, status: str | bytes) -> None:
        """Answer; by LMTP each recipient gets an answer to the e-mail (RFC 2033), which is the same for all of ours."""
        text = status.decode() if isinstance(status, bytes) else status
        await super().push("\r\n".join([text] * self._answers))
        if text.startswith("354") and self._speaks_lmtp:
            self._answers = self._recipients


class Doorman:
    """What the inlet asks: who is at home here, and what becomes of an e-mail."""

    def __init__(self, postbox: Postbox, pool: ThreadPoolExecutor) -> None:
        self._postbox = postbox
        self._pool = pool

    async def handle_RCPT(  # noqa: N802 - aiosmtpd wants this name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: Sequence[str]
    ) -> str:
        """Let in what is for one of our addresses."""
        if not self._postbox.is_for_us(address):
            return UNKNOWN
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Take it, in a thread: the database may take its time, and others go on meanwhile."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._pool, self._take, envelope)

    async def handle_exception(self, error: Exception) -> str:
        """Answer to what nobody foresaw, without a word of what it was about."""
        log.error("e-mail session failed", **fault(error))
        return LATER

    def _take(self, envelope: Envelope) -> str:
        try:
            no_letter = self._postbox.take(
                envelope.original_content or b"", envelope_sender=envelope.mail_from, recipients=envelope.rcpt_tos
            )
        except Exception as error:
            if is_away(error):
                log.warning("database away, e-mail waits at the mail server")
            else:
                log.error("e-mail not taken", **fault(error))
            return LATER
        return UNREADABLE if no_letter and no_letter.is_broken else TAKEN


async def serve(postbox: Postbox, *, host: str, port: int) -> None:
    """Listen until SIGTERM or SIGINT; what is being taken then is finished first."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with listening(postbox, host=host, port=port) as bound:
        log.info("serving e-mail", host=host, port=bound)
        await stop.wait()
    log.info("stopped serving e-mail")


@asynccontextmanager
async def listening(postbox: Postbox, *, host: str, port: int) -> AsyncIterator[int]:
    """Listen for the length of a block; yields the port, of which 0 takes a free one."""
    # What aiosmtpd notes of a session quotes addresses.
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(THREADS, thread_name_prefix="e-mail") as pool:
        doorman = Doorman(postbox, pool)
        server = await loop.create_server(lambda: _inlet(doorman, loop, postbox.longest), host, port)
        async with server:
            yield server.sockets[0].getsockname()[1]


def _inlet(doorman: Doorman, loop: asyncio.AbstractEventLoop, longest: int) -> Inlet:
    return Inlet(
        doorman,
        data_size_limit=longest,
        enable_SMTPUTF8=True,
        hostname="lapor",
        ident="LAPOR!",
        timeout=TIMEOUT,
        loop=loop,
    )
