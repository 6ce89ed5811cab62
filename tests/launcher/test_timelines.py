"""The operator's commands about timelines: made again from what was said, and a chain that shows every change."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from lapor_chassis.batches import Incoming, process
from lapor_launcher.embedded import embedded_environment
from lapor_launcher.services import Assembled, assemble
from lapor_tracking import chaining
from lapor_tracking.service import Settings
from tests.launcher.conftest import Lapor
from tests.support.stage import SettableClock

AT_ONCE = ("--quiet-for", "0")


def service(name: str) -> Assembled:
    """A service on the folder's files."""
    return assemble(name, embedded_environment(Path("var"), {}))


def tampered(statement: str) -> None:
    """Somebody writes into tracking's database."""
    with service("tracking").transactions.engine.begin() as connection:
        connection.execute(sa.text(statement))


@pytest.fixture
def tracking_id(lapor: Lapor) -> str:
    """A report that intake took and tracking heard of, sealed."""
    lapor("migrate")
    intake, tracking = service("intake"), service("tracking")
    report = {"title": "Jalan rusak", "body": "Jalan di Rengat rusak", "reporter": {"name": "Kenari Sangkar"}}
    tracking_id = intake.app().test_client().post("/api/v1/reports", json=report).json["tracking_id"]
    with intake.transactions.read() as connection:
        events = intake.transactions.tables.events
        heard = connection.scalars(sa.select(events.c.body).where(events.c.type == "report.received.v1")).all()
    process(tracking.service, tracking.transactions, [Incoming(body) for body in heard])
    settings = tracking.settings
    assert isinstance(settings, Settings)
    assert settings.audit_key
    chaining.seal(tracking.transactions, settings.audit_key)
    chaining.extend(tracking.transactions)
    tracking.transactions.clock = SettableClock(datetime.now(UTC) + timedelta(days=1))
    chaining.seal(tracking.transactions, settings.audit_key)
    return str(tracking_id)


def test_a_store_that_says_what_the_events_say_is_left_alone(lapor: Lapor, tracking_id: str) -> None:
    replayed = lapor("replay", "tracking", *AT_ONCE)

    assert (replayed.exit_code, replayed.output.splitlines()) == (
        0,
        ["1 events of 5 services tell of 1 reports.", "The store says what the events say, to the byte."],
    )


def test_what_differs_is_named_by_a_check_and_put_right_without_one(lapor: Lapor, tracking_id: str) -> None:
    tampered("UPDATE timelines SET received_at = NULL")
    tampered("UPDATE steps SET text = 'Semua baik.'")

    checked, replayed = lapor("replay", "tracking", "--check", *AT_ONCE), lapor("replay", "tracking", *AT_ONCE)

    assert (checked.exit_code, replayed.exit_code) == (1, 0)
    assert f"{tracking_id}: steps: text; timelines: received_at" in checked.output
    assert "1 reports were put right." in replayed.output
    assert lapor("replay", "tracking", "--check", *AT_ONCE).exit_code == 0


def test_the_rebuilt_store_is_kept_where_the_operator_says_if_that_is_empty(lapor: Lapor, tracking_id: str) -> None:
    url = f"sqlite:///{Path('kept.db').absolute()}"

    kept, again = (lapor("replay", "tracking", "--check", *AT_ONCE, "--into", url) for _ in range(2))

    assert kept.exit_code == 0
    assert Path("kept.db").exists()
    assert (again.exit_code, lapor("replay", "tracking", "--into", "mysql://x").exit_code) == (2, 2)


def test_the_chain_is_verified_and_a_change_is_named(lapor: Lapor, tracking_id: str) -> None:
    whole = lapor("audit", "verify")
    tampered("UPDATE steps SET text = 'Semua baik.'")
    broken = lapor("audit", "verify")

    assert "1 steps of reports under 2 seals, 0 of them not sealed yet: none was changed" in whole.output
    assert broken.exit_code == 1
    assert "is not as it was: it was changed or removed" in broken.stderr


def test_a_chain_that_was_signed_with_another_key_is_named(lapor: Lapor, tracking_id: str) -> None:
    Path("var/keys/audit.key").unlink()

    assert "not signed with the key that counts now" in lapor("audit", "verify").stderr


def test_a_head_that_was_kept_is_compared(lapor: Lapor, tracking_id: str) -> None:
    assert lapor("audit", "verify", "--expect-seal", "gestern").exit_code == 2
    assert "is missing: it was kept elsewhere" in lapor("audit", "verify", "--expect-seal", f"7:{'0' * 64}").stderr


@pytest.mark.parametrize(
    ("asked", "set_up", "service_left_out"),
    [
        pytest.param([], {"AMQP_URI": "amqp://127.0.0.1:1/"}, "tracking", id="no database is named"),
        pytest.param(
            ["--expect", f"3:{'0' * 64}"],
            {"LAPOR_TRACKING_DATABASE_URL": "sqlite:///tracking.db"},
            "intake",
            id="a head was kept of another database than is named",
        ),
    ],
)
def test_a_chain_that_nobody_looked_at_does_not_pass_for_whole(
    lapor: Lapor, asked: list[str], set_up: dict[str, str], service_left_out: str
) -> None:
    verified = lapor("audit", "verify", *asked, **set_up)

    assert verified.exit_code == 1
    assert f"{service_left_out}: its chain was not looked at" in verified.stderr


def test_a_citizen_checks_the_file_without_any_database(lapor: Lapor, tracking_id: str) -> None:
    settings = service("tracking").settings
    assert isinstance(settings, Settings)
    assert settings.audit_key
    key = settings.audit_key.verify_key.encode().hex()
    proof = service("tracking").app().test_client().get(f"/api/v1/audit/reports/{tracking_id}").json
    Path("bukti.json").write_text(json.dumps(proof))
    proof["steps"][0]["happened_at"] = "2020-01-01T00:00:00+00:00"
    Path("palsu.json").write_text(json.dumps(proof))
    Path("kosong.json").write_text("")

    good = lapor("audit", "check", "bukti.json", "--key", key)

    assert good.exit_code == 0
    assert f"Genuine: 1 of 1 steps of {tracking_id} are sealed." in good.output
    assert "is not what was sealed on" in lapor("audit", "check", "palsu.json", "--key", key).stderr
    assert "another key" in lapor("audit", "check", "bukti.json", "--key", "00" * 32).stderr
    assert "not JSON" in lapor("audit", "check", "kosong.json", "--key", key).stderr
