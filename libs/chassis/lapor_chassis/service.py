"""What a service is: a name, what it hears, what it does by the clock, and what it shows."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from types import ModuleType
from typing import Any, Protocol, cast

import sqlalchemy as sa

from lapor_chassis.settings import ServiceSettings
from lapor_chassis.transactions import Transaction, Transactions
from lapor_contracts.events import Event

Handler = Callable[[Any, Transaction], Any]

#: What of a message's data may be kept for operators to read, should nobody be able to handle it.
Cleaner = Callable[[Mapping[str, Any]], Mapping[str, Any]]


@dataclass(frozen=True)
class Timer:
    """Something to do every so often. ``run`` returns how many things it did; while it does some, it goes on."""

    name: str
    every: float
    """Seconds."""
    run: Callable[[], int]


@dataclass(frozen=True)
class Service:
    """One service, the same on RabbitMQ and in the embedded mode."""

    name: str
    metadata: sa.MetaData
    handlers: Mapping[type[Event], Handler] = field(default_factory=dict)
    only: Mapping[type[Event], Collection[str]] = field(default_factory=dict)
    """Of these events it hears only those about one of these topics; others it would take off the bus for nothing."""
    cleaners: Mapping[type[Event], Cleaner] = field(default_factory=dict)
    """For the data of events that may hold somebody's name or number: set aside they lie for long."""
    timers: Sequence[Timer] = ()
    blueprints: Sequence[Any] = ()
    checks: Mapping[str, Callable[[], None]] = field(default_factory=dict)
    """What must answer for the service to be ready, beside its database: each raises where it does not."""


class ServiceModule(Protocol):
    """A service's ``service`` module: how it is configured and how it is put together."""

    NAME: str
    Settings: type[ServiceSettings]

    @staticmethod
    def build(settings: Any, transactions: Transactions) -> Service:
        """Put the service together; connects to nothing yet."""

    metadata: sa.MetaData


def as_service(module: ModuleType) -> ServiceModule:
    """The module as what it promises to be."""
    return cast(ServiceModule, module)
