"""Bodies' own systems hear of what they are assigned, over HTTPS, and answer the same way."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from typing import Any
from uuid import UUID, uuid4

import pytest
import sqlalchemy as sa
from standardwebhooks import Webhook, WebhookVerificationError

from lapor_contracts.events import Attachment, ReportAnswered, ReportRefused, ReportRouted
from lapor_contracts.vocabulary import AnswerKind, Clock, Role
from lapor_routing import service
from lapor_routing.directory import load_directory
from lapor_routing.domain.delivering import Means
from lapor_routing.outbound import connecting, store
from lapor_routing.outbound.connecting import Connect
from lapor_routing.outbound.keys import Strongbox
from lapor_routing.outbound.sender import ROUND
from lapor_routing.outbound.tables import connected_agencies, deliveries
from lapor_routing.reference.agencies import AgencyRow
from tests.routing.conftest import BODIES, POWER, ROADS, TRAFFIC
from tests.support.agency_systems import AgencyWebhook, agency_webhook, signed
from tests.support.builders import closed, deadline_set, replied, sealed, verified
from tests.support.staff import SIGNING_KEY, VERIFY_KEY
from tests.support.stage import Stage
from tests.support.until import until

SERVICE = service
STRONGBOX = Strongbox(b"a key of connections, 32 bytes..")
HERE = frozenset({ip_network("127.0.0.0/8")})


@pytest.fixture
def stage(engine: sa.Engine) -> Stage:
    """Routing, whose bodies' systems may be on this machine; its clock is the one on the wall, as the receivers'."""
    stage = Stage(
        service,
        engine,
        database_url=str(engine.url),
        sign_in_key=SIGNING_KEY,
        strongbox=STRONGBOX,
        agency_networks=HERE,
    )
    stage.clock.set(datetime.now(UTC))
    with stage.transactions.begin() as tx:
        load_directory(tx, [AgencyRow(body, (body.name,)) for body in BODIES])
    return stage


@pytest.fixture
def roads(stage: Stage) -> Iterator[AgencyWebhook]:
    """The webhook of the roads office."""
    with agency_webhook() as system:
        system.secrets = [connect(stage, ROADS.code, system.url)]
        yield system


def connect(stage: Stage, code: str, url: str) -> str:
    """Connect a body's webhook; its secret."""
    with stage.transactions.begin() as tx:
        secret = connecting.connect(Connect(code=code, means=Means.WEBHOOK, address=url), tx, STRONGBOX)
    assert secret
    return secret


def assign(stage: Stage, code: str = ROADS.code, **changes: Any) -> ReportRouted:
    """A report that goes to a body."""
    event = verified(agency_code=code, **changes)
    stage.hear(event)
    return next(one for one in stage.announced(ReportRouted) if one.report_id == event.report_id)


def line(stage: Stage, code: str = ROADS.code) -> store.Line:
    """A body's connection."""
    with stage.transactions.read() as connection:
        found = store.find_line(connection, code)
    assert found
    return found


def bring(stage: Stage) -> None:
    """Bring bodies what is due to them, and see it through."""
    while stage.run("agencies"):
        until(lambda: not any(thread.name.startswith(ROUND) for thread in threading.enumerate()))


def waiting(stage: Stage) -> int:
    """How much is due to bodies."""
    return sum(row["done_at"] is None for row in stage.rows(deliveries))


def test_a_webhook_hears_of_a_report_of_its_reporter_and_of_its_end(stage: Stage, roads: AgencyWebhook) -> None:
    routed = assign(stage, title="Jalan berlubang")
    bring(stage)
    stage.hear(replied(report_id=routed.report_id, text="Masih berlubang."))
    stage.hear(closed(report_id=routed.report_id))

    bring(stage)

    assert [document["type"] for document in roads.got] == [
        "disposition.assigned.v1",
        "disposition.replied.v1",
        "disposition.ended.v1",
    ]
    assert {document["data"]["disposition_id"] for document in roads.got} == {str(routed.disposition_id)}
    assert roads.got[0]["data"]["title"] == "Jalan berlubang"
    assert roads.got[1]["data"]["text"] == "Masih berlubang."
    assert roads.got[2]["data"]["reason"] == "closed"
    assert roads.ids == [document["id"] for document in roads.got]


def test_a_whistleblowers_report_goes_sealed(stage: Stage, roads: AgencyWebhook) -> None:
    assign(stage, sealed=sealed(agency_code=ROADS.code), title="Laporan tersegel", body="-")

    bring(stage)

    assert roads.got[0]["data"]["sealed"]["content"] == "lapor-sealed-1:AAAA"


