"""What the documents say is so: links lead somewhere, variables, commands and metrics exist, the examples run."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import sqlalchemy as sa
import yaml
from nacl.public import PrivateKey
from prometheus_client import REGISTRY

import lapor_notification.sender  # noqa: F401 - it has a metric of its own
from lapor_chassis.service import Service
from lapor_chassis.web import background, create_app
from lapor_chassis.web.operations import http_figures
from lapor_contracts.events import ReportReceived
from lapor_contracts.vocabulary import Channel
from lapor_intake import adapters, service
from lapor_intake.store import metadata
from lapor_intake.vault import LocalKey
from lapor_launcher.broker_users import MANAGEMENT
from lapor_launcher.cli import main
from lapor_launcher.services import NAMES, module_of
from tests.support.builders import TRACKING_KEY
from tests.support.stage import Stage

SERVICE = service

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted(path for path in ROOT.rglob("*.md") if not {".venv", "var"} & set(path.relative_to(ROOT).parts))
OPERATIONS = (ROOT / "docs/operations.md").read_text()

every_document = pytest.mark.parametrize("path", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS])


def commands(group: click.Group = main, *above: str) -> Iterator[tuple[str, ...]]:
    """Every command of ``lapor``, as its words; groups too, for sentences that speak of one."""
    for name, command in group.commands.items():
        yield (*above, name)
        if isinstance(command, click.Group):
            yield from commands(command, *above, name)


def options(command: click.Command = main) -> Iterator[click.Option]:
    """Every option of ``lapor`` and its commands."""
    yield from (one for one in command.params if isinstance(one, click.Option))
    for inner in getattr(command, "commands", {}).values():
        yield from options(inner)


COMMANDS = set(commands())
SETTINGS = {variable for name in NAMES for variable in module_of(name).Settings.variables()}
#: Read by the command itself.
OF_THE_COMMAND = {str(one.envvar) for one in options() if one.envvar} | {"LAPOR_LOG_LEVEL", MANAGEMENT}


def anchors(text: str) -> set[str]:
    """What a link may name in a document, as GitHub makes it from the headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(r"```.*?```", "", text, flags=re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def code_of(path: Path, heading: str = "") -> str:
    """The first Python example of a document, or of what stands below a heading."""
    _, _, below = path.read_text().partition(f"{heading}\n")
    found = re.search(r"```python\n(.*?)```", below, re.DOTALL)
    assert found, f"no example in {path} {heading}"
    return found.group(1)


@every_document
def test_every_link_leads_somewhere(path: Path) -> None:
    text = re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL)
    broken = []
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", link):
            continue
        target, _, anchor = link.partition("#")
        file = (path.parent / target).resolve() if target else path
        if not file.exists() or (anchor and anchor not in anchors(file.read_text())):
            broken.append(link)

    assert broken == []


@every_document
def test_every_variable_that_is_named_exists(path: Path) -> None:
    named = set(re.findall(r"\bLAPOR_[A-Z0-9_]*[A-Z]\b", path.read_text()))

    assert named <= SETTINGS | OF_THE_COMMAND


@every_document
def test_every_command_that_is_named_exists(path: Path) -> None:
    # In code: between backticks, or at the beginning of a line of a block.
    named = re.findall(r"(?:`|^)(?:\.venv/bin/)?lapor((?: [a-z]+)+)", path.read_text(), re.MULTILINE)
    unknown = []
    for line in named:
        words = tuple(line.split())
        known = max((command for command in COMMANDS if command == words[: len(command)]), key=len, default=())
        group = any(len(command) > len(known) and command[: len(known)] == known for command in COMMANDS)
        if not known or (group and len(words) > len(known)):
            unknown.append(line)

    assert unknown == []


def test_every_setting_is_explained_to_operators_with_those_who_read_it() -> None:
    rows = dict(re.findall(r"^\| `([A-Z0-9_]+)` \| ([a-z, ]+) \|", OPERATIONS, re.MULTILINE))
    readers = {
        variable: [name for name in NAMES if variable in module_of(name).Settings.variables()] for variable in SETTINGS
    }

    assert {variable: who.split(", ") for variable, who in rows.items()} == {
        variable: ["all"] if len(who) == len(NAMES) else who for variable, who in readers.items()
    }


