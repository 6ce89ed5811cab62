"""Reports through ``POST /api/v1/reports``: durable and readable when each is answered."""

import threading
import time
import uuid

import requests

from lapor_launcher.bench.stand import percentiles, report, stand
from lapor_launcher.bench.subjects import a_report
from lapor_launcher.servers.machine import free_port

#: How many answers are looked up again, to see that what was handed out can be read.
LOOKED_UP = 50


def measure(*, reports: int, clients: int, as_json: bool) -> None:
    """Print how many reports a second one web process takes in, and how long an answer takes."""
    with stand() as system:
        web, front = free_port(), free_port()
        system.start("intake-web", "serve", "intake", "--web", port=web)
        system.start("tracking-web", "serve", "tracking", "--web", port=front)
        print(f"{reports} reports by {clients} clients at once", flush=True)
        answers: list[str] = []
        seconds: list[float] = []
        shares = (range(first, reports, clients) for first in range(clients))
        threads = [threading.Thread(target=_client, args=(web, mine, answers, seconds)) for mine in shares]
        begun = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        took = time.monotonic() - begun
        unreadable = sum(not _is_readable(front, tracking_id) for tracking_id in answers[:LOOKED_UP])
        figures: dict[str, object] = {
            "reports": len(answers),
            "reports_per_second": round(len(answers) / took, 1),
            **percentiles(seconds),
            "refused": reports - len(answers),
            "unreadable": unreadable,
            "memory_mb": system.memory(),
        }
        report(figures, as_json=as_json)


def _client(port: int, numbers: range, answers: list[str], seconds: list[float]) -> None:
    session = requests.Session()
    for number in numbers:
        begun = time.monotonic()
        answer = session.post(
            f"http://127.0.0.1:{port}/api/v1/reports",
            json=a_report(number),
            headers={"Idempotency-Key": uuid.uuid4().hex},
            timeout=60,
        )
        seconds.append(time.monotonic() - begun)
        if answer.status_code == 201:
            answers.append(answer.json()["tracking_id"])


def _is_readable(port: int, tracking_id: str) -> bool:
    return requests.get(f"http://127.0.0.1:{port}/api/v1/reports/{tracking_id}", timeout=30).ok
