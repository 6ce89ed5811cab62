"""``lapor run`` as a newcomer meets it: eight reports travel, and everything is there again at the next start."""

import re
import socket
from collections import defaultdict
from pathlib import Path

import pytest
import requests

from lapor_launcher.services import NAMES
from tests.support.embedded_system import EmbeddedSystem, FirstRun, embedded_system
from tests.support.until import until

pytestmark = pytest.mark.system

STAGES = {"received", "verified", "routed", "why", "notified", "answered", "closed"}


def told(said: str) -> dict[str, set[str]]:
    """What was told of each report, by its number."""
    stages: dict[str, set[str]] = defaultdict(set)
    for number, stage in re.findall(r"^\d\d:\d\d:\d\d (\d) [a-z ]+ · (\w+) ", said, re.MULTILINE):
        stages[number].add(stage)
    return stages


def tracking_ids(said: str) -> list[str]:
    return re.findall(r"received +(\w{4}-\w{4}-\w{4}) lewat", said)


def test_a_newcomer_sees_eight_reports_travel_the_whole_road(first_run: FirstRun) -> None:
    stages = told(first_run.said)

    assert first_run.status == 0, first_run.logged
    assert sorted(stages) == list("12345678")
    assert all(seen >= STAGES for seen in stages.values()), stages
    assert "All eight arrived" in first_run.said


def test_reports_come_in_through_every_front_door(first_run: FirstRun) -> None:
    ways = re.findall(r"[0-9A-Z]{4} lewat (web|SMS ke 1708|aplikasi lain)", first_run.said)

    assert (ways.count("web"), ways.count("SMS ke 1708"), ways.count("aplikasi lain")) == (5, 2, 1)


def test_a_run_without_trouble_logs_nothing(first_run: FirstRun) -> None:
    assert first_run.logged == ""


def test_what_is_piped_into_a_file_is_plain_text(first_run: FirstRun) -> None:
    assert "\x1b" not in first_run.said
    assert not re.search("[━┃│└╰]", first_run.said)


def test_links_that_reporters_get_lead_to_the_port_that_is_served(first_run: FirstRun) -> None:
    (served,) = set(re.findall(r"LAPOR! is at (http://\S+),", first_run.said))
    notices = (first_run.folder / "notices.jsonl").read_text()

    assert set(re.findall(r"http://[\d.:]+", notices)) == {served}


PASSING = re.compile(
    r"intake\.sms_messages|tracking\.(to_list|listings.*|labels|tallies|counted|backlog|leaves|seals|unchained)"
)


def lasting(system: EmbeddedSystem) -> dict[str, int]:
    """How many rows there are of all that is not thrown away after ten minutes, nor worked out from the rest later."""
    return {name: count for name, count in system.row_counts().items() if not PASSING.match(name)}


def test_the_next_start_finds_everything_as_it_was_left(first_run: FirstRun, stopped_system: EmbeddedSystem) -> None:
    before = lasting(stopped_system)

    stopped_system.start()

    hidden = len(re.findall("anonim dan rahasia", first_run.said))
    answers = [
        requests.get(f"{stopped_system.url}/api/v1/reports/{one}", timeout=30) for one in tracking_ids(first_run.said)
    ]
    assert sorted(answer.json()["status"] for answer in answers if answer.ok) == ["closed"] * (8 - hidden)
    assert [answer.status_code for answer in answers if not answer.ok] == [404] * hidden
    assert "password" not in stopped_system.said.read_text()
    assert lasting(stopped_system) == before


def test_a_password_that_was_shown_once_opens_the_door(first_run: FirstRun, running_system: EmbeddedSystem) -> None:
    given = {"username": "verifikator", "password": first_run.password("verifikator")}

    answer = requests.post(f"{running_system.url}/api/v1/sign-in", json=given, timeout=30)

    assert answer.status_code == 200
    assert answer.json()["token"]


def test_a_second_journey_on_the_same_folder_arrives_as_well(stopped_system: EmbeddedSystem) -> None:
    stopped_system.launch("--once")

    assert stopped_system.wait() == 0
    assert "Their passwords" not in stopped_system.said.read_text()


def test_the_run_fails_where_a_report_does_not_arrive(stopped_system: EmbeddedSystem) -> None:
    with socket.socket() as gateway:  # takes the port and answers nobody: no SMS leaves
        gateway.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{gateway.getsockname()[1]}/cgi-bin/sendsms"
        with embedded_system(
            stopped_system.folder, stopped_system.folder.parent, LAPOR_NOTIFICATION_SMS_URL=address
        ) as system:
            system.launch("--once", "--patience", "15")

            assert system.wait() == 1

    assert "Not all of them arrived" in system.said.read_text()
    assert told(system.said.read_text())["3"] >= STAGES  # by e-mail, whose courier is there
    assert "notified" not in told(system.said.read_text())["1"]


def test_nobody_but_its_owner_can_read_the_folder(first_run: FirstRun) -> None:
    assert first_run.folder.stat().st_mode & 0o077 == 0


def test_one_address_speaks_for_all_services(shared_system: EmbeddedSystem) -> None:
    health = requests.get(f"{shared_system.url}/healthz", timeout=30)
    ready = requests.get(f"{shared_system.url}/readyz", timeout=30)
    titles = [shared_system.front().get(f"/api/v1/openapi/{name}.json")["info"]["title"] for name in NAMES]

    assert health.status_code == 200
    assert ready.status_code == 200
    assert all(ready.json()["checks"][f"{name}.database"] == "ok" for name in NAMES)
    assert titles == [f"LAPOR! {name}" for name in NAMES]


@pytest.mark.parametrize("figure", ["lapor_outbox_oldest_seconds", "lapor_dead_letters", "lapor_http_requests_total"])
def test_one_address_has_the_figures_of_all_services(shared_system: EmbeddedSystem, figure: str) -> None:
    for name in NAMES:
        shared_system.front().get(f"/api/v1/openapi/{name}.json")

    def are_all_there() -> bool:
        figures = requests.get(f"{shared_system.url}/metrics", timeout=30).text
        return all(re.search(rf'^{figure}{{[^}}]*service="{name}"', figures, re.MULTILINE) for name in NAMES)

    until(are_all_there)


def test_the_first_start_may_be_anywhere(tmp_path: Path) -> None:
    with embedded_system(tmp_path / "a folder" / "with blanks & ümlauts", tmp_path) as system:
        system.start()

        assert requests.get(system.url, timeout=30).status_code == 200
