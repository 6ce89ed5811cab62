"""What tests of tracking share."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from tests.support.stage import WEDNESDAY


@pytest.fixture
def hour() -> Callable[[float], datetime]:
    """The moment so many hours after the Wednesday on which everything begins."""
    return lambda hours: WEDNESDAY + timedelta(hours=hours)
