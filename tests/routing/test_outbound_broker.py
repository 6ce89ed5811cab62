"""What waits for a body's queue waits in its order, and whoever looks sees how much it is. On a real broker."""

from datetime import timedelta
from typing import Any

import pika
import pytest
import sqlalchemy as sa
from prometheus_client import REGISTRY

from lapor_chassis.amqp import declare, look_into
from lapor_chassis.topology import agency_queue, topology
from lapor_contracts.envelope import decode
from lapor_contracts.events import DispositionAssigned
from lapor_contracts.vocabulary import Clock, Role
from lapor_routing import service
from lapor_routing.directory import load_directory
from lapor_routing.outbound import store
from lapor_routing.outbound.broker import ROOM
from lapor_routing.reference.agencies import AgencyRow
from tests.routing.conftest import BODIES, POWER, ROADS
from tests.routing.test_outbound import assign, bring, line, waiting
from tests.support.builders import deadline_set, sealed
from tests.support.staff import SIGNING_KEY
from tests.support.stage import Stage

SERVICE = service


@pytest.fixture
def stage(engine: sa.Engine, vhost: str) -> Stage:
    """Routing on a broker, and two bodies that are connected over it."""
    stage = Stage(service, engine, database_url=str(engine.url), sign_in_key=SIGNING_KEY, amqp_uri=vhost)
    declare(vhost, topology([], [ROADS.code, POWER.code]))
    with stage.transactions.begin() as tx:
        load_directory(tx, [AgencyRow(body, (body.name,)) for body in BODIES])
        for body in (ROADS, POWER):
            store.connect(tx, body.code)
    return stage


def taken(vhost: str, code: str = ROADS.code) -> list[DispositionAssigned]:
    """What a body's system takes from its queue, in the order in which it comes."""
    found: list[Any] = []
    with pika.BlockingConnection(pika.URLParameters(vhost)) as connection:
        channel = connection.channel()
        while (got := channel.basic_get(agency_queue(code), auto_ack=True))[0]:
            found.append(decode(got[2]).event)
    return found


def lying(vhost: str) -> int:
    """How much lies in the queue of the roads office."""
    queue = agency_queue(ROADS.code)
    return look_into(vhost, [queue])[queue].messages


def test_a_body_over_the_broker_hears_at_once_also_what_a_whistleblower_sealed(stage: Stage, vhost: str) -> None:
    first = assign(stage, title="Jalan berlubang")
    second = assign(stage, sealed=sealed(agency_code=ROADS.code))

    bring(stage)

    heard = taken(vhost)
    assert [one.disposition_id for one in heard] == [first.disposition_id, second.disposition_id]
    assert heard[1].sealed is not None
    assert waiting(stage) == 0


def test_a_body_that_was_away_for_a_week_gets_what_is_due_first_before_what_came_first(
    stage: Stage, vhost: str
) -> None:
    reports = [assign(stage) for _ in range(ROOM + 6)]
    bring(stage)
    for days, report in zip((9, 4, 7, 3, 8, 5), reports[ROOM:], strict=True):
        due_at = stage.clock.now() + timedelta(days=days)
        stage.hear(deadline_set(report_id=report.report_id, clock=Clock.FIRST_ANSWER, due_at=due_at))
    neighbour = assign(stage, POWER.code)
    for _ in range(8):
        stage.clock.advance(days=1)
        bring(stage)
    assert [one.disposition_id for one in taken(vhost, POWER.code)] == [neighbour.disposition_id]
    assert (lying(vhost), waiting(stage)) == (ROOM, 6)

    got = [one.disposition_id for one in taken(vhost)]
    stage.clock.advance(minutes=1)
    bring(stage)
    got += [one.disposition_id for one in taken(vhost)]

    by_deadline = [reports[ROOM + i].disposition_id for i in (3, 1, 5, 2, 4, 0)]
    assert got == [report.disposition_id for report in reports[:ROOM]] + by_deadline
    assert line(stage).health.failures == 0


def test_a_body_without_a_queue_keeps_what_is_due_and_hears_soon_after_it_has_one(stage: Stage, vhost: str) -> None:
    with pika.BlockingConnection(pika.URLParameters(vhost)) as connection:
        connection.channel().queue_delete(agency_queue(ROADS.code))
    assign(stage)
    for _ in range(5):
        bring(stage)
        stage.clock.advance(seconds=30)
    assert (waiting(stage), line(stage).health.trouble) == (1, "has no queue")

    declare(vhost, topology([], [ROADS.code]))
    stage.clock.advance(seconds=40)
    bring(stage)

    assert len(taken(vhost)) == 1


def test_what_a_body_has_taken_from_its_queue_is_put_there_again_on_request(stage: Stage, vhost: str) -> None:
    routed = assign(stage)
    bring(stage)
    taken(vhost)

    address = f"/api/v1/connections/{ROADS.code}/redeliveries"
    since = (stage.clock.now() - timedelta(hours=1)).isoformat()
    again = stage.client.post(address, json={"since": since}, headers=stage.signed_in(Role.COORDINATOR))
    bring(stage)

    assert again.json == {"count": 1}
    assert [one.disposition_id for one in taken(vhost)] == [routed.disposition_id]


def test_a_coordinator_sees_what_waits_for_whom_since_when_and_that_nobody_takes_it(stage: Stage, vhost: str) -> None:
    for _ in range(ROOM + 2):
        assign(stage)
    bring(stage)
    stage.open_session(Role.COORDINATOR)

    overview, page = (
        stage.client.get(path).text for path in ("/koordinasi/sambungan", f"/koordinasi/sambungan/{ROADS.code}")
    )
    listed = stage.client.get("/api/v1/connections", headers=stage.signed_in(Role.COORDINATOR)).json["items"]

    for text in (overview, page):
        assert f"di antrean: {ROOM}" in text
        assert "Tidak tersambung" in text
    of_roads = next(one for one in listed if one["code"] == ROADS.code)
    assert of_roads["queue"] == {"messages": ROOM, "readers": 0}
    assert (of_roads["waiting"], of_roads["waiting_since"]) == (2, stage.clock.now().isoformat())


def test_an_alarm_counts_the_bodies_from_whose_queue_nobody_takes(stage: Stage, vhost: str) -> None:
    assign(stage)
    bring(stage)

    stage.run("measure-agencies")
    alone = REGISTRY.get_sample_value("lapor_agency_systems", {"state": "untaken"})
    with pika.BlockingConnection(pika.URLParameters(vhost)) as connection:
        connection.channel().basic_consume(agency_queue(ROADS.code), print)
        taken(vhost)
        stage.run("measure-agencies")

    assert alone == 1
    assert REGISTRY.get_sample_value("lapor_agency_systems", {"state": "untaken"}) == 0
