"""What the tests of connect ask for: a broker at the end of a cable that can be cut."""

from collections.abc import Iterator

import pytest

from tests.connect.cable import Cable
from tests.connect.intake import BrokerIntake


@pytest.fixture
def cable(vhost: str) -> Iterator[Cable]:
    """The way to the broker."""
    with Cable(vhost) as cable:
        yield cable


@pytest.fixture
def intake(vhost: str) -> Iterator[BrokerIntake]:
    """Intake, at work."""
    with BrokerIntake(vhost) as intake:
        yield intake
