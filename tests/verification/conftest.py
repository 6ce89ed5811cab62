"""What the tests of verification ask for."""

from dataclasses import replace

import pytest
import sqlalchemy as sa

from lapor_verification import service, store
from lapor_verification.domain.policy import shipped_policy
from tests.support.stage import Stage


@pytest.fixture
def stage(engine: sa.Engine) -> Stage:
    """Verification on the stage."""
    return without_draw(Stage(service, engine, database_url=""))


def without_draw(stage: Stage) -> Stage:
    """Two look at an archiving for its reason alone, and at none because its report was drawn."""
    policy = replace(shipped_policy(), version=1, archive_sample_percent=0)
    with stage.transactions.begin() as tx:
        store.add_policy(tx, policy, "officer-9", "Tanpa undian.")
    return stage
