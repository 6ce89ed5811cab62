"""``lapor doctor`` says in words what is wrong with a set-up."""

from pathlib import Path

import pytest

from lapor_launcher.keys import ensure_keys
from lapor_launcher.services import NAMES, database_variable
from tests.launcher.conftest import Lapor

NOBODY = "amqp://127.0.0.1:1/"


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, str]:
    """All that must be said, with databases that stand for larger ones."""
    databases = {database_variable(name): f"sqlite:///{tmp_path / name}.db" for name in NAMES}
    sink = {"LAPOR_NOTIFICATION_SINK": str(tmp_path / "notices.jsonl")}
    return {**ensure_keys(tmp_path / "keys"), **databases, **sink, "AMQP_URI": NOBODY}


def test_it_says_that_nothing_is_there_yet(lapor: Lapor) -> None:
    done = lapor("doctor")

    assert done.exit_code == 1
    assert "wrong var does not exist yet; `lapor run` makes it" in done.output
    assert not Path("var").exists()


def test_it_is_content_with_a_folder_that_was_prepared(lapor: Lapor) -> None:
    lapor("migrate")
    lapor("directory", "load")

    done = lapor("doctor")

    assert done.output.endswith("All is well.\n"), done.output
    assert done.exit_code == 0


def test_it_names_tables_that_are_missing_and_a_directory_that_is_empty(lapor: Lapor) -> None:
    lapor("migrate", "routing")

    done = lapor("doctor")

    assert done.exit_code == 1
    assert "wrong intake: its tables are old or missing; `lapor migrate intake` brings them up to date" in done.output
    assert "wrong routing: the directory of agencies is loaded: no, it is empty" in done.output


@pytest.mark.parametrize("variable", ["LAPOR_TRACKING_KEY", "LAPOR_SIGN_IN_PRIVATE_KEY", "LAPOR_INTAKE_DATABASE_URL"])
def test_it_names_a_variable_that_is_missing(lapor: Lapor, settings: dict[str, str], variable: str) -> None:
    del settings[variable]

    done = lapor("doctor", **settings)

    assert done.exit_code == 1
    assert f"{variable}: is not set" in done.output


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LAPOR_TRACKING_KEY", "too-short-a-secret"),
        ("LAPOR_SIGN_IN_PRIVATE_KEY", "not-a-secret-key"),
        ("LAPOR_ROUTING_DATABASE_URL", "mysql://lapor:secret@127.0.0.1/lapor"),
        ("LAPOR_ROUTING_THRESHOLD", "97-of-a-secret"),
        ("AMQP_URI", "http://lapor:secret@127.0.0.1/"),
    ],
)
def test_it_names_a_variable_that_is_wrong_and_does_not_repeat_it(
    lapor: Lapor, settings: dict[str, str], variable: str, value: str
) -> None:
    done = lapor("doctor", **{**settings, variable: value})

    assert done.exit_code == 1
    assert f"{variable}: " in done.output
    assert "secret" not in done.output


def test_it_says_that_the_broker_does_not_answer(lapor: Lapor, settings: dict[str, str]) -> None:
    done = lapor("doctor", **settings)

    assert done.exit_code == 1
    assert "wrong AMQP_URI: the broker does not answer" in done.output


def test_it_says_that_a_broker_is_missing_where_databases_are_named(lapor: Lapor, settings: dict[str, str]) -> None:
    del settings["AMQP_URI"]

    assert "wrong AMQP_URI: is not set, and workers need a broker" in lapor("doctor", **settings).output


def test_it_names_a_database_that_does_not_answer(lapor: Lapor, settings: dict[str, str]) -> None:
    settings["LAPOR_TRACKING_DATABASE_URL"] = "postgresql://lapor:secret@127.0.0.1:1/tracking"

    done = lapor("doctor", **settings)

    assert "wrong tracking: its database does not answer (LAPOR_TRACKING_DATABASE_URL): " in done.output
    assert "ok    routing: its database answers" in done.output
    assert "secret" not in done.output


def test_it_says_that_nobody_would_carry_notices(lapor: Lapor, settings: dict[str, str]) -> None:
    del settings["LAPOR_NOTIFICATION_SINK"]
    lapor("migrate", "notification", **settings)

    assert "wrong notification: couriers: none of LAPOR_NOTIFICATION_SMS_URL" in lapor("doctor", **settings).output


def test_it_takes_the_defaults_of_the_folder_that_lapor_up_was_started_on(
    lapor: Lapor, settings: dict[str, str]
) -> None:
    ensure_keys(Path("var/keys"))
    kept = {name: value for name, value in settings.items() if name.endswith("_DATABASE_URL") or name == "AMQP_URI"}

    lapor("migrate", "notification", **kept)
    done = lapor("doctor", **kept)

    assert "ok    notification: couriers" in done.output, done.output
