"""``kill -9`` at any moment, start again: nothing is lost, nothing is doubled."""

import json
import random
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest

from lapor_connect import ChannelAdapter, Unavailable
from lapor_connect.web import AWAY
from lapor_launcher.services import NAMES
from tests.support.embedded_system import EmbeddedSystem
from tests.support.until import until

pytestmark = pytest.mark.system

KILLS = 6
SEED = 1708

YESTERDAY = (date.today() - timedelta(days=1)).isoformat()  # noqa: DTZ011


@dataclass(frozen=True)
class Slip:
    """What the reporter got."""

    tracking_id: str
    receipt: str


@dataclass
class Sender:
    """Sends one report after the other through one door, each until it is answered."""

    system: EmbeddedSystem
    send: Callable[[int], Slip]
    pause: float
    given: dict[int, Slip] = field(default_factory=dict)
    unknown: list[str] = field(default_factory=list)

    def go_on(self, done: threading.Event) -> None:
        while not done.wait(self.pause):
            number = len(self.given) + 1
            slip = stubbornly(lambda number=number: self.send(number))
            self.given[number] = slip
            if stubbornly(lambda slip=slip: self.system.front().report(slip.tracking_id, slip.receipt)) is None:
                self.unknown.append(slip.tracking_id)


def stubbornly(attempt: Callable[[], Any]) -> Any:
    """Try until there is an answer: what a phone, a gateway and an adapter do when nobody answers."""
    while True:
        try:
            return attempt()
        except (*AWAY, Unavailable):
            time.sleep(0.05)


def by_web(system: EmbeddedSystem) -> Callable[[int], Slip]:
    def send(number: int) -> str:
        report = {
            "title": f"Jalan berlubang di blok {number}",
            "body": f"Jalan berlubang di depan rumah blok {number}, sudah ada yang terjatuh.",
            "occurred_on": YESTERDAY,
            "region_code": "14.02",
            "place": f"Blok {number}",
            "reporter": {"email": f"web{number}@example.org"},
        }
        given = system.front().post("/api/v1/reports", report, **{"Idempotency-Key": f"web-{number}"})
        return Slip(given["tracking_id"], given["receipt"])

    return send


def by_sms(system: EmbeddedSystem) -> Callable[[int], Slip]:
    def send(number: int) -> str:
        text = f"INHU lampu jalan mati di Jalan Sudirman nomor {number} sejak {YESTERDAY}, gelap"
        sender = f"+6281100{number:05}"
        answer = system.front().text("/channels/sms/kannel", sender=sender, to="1708", text=text, id=f"sms-{number}")
        tracking_id, receipt = re.search(r"(\w{4}-\w{4}-\w{4})\b.*?(\d{4}(?:-\d{4}){3})", answer).groups()  # type: ignore[union-attr]
        return Slip(tracking_id, receipt)

    return send


def by_adapter(system: EmbeddedSystem, secret: str) -> Callable[[int], Slip]:
    adapter = ChannelAdapter("kota", system.url, secret, patience=0.2, first_pause=0.05)

    def send(number: int) -> str:
        report = {
            "title": f"Sampah di TPS {number}",
            "body": f"Sampah menumpuk di TPS {number} dan tidak diangkut, truk sampah tidak datang.",
            "occurred_on": YESTERDAY,
            "region_code": "31.74",
            "place": f"TPS {number}",
            "reporter": {"phone": f"0811 2222 {number:04}"},
        }
        submitted = adapter.submit(report, idempotency_key=f"kota-{number}")
        return Slip(submitted.tracking_id or "", submitted.receipt or "")

    return send


def said_of(system: EmbeddedSystem, service: str, kind: str) -> Iterator[dict[str, Any]]:
    """What a service has ever said of one kind."""
    for (body,) in system.rows(service, "SELECT body FROM events WHERE type = ?", kind):
        yield json.loads(body)["data"]


def test_whatever_is_killed_when_each_report_is_there_once(stopped_system: EmbeddedSystem) -> None:
    system, chance, done = stopped_system, random.Random(SEED), threading.Event()
    senders = [
        Sender(system, by_web(system), 0.05),
        Sender(system, by_sms(system), 0.05),
        Sender(system, by_adapter(system, system.add_adapter("kota")), 0.05),
    ]
    before = {row[0] for row in system.rows("intake", "SELECT tracking_id FROM reports")}

    with ThreadPoolExecutor() as pool:
        system.start()
        sending = [pool.submit(sender.go_on, done) for sender in senders]
        for _ in range(KILLS):
            time.sleep(chance.uniform(0.05, 1.0))  # the one place where waiting for a while is the thing itself
            system.kill()
            system.start()
        done.set()
        for each in sending:
            each.result()
    until(system.is_quiet, 30)

    given = [slip.tracking_id for sender in senders for slip in sender.given.values()]
    assert all(len(sender.given) >= KILLS for sender in senders), "too few reports to prove anything"
    assert not [one for sender in senders for one in sender.unknown]
    # Received once, and the same ID for whoever sends it again.
    stored = {row[0] for row in system.rows("intake", "SELECT tracking_id FROM reports")} - before
    assert len(set(given)) == len(given)
    assert stored == set(given)
    assert all(sender.send(number) == slip for sender in senders for number, slip in sender.given.items())
    # Verified once, routed once, to the first body.
    for service, kind in (("verification", "report.verified.v1"), ("routing", "report.routed.v1")):
        assert Counter(
            one["tracking_id"] for one in said_of(system, service, kind) if one["tracking_id"] in stored
        ) == (Counter(given))
    assert {one["hop"] for one in said_of(system, "routing", "report.routed.v1") if one["tracking_id"] in stored} == {1}
    for tracking_id in given:
        view = system.front().get(f"/api/v1/reports/{tracking_id}")
        assert [entry["step"] for entry in view["timeline"]] == ["received", "verified", "routed"]
    # Told once: those who have no ID in hand that it was received, and all of them where it went.
    notices = [json.loads(line) for line in (system.folder / "notices.jsonl").read_text().splitlines()]
    told = Counter((one["tracking_id"], one["template"]) for one in notices if one["tracking_id"] in stored)
    acknowledged, by_hand = given[: -len(senders[2].given)], given[-len(senders[2].given) :]
    assert told == Counter(
        [(one, "routed") for one in acknowledged]
        + [(one, template) for one in by_hand for template in ("received", "routed")]
    )
    # Nothing is left over.
    assert all(not system.rows(name, "SELECT id FROM dead_letters") for name in NAMES)
    assert all(not system.rows(name, "SELECT event_id FROM outbox") for name in NAMES)
    assert system.stop() == 0
    # What tracking kept through all of that is what the services said, to the byte.
    replayed = system.lapor("replay", "tracking", "--check", "--quiet-for", "0")
    assert replayed.returncode == 0, replayed.stdout + replayed.stderr
