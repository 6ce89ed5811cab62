"""From its verification on, every report has exactly one owner or stands in the coordinator's queue."""

import uuid
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportRouted, ReportUnroutable, ReportVerified
from lapor_contracts.vocabulary import AnswerKind
from lapor_routing import handlers, service, store
from lapor_routing.current import CurrentDirectory
from lapor_routing.domain.disposition import HOLDING
from tests.routing.conftest import BODIES, INHU, POWER
from tests.support.builders import closed, replied, verified
from tests.support.stage import Stage

SERVICE = service

CODES = [body.code for body in BODIES]
DESK = handlers.Desk(actor="officer-1", agency_code=CODES[0], inboxes=CODES)

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["answer", "refuse", "refuse", "pass on", "assign", "verify again", "reply", "close"]),
        st.sampled_from(CODES),
        st.sampled_from(AnswerKind),
        st.integers(0, 9),
    ),
    max_size=12,
)


@dataclass(frozen=True)
class Hands:
    """Does to a report what bodies, the coordinator, the reporter and the clocks may do."""

    stage: Stage
    report: ReportVerified

    def act(self, step: str, code: str, kind: AnswerKind, which: int) -> None:
        """Take one step; whether it is allowed is for the rules to say."""
        match step:
            case "verify again":
                self.stage.hear(self.report)
            case "reply":
                self.stage.hear(replied(report_id=self.report.report_id))
            case "close":
                self.stage.hear(closed(report_id=self.report.report_id))
            case _:
                with self.stage.transactions.begin() as tx:
                    self._decide(tx, step, code, kind, self._one_of_all(which))

    def _decide(self, tx: Transaction, step: str, code: str, kind: AnswerKind, disposition_id: uuid.UUID) -> None:
        snapshot = CurrentDirectory(self.stage.transactions)()
        match step:
            case "answer":
                answer = handlers.GiveAnswer(disposition_id=disposition_id, kind=kind, text="Kami tinjau.")
                handlers.give_answer(answer, tx, desk=DESK)
            case "refuse":
                refusal = handlers.Refuse(disposition_id=disposition_id, agency_code=code, reason="Bukan kami.")
                handlers.refuse(refusal, tx, desk=DESK, snapshot=snapshot)
            case "pass on":
                handover = handlers.PassOn(disposition_id=disposition_id, agency_code=code)
                handlers.pass_on(handover, tx, desk=DESK, snapshot=snapshot)
            case "assign":
                choice = handlers.Assign(report_id=self.report.report_id, agency_code=code, reason="Ini urusannya.")
                handlers.assign(choice, tx, coordinator="coordinator-1", snapshot=snapshot)

    def _one_of_all(self, which: int) -> uuid.UUID:
        """A disposition of the report: the present one, or an old one that is still open on somebody's screen."""
        rows = [row for row in self.stage.rows(store.dispositions) if row["report_id"] == self.report.report_id]
        chosen: uuid.UUID = rows[which % len(rows)]["id"]
        return chosen


def holders(stage: Stage, report_id: uuid.UUID) -> list[str | None]:
    """The bodies that hold the report; None is the coordinator."""
    rows = [row for row in stage.rows(store.dispositions) if row["report_id"] == report_id]
    return [row["agency_code"] for row in rows if row["state"] in HOLDING]


def last_told(stage: Stage, report_id: uuid.UUID) -> str | None:
    """The body that all others were last told to be the owner; None is the coordinator."""
    said = [event for event in stage.announced() if event.report_id == report_id]
    last = [event for event in said if isinstance(event, ReportRouted | ReportUnroutable)][-1]
    return last.agency_code if isinstance(last, ReportRouted) else None


@given(first=st.sampled_from([None, POWER.code, INHU.code]), steps=STEPS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_happens_a_report_has_exactly_one_owner_or_waits_for_the_coordinator(
    stage: Stage, first: str | None, steps: list[tuple[str, str, AnswerKind, int]]
) -> None:
    report = verified(agency_code=first, title="Mohon bantuan", body="Mohon dibantu.", region_code=None, place=None)
    stage.hear(report)
    hands = Hands(stage, report)

    for step in steps:
        hands.act(*step)

        assert holders(stage, report.report_id) == [last_told(stage, report.report_id)]


def test_the_database_itself_refuses_a_second_owner(stage: Stage) -> None:
    stage.hear(verified(agency_code=POWER.code))
    (row,) = stage.rows(store.dispositions)

    second = store.dispositions.insert().values({**row, "id": uuid.uuid4(), "agency_code": INHU.code})

    with pytest.raises(sa.exc.IntegrityError), stage.transactions.begin() as tx:
        tx.execute(second)
