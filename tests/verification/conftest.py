"""What the tests of verification ask for."""

import pytest
import sqlalchemy as sa

from lapor_verification import service
from tests.support.stage import Stage


@pytest.fixture
def stage(engine: sa.Engine) -> Stage:
    """Verification on the stage."""
    return Stage(service, engine, database_url="")
