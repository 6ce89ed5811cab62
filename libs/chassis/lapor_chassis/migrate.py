"""Each service's tables, brought to the present version: alembic, on both databases.

``python -m lapor_chassis.migrate new SERVICE "what changes"`` writes the next migration of a service.
"""

import importlib
import sys
import tempfile
import threading
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from lapor_chassis.database import WRITING, create_engine

#: Two instances that start at once must not migrate at once. Any number will do, if it is always the same.
_LOCK = 1708

#: Alembic works in global variables: one thread at a time.
_ALEMBIC = threading.Lock()


def upgrade(service: str, engine: sa.Engine) -> None:
    """Bring the database of a service to the newest version; does nothing where it is there."""
    with engine.connect().execution_options(**{WRITING: True}) as connection, connection.begin():
        if connection.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        with _ALEMBIC:
            command.upgrade(_config(service, connection), "head")


def is_current(service: str, engine: sa.Engine) -> bool:
    """Whether the database stands at the newest version."""
    with engine.connect() as connection:
        present = MigrationContext.configure(connection).get_current_heads()
    return set(present) == set(ScriptDirectory.from_config(_config(service)).get_heads())


def configuration(versions: Path, metadata: sa.MetaData, connection: sa.Connection | None = None) -> Config:
    """How alembic is told of one service's migrations."""
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migration"))
    config.set_main_option("version_locations", str(versions))
    config.set_main_option("path_separator", "newline")
    config.attributes.update(connection=connection, metadata=metadata)
    return config


def is_declared(name: str | None, _kind: str, _parents: object) -> bool:
    """Whether the code declares it. Full-text indexes are made by migrations alone: on SQLite each is six tables."""
    return "_fts" not in (name or "")


def _config(service: str, connection: sa.Connection | None = None) -> Config:
    module = importlib.import_module(f"lapor_{service}.service")
    versions = Path(module.__file__ or "").parent / "migrations" / "versions"
    return configuration(versions, module.metadata, connection)


def _new(service: str, message: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        engine = create_engine(f"sqlite:///{folder}/now.db")
        with engine.begin() as connection:
            config = _config(service, connection)
            directory = ScriptDirectory.from_config(config)
            Path(config.get_main_option("version_locations") or "").mkdir(parents=True, exist_ok=True)
            command.upgrade(config, "head")
            number = f"{len(list(directory.walk_revisions())) + 1:04}"
            command.revision(config, message, autogenerate=True, rev_id=number)
        engine.dispose()


if __name__ == "__main__":
    _new(sys.argv[2], sys.argv[3])
