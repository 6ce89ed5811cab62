"""The whole road on RabbitMQ and PostgreSQL, in processes that ``lapor up`` keeps running."""

import os
import re
import signal
import threading
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from rich.console import Console

from lapor_connect import AgencySubscriber, ChannelAdapter, Refused
from lapor_connect.broker import Publisher, cloud_event
from lapor_connect.submitted import Submitted
from lapor_connect.subscriber import Assignment
from lapor_contracts.events import (
    EVENTS,
    REPLIES,
    SUBMISSIONS,
    AgencyReplied,
    Event,
    ReportSubmitted,
    ReportVerified,
)
from lapor_launcher.journey import Journey
from lapor_launcher.services import NAMES
from lapor_launcher.telling import Teller
from tests.support.real_system import RealSystem, free_ports, unique
from tests.support.until import until

pytestmark = pytest.mark.system

LINE = re.compile(r"lapor up: (?P<title>.+), process (?P<pid>\d+): lapor serve .+ --port (?P<port>\d+)")

BLACKOUT = {
    "kind": "complaint",
    "title": "Listrik padam setiap malam",
    "body": "Listrik PLN padam setiap malam sejak 3 Januari 2026 di kampung kami, makanan di kulkas rusak.",
    "occurred_on": "2026-01-03",
    "region_code": "35.78",
    "agency_code": "BUMN-PLN",
    "reporter": {"email": "warga@example.org"},
}

_houses = count(1)


def blackout() -> dict[str, Any]:
    """A report of a house that nobody has reported yet: what repeats another one waits for a verifier."""
    return {**BLACKOUT, "place": f"Kampung Melati nomor {next(_houses)}"}


class Up:
    """``lapor up``, and the processes that it says it has started."""

    def __init__(self, system: RealSystem) -> None:
        self.system = system
        system.ports["front"] = free_ports(1 + 2 * len(NAMES))
        system.launch("up", "up", "--port", str(system.ports["front"]))

    def children(self) -> dict[str, "re.Match[str]"]:
        """What was said last of each process."""
        return {found["title"]: found for found in LINE.finditer(self.system.log("up").read_text())}

    def is_ready(self) -> bool:
        """Whether each of them says so."""
        children = self.children().values()
        return len(children) == 11 and all(_answers(f"http://127.0.0.1:{one['port']}/readyz") for one in children)

    def pids(self) -> dict[str, int]:
        """The processes."""
        return {title: int(found["pid"]) for title, found in self.children().items()}


class Counter:
    """An adapter whose counter clerk hands out receipts.

    Over the broker only the tracking ID comes back, because a receipt is for the reporter alone, who is told it with
    the first notice. So whoever holds the vault's key plays the clerk here, who looks it up.
    """

    def __init__(self, adapter: ChannelAdapter, system: RealSystem) -> None:
        self._adapter, self._system = adapter, system

    def submit(self, report: Mapping[str, Any], idempotency_key: str) -> Submitted:
        """Hand in a report."""
        submitted = self._adapter.submit(report, idempotency_key)
        assert submitted.tracking_id
        return replace(submitted, receipt=self._system.receipt_of(submitted.tracking_id))


@pytest.fixture(scope="module")
def up(real_system: RealSystem) -> Iterator[Up]:
    """Everything: a front, five workers, five web servers. Stopped by the last test, or here."""
    started = Up(real_system)
    until(started.is_ready, 90)
    yield started
    real_system.stop_all()


def adapters_user(system: RealSystem, name: str) -> str:
    """The address for an adapter, which may hand in reports and nothing else."""
    return system.rabbit.add_user(name, "secret", system.uri, "^$", r"^lapor\.submissions$", "^$")


def agencys_user(system: RealSystem, code: str) -> str:
    """The address for a body's own system, which may read its queue and reply."""
    return system.rabbit.add_user(code, "secret", system.uri, "^$", r"^lapor\.replies$", rf"^agency\.{code}$")


def say(uri: str, exchange: str, kind: type[Event], source: str, data: Mapping[str, Any]) -> None:
    """Publish anything that the broker lets this user publish."""
    publisher = Publisher(uri, patience=10, first_pause=0.1)
    publisher.publish(exchange, lambda: cloud_event(kind.type, source, data["report_id"], data))
    publisher.close()


@contextmanager
def at_work(subscriber: AgencySubscriber, work: Any) -> Iterator[None]:
    """The subscriber runs for the length of the block."""
    thread = threading.Thread(target=subscriber.run, args=(work,))
    thread.start()
    try:
        yield
    finally:
        subscriber.stop()
        thread.join()
        subscriber.close()


def test_eight_reports_travel_the_whole_road(up: Up) -> None:
    jaki = ChannelAdapter("jaki", adapters_user(up.system, unique("jaki")), answer_within=30)
    journey = Journey(up.system.front(), Counter(jaki, up.system), Teller(Console(quiet=True)))  # type: ignore[arg-type]

    has_arrived = journey.travel(patience=90)

    jaki.close()
    assert has_arrived, [(one.number, one.stages) for one in journey.travellers]
    assert {"received", "verified", "routed", "notified", "answered", "closed"} <= set.intersection(
        *(one.stages for one in journey.travellers)
    )