def test_every_variable_of_the_command_is_explained_to_operators() -> None:
    table = set(re.findall(r"^\| `([A-Z0-9_]+)` \|", OPERATIONS, re.MULTILINE))

    assert table >= OF_THE_COMMAND


@pytest.mark.parametrize("name", NAMES)
def test_every_table_stands_with_the_service_that_owns_it_and_no_other(name: str) -> None:
    of_the_chassis = {"inbox", "events", "outbox", "dead_letters"}

    rows = (ROOT / "docs/architecture.md").read_text().splitlines()

    (owned,) = (row.rsplit(" | ", 1)[1] for row in rows if row.startswith(f"| {name} | "))
    assert set(re.findall(r"`(\w+)`", owned)) == module_of(name).metadata.tables.keys() - of_the_chassis


def test_every_metric_is_explained_to_operators_and_no_other() -> None:
    http_figures(REGISTRY)
    ours = {
        f"{metric.name}_total" if metric.type == "counter" else metric.name
        for metric in REGISTRY.collect()
        if metric.name.startswith("lapor_")
    }

    assert set(re.findall(r"`(lapor_[a-z_]+)\{", OPERATIONS)) == ours


def test_every_alert_is_explained_to_operators() -> None:
    (group,) = yaml.safe_load((ROOT / "deploy/prometheus/alerts.yaml").read_text())["groups"]

    assert {rule["alert"] for rule in group["rules"]} <= set(re.findall(r"`(\w+)`", OPERATIONS))


def test_decisions_are_numbered_without_gaps_and_bear_their_number() -> None:
    decisions = sorted((ROOT / "docs/adr").glob("*.md"))

    assert [int(path.name[:4]) for path in decisions] == list(range(1, len(decisions) + 1))
    for path in decisions:
        lines = path.read_text().splitlines()
        assert lines[0].startswith(f"# {int(path.name[:4])}. ")
        assert [line for line in lines if line.startswith("## ")] == ["## Context", "## Decision", "## What it costs"]


@pytest.mark.parametrize("library", ["contracts", "chassis"])
def test_the_example_of_a_library_runs(library: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)

    exec(code_of(ROOT / "libs" / library / "README.md"), {})


def test_the_channel_of_the_readme_takes_a_report(stage: Stage) -> None:
    example: dict[str, Any] = {}
    exec(code_of(ROOT / "README.md", "## Add a channel"), example)
    reception = service.reception_of(stage.settings, stage.transactions)
    channel = Service("intake", metadata, blueprints=example["channel"](stage.settings, reception).blueprints)
    message = {"id": "m-1", "sender": "081234567890", "text": "Lampu jalan mati di Jl. Mawar sejak kemarin"}

    answer = create_app(channel).test_client().post("/channels/telegram", json=message)

    assert answer.status_code == 201
    (received,) = stage.announced(ReportReceived)
    assert (received.channel, received.tracking_id) == (Channel.PARTNER, answer.json["tracking_id"])


def test_the_adapter_of_the_readme_hands_in_a_report(stage: Stage) -> None:
    with stage.transactions.begin() as tx:
        example: dict[str, Any] = {"SECRET": adapters.add(tx, "jaki")}
    code = code_of(ROOT / "README.md", "## Hand in reports from another system")

    with background(create_app(stage.service), port=0) as url:
        exec(code.replace("https://lapor.example", url), example)
        example["adapter"].close()

    (received,) = stage.announced(ReportReceived)
    assert received.tracking_id == example["submitted"].tracking_id


@pytest.fixture
def stage(engine: sa.Engine) -> Stage:
    """Intake."""
    return Stage(
        service,
        engine,
        database_url=str(engine.url),
        tracking_key=TRACKING_KEY,
        vault_key=LocalKey(b"another key for tests, 32 bytes."),
        notification_public_key=bytes(PrivateKey.generate().public_key),
    )
