"""Reports that other systems hand in, over the broker and over HTTP."""

from typing import Any
from uuid import UUID, uuid4

import orjson
import pytest
import sqlalchemy as sa

from lapor_chassis.batches import Fate
from lapor_chassis.dead_letters import fit_to_keep
from lapor_chassis.tracking_ids import TrackingIds
from lapor_contracts.envelope import decode
from lapor_contracts.events import (
    ContactSealed,
    Event,
    ReporterGiven,
    ReportReceived,
    SubmissionAccepted,
    SubmissionRefused,
)
from lapor_contracts.vocabulary import Channel
from lapor_intake import adapters, service, store
from tests.intake.conftest import kept
from tests.support.builders import TRACKING_KEY, submitted
from tests.support.stage import Stage

SERVICE = service
URL = "/api/v1/submissions"
SITI = ReporterGiven(name="Siti Aminah", phone="0812-3456-7890")


def add_adapter(stage: Stage, name: str) -> dict[str, str]:
    """Admit an adapter; returns the headers with its secret."""
    with stage.transactions.begin() as tx:
        secret = adapters.add(tx, name)
    return {"Authorization": f"Bearer {secret}"}


def handed_in(**changes: Any) -> dict[str, Any]:
    """A submission as JSON."""
    return {"idempotency_key": "m-1", "body": "Lampu jalan mati di Rengat", "region_code": "14.02", **changes}


def causes(stage: Stage, kind: type[Event]) -> list[str | None]:
    """The messages that led to each event of a kind."""
    with stage.transactions.read() as connection:
        bodies = connection.execute(sa.select(stage.transactions.tables.events.c.body)).scalars().all()
    return [envelope.causation_id for envelope in map(decode, bodies) if isinstance(envelope.event, kind)]


def test_what_an_adapter_submits_becomes_a_report(stage: Stage) -> None:
    stage.hear(submitted(channel=Channel.WHATSAPP, reporter=SITI), sender="medan")

    (received,) = stage.announced(ReportReceived)
    assert received.channel is Channel.WHATSAPP
    assert not received.acknowledged
    assert len(stage.announced(ContactSealed)) == 1
    assert kept(stage)[0].phone == "+6281234567890"


def test_an_adapter_that_waits_is_told_the_tracking_id(stage: Stage) -> None:
    stage.hear(submitted(idempotency_key="m-1"), sender="medan", reply_to="medan.answers")

    (accepted,) = stage.announced(SubmissionAccepted)
    (received,) = stage.announced(ReportReceived)
    assert (accepted.tracking_id, accepted.idempotency_key) == (received.tracking_id, "m-1")
    keys = {row["routing_key"] for row in stage.rows(stage.transactions.tables.outbox)}
    assert "medan.answers" in keys


def test_a_key_that_comes_again_is_answered_alike_and_is_one_report(stage: Stage) -> None:
    stage.hear(submitted(idempotency_key="m-1"), sender="medan", reply_to="medan.answers")

    stage.hear(submitted(idempotency_key="m-1"), sender="medan", reply_to="medan.answers")

    first, again = stage.announced(SubmissionAccepted)
    assert first == again
    assert len(stage.rows(store.reports)) == len(stage.announced(ReportReceived)) == 1


def test_a_key_that_stands_in_a_batch_twice_is_one_report(stage: Stage) -> None:
    stage.hear(*(submitted(idempotency_key="m-1", reporter=SITI) for _ in range(3)), sender="medan", reply_to="a")

    assert len(stage.announced(SubmissionAccepted)) == 3
    assert len(stage.rows(store.reports)) == len(stage.announced(ReportReceived)) == len(kept(stage)) == 1


def test_the_same_key_of_another_adapter_is_another_report(stage: Stage) -> None:
    stage.hear(submitted(idempotency_key="m-1"), sender="medan")

    stage.hear(submitted(idempotency_key="m-1"), sender="jaki")

    assert len(stage.rows(store.reports)) == 2


def test_each_report_of_a_batch_is_traced_to_its_own_message(stage: Stage) -> None:
    ids = [uuid4() for _ in range(5)]

    stage.receive(*(stage.letter(submitted(), event_id=event_id) for event_id in ids), sender="medan")

    assert sorted(map(UUID, filter(None, causes(stage, ReportReceived)))) == sorted(ids)


def test_a_batch_takes_as_many_statements_however_large_it_is(stage: Stage) -> None:
    def statements(count: int) -> int:
        executed: list[str] = []
        listener = lambda _c, _cursor, statement, *_: executed.append(statement)  # noqa: E731
        sa.event.listen(stage.transactions.engine, "before_cursor_execute", listener)
        stage.hear(*(submitted(reporter=SITI) for _ in range(count)), sender="medan")
        sa.event.remove(stage.transactions.engine, "before_cursor_execute", listener)
        return len(executed)

    assert statements(50) == statements(2)


def test_a_wrong_submission_alone_is_set_aside_without_a_word_of_the_reporter(stage: Stage) -> None:
    nobody = ReporterGiven(name="Siti Aminah", phone="12345")

    outcomes = stage.receive(
        stage.letter(submitted()), stage.letter(submitted(reporter=nobody)), stage.letter(submitted()), sender="medan"
    )

    assert [outcome.fate for outcome in outcomes] == [Fate.DONE, Fate.DEAD, Fate.DONE]
    assert "reporter.phone" in outcomes[1].reason
    assert "12345" not in outcomes[1].reason
    assert "Siti" not in outcomes[1].reason
    assert len(stage.announced(ReportReceived)) == 2


