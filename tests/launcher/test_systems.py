"""Bodies' own systems, from the terminal; what the broker allows them is tried in tests/connect."""

import stat
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from lapor_chassis.database import create_engine
from lapor_chassis.migrate import upgrade
from lapor_chassis.transactions import Transactions
from lapor_launcher.cli import main
from lapor_launcher.keys import ensure_keys
from lapor_routing import service
from lapor_routing.directory import load_directory
from lapor_routing.outbound import store
from lapor_routing.reference.agencies import AgencyRow
from tests.routing.conftest import BODIES, POWER, ROADS


@pytest.fixture
def transactions(tmp_path: Path) -> Transactions:
    """Routing's database in the folder of the embedded mode, with some bodies in it."""
    ensure_keys(tmp_path / "keys")
    engine = create_engine(f"sqlite:///{tmp_path}/routing.db")
    upgrade("routing", engine)
    transactions = Transactions(engine, service.metadata, source="test")
    with transactions.begin() as tx:
        load_directory(tx, [AgencyRow(body, (body.name,)) for body in BODIES])
    return transactions


def lapor(folder: Path, *arguments: str) -> Result:
    """Give a command."""
    return CliRunner().invoke(main, ["--folder", str(folder), "agency", *arguments])


def test_a_webhook_is_connected_listed_given_another_secret_and_ended(
    transactions: Transactions, tmp_path: Path
) -> None:
    secret = tmp_path / "secret"

    connected = lapor(
        tmp_path, "connect", ROADS.code, "--webhook", "https://dpupr.example/x", "--secret-file", str(secret)
    )
    listed = lapor(tmp_path, "list")
    again = lapor(tmp_path, "rotate", ROADS.code, "--secret-file", str(secret))
    rotated = lapor(tmp_path, "rotate", ROADS.code)
    ended = lapor(tmp_path, "disconnect", "--yes", ROADS.code)

    assert [done.exit_code for done in (connected, listed, again, rotated, ended)] == [0, 0, 1, 0, 0]
    assert secret.read_text().startswith("whsec_")
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert "whsec_" not in connected.output + listed.output
    assert "is there already" in again.stderr
    assert "whsec_" in rotated.output
    assert "No body's system is connected." in lapor(tmp_path, "list").output


def test_a_server_is_connected_as_it_speaks_and_without_a_broker_the_operator_is_told_what_waits(
    transactions: Transactions, tmp_path: Path
) -> None:
    server = lapor(
        tmp_path, "connect", ROADS.code, "--open311", "https://dpupr.example/v2", "--xml", "--service", "*=ROAD"
    )
    over_the_broker = lapor(tmp_path, "connect", POWER.code)

    with transactions.read() as connection:
        line = store.find_line(connection, ROADS.code)
    assert (server.exit_code, over_the_broker.exit_code) == (0, 0)
    assert line
    assert line.settings == {"jurisdiction": None, "services": {"*": "ROAD"}, "xml": True, "updates": False}
    assert "AMQP_URI is not set here" in over_the_broker.output


def test_what_was_delivered_is_listed_and_brought_again(transactions: Transactions, tmp_path: Path) -> None:
    lapor(tmp_path, "connect", ROADS.code, "--email", "kantor@dpupr.example")
    with transactions.begin() as tx:
        delivery_id = tx.new_id()
        row: dict[str, Any] = {
            "id": delivery_id,
            "agency_code": ROADS.code,
            "type": "disposition.ended.v1",
            "body": "{}",
        }
        store.add_delivery(tx, {**row, "report_id": tx.new_id(), "disposition_id": tx.new_id()})

    shown = lapor(tmp_path, "deliveries", ROADS.code)
    once = lapor(tmp_path, "redeliver", ROADS.code, "--id", str(delivery_id))
    since = lapor(tmp_path, "redeliver", ROADS.code, "--since", "2020-01-01")
    nobodys = lapor(tmp_path, "redeliver", ROADS.code, "--report", "7k3m 9qxf 2tpa")
    neither = lapor(tmp_path, "redeliver", ROADS.code)
    resumed = lapor(tmp_path, "resume", ROADS.code)

    assert str(delivery_id) in shown.output
    assert once.output == since.output == f"{ROADS.code}: due again: 1\n"
    assert nobodys.output == f"{ROADS.code}: due again: 0\n"
    assert neither.exit_code == 2
    assert resumed.output == f"{ROADS.code}: goes on at once; waiting: 1\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["connect", ROADS.code, "--webhook", "file:///etc/passwd"], "must begin with https://"),
        (["connect", ROADS.code, "--email", "kantor"], "is no e-mail address"),
        (["connect", ROADS.code, "--email", "a@b.example", "--webhook", "https://x.example"], "one of --webhook"),
        (["connect", ROADS.code, "--open311", "https://x.example", "--service", "jalan"], "TOPIC=SERVICE_CODE"),
        (["connect", "TIDAK-ADA", "--email", "a@b.example"], "there is no such body in the directory"),
        (["rotate", ROADS.code], "is not connected"),
        (["deliveries", ROADS.code], "is not connected"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    transactions: Transactions, tmp_path: Path, arguments: list[str], said: str
) -> None:
    done = lapor(tmp_path, *arguments)

    assert done.exit_code != 0
    assert said in done.stderr
    assert "No body's system is connected." in lapor(tmp_path, "list").output