def test_an_adapter_is_known_by_its_user_at_the_broker_whatever_it_calls_itself(up: Up) -> None:
    name, key = unique("medan"), unique("m")
    uri = adapters_user(up.system, name)

    report = {**blackout(), "report_id": str(uuid.uuid4()), "idempotency_key": key}
    say(uri, SUBMISSIONS, ReportSubmitted, "adapter/jaki", report)

    question = "SELECT source FROM reports WHERE idempotency_key = :key"
    ((source,),) = until(lambda: up.system.rows("intake", question, key=key))
    assert source == f"adapter/{name}"


def test_an_adapter_can_do_nothing_but_hand_in_reports(up: Up) -> None:
    uri = adapters_user(up.system, unique("nosy"))

    with pytest.raises(Refused, match="ACCESS_REFUSED"):
        say(uri, EVENTS, ReportVerified, "lapor/verification", {"report_id": str(uuid.uuid4())})


def test_a_bodys_own_system_is_given_its_reports_and_its_answer_reaches_the_reporter(up: Up) -> None:
    slip = up.system.front().post("/api/v1/reports", blackout())

    def work(assignment: Assignment) -> None:
        if assignment.data["tracking_id"] == slip["tracking_id"]:
            assignment.answer("Gardu sudah diperbaiki; listrik menyala sejak kemarin.")

    with at_work(AgencySubscriber("BUMN-PLN", agencys_user(up.system, "BUMN-PLN")), work):
        timeline = until(lambda: _has_step(up.system, slip["tracking_id"], "substantive_answer"), 30)

    answer = next(entry for entry in timeline if entry["step"] == "substantive_answer")
    assert answer["text"] == "Gardu sudah diperbaiki; listrik menyala sejak kemarin."


def test_the_operator_is_told_what_a_bodys_user_at_the_broker_may_do(up: Up) -> None:
    told = up.system.lapor("agency", "connect", "BUMN-PLN").stdout

    vhost = urlsplit(up.system.uri).path.removeprefix("/")
    assert "its system consumes agency.BUMN-PLN\n" in told
    assert "  rabbitmqctl add_user BUMN-PLN\n" in told
    permissions = r"'^$' '^lapor\.replies$' '^agency\.BUMN\-PLN$'"
    assert f"  rabbitmqctl set_permissions --vhost {vhost} BUMN-PLN {permissions}\n" in told


def test_nobody_answers_in_a_neighbours_name(up: Up) -> None:
    slip = up.system.front().post("/api/v1/reports", blackout())
    until(lambda: _has_step(up.system, slip["tracking_id"], "routed"), 30)
    ((report_id, disposition_id),) = up.system.rows(
        "routing",
        "SELECT r.id, d.id FROM dispositions d JOIN reports r ON r.id = d.report_id WHERE r.tracking_id = :id",
        id=slip["tracking_id"],
    )
    forged = {
        "report_id": str(report_id),
        "disposition_id": str(disposition_id),
        "reply_id": str(uuid.uuid4()),
        "agency_code": "BUMN-PLN",
        "answer_kind": "substantive",
        "text": "Sudah beres.",
    }

    say(agencys_user(up.system, "BUMN-KAI"), REPLIES, AgencyReplied, "agency/BUMN-PLN", forged)

    (letter,) = until(lambda: up.system.dead_letters("routing"), 30)
    assert letter.sender == "BUMN-KAI"
    assert "BUMN-PLN is not the user who sent it" in letter.reason
    assert up.system.rows("routing", "SELECT * FROM answers WHERE disposition_id = :id", id=disposition_id) == []
    assert up.system.lapor("deadletters", "discard", "--yes", letter.id).returncode == 0


def test_a_process_that_dies_is_started_again(up: Up) -> None:
    before = up.pids()

    os.kill(before["tracking worker 1"], signal.SIGKILL)

    until(lambda: up.pids()["tracking worker 1"] != before["tracking worker 1"], 30)
    until(up.is_ready, 60)
    assert {title for title, pid in up.pids().items() if pid != before[title]} == {"tracking worker 1"}


def test_the_first_lines_say_which_process_is_where(up: Up) -> None:
    children = up.children()

    assert next(iter(children)) == "front"
    assert set(children) == {"front", *(f"{name} {part} 1" for name in NAMES for part in ("worker", "web"))}
    assert len({found["port"] for found in children.values()}) == 11


def test_each_web_server_answers_for_its_service_alone(up: Up) -> None:
    ports = {title: found["port"] for title, found in up.children().items()}

    routing = requests.get(f"http://127.0.0.1:{ports['routing web 1']}/api/v1/openapi/routing.json", timeout=10)
    other = requests.get(f"http://127.0.0.1:{ports['routing web 1']}/api/v1/openapi/intake.json", timeout=10)

    assert (routing.status_code, other.status_code) == (200, 404)


def test_ctrl_c_stops_all_of_them_and_leaves_none(up: Up) -> None:
    pids = up.pids()

    up.system.send("up", signal.SIGINT)

    assert up.system.wait("up") == 0
    assert [title for title, pid in pids.items() if Path(f"/proc/{pid}").exists()] == []


def _has_step(system: RealSystem, tracking_id: str, step: str) -> list[dict[str, Any]] | None:
    found = system.front().get(f"/api/v1/reports/{tracking_id}")
    timeline = found["timeline"] if found else []
    return timeline if any(entry["step"] == step for entry in timeline) else None


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=10).ok
    except requests.ConnectionError:
        return False
