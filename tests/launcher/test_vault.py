"""The operator's commands about identities, on a folder as `lapor run` leaves it."""

import re
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from lapor_launcher.embedded import embedded_environment, lock_folder
from lapor_launcher.services import Assembled, assemble
from tests.launcher.conftest import Lapor


def intake() -> Assembled:
    """Intake on the folder's files."""
    return assemble("intake", embedded_environment(Path("var"), {}))


@pytest.fixture
def tracking_id(lapor: Lapor) -> str:
    """A report of somebody."""
    lapor("migrate", "intake")
    response = (
        intake()
        .app()
        .test_client()
        .post("/api/v1/reports", json={"body": "Jalan di Rengat rusak", "reporter": {"name": "Kenari Sangkar"}})
    )
    return str(response.json["tracking_id"])


def tampered(statement: str) -> None:
    """Somebody writes into the database."""
    with intake().transactions.engine.begin() as connection:
        connection.execute(sa.text(statement))


def test_a_rotation_makes_a_new_key_and_proves_that_nobody_needs_the_old_one(lapor: Lapor, tracking_id: str) -> None:
    before = lapor("vault", "status").output

    rotated = lapor("vault", "rotate", "--new-key")

    (old,) = re.findall(r"[0-9a-f]{16}", before)
    assert rotated.exit_code == 0, rotated.output
    assert "1 data keys were wrapped anew" in rotated.output
    assert f"None is under {old} any more." in rotated.output
    Path("var/keys/vault-001.old").unlink()
    after = lapor("vault", "status").output
    assert old not in after
    assert "current" in after


def test_a_second_rotation_without_a_new_key_has_nothing_to_do(lapor: Lapor, tracking_id: str) -> None:
    lapor("vault", "rotate", "--new-key")

    again = lapor("vault", "rotate")

    assert "0 data keys were wrapped anew; 1 are under" in again.output
    assert "put a new key in place first" in again.output


def test_an_old_key_that_is_missing_is_named(lapor: Lapor, tracking_id: str) -> None:
    Path("var/keys/vault.key").unlink()

    status, rotated = lapor("vault", "status"), lapor("vault", "rotate")

    assert "not at hand" in status.output
    assert rotated.exit_code == 1
    assert "is not known here" in rotated.stderr
    assert "Kenari" not in rotated.output


def test_no_new_key_is_made_while_somebody_runs_on_the_old_one(lapor: Lapor, tracking_id: str) -> None:
    with lock_folder(Path("var")):
        refused = lapor("vault", "rotate", "--new-key")
        allowed = lapor("vault", "rotate")

    assert (refused.exit_code, refused.stderr) == (1, "Error: var is in use by another lapor process; stop it first\n")
    assert allowed.exit_code == 0
    assert not list(Path("var/keys").glob("*.old"))


def test_where_the_environment_names_the_key_it_is_not_replaced_behind_its_back(lapor: Lapor, tracking_id: str) -> None:
    key = f"file:{Path('var/keys/vault.key').absolute()}"

    refused = lapor("vault", "rotate", "--new-key", LAPOR_INTAKE_VAULT_KEY=key)

    assert refused.exit_code == 1
    assert "LAPOR_INTAKE_VAULT_OLD_KEYS" in refused.stderr


def test_a_key_service_that_is_away_is_said_in_one_sentence(lapor: Lapor, tracking_id: str) -> None:
    away = lapor("vault", "status", LAPOR_INTAKE_VAULT_KEY="transit+http://127.0.0.1:1/transit/lapor?token=secret")

    assert away.exit_code == 1
    assert away.stderr.startswith("Error: LAPOR_INTAKE_VAULT_KEY: TransitKey(transit/lapor) does not answer")
    assert "secret" not in away.output


def test_a_reporter_is_forgotten_once_and_the_second_time_there_is_nothing(lapor: Lapor, tracking_id: str) -> None:
    asked = lapor("vault", "forget", tracking_id)
    first = lapor("vault", "forget", tracking_id.lower().replace("-", " "), "--yes")
    second = lapor("vault", "forget", tracking_id, "--yes")
    unknown = lapor("vault", "forget", "0000-0000-0000", "--yes")

    assert asked.exit_code == 1  # nobody said yes
    assert first.output.startswith(f"{tracking_id}: forgotten.")
    assert (second.exit_code, second.output) == (0, f"{tracking_id}: nothing was kept (any more).\n")
    assert (unknown.exit_code, unknown.stderr) == (1, "Error: 0000-0000-0000: there is no such report\n")
    assert "1 records are forgotten." in lapor("vault", "status").output


def test_the_log_is_shown_and_verified_against_what_was_kept_elsewhere(lapor: Lapor, tracking_id: str) -> None:
    lapor("vault", "forget", tracking_id, "--yes")
    first = lapor("audit", "verify")
    kept = first.output.split()[-1]
    lapor("vault", "rotate", "--new-key")

    shown, verified = lapor("audit", "show", tracking_id), lapor("audit", "verify", "--expect", kept)

    assert "\n1 entries, none was changed" in first.output
    assert kept.startswith("1:")
    assert re.search(rf"operator\s.*identity\.forgotten\s.*{tracking_id}", shown.output)
    assert verified.exit_code == 0


@pytest.mark.parametrize(
    ("attack", "says"),
    [
        ("UPDATE audit SET actor = 'nobody' WHERE seq = 1", "Error: entry 1 was changed"),
        ("DELETE FROM audit WHERE seq = 1", "Error: entry 1 is missing"),
    ],
)
def test_a_log_that_was_tampered_with_fails_and_names_the_entry(
    lapor: Lapor, tracking_id: str, attack: str, says: str
) -> None:
    lapor("vault", "forget", tracking_id, "--yes")
    tampered(attack)

    broken = lapor("audit", "verify")

    assert (broken.exit_code, broken.stderr[: len(says)]) == (1, says)


def test_a_log_that_was_cut_short_together_with_its_head_is_found_by_what_was_kept(
    lapor: Lapor, tracking_id: str
) -> None:
    lapor("vault", "forget", tracking_id, "--yes")
    kept: Any = lapor("audit", "verify").output.split()[-1]
    tampered("DELETE FROM audit")
    tampered("DELETE FROM audit_head")

    unsuspecting, warned = lapor("audit", "verify"), lapor("audit", "verify", "--expect", kept)

    assert unsuspecting.exit_code == 0
    assert (warned.exit_code, warned.stderr) == (
        1,
        "Error: entry 1 is missing: there were 1 when the expected head was kept\n",
    )
    assert lapor("audit", "verify", "--expect", "yesterday's").exit_code == 2


def test_a_custodian_can_be_added(lapor: Lapor) -> None:
    assert lapor("officer", "add", "ani", "--role", "custodian").output.startswith("ani: password ")
