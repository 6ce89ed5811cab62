"""The ``lapor`` command, run in this process with an environment of its own."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from lapor_launcher.cli import main

Lapor = Callable[..., Result]


@pytest.fixture
def lapor(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lapor:
    """Runs the command in an empty folder; what it is told besides its arguments is its environment."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("LAPOR_") or name == "AMQP_URI":
            monkeypatch.delenv(name)

    def run(*arguments: str, **variables: str) -> Result:
        return CliRunner(env=variables).invoke(main, arguments)

    return run
