"""A cable to a server that a test may cut, and mend."""

import contextlib
import socket
import threading
from typing import Self
from urllib.parse import urlsplit


class Cable:
    """Carries bytes between a port of its own and the server at a URI."""

    def __init__(self, uri: str) -> None:
        self._there = urlsplit(uri)
        self._sockets: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._port = self._listener.getsockname()[1]
        self._start(self._listener)
        login = self._there.netloc.rpartition("@")[0]
        self.uri = self._there._replace(netloc=f"{login}@127.0.0.1:{self._port}").geturl()
        """The server, by way of this cable."""

    def cut(self) -> None:
        """End every connection; new ones may be made."""
        for each in self._sockets:
            _close(each)
        self._sockets.clear()

    def unplug(self) -> None:
        """End every connection, and let nobody make a new one."""
        _close(self._listener)
        self.cut()

    def plug_in(self) -> None:
        """Let connections be made again."""
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._start(self._listener)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.unplug()

    def _start(self, listener: socket.socket) -> None:
        threading.Thread(target=self._accept, args=(listener,), daemon=True).start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                here, _ = listener.accept()
            except OSError:
                return
            there = socket.create_connection((self._there.hostname, self._there.port or 5672))
            self._sockets += [here, there]
            for one, other in ((here, there), (there, here)):
                threading.Thread(target=_carry, args=(one, other), daemon=True).start()


def _carry(one: socket.socket, other: socket.socket) -> None:
    try:
        while data := one.recv(65536):
            other.sendall(data)
    except OSError:
        pass
    _close(one)
    _close(other)


def _close(each: socket.socket) -> None:
    with contextlib.suppress(OSError):
        each.shutdown(socket.SHUT_RDWR)
    each.close()
