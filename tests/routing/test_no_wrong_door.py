"""From its verification on, every report has exactly one owner or stands in the coordinator's queue."""

import os
import uuid

import pytest
import sqlalchemy as sa
from hypothesis import settings

from lapor_routing import service, store
from tests.routing.conftest import INHU, POWER
from tests.routing.histories import Histories
from tests.support.builders import verified
from tests.support.stage import Stage

SERVICE = service

#: Each of up to fifty steps. `make histories` goes through thousands.
HISTORIES = int(os.environ.get("HISTORIES", "30"))
#: Each takes half a second, and more where the machine has other things to do.
pytestmark = pytest.mark.timeout(5 * HISTORIES)

test_whatever_happens_a_report_has_exactly_one_owner_or_waits_for_the_coordinator = Histories.TestCase
Histories.TestCase.settings = settings(max_examples=HISTORIES, stateful_step_count=50, deadline=None)


def test_the_database_itself_refuses_a_second_owner(stage: Stage) -> None:
    stage.hear(verified(agency_code=POWER.code))
    (row,) = stage.rows(store.dispositions)

    second = store.dispositions.insert().values({**row, "id": uuid.uuid4(), "agency_code": INHU.code})

    with pytest.raises(sa.exc.IntegrityError), stage.transactions.begin() as tx:
        tx.execute(second)
