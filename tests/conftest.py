"""What every test may ask for."""

import signal
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa

from lapor_chassis.database import create_engine
from lapor_chassis.migrate import upgrade

pytest_plugins = [
    "tests.support.kannel",
    "tests.support.server_fixtures",
    "tests.support.embedded_system",
    "tests.support.real_system",
    "tests.support.browser",
    "tests.support.dovecot",
]


def pytest_configure() -> None:
    """In the background interrupts are ignored, and the processes under test would inherit that."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


_postgresql_engines: dict[str, sa.Engine] = {}


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A fresh, migrated database of the service that the test module names as ``SERVICE``; once on each kind."""
    module = request.module.SERVICE
    if request.param == "sqlite":
        made = create_engine(f"sqlite:///{tmp_path / module.NAME}.db")
        _prepare(module, made)
        yield made
        made.dispose()
        return
    kept = _postgresql_engines.get(module.NAME)
    if kept is None:
        kept = create_engine(request.getfixturevalue("postgresql").create_database(f"test_{module.NAME}"))
        _prepare(module, kept)
        _postgresql_engines[module.NAME] = kept
    with kept.begin() as connection:
        tables = ", ".join(f'"{table.name}"' for table in module.metadata.sorted_tables)
        connection.execute(sa.text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
    yield kept
    kept.dispose()


def _prepare(module: Any, engine: sa.Engine) -> None:
    if _has_migrations(module):
        upgrade(module.NAME, engine)
    else:
        module.metadata.create_all(engine)


def _has_migrations(module: ModuleType) -> bool:
    assert module.__file__
    return any((Path(module.__file__).parent / "migrations" / "versions").glob("*.py"))