def test_an_adapter_that_waits_is_told_why_it_was_refused(stage: Stage) -> None:
    stage.hear(submitted(region_code="99.99", idempotency_key="m-1"), sender="medan", reply_to="medan.answers")

    (refused,) = stage.announced(SubmissionRefused)
    assert refused.idempotency_key == "m-1"
    assert "region_code" in refused.reason
    assert stage.rows(store.reports) == []


def test_a_key_used_for_another_report_is_refused(stage: Stage) -> None:
    stage.hear(submitted(idempotency_key="m-1"), sender="medan")

    (outcome,) = stage.receive(stage.letter(submitted(idempotency_key="m-1", body="Yang lain")), sender="medan")

    assert outcome.fate is Fate.DEAD
    assert len(stage.rows(store.reports)) == 1


def test_an_adapter_without_a_broker_submits_over_http(stage: Stage) -> None:
    headers = add_adapter(stage, "medan")

    response = stage.client.post(URL, json=handed_in(channel="whatsapp", reporter={"name": "Siti"}), headers=headers)

    answer = response.get_json()
    assert response.status_code == 201
    (received,) = stage.announced(ReportReceived)
    assert TrackingIds(TRACKING_KEY).opens(answer["tracking_id"], answer["receipt"], received.receipt_hash)
    (received,) = stage.announced(ReportReceived)
    assert (received.tracking_id, received.channel) == (answer["tracking_id"], Channel.WHATSAPP)
    assert not received.acknowledged


def test_over_http_and_over_the_broker_a_key_is_the_same(stage: Stage) -> None:
    over_broker = submitted(idempotency_key="m-1", **PLAIN)
    stage.hear(over_broker, sender="medan")

    response = stage.client.post(URL, json=handed_in(), headers=add_adapter(stage, "medan"))

    assert response.status_code == 201
    assert len(stage.rows(store.reports)) == 1


PLAIN = {
    "body": "Lampu jalan mati di Rengat",
    "region_code": "14.02",
    "title": None,
    "occurred_on": None,
    "place": None,
}


def test_the_key_may_stand_in_the_header_as_everywhere_over_http(stage: Stage) -> None:
    headers = {**add_adapter(stage, "medan"), "Idempotency-Key": "m-1"}
    report = handed_in()
    del report["idempotency_key"]

    first, again = (stage.client.post(URL, json=report, headers=headers) for _ in range(2))

    assert first.get_json() == again.get_json()
    assert len(stage.rows(store.reports)) == 1


def test_a_submission_without_a_key_is_refused(stage: Stage) -> None:
    report = handed_in()
    del report["idempotency_key"]

    response = stage.client.post(URL, json=report, headers=add_adapter(stage, "medan"))

    assert response.status_code == 422
    assert list(response.get_json()["errors"]) == ["idempotency_key"]


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic eDp5"}], ids=repr)
def test_only_an_adapter_that_was_added_may_submit(stage: Stage, headers: dict[str, str]) -> None:
    response = stage.client.post(URL, json=handed_in(), headers=headers)

    assert response.status_code == 401
    assert response.headers["WWW-Authenticate"].startswith("Bearer")
    assert stage.rows(store.reports) == []


def test_a_new_secret_ends_the_old_one(stage: Stage) -> None:
    old = add_adapter(stage, "medan")
    new = add_adapter(stage, "medan")

    assert stage.client.post(URL, json=handed_in(), headers=old).status_code == 401
    assert stage.client.post(URL, json=handed_in(), headers=new).status_code == 201


def test_the_secret_itself_is_not_stored(stage: Stage) -> None:
    secret = add_adapter(stage, "medan")["Authorization"].removeprefix("Bearer ")

    assert secret not in repr(stage.rows(adapters.adapters))


@pytest.mark.parametrize(
    ("field", "value"),
    [("idempotency_key", None), ("channel", "telepathy"), ("report_id", str(UUID(int=1))), ("region_code", "99.99")],
)
def test_a_wrong_field_of_a_submission_is_named(stage: Stage, field: str, value: Any) -> None:
    response = stage.client.post(URL, json=handed_in(**{field: value}), headers=add_adapter(stage, "medan"))

    assert response.status_code == 422
    assert list(response.get_json()["errors"]) == [field]


def test_who_does_not_say_who_it_is_hands_in_nothing(stage: Stage) -> None:
    (outcome,) = stage.receive(stage.letter(submitted()), sender=None)

    assert outcome.fate is Fate.DEAD
    assert "user_id" in outcome.reason
    assert stage.rows(store.reports) == []


@pytest.mark.parametrize(
    "given",
    [
        {"region_code": "99.99"},
        {"region_code": {"nama": "Siti Aminah"}},
        {"kind": "Siti Aminah"},
        {"idempotency_key": None},
        {"reporter": "Siti Aminah, 0812-3456-7890"},
        {"penduduk": "Siti Aminah"},
    ],
    ids=str,
)
def test_what_is_set_aside_for_operators_says_nothing_of_the_reporter(stage: Stage, given: dict[str, Any]) -> None:
    text = "Siti Aminah, NIK 3174014506900003, telepon 0812-3456-7890: lampu mati."
    said = orjson.loads(stage.letter(submitted(title=text, body=text, place=text, reporter=SITI)))
    said["data"] |= given

    kept = fit_to_keep(orjson.dumps(said), stage.service.cleaners)

    assert "lampu mati" in kept or "reporter" in given
    for trace in ("Siti", "Aminah", "3174014506900003", "0812-3456"):
        assert trace not in kept
