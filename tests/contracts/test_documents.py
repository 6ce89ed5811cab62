"""What others read about us is what the code does."""

import os
import subprocess
import sys
from pathlib import Path

import orjson
import pytest
from openapi_spec_validator import validate

from lapor_contracts.events import REGISTRY
from lapor_launcher import documents
from lapor_launcher.services import NAMES

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents as the code has them today."""
    folder = tmp_path_factory.mktemp("docs")
    documents.write(folder)
    return folder


def test_the_documents_in_the_repository_say_what_the_code_says() -> None:
    assert documents.check(DOCS) == 0, "run `lapor contracts write`"


def test_a_stale_document_is_named(written: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for path in written.rglob("*.*"):
        (tmp_path / path.relative_to(written)).parent.mkdir(exist_ok=True)
        (tmp_path / path.relative_to(written)).write_bytes(path.read_bytes())
    (tmp_path / "events.md").write_text("# The events")
    (tmp_path / "openapi" / "intake.json").unlink()

    outcome = documents.check(tmp_path)

    named = [Path(line.split(":")[0]).name for line in capsys.readouterr().out.splitlines()]
    assert (outcome, named) == (1, ["events.md", "intake.json"])


def test_they_are_the_same_on_every_machine(written: Path, tmp_path: Path) -> None:
    program = "import sys, pathlib; from lapor_launcher import documents; documents.write(pathlib.Path(sys.argv[1]))"
    elsewhere = {**os.environ, "PYTHONHASHSEED": "7", "PORT": "9999", "LAPOR_PUBLIC_URL": "https://lapor.example"}

    subprocess.run([sys.executable, "-c", program, str(tmp_path)], env=elsewhere, check=True)

    assert {path.name: path.read_bytes() for path in tmp_path.rglob("*.*")} == {
        path.name: path.read_bytes() for path in written.rglob("*.*")
    }


@pytest.mark.parametrize("service", NAMES)
def test_every_service_has_an_openapi_document(written: Path, service: str) -> None:
    document = orjson.loads((written / "openapi" / f"{service}.json").read_bytes())

    validate(document)

    assert document["paths"]


def test_the_catalogue_says_who_listens(written: Path) -> None:
    operations = orjson.loads((written / "asyncapi.json").read_bytes())["operations"]

    assert {name.split(".")[0] for name in operations if ".receive." in name} == {*NAMES, "adapter", "agency"}


@pytest.mark.parametrize("event_type", REGISTRY)
def test_every_event_can_be_read_about(written: Path, event_type: str) -> None:
    text = (written / "events.md").read_text(encoding="utf-8")

    assert f"\n## {event_type}\n" in text
    assert f"(#{event_type.replace('.', '')})" in text
