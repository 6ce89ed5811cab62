"""Nobody learns who reported: a canary travels every road with every secrecy, and is looked for everywhere."""

import re
import sqlite3
from base64 import b64encode
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import requests

from lapor_contracts.vocabulary import Role
from lapor_launcher.services import NAMES
from tests.support.embedded_system import EmbeddedSystem, FirstRun, copied, embedded_system
from tests.support.until import until
from tests.system import canary_hunt as hunt
from tests.system.canary import ADDRESS, EMAIL, KNOWN, NAME, NIK, PHONE, PLATFORM_ID, SECRET, photograph, traces
from tests.system.canary_hunt import Travelled
from tests.system.canary_ways import Canary, meta_with_photograph, open_doors

pytestmark = [pytest.mark.system, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def travelled(first_run: FirstRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Travelled]:
    """Stopped at the end, so that all is on the disk."""
    place = tmp_path_factory.mktemp("canary")
    folder = copied(first_run.folder, place / "var")
    with (
        meta_with_photograph() as meta,
        embedded_system(folder, place, **open_doors(meta), **hunt.watched(folder)) as system,
    ):
        adapter = system.add_adapter("kota")
        system.start()
        canary = Canary(system.url, hunt.signed_in(system, "clerk", Role.OFFICER), adapter)
        travelled = hunt.send(canary, system, place)
        system.stop()
        yield travelled


def lines(system: EmbeddedSystem, *services: str) -> Iterator[str]:
    """Databases as SQL; all of them, if none is named."""
    for service in services or NAMES:
        with closing(sqlite3.connect(system.folder / f"{service}.db")) as connection:
            yield from connection.iterdump()


@pytest.mark.parametrize(
    "written",
    [
        *(NAME, NAME.upper(), PHONE, "+62-877-6543-2198", "6287765432198", "0877%206543%202198", EMAIL, NIK, ADDRESS),
        *("1402 0154 0585 0007", PLATFORM_ID, KNOWN.title(), photograph(), photograph().hex(), NAME.encode().hex()),
        *(b64encode(f"{' ' * shift}{NAME}".encode()) for shift in range(3)),
        f"X'{NAME.encode().hex().upper()}'",
        f"+{PHONE}".encode("utf-16-be"),
        NAME.encode("utf-16-le"),
    ],
)
def test_she_is_recognised_in_whatever_form_she_is_written(written: str | bytes) -> None:
    assert traces(written)


def test_the_canary_has_been_everywhere(travelled: Travelled) -> None:
    came_by = {channel for (channel,) in travelled.system.rows("intake", "SELECT channel FROM reports")}

    assert came_by >= hunt.CHANNELS
    assert len(travelled.tracking_ids) == 52


@pytest.mark.parametrize("service", NAMES)
def test_no_database_holds_who_reports(travelled: Travelled, service: str) -> None:
    found = {line[:80] for line in lines(travelled.system, service) if traces(line)}

    assert found == set()


def test_no_file_holds_a_trace(travelled: Travelled) -> None:
    files = [path for path in travelled.system.folder.rglob("*") if path.is_file()]

    assert {path.name for path in files} >= {"intake.db", "tracking.db", "notices.jsonl"}
    assert [path.name for path in files if traces(path.read_bytes())] == []


def test_no_page_and_no_api_shows_who_reports(travelled: Travelled) -> None:
    assert travelled.leaks() == []


def test_everybody_sees_what_they_work_with(travelled: Travelled) -> None:
    seen = {who: " ".join(travelled.shown_to(who)) for who in ("public", "adapter", "verifier", "officer", "operator")}

    assert "/lacak/" in seen["public"]
    assert seen["adapter"].split() == []
    assert "/api/v1/cases/" in seen["verifier"]
    assert "/api/v1/dispositions/" in seen["officer"]
    assert "/api/v1/attachments/" in seen["officer"]
    assert "/api/v1/notices" in seen["operator"]


def test_the_public_reads_nothing_of_what_she_calls_secret(travelled: Travelled) -> None:
    read = {who: SECRET in " ".join(travelled.shown_to(who).values()) for who in ("verifier", "officer", "public")}

    assert read == {"verifier": True, "officer": True, "public": False}


def test_what_a_whistleblower_knows_is_not_even_in_the_vault(travelled: Travelled) -> None:
    opened = [record.known for found in hunt.records(travelled.system).values() for record in found]

    assert NAME in str(opened)
    assert KNOWN not in str(opened)


def test_who_reported_is_disclosed_to_one_officer_in_one_answer(travelled: Travelled) -> None:
    assert [step for step, answer in travelled.told.items() if traces(answer)] == ["looked"]
    assert NAME in travelled.told["looked"]


@pytest.mark.parametrize("written", ["logged", "said"])
def test_no_log_line_names_who_reports(travelled: Travelled, written: str) -> None:
    path: Path = getattr(travelled.system, written)

    assert traces(path.read_text()) == []


def test_of_whom_is_forgotten_nothing_opens_any_more(travelled: Travelled) -> None:
    system, tracking_id = travelled.system, travelled.disclosed
    before = hunt.what_opens(system, tracking_id, lines(system))
    hunt.operate(system, "vault", "forget", "--yes", tracking_id)
    system.start()
    until(system.is_quiet, 60)
    system.stop()

    after = hunt.what_opens(system, tracking_id, lines(system))

    assert len(before) >= 4
    assert after == []


def without_its_number(answer: requests.Response) -> dict[str, Any]:
    return {name: value for name, value in answer.json().items() if name != "instance"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/v1/reports/{}", None),
        ("/api/v1/reports/{}/replies", {"receipt": "1", "text": "Belum selesai."}),
        ("/api/v1/reports/{}/closure", {"receipt": "1"}),
        ("/api/v1/supplements/{}", {"receipt": "1", "body": "Di Rengat."}),
    ],
)
def test_a_wrong_receipt_and_an_unknown_id_are_answered_alike(
    first_run: FirstRun, shared_system: EmbeddedSystem, path: str, body: dict[str, Any] | None
) -> None:
    known, unknown = re.findall(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){2}\b", first_run.said)[0], "7K3M-9QXF-2TPA"

    answers = [
        requests.request(
            "POST" if body else "GET",
            shared_system.url + path.format(tracking_id),
            json=body,
            headers={"X-Receipt": "1"},
            timeout=30,
        )
        for tracking_id in (known, unknown)
    ]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert without_its_number(answers[0]) == without_its_number(answers[1])