def test_a_bodys_system_fetches_the_reports_files_and_the_addresses_lie_in_no_table(
    stage: Stage, roads: AgencyWebhook
) -> None:
    assign(stage, attachments=(Attachment(id=uuid4(), media_type="image/png", size=9),))
    bring(stage)
    stage.clock.advance(minutes=2)
    with stage.transactions.begin() as tx:
        roads.secrets = []  # as above
        connecting.redeliver(ROADS.code, tx, delivery_id=UUID(roads.ids[0]))

    bring(stage)

    first, again = (document["data"]["attachments"][0] for document in roads.got)
    address, _, admission = first["url"].partition("?pass=")
    assert address == f"{stage.settings.public_url}/api/v1/attachments/{first['id']}/shared"
    assert VERIFY_KEY.admits(admission, first["id"], now=stage.clock.now() + timedelta(days=29))
    assert not VERIFY_KEY.admits(admission, first["id"], now=stage.clock.now() + timedelta(days=30))
    assert first["url"] != again["url"]
    assert not any("pass=" in row["body"] for row in stage.rows(deliveries))


def test_what_bodies_have_had_is_forgotten_once_nothing_more_can_come_of_it(stage: Stage, roads: AgencyWebhook) -> None:
    ended, still_open = assign(stage), assign(stage)
    bring(stage)
    stage.hear(closed(report_id=ended.report_id, closed_at=stage.clock.now()))
    bring(stage)
    stage.clock.advance(days=89)
    stage.run("forget-deliveries")
    assert len(stage.rows(deliveries)) == 3
    stage.clock.advance(days=2)
    stage.run("forget-deliveries")

    assert {row["report_id"] for row in stage.rows(deliveries)} == {still_open.report_id}


def test_what_was_not_taken_comes_again_later_under_the_same_id_and_in_its_order(
    stage: Stage, roads: AgencyWebhook
) -> None:
    roads.answers = [503, 503]
    first, second = assign(stage), assign(stage)

    bring(stage)
    assert roads.ids == []
    stage.clock.advance(seconds=10)
    bring(stage)
    assert roads.ids == []
    stage.clock.advance(minutes=1)
    bring(stage)

    assert [UUID(document["data"]["disposition_id"]) for document in roads.got] == [
        first.disposition_id,
        second.disposition_id,
    ]
    assert [row["attempts"] for row in stage.rows(deliveries)] == [3, 1]
    assert line(stage).health.failures == 0


def test_a_letter_that_is_refused_does_not_hold_up_the_next_one(stage: Stage, roads: AgencyWebhook) -> None:
    roads.answers = [422]
    first, second = assign(stage), assign(stage)

    bring(stage)
    got_first = [document["data"]["disposition_id"] for document in roads.got]
    stage.clock.advance(seconds=10)
    bring(stage)

    assert got_first == [str(second.disposition_id)]
    assert roads.got[1]["data"]["disposition_id"] == str(first.disposition_id)


def test_a_body_that_was_away_for_a_week_gets_everything_and_first_what_is_due_first(stage: Stage) -> None:
    with agency_webhook() as gone:
        connect(stage, ROADS.code, gone.url)
    reports = [assign(stage) for _ in range(4)]
    now = stage.clock.now()
    for report, days in zip(reports, [9, None, 3, 5], strict=True):
        if days:
            due_at = now + timedelta(days=days)
            stage.hear(deadline_set(report_id=report.report_id, clock=Clock.FIRST_ANSWER, due_at=due_at))
    for _ in range(2 * 8):
        bring(stage)
        stage.clock.advance(hours=12)

    with agency_webhook() as back:
        with stage.transactions.begin() as tx:
            tx.execute(connected_agencies.update().values(address=back.url))
        bring(stage)

    assert waiting(stage) == 0
    order = [UUID(document["data"]["report_id"]) for document in back.got[1:]]
    by_deadline = [reports[i].report_id for i in (2, 3, 0, 1)]
    # Whichever found out that the system is back; all others in the order of their deadlines.
    assert order == [report_id for report_id in by_deadline if str(report_id) != back.got[0]["data"]["report_id"]]


def test_a_body_that_hangs_holds_up_nobody_but_itself(stage: Stage, roads: AgencyWebhook) -> None:
    finish = threading.Event()
    with agency_webhook(hangs=finish) as slow:
        slow.secrets = [connect(stage, POWER.code, slow.url)]
        stage.hear(*(verified(agency_code=code) for code in [POWER.code, ROADS.code] * 3))

        stage.run("agencies")

        until(lambda: len(roads.got) == 3)
        assert slow.got == []
        finish.set()
        until(lambda: len(slow.got) == 3)
        until(lambda: waiting(stage) == 0)


