"""An upgrade gives cases that are there their place in the queue."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import orjson
import pytest
import sqlalchemy as sa
from alembic import command

from lapor_chassis.database import create_engine
from lapor_chassis.migrate import configuration
from lapor_contracts.events import ReportReceived
from lapor_verification import service, store
from tests.support.builders import deadline_set
from tests.support.stage import WEDNESDAY, Stage
from tests.verification.test_desk import Officer
from tests.verification.test_handlers import incomplete

VERSIONS = Path(service.__file__).parent / "migrations" / "versions"


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[sa.Engine]:
    sqlite = f"sqlite:///{tmp_path / 'empty.db'}"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgresql").create_database("upgrade")
    engine = create_engine(url)
    yield engine
    engine.dispose()


def migrate(engine: sa.Engine, version: str) -> None:
    with engine.begin() as connection:
        command.upgrade(configuration(VERSIONS, service.metadata, connection), version)


def keep(engine: sa.Engine, report: ReportReceived) -> None:
    """As version 0002 wrote it."""
    row = {
        "report_id": report.report_id,
        "received_at": report.received_at,
        "report": orjson.dumps(report).decode(),
        "state": "waiting",
        "version": 1,
        "outcome": "waits",
        "reasons": ["Tempat belum disebut."],
        "missing": [],
    }
    with engine.begin() as connection:
        connection.execute(sa.insert(store.cases).values(row))


def test_cases_of_an_earlier_version_stand_in_the_queue_where_they_belong(empty: sa.Engine) -> None:
    migrate(empty, "0002")
    soon, late = incomplete(region_code="14.02"), incomplete()
    keep(empty, late)
    keep(empty, soon)
    with empty.begin() as connection:
        for report, days in ((late, 9), (soon, 2)):
            clock = deadline_set(report_id=report.report_id, due_at=WEDNESDAY + timedelta(days=days))
            row = {"report_id": clock.report_id, "due_at": clock.due_at, "missed": False}
            connection.execute(sa.insert(store.deadlines).values(row))

    migrate(empty, "head")

    ani = Officer(Stage(service, empty, database_url=""), "ani")
    assert ani.sees() == [str(soon.report_id), str(late.report_id)]
    assert ani.sees("region_code=14&kind=complaint") == [str(soon.report_id)]
    assert ani.sees(f"tracking_id={late.tracking_id}") == [str(late.report_id)]
