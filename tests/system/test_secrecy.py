"""Nobody learns who reported: a canary travels every road with every secrecy, and is looked for everywhere."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
import requests

from lapor_chassis.settings import key_bytes
from lapor_contracts.vocabulary import Role
from lapor_intake.vault import LocalKey, Record, Vault
from lapor_launcher.embedded import embedded_environment
from lapor_launcher.services import NAMES, database_of
from tests.support.embedded_system import EmbeddedSystem, FirstRun, copied, embedded_system
from tests.system.canary import NAME, SIGNED, Canary, Keys, traces

pytestmark = pytest.mark.system

BODY = "PEMDA-14.02"


@dataclass(frozen=True)
class Travelled:
    """A system in which the canary has been everywhere, stopped at the end so that all is on the disk."""

    system: EmbeddedSystem
    records: dict[str, Record]
    """What the vault holds, by tracking ID."""
    shown: dict[str, str]
    """Everything that was shown to anybody, by its address."""


def records(system: EmbeddedSystem) -> dict[str, Record]:
    """The canary's reports, opened with the vault's key; not those of the newcomer's first run."""
    vault = Vault(LocalKey(key_bytes(f"file:{system.folder / 'keys' / 'vault.key'}")))
    transactions = database_of("intake", embedded_environment(system.folder, {}))
    known = {
        name: UUID(report_id) for report_id, name in system.rows("intake", "SELECT report_id, tracking_id FROM reports")
    }
    with transactions.begin() as tx:
        opened = {name: vault.open(tx, report_id) for name, report_id in known.items()}
    transactions.engine.dispose()
    return {name: record for name, record in opened.items() if record and traces(repr(vars(record)))}


class Desks:
    """Verifier, coordinator, officer and reporter, who work until nothing is left to do."""

    def __init__(self, system: EmbeddedSystem) -> None:
        self.system, self.front = system, system.front()
        self.everybody = self.front.staff(*Role, agency_code=BODY)
        self.replied: set[str] = set()

    def work(self) -> None:
        """Until all is quiet."""
        while not self.system.is_quiet() or self._round():
            pass

    def _round(self) -> int:
        front, token, done = self.front, self.everybody, 0
        for waiting in front.get("/api/v1/cases", token, state="waiting")["items"]:
            done += 1
            front.post(f"/api/v1/cases/{waiting['report_id']}/verification", {"region_code": "14.02"}, token)
        for waiting in front.get("/api/v1/coordination", token)["items"]:
            done += 1
            decision = {"agency_code": BODY, "reason": "Menurut tempatnya."}
            front.post(f"/api/v1/coordination/{waiting['report_id']}/assignments", decision, token)
        for mine in front.get("/api/v1/dispositions", token, state="open")["items"]:
            done += 1
            answer = {"kind": "substantive", "text": "Sudah kami kerjakan."}
            front.post(f"/api/v1/dispositions/{mine['id']}/answers", answer, token)
        return done + sum(self._reply(*one) for one in records(self.system).items())

    def _reply(self, tracking_id: str, record: Record) -> int:
        path = f"{self.system.url}/api/v1/reports/{tracking_id}"
        seen = requests.get(path, headers={"X-Receipt": record.receipt or ""}, timeout=30).json()
        if tracking_id in self.replied or seen["status"] != "in_progress":
            return 0
        self.replied.add(tracking_id)
        self.front.post(f"{path.removeprefix(self.system.url)}/replies", {"receipt": record.receipt, "text": SIGNED})
        self.front.post(f"{path.removeprefix(self.system.url)}/closure", {"receipt": record.receipt})
        return 1