def test_a_webhook_that_says_it_is_gone_is_asked_no_more_and_loses_nothing(stage: Stage, roads: AgencyWebhook) -> None:
    roads.answers, roads.secrets = [410], []  # it cannot verify what is signed on another day than its own
    assign(stage)
    assign(stage)
    bring(stage)
    stage.clock.advance(days=1)
    bring(stage)
    stage.run("measure-agencies")
    assert (roads.ids, waiting(stage)) == ([], 2)
    assert line(stage).health.disabled_at is not None

    coordinator = stage.signed_in(Role.COORDINATOR)
    resumed = stage.client.post(f"/api/v1/connections/{ROADS.code}/resumption", headers=coordinator)
    bring(stage)

    assert resumed.status_code == 204
    assert (len(roads.ids), waiting(stage)) == (2, 0)


def test_what_was_delivered_is_delivered_again_on_request_one_or_all_since_a_day(
    stage: Stage, roads: AgencyWebhook
) -> None:
    roads.secrets = []  # as above
    assign(stage)
    stage.clock.advance(hours=2)
    since = stage.clock.now()
    assign(stage)
    bring(stage)
    coordinator = stage.signed_in(Role.COORDINATOR)
    address = f"/api/v1/connections/{ROADS.code}/redeliveries"

    one = stage.client.post(address, json={"delivery_id": roads.ids[0]}, headers=coordinator)
    late = stage.client.post(address, json={"since": since.isoformat()}, headers=coordinator)
    both = {"delivery_id": roads.ids[0], "since": since.isoformat()}
    unclear = stage.client.post(address, json=both, headers=coordinator)
    neither = stage.client.post(address, json={}, headers=coordinator)
    nobodys = stage.client.post(address, json={"delivery_id": str(uuid4())}, headers=coordinator)
    bring(stage)

    assert [answer.json for answer in (one, late, nobodys)] == [{"count": 1}, {"count": 1}, {"count": 0}]
    assert [neither.status_code, unclear.status_code] == [422, 422]
    assert sorted(roads.ids) == sorted(roads.ids[:2] * 2)


def test_what_is_of_one_report_is_brought_again(stage: Stage, roads: AgencyWebhook) -> None:
    roads.secrets = []  # as above
    lost, _ = assign(stage), assign(stage)
    bring(stage)
    address = f"/api/v1/connections/{ROADS.code}/redeliveries"

    answer = stage.client.post(
        address, json={"tracking_id": lost.tracking_id}, headers=stage.signed_in(Role.COORDINATOR)
    )
    bring(stage)

    assert answer.json == {"count": 1}
    assert len(roads.ids) == 3


def test_while_a_secret_is_exchanged_both_are_good_and_then_only_the_new_one(stage: Stage) -> None:
    with agency_webhook() as system:
        old = connect(stage, ROADS.code, system.url)
        with stage.transactions.begin() as tx:
            new = connecting.rotate(ROADS.code, tx, STRONGBOX, overlap=timedelta(hours=24))
        assert isinstance(new, str)
        system.secrets = [old, new]  # it verifies with each of them
        assign(stage)
        bring(stage)
        assert len(system.got) == 1

        reply = json.dumps({"agency_code": ROADS.code}).encode()
        with stage.transactions.read() as connection:
            found = store.find_line(connection, ROADS.code)
        assert found
        later = STRONGBOX.connection(found, at=stage.clock.now() + timedelta(hours=25))

    assert later.secrets == [new]
    with pytest.raises(WebhookVerificationError):
        Webhook(new).verify(reply, signed(old, reply))


def test_our_own_network_is_not_called_for_a_body(engine: sa.Engine) -> None:
    stage = Stage(
        service, engine, database_url=str(engine.url), sign_in_key=SIGNING_KEY, strongbox=STRONGBOX
    )  # no network of our own is named
    with stage.transactions.begin() as tx:
        load_directory(tx, [AgencyRow(body, (body.name,)) for body in BODIES])
    with agency_webhook() as inside:
        connect(stage, ROADS.code, inside.url)
        assign(stage)

        bring(stage)

    assert inside.ids == []
    assert line(stage).health.trouble == "its address is not one of the public internet"
    assert waiting(stage) == 1


# What a webhook's body answers


def answer(stage: Stage, secret: str, **changes: Any) -> Any:
    """Post a reply, signed."""
    body = {"reply_id": str(uuid4()), "answer_kind": "substantive", "text": "Sudah ditambal.", **changes}
    raw = json.dumps({name: value for name, value in body.items() if value is not None}).encode()
    return stage.client.post("/api/v1/agency-replies", data=raw, headers=signed(secret, raw))


def ids(routed: ReportRouted) -> dict[str, str]:
    """What a reply repeats."""
    names = ("report_id", "disposition_id", "agency_code")
    return {name: str(getattr(routed, name)) for name in names}


