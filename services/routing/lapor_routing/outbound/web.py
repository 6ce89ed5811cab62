"""Calling systems of others over HTTPS, and none of our own.

A name is resolved here, all that it resolves to is checked, and the connection goes to a checked address: a name that
means another address a moment later gains nothing. No redirect is followed, no proxy of the environment is asked, and
neither a slow nor an endless answer holds us up.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import SplitResult, urlsplit

from lapor_routing.domain.addresses import Network, is_in, may_be_called

#: Seconds for one exchange, and for the whole call.
TIMEOUT, PATIENCE = 10.0, 20.0
#: Of those that a name has, so many are tried.
_MOST_ADDRESSES = 3
#: Bytes of an answer that are read.
LONGEST_ANSWER = 2 * 1024 * 1024


class Unreachable(Exception):  # noqa: N818 -- an expected answer of the world, as requests.Timeout is
    """No answer came. The text names neither the address nor what was sent."""


class Forbidden(Unreachable):
    """The address may not be called."""


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes = field(repr=False)


def checked_url(text: str) -> SplitResult:
    """The parts of an address that may stand in a connection; ValueError says what is wrong with it."""
    try:
        url = urlsplit(text)
        fine = url.scheme in ("https", "http") and bool(url.hostname) and url.port != 0
    except ValueError:
        fine = False
    if not fine or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("must begin with https:// and name a host")
    if url.username is not None or url.fragment:
        raise ValueError("must hold neither a user nor a fragment")
    return url


@dataclass(frozen=True, kw_only=True)
class Web:
    """The way out. ``own`` are the networks of the operator's in which bodies' systems may be, also without TLS."""

    own: Collection[Network] = ()
    timeout: float = TIMEOUT
    patience: float = PATIENCE
    context: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    def call(
        self, method: str, address: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Ask, and read the answer; `Unreachable` where there is none."""
        url = checked_url(address)
        line = _Line(self, url)
        # Each exchange has its time-out; a server that sends a letter now and then would never run into it.
        guard = threading.Timer(self.patience, line.cut)
        guard.daemon = True
        guard.start()
        try:
            line.request(method, (url.path or "/") + (f"?{url.query}" if url.query else ""), body, dict(headers or {}))
            response = line.getresponse()
            return Answer(response.status, response.read(LONGEST_ANSWER))
        except (OSError, http.client.HTTPException, UnicodeError) as error:
            raise Unreachable(f"does not answer ({type(error).__name__})") from None
        finally:
            guard.cancel()
            line.close()

    def socket(self, host: str, port: int, *, secure: bool) -> socket.socket:
        """A connection to an address of the host's that may be called."""
        found = [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
        # All of them: whoever may add one address to a name could add one of ours.
        if not all(may_be_called(address, self.own) for address in found):
            raise Forbidden("its address is not one of the public internet")
        if not secure and not all(is_in(address, self.own) for address in found):
            raise Forbidden("its address must begin with https://")
        trouble = OSError("no address")
        for address in found[:_MOST_ADDRESSES]:
            try:
                return socket.create_connection((address, port), self.timeout)
            except OSError as error:
                trouble = error
        raise trouble


class _Line(http.client.HTTPConnection):
    """One call."""

    def __init__(self, web: Web, url: SplitResult) -> None:
        self._web, self._secure = web, url.scheme == "https"
        self._is_cut = False
        super().__init__(url.hostname or "", url.port or (443 if self._secure else 80), timeout=web.timeout)

    def connect(self) -> None:
        """To a checked address; but the certificate must be the name's."""
        self.sock = self._web.socket(self.host, self.port, secure=self._secure)
        if self._is_cut:  # while there was nothing to cut yet: a name that is slow to be found uses up the time too
            raise TimeoutError
        if self._secure:
            # In two steps, so that `cut` finds the socket during the handshake too.
            wrapped = self._web.context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self.sock = wrapped
            wrapped.do_handshake()

    def cut(self) -> None:
        """End it, from another thread."""
        self._is_cut = True
        with suppress(OSError, AttributeError):
            self.sock.shutdown(socket.SHUT_RDWR)
