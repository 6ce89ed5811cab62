"""Each service's migrations make the tables that its code works with, on both databases, and can be taken back."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from lapor_chassis.columns import Json, UtcDateTime
from lapor_chassis.database import create_engine
from lapor_chassis.migrate import configuration, is_current, is_declared, upgrade
from lapor_launcher.services import NAMES, module_of


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database without a table."""
    sqlite = f"sqlite:///{tmp_path / 'empty.db'}"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgresql").create_database("migrations")
    engine = create_engine(url)
    yield engine
    engine.dispose()


def versions_of(name: str) -> Path:
    """Where a service keeps its migrations."""
    return Path(str(module_of(name).__file__)).parent / "migrations" / "versions"  # type: ignore[attr-defined]


def differences(metadata: sa.MetaData, engine: sa.Engine) -> list[object]:
    """What the database lacks or has too much; SQLite knows too few types to compare them."""
    with engine.connect() as connection:
        options = {"compare_type": engine.dialect.name == "postgresql", "include_name": is_declared}
        return list(compare_metadata(MigrationContext.configure(connection, opts=options), metadata))


@pytest.mark.parametrize("name", NAMES)
def test_migrations_make_the_tables_that_the_code_works_with(name: str, empty: sa.Engine) -> None:
    assert not is_current(name, empty)

    upgrade(name, empty)

    assert is_current(name, empty)
    assert differences(module_of(name).metadata, empty) == []


@pytest.mark.parametrize("name", NAMES)
def test_what_was_migrated_can_be_taken_back(name: str, empty: sa.Engine) -> None:
    upgrade(name, empty)

    with empty.begin() as connection:
        command.downgrade(configuration(versions_of(name), module_of(name).metadata, connection), "base")

    assert sa.inspect(empty).get_table_names() == ["alembic_version"]


def test_a_migration_that_is_written_for_us_needs_no_correction(empty: sa.Engine, tmp_path: Path) -> None:
    metadata = sa.MetaData()
    columns = (sa.Column("id", sa.Uuid, primary_key=True), sa.Column("at", UtcDateTime), sa.Column("data", Json))
    sa.Table("things", metadata, *columns)

    with empty.begin() as connection:
        config = configuration(tmp_path, metadata, connection)
        command.revision(config, "things", autogenerate=True, rev_id="0001")
        command.upgrade(config, "head")

    assert differences(metadata, empty) == []