def test_a_body_answers_over_https_once_however_often_it_says_so(stage: Stage, roads: AgencyWebhook) -> None:
    routed = assign(stage)
    reply_id = str(uuid4())

    replies = [answer(stage, roads.secrets[0], reply_id=reply_id, **ids(routed)) for _ in range(2)]

    assert [one.status_code for one in replies] == [200, 200]
    assert [one.json["is_new"] for one in replies] == [True, False]
    (said,) = stage.announced(ReportAnswered)
    assert (said.answer_kind, said.text, str(said.answer_id)) == (AnswerKind.SUBSTANTIVE, "Sudah ditambal.", reply_id)
    assert said.answered_by == f"agency:{ROADS.code}"


def test_a_body_refuses_over_https(stage: Stage, roads: AgencyWebhook) -> None:
    routed = assign(stage)

    reply = answer(stage, roads.secrets[0], answer_kind=None, refused_to=TRAFFIC.code, text="Rambu.", **ids(routed))

    assert reply.status_code == 200
    assert [one.named_agency_code for one in stage.announced(ReportRefused)] == [TRAFFIC.code]


def test_nobody_answers_for_a_neighbour(stage: Stage, roads: AgencyWebhook) -> None:
    with agency_webhook() as neighbour:
        secret = connect(stage, POWER.code, neighbour.url)
    routed = assign(stage)

    in_its_name = answer(stage, secret, **ids(routed))
    in_ones_own = answer(stage, secret, **{**ids(routed), "agency_code": POWER.code})
    unsigned = stage.client.post("/api/v1/agency-replies", json={**ids(routed), "reply_id": str(uuid4()), "text": "x"})
    unconnected = answer(stage, secret, **{**ids(routed), "agency_code": TRAFFIC.code})
    nonsense = stage.client.post("/api/v1/agency-replies", data=b"{", headers=signed(secret, b"{"))

    assert [one.status_code for one in (in_its_name, in_ones_own, unconnected)] == [401, 404, 401]
    assert (unsigned.status_code, nonsense.status_code) == (422, 400)
    assert stage.announced(ReportAnswered) == []


def test_a_reply_that_was_not_taken_may_be_put_right(stage: Stage, roads: AgencyWebhook) -> None:
    routed = assign(stage)
    reply_id = str(uuid4())

    wrong = answer(
        stage, roads.secrets[0], reply_id=reply_id, answer_kind=None, refused_to="TIDAK-ADA", text="-", **ids(routed)
    )
    right = answer(stage, roads.secrets[0], reply_id=reply_id, **ids(routed))

    assert wrong.status_code == 422
    assert right.json == {"reply_id": reply_id, "is_new": True}


def test_connections_are_for_coordinators_and_show_no_secret(stage: Stage, roads: AgencyWebhook) -> None:
    assign(stage)

    officer = stage.signed_in(Role.OFFICER, agency_code=ROADS.code)
    refused = stage.client.get("/api/v1/connections", headers=officer)
    listed = stage.client.get("/api/v1/connections", headers=stage.signed_in(Role.COORDINATOR))
    due = stage.client.get(f"/api/v1/connections/{ROADS.code}/deliveries", headers=stage.signed_in(Role.COORDINATOR))

    assert refused.status_code == 403
    (one,) = listed.json["items"]
    assert (one["code"], one["means"], one["waiting"]) == (ROADS.code, "webhook", 1)
    assert [item["type"] for item in due.json["items"]] == ["disposition.assigned.v1"]
    assert roads.secrets[0] not in listed.text
    assert roads.secrets[0] not in str(stage.rows(connected_agencies))


def test_the_coordinator_sees_what_waits_and_goes_on(stage: Stage, roads: AgencyWebhook) -> None:
    roads.answers = [204, 410]
    first = assign(stage)
    assign(stage)
    bring(stage)
    csrf = stage.open_session(Role.COORDINATOR)
    address = f"/koordinasi/sambungan/{ROADS.code}"

    overview = stage.client.get("/koordinasi/sambungan").text
    page = stage.client.get(address).text
    again = {"csrf_token": csrf, "what": "redeliver", "delivery_id": roads.ids[0]}
    sent = stage.client.post(address, data=again)
    resumed = stage.client.post(address, data={"csrf_token": csrf, "what": "resume"})
    wrong = stage.client.post(address, data={"csrf_token": csrf, "what": "redeliver"})
    bring(stage)

    assert all(words in overview for words in (ROADS.name, "Dihentikan", "answers HTTP 410"))
    assert all(words in page for words in ("Lanjutkan sekarang", "Kirim lagi", roads.url, first.tracking_id))
    assert roads.secrets[0] not in page + overview
    assert [sent.status_code, resumed.status_code, wrong.status_code] == [303, 303, 422]
    assert len(roads.ids) == 3
    assert "Baik" in stage.client.get(address).text
