"""What every test may ask for."""

import atexit
import gc
import shutil
import signal
import tempfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import settings

from lapor_chassis.database import create_engine
from lapor_chassis.migrate import upgrade

# How long an example takes says nothing where other tests run beside it.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

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


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long comes first: begun last, it would keep one process busy when the others have nothing to do."""
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in ("system", "timeout")))


def pytest_collection_finish() -> None:
    """Look for cycles seldom, and not among what stays to the end: that was a fifth of all the work."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


_postgresql_engines: dict[str, sa.Engine] = {}


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A fresh, migrated database of the service that the test module names as ``SERVICE``; once on each kind."""
    module = request.module.SERVICE
    if request.param == "sqlite":
        shutil.copy(_empty_file(module), tmp_path / f"{module.NAME}.db")
        made = create_engine(f"sqlite:///{tmp_path / module.NAME}.db")
        yield made
        made.dispose()
        return
    kept = _postgresql_engines.get(module.NAME)
    if kept is None:
        kept = create_engine(request.getfixturevalue("postgresql").create_database(f"test_{module.NAME}"))
        _prepare(module, kept)
        _postgresql_engines[module.NAME] = kept
    with kept.begin() as connection:  # TRUNCATE makes a new file for each table, which takes thirty times as long
        for table in reversed(module.metadata.sorted_tables):
            connection.execute(table.delete())
    yield kept
    kept.dispose()


@cache
def _empty_file(module: ModuleType) -> Path:
    """A migrated database without a row, to be copied: migrating anew for each test would take ten times as long."""
    path = Path(tempfile.mkdtemp(prefix="lapor-tests-"), f"{module.NAME}.db")
    atexit.register(shutil.rmtree, path.parent, ignore_errors=True)
    engine = create_engine(f"sqlite:///{path}")
    _prepare(module, engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    engine.dispose()
    return path


def _prepare(module: Any, engine: sa.Engine) -> None:
    if _has_migrations(module):
        upgrade(module.NAME, engine)
    else:
        module.metadata.create_all(engine)


def _has_migrations(module: ModuleType) -> bool:
    assert module.__file__
    return any((Path(module.__file__).parent / "migrations" / "versions").glob("*.py"))
