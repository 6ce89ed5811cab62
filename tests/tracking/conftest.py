"""What tests of tracking share."""

import pytest
import sqlalchemy as sa

from lapor_tracking import service
from tests.support.builders import TRACKING_KEY
from tests.support.stage import Stage
from tests.tracking.case import Case


@pytest.fixture
def stage(engine: sa.Engine) -> Stage:
    """Tracking on a stage."""
    return Stage(service, engine, database_url="", tracking_key=TRACKING_KEY)


@pytest.fixture
def case(stage: Stage) -> Case:
    """A report of which tracking has not heard yet."""
    return Case(stage)
