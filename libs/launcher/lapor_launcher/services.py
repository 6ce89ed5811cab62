"""The five services by name. Each is imported only when it is wanted: an image of one holds none of the others."""

import importlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from lapor_chassis.database import create_engine
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


def module_of(name: str) -> ServiceModule:
    """The module that says how the service is put together."""
    return as_service(importlib.import_module(f"lapor_{name}.service"))


def settings_of(name: str, environment: Mapping[str, str] | None = None) -> ServiceSettings:
    """The service's settings, or a `SettingsError` that names the variable."""
    return module_of(name).Settings.from_environment(os.environ if environment is None else environment)


def assemble(
    name: str,
    environment: Mapping[str, str] | None = None,
    *,
    published: Callable[[], None] = lambda: None,
) -> Assembled:
    """Put a service together from what the environment says."""
    module = module_of(name)
    settings = settings_of(name, environment)
    transactions = Transactions(
        create_engine(settings.database_url), module.metadata, source=f"lapor/{name}", published=published
    )
    return Assembled(module.build(settings, transactions), settings, transactions)
