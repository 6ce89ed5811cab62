"""The operator's commands, each with no more than it needs."""

import socket
import subprocess
import sys
import uuid
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

from lapor_chassis.dead_letters import set_aside
from lapor_chassis.transactions import Transactions
from lapor_contracts.envelope import Envelope, encode
from lapor_contracts.events import ReporterGiven
from lapor_launcher.embedded import embedded_environment
from lapor_launcher.services import NAMES, assemble, database_variable
from lapor_launcher.up import children
from tests.launcher.conftest import Lapor
from tests.support.builders import received, submitted
from tests.support.embedded_system import environment

SITI = ReporterGiven(name="Siti Rahayu", phone="0812 3456 7890")

#: As in an image of one service: the packages of the others are not there.
ALONE = """
import sys
for name in {others}:
    sys.modules["lapor_" + name] = None
from lapor_launcher.cli import main
main(prog_name="lapor")
"""


class Image:
    """Where only one service is installed."""

    def __init__(self, folder: Path, service: str) -> None:
        self._folder = folder
        self._others = [*(name for name in NAMES if name != service), "connect"]
        self.database = {database_variable(service): f"sqlite:///{folder}/{service}.db"}

    def lapor(self, *arguments: str, **variables: str) -> "subprocess.CompletedProcess[str]":
        """Run a command where nothing is set but where the service's database is."""
        return subprocess.run(
            [sys.executable, "-c", ALONE.format(others=self._others), *arguments],
            env=environment(**self.database, **variables),
            cwd=self._folder,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


@pytest.fixture
def image(request: pytest.FixtureRequest, tmp_path: Path) -> Image:
    """An image of the service that the test names."""
    return Image(tmp_path, request.param)


an_image_of = partial(pytest.mark.parametrize, "image", indirect=True)


@an_image_of(["routing"])
def test_an_image_loads_the_directory_and_adds_officers_with_nothing_but_its_database(image: Image) -> None:
    loaded = image.lapor("directory", "load")
    added = image.lapor("officer", "add", "siti", "--role", "officer", "--agency", "PEMDA-14.02")
    wrong = image.lapor("officer", "add", "budi", "--role", "officer", "--agency", "PEMDA-99")

    assert (loaded.returncode, added.returncode) == (0, 0), loaded.stderr + added.stderr
    assert " bodies: " in loaded.stdout
    assert added.stdout.startswith("siti: password ")
    assert (wrong.returncode, wrong.stderr) == (1, "Error: PEMDA-99: there is no such body in the directory\n")


@an_image_of(["intake"])
def test_an_image_admits_an_adapter_with_nothing_but_its_database(image: Image) -> None:
    added = image.lapor("adapter", "add", "jaki")

    assert added.returncode == 0, added.stderr
    assert added.stdout.startswith("jaki: over HTTP with the secret ")


@an_image_of(["tracking"])
def test_an_image_examines_and_migrates_what_it_holds(image: Image) -> None:
    migrated, printed, examined = (image.lapor(command) for command in ("migrate", "topology", "doctor"))

    assert migrated.stdout == "tracking: at its newest version\n"
    assert "lapor.tracking.dead" in printed.stdout
    assert "lapor.intake" not in printed.stdout
    assert "wrong tracking: LAPOR_TRACKING_KEY: is not set" in examined.stdout
    assert "intake" not in examined.stdout


@an_image_of(["intake"])
def test_an_image_says_which_service_it_does_not_hold(image: Image) -> None:
    done = image.lapor("directory", "load")

    assert done.returncode == 1
    assert done.stderr == "Error: routing: this service is not installed here (pip install lapor-routing)\n"


@an_image_of(["verification"])
def test_a_worker_without_a_broker_says_so_in_one_sentence(image: Image) -> None:
    done = image.lapor("serve", "verification", "--worker")

    assert done.returncode == 1
    assert done.stderr == "Error: AMQP_URI: is not set; a worker needs a broker (`lapor run` needs none)\n"


@an_image_of(["verification"])
def test_a_port_that_is_taken_is_named(image: Image) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = image.lapor("serve", "verification", "--web", "--port", port)

    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == f"Error: --port {port}: Address already in use"


@pytest.mark.parametrize(
    ("command", "variables", "said"),
    [
        (["serve", "intake", "--web"], {}, "LAPOR_INTAKE_DATABASE_URL: is not set"),
        (["up"], {"AMQP_URI": "amqp://127.0.0.1:1/"}, "LAPOR_INTAKE_DATABASE_URL: is not set"),
        (
            ["migrate", "intake"],
            {"LAPOR_INTAKE_DATABASE_URL": "mysql://lapor:secret@x/y"},
            "LAPOR_INTAKE_DATABASE_URL: is",
        ),
        (
            ["migrate", "intake"],
            {"LAPOR_INTAKE_DATABASE_URL": "postgresql://127.0.0.1:1/x"},
            "the database does not answer",
        ),
        (["deadletters", "list"], {"AMQP_URI": "amqp://127.0.0.1:1/"}, "AMQP_URI: the broker does not answer"),
        (["deadletters", "list"], {"LAPOR_INTAKE_DATABASE_URL": "sqlite://"}, "AMQP_URI: is not set"),
        (["topology", "--declare"], {"AMQP_URI": "http://lapor:secret@x/"}, "AMQP_URI: must begin with amqp://"),
    ],
)
def test_what_is_missing_wrong_or_away_is_said_in_one_sentence(
    lapor: Lapor, command: list[str], variables: dict[str, str], said: str
) -> None:
    done = lapor(*command, **variables)

    assert done.exit_code == 1
    assert done.stderr.startswith(f"Error: {said}")
    assert done.stderr.count("\n") == 1
    assert "secret" not in done.output


def test_a_new_password_may_be_given_to_those_who_are_there(lapor: Lapor) -> None:
    lapor("officer", "add", "vera", "--role", "verifier")

    assert lapor("officer", "reset", "vera").output.startswith("vera: password ")
    assert lapor("officer", "reset", "nobody").stderr == "Error: nobody: there is no such officer\n"


def test_keys_are_made_once_and_are_nobody_elses_to_read(lapor: Lapor) -> None:
    first, second = lapor("keys", "secrets"), lapor("keys", "secrets")

    assert first.output == second.output
    assert f"LAPOR_TRACKING_KEY=file:{Path('secrets/tracking.key').absolute()}\n" in first.output
    assert {path.stat().st_mode & 0o777 for path in Path("secrets").iterdir()} == {0o600}


def test_any_number_of_processes_have_ports_of_their_own() -> None:
    found = list(children({}, workers=7, webs=3, first_port=8000))

    assert found[0].arguments == ["serve", "all", "--web", "--port", "8000"]
    assert len({child.title for child in found}) == len({child.arguments[-1] for child in found}) == 1 + 5 * 10


@pytest.fixture
def shelf(lapor: Lapor) -> Transactions:
    """Verification's embedded shelf, with one message that works now, and one that never will."""
    lapor("migrate")
    verification = assemble("verification", embedded_environment(Path("var"), {}))
    for event, reason in ((received(), "RuntimeError at handlers.py:1"), (submitted(reporter=SITI), "not heard")):
        envelope = Envelope(
            id=uuid.uuid4(), source="test", time=datetime.now(UTC), event=event, correlation_id=str(event.report_id)
        )
        set_aside(verification.service, verification.transactions, encode(envelope), reason, 5)
    return verification.transactions


def test_embedded_dead_letters_are_listed_and_shown_without_a_person(lapor: Lapor, shelf: Transactions) -> None:
    listed = lapor("deadletters", "list").output
    letter_id = next(line.split()[1] for line in listed.splitlines() if "report.submitted.v1" in line)

    shown = lapor("deadletters", "show", letter_id).output

    assert "RuntimeError at handlers.py:1" in listed
    assert "Jalan berlubang di depan pasar" in shown
    assert SITI.name
    assert SITI.name not in listed + shown


def test_an_embedded_dead_letter_is_handled_on_the_spot_or_stays(lapor: Lapor, shelf: Transactions) -> None:
    rows = [line.split() for line in lapor("deadletters", "list").output.splitlines() if "verification" in line]
    works, never = (row[1] for row in rows)

    replayed, failed = lapor("deadletters", "replay", works), lapor("deadletters", "replay", never)
    discarded, gone = (lapor("deadletters", "discard", "--yes", never) for _ in range(2))

    assert (replayed.output, replayed.exit_code) == ("verification: brought to the service again\n", 0)
    assert failed.exit_code == 1
    assert "verification: it failed again and stays: verification does not hear report.submitted.v1" in failed.stderr
    assert (discarded.exit_code, gone.exit_code) == (0, 1)
    assert lapor("deadletters", "list").output == "No message is set aside.\n"
