"""What a PostgreSQL and a RabbitMQ of ours have in common: they can be taken away, and come back."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager

from lapor_launcher.servers.machine import Machine, ServerError


class Server(ABC):
    """A server, on a machine of ours or, without one, where the environment says."""

    name: str
    variable: str
    """By which a server is given to us."""

    def __init__(self, machine: Machine | None) -> None:
        self._machine = machine

    @property
    def is_ours(self) -> bool:
        """Whether it may be stopped and given users: not so a server that was given to us."""
        return self._machine is not None

    def stop(self) -> None:
        self._ours.stop()

    def start(self) -> None:
        """Start again, on the same port and with the same data."""
        self._ours.start()
        self.await_answer()

    def restart(self) -> None:
        self.stop()
        self.start()

    @contextmanager
    def away(self) -> Iterator[None]:
        """The server is down for the length of the block, and back after it, whatever happens in it."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    def await_answer(self) -> None:
        self._ours.await_answer(self._answers)

    @abstractmethod
    def _answers(self) -> bool:
        """Whether it takes clients now."""

    @property
    def _ours(self) -> Machine:
        if self._machine is None:
            raise ServerError(
                f"The {self.name} at {self.variable} is not ours to stop or to change: unset {self.variable} for this."
            )
        return self._machine
