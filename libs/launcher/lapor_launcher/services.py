"""The five services by name. Each is imported only when it is wanted: an image of one holds none of the others."""

import importlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any

import sqlalchemy as sa

from lapor_chassis.clock import Clock
from lapor_chassis.database import create_engine
from lapor_chassis.errors import SettingsError
from lapor_chassis.service import Service, ServiceModule, as_service
from lapor_chassis.settings import ServiceSettings
from lapor_chassis.sign_in import VerifyKey
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import create_app

NAMES = ("intake", "verification", "routing", "tracking", "notification")


@dataclass(frozen=True)
class Assembled:
    """A service put together from its settings, not yet connected to anything."""

    service: Service
    settings: ServiceSettings
    transactions: Transactions

    def ask_database(self) -> None:
        """Raise where the database does not answer."""
        with self.transactions.read() as connection:
            connection.execute(sa.text("SELECT 1"))

    def app(self, **more_checks: Callable[[], None]) -> Any:
        """The service's web application."""
        pem = self.settings.sign_in_public_key
        checks = {"database": self.ask_database, **more_checks}
        return create_app(self.service, verify_key=VerifyKey(pem) if pem else None, checks=checks)


def installed() -> list[str]:
    """The services that this installation holds: all of them, or in an image one."""
    return [name for name in NAMES if find_spec(f"lapor_{name}")]


def module_of(name: str) -> ServiceModule:
    """The module that says how the service is put together."""
    if name not in installed():
        raise SettingsError(f"{name}: this service is not installed here (pip install lapor-{name})")
    return as_service(importlib.import_module(f"lapor_{name}.service"))


def assemble(
    name: str,
    environment: Mapping[str, str] | None = None,
    *,
    published: Callable[[], None] = lambda: None,
    clock: Clock | None = None,
) -> Assembled:
    """Put a service together from what the environment says, or raise `SettingsError` with the variable's name."""
    module = module_of(name)
    settings = module.Settings.from_environment(os.environ if environment is None else environment)
    transactions = _transactions(name, module, settings.database_url, published, clock)
    return Assembled(module.build(settings, transactions), settings, transactions)


def database_variable(name: str) -> str:
    """The variable that says where a service's database is."""
    return f"LAPOR_{name.upper()}_DATABASE_URL"


def database_of(name: str, environment: Mapping[str, str]) -> Transactions:
    """A service's database alone: what an operator does there needs none of the service's keys."""
    module = module_of(name)
    url = environment.get(database_variable(name))
    if not url:
        raise SettingsError(f"{database_variable(name)}: is not set")
    return _transactions(name, module, url)


def _transactions(
    name: str,
    module: ServiceModule,
    url: str,
    published: Callable[[], None] = lambda: None,
    clock: Clock | None = None,
) -> Transactions:
    try:
        engine = create_engine(url)
    except (ValueError, sa.exc.ArgumentError):  # their texts may hold the password
        raise SettingsError(f"{database_variable(name)}: is neither postgresql://… nor sqlite:///…") from None
    return Transactions(engine, module.metadata, source=f"lapor/{name}", clock=clock, published=published)