def look_everywhere(system: EmbeddedSystem, tracking_ids: list[str]) -> dict[str, str]:
    """Everything that the system shows to the public, to the body complained of, to verifiers and to supervisors."""
    front = system.front()
    headers = {"Authorization": f"Bearer {front.staff(*Role, agency_code=BODY)}"}
    lists = ["/metrics", "/readyz", "/verifikasi", "/verifikasi?state=verified", "/instansi", "/instansi?state=closed"]
    lists += ["/koordinator", "/identitas", "/digitalisasi", "/api/v1/notices?limit=100", "/api/v1/disclosures"]
    lists += [f"/api/v1/{path}" for path in ("cases?state=verified&limit=100", "dispositions?state=closed&limit=100")]
    lists += ["/open311/v2/requests.json", "/open311/v2/requests.xml", "/open311/v2/servicerequestupdates.json"]
    paths = [f"{door}/{name}" for door in ("/lacak", "/api/v1/reports", "/lengkapi") for name in tracking_ids]
    paths += [f"/open311/v2/requests/{name}.json" for name in tracking_ids]
    for (report,) in system.rows("verification", "SELECT report_id FROM cases"):
        paths += [f"/api/v1/cases/{UUID(report)}", f"/verifikasi/{UUID(report)}"]
    for (disposition,) in system.rows("routing", "SELECT id FROM dispositions WHERE agency_code LIKE 'PEMDA-14.02%'"):
        paths += [f"/api/v1/dispositions/{UUID(disposition)}", f"/instansi/{UUID(disposition)}"]
    for (attachment,) in system.rows("intake", "SELECT attachment_id FROM attachments"):
        paths += [f"/api/v1/attachments/{UUID(attachment)}"]
    shown: dict[str, str] = {}
    for path in [*lists, *paths]:
        as_staff = requests.get(system.url + path, headers=headers, timeout=30)
        in_public = requests.get(system.url + path, timeout=30)
        assert as_staff.status_code in (200, 404), (path, as_staff.text)
        assert in_public.status_code < 500, path
        shown[f"{path} for staff"] = as_staff.content.decode("latin-1")
        shown[f"{path} in public"] = in_public.content.decode("latin-1")
    return shown


@pytest.fixture(scope="module")
def travelled(first_run: FirstRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Travelled]:
    place, keys = tmp_path_factory.mktemp("canary"), Keys()
    folder = copied(first_run.folder, place / "var")
    with embedded_system(folder, place, LAPOR_LOG_LEVEL="DEBUG", **keys.environment) as system:
        canary = Canary(system.url, Keys(adapter=system.add_adapter("kota")))
        system.start()
        canary.wrongly()
        for way in canary.ways:
            way()
        Desks(system).work()
        found = records(system)
        shown = look_everywhere(system, sorted(found))
        system.stop()
        yield Travelled(system, found, shown)


def test_the_canary_has_been_everywhere(travelled: Travelled) -> None:
    came_by = {channel for (channel,) in travelled.system.rows("intake", "SELECT channel FROM reports")}

    assert came_by >= {"web", "app", "partner", "open311", "sms", "whatsapp", "facebook", "instagram", "x"}
    assert sum(record.name == NAME for record in travelled.records.values()) >= 16
    assert all(NAME in (record.body or "") for record in travelled.records.values())


@pytest.mark.parametrize("service", NAMES)
def test_no_database_holds_who_reports(travelled: Travelled, service: str) -> None:
    with closing(sqlite3.connect(travelled.system.folder / f"{service}.db")) as connection:
        found = {line[:80] for line in connection.iterdump() if traces(line)}

    assert found == set()


def test_no_file_holds_a_trace(travelled: Travelled) -> None:
    files = [path for path in travelled.system.folder.rglob("*") if path.is_file()]

    assert {path.name for path in files} >= {"intake.db", "tracking.db", "notices.jsonl"}
    assert [path.name for path in files if traces(path.read_bytes())] == []


def test_no_page_and_no_api_shows_who_reports(travelled: Travelled) -> None:
    assert [address for address, text in travelled.shown.items() if traces(text)] == []


@pytest.mark.parametrize("written", ["logged", "said"])
def test_no_log_line_names_who_reports(travelled: Travelled, written: str) -> None:
    path: Path = getattr(travelled.system, written)

    assert traces(path.read_text()) == []


def test_the_body_complained_of_sees_the_report_and_nothing_of_who_wrote_it(travelled: Travelled) -> None:
    own = (
        text for path, text in travelled.shown.items() if path.startswith("/api/v1/dispositions/") and "staff" in path
    )

    told: set[str] = {name for dossier in map(json.loads, own) for name in dossier["report"]}
    of_the_report = {"id", "tracking_id", "kind", "title", "body", "occurred_on", "region_code", "place", "category"}
    assert told <= of_the_report | {"channel", "anonymous", "secret", "verified_at", "attachments", "sealed"}


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
