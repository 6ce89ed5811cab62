"""Reports through the two doors that a flood would come by: ``POST /api/v1/reports`` and the SMS gateway's webhook."""

import re
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import requests

from lapor_launcher.bench.stand import Stand, percentiles, report, stand
from lapor_launcher.bench.subjects import a_report
from lapor_launcher.servers.machine import free_port

#: How many answers are looked up again, to see that what was handed out can be read.
LOOKED_UP = 50
#: Seconds of the steady part.
STEADY = 20

_TRACKING_ID = re.compile(r"(?<![-\w])[0-9A-Z]{4}(-[0-9A-Z]{4}){2}(?![-\w])")
_RECEIPT = re.compile(r"\d{4}(-\d{4}){3}")


@dataclass
class Answers:
    """What the doors said, and how long each took."""

    slips: list[tuple[str, str]] = field(default_factory=list)
    """Tracking ID and receipt."""
    seconds: list[float] = field(default_factory=list)


def measure(*, reports: int, clients: int, rate: int, webs: int, workers: bool, as_json: bool) -> None:
    """Print how many reports a second are taken in, half of them by SMS, and how long an answer takes."""
    with stand(workers=workers) as system:
        # One client here stands for thousands of networks and phones.
        system.environment |= {f"LAPOR_INTAKE_LIMIT_{name}": "none" for name in ("ADDRESS", "REPORTER", "NEWCOMERS")}
        system.environment["LAPOR_INTAKE_SMS_NETWORKS"] = "127.0.0.1"  # we are the gateway
        doors = _open(system, webs)
        front = free_port()
        system.start("tracking-web", "serve", "tracking", "--web", port=front)
        _send(doors, range(-200, 0), clients)  # what is only done once is not measured
        print(f"{reports} reports by {clients} clients at once", flush=True)
        begun = time.monotonic()
        answers = _send(doors, range(reports), clients)
        took = time.monotonic() - begun
        unreadable = sum(not _is_readable(front, *slip) for slip in answers.slips[:LOOKED_UP])
        figures: dict[str, object] = {
            "reports": len(answers.slips),
            "reports_per_second": round(len(answers.slips) / took, 1),
            **{f"full_speed_{name}": value for name, value in percentiles(answers.seconds).items()},
            "refused": reports - len(answers.slips),
            "unreadable": unreadable,
        }
        if rate:
            print(f"{rate} reports a second for {STEADY} s", flush=True)
            steady = _send(doors, _in_time(range(reports, reports + rate * STEADY), rate), clients)
            figures |= {"steady_rate": rate, **percentiles(steady.seconds)}
        figures["memory_mb"] = system.memory()
        report(figures, as_json=as_json)


def _open(system: Stand, webs: int) -> list[int]:
    ports = [free_port() for _ in range(webs)]
    for number, port in enumerate(ports):
        system.start(f"intake-web-{number}", "serve", "intake", "--web", port=port)
    return ports


def _in_time(numbers: Iterable[int], rate: int) -> Iterator[int]:
    """Each number when its turn has come."""
    begun = time.monotonic()
    for at, number in enumerate(numbers):
        time.sleep(max(0.0, begun + at / rate - time.monotonic()))
        yield number


def _send(doors: list[int], numbers: Iterable[int], clients: int) -> Answers:
    answers, turn, lock = Answers(), iter(numbers), threading.Lock()

    def next_number() -> int | None:
        with lock:
            return next(turn, None)

    threads = [threading.Thread(target=_client, args=(doors, next_number, answers)) for _ in range(clients)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def _client(doors: list[int], next_number: Callable[[], int | None], answers: Answers) -> None:
    session = requests.Session()
    while (number := next_number()) is not None:
        door = f"http://127.0.0.1:{doors[number // 2 % len(doors)]}"
        begun = time.monotonic()
        answer = _by_sms(session, door, number) if number % 2 else _by_api(session, door, number)
        answers.seconds.append(time.monotonic() - begun)
        tracking_id, receipt = _TRACKING_ID.search(answer.text), _RECEIPT.search(answer.text)
        if answer.ok and tracking_id and receipt:
            answers.slips.append((tracking_id.group(), receipt.group()))


def _by_api(session: requests.Session, door: str, number: int) -> requests.Response:
    headers = {"Idempotency-Key": uuid.uuid4().hex}
    return session.post(f"{door}/api/v1/reports", json=a_report(number), headers=headers, timeout=60)


def _by_sms(session: requests.Session, door: str, number: int) -> requests.Response:
    form = {
        "sender": f"+62812{number % 10**8:08}",
        "to": "1708",
        "text": f"INHU {a_report(number)['body'][:140]}",
        "id": uuid.uuid4().hex,
    }
    return session.get(f"{door}/channels/sms/kannel", params=form, timeout=60)


def _is_readable(port: int, tracking_id: str, receipt: str) -> bool:
    address = f"http://127.0.0.1:{port}/api/v1/reports/{tracking_id}"
    return requests.get(address, headers={"X-Receipt": receipt}, timeout=30).ok
