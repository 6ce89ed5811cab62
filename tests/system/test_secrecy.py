"""Who the reporter is stays in intake's vault: a canary travels every road, and is looked for everywhere."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
import requests

from lapor_connect import ChannelAdapter
from lapor_contracts.vocabulary import Role
from lapor_launcher.services import NAMES
from tests.support.embedded_system import EmbeddedSystem, FirstRun, copied, embedded_system
from tests.support.until import until

pytestmark = pytest.mark.system

NAME = "Kenari Rahasiawati"
PHONE = "0877 6543 2198"
EMAIL = "kenari.rahasiawati@example.org"
CANARY = re.compile(r"rahasiawati|8776\W?5432\W?198", re.IGNORECASE)
REPORTER = {"name": NAME, "phone": PHONE, "email": EMAIL}

YESTERDAY = (date.today() - timedelta(days=1)).isoformat()  # noqa: DTZ011
REPORT = {
    "title": "Jalan berlubang di depan pasar",
    "body": "Jalan berlubang di depan pasar, sudah dua pengendara motor terjatuh.",
    "occurred_on": YESTERDAY,
    "region_code": "14.02",
    "place": "Depan pasar",
}


@dataclass(frozen=True)
class Slip:
    """What the reporter got."""

    tracking_id: str
    receipt: str


@dataclass(frozen=True)
class Travelled:
    """A system in which the canary has been everywhere, stopped at the end so that all is on the disk."""

    system: EmbeddedSystem
    slips: dict[str, Slip]
    shown: dict[str, str]
    """Everything that was shown to anybody, by its address."""


def report_by_api(system: EmbeddedSystem, report: dict[str, Any]) -> Slip:
    given = system.front().post("/api/v1/reports", {**report, "reporter": REPORTER})
    return Slip(given["tracking_id"], given["receipt"])


def report_by_form(system: EmbeddedSystem, report: dict[str, Any]) -> Slip:
    form = {**report, **REPORTER, "anonymous": "true", "secret": "true"}
    return slip_in(requests.post(f"{system.url}/lapor", data=form, timeout=30).text)


def report_by_sms(system: EmbeddedSystem) -> Slip:
    text = f"INHU lampu jalan mati di Jalan Sudirman Rengat sejak {YESTERDAY}, gelap"
    return slip_in(system.front().text("/channels/sms/kannel", sender=PHONE, to="1708", text=text, id="1"))


def report_by_adapter(system: EmbeddedSystem, secret: str, report: dict[str, Any]) -> Slip:
    submitted = ChannelAdapter("kota", system.url, secret).submit({**report, "reporter": REPORTER})
    assert submitted.tracking_id
    assert submitted.receipt
    return Slip(submitted.tracking_id, submitted.receipt)


def slip_in(text: str) -> Slip:
    tracking_id = re.search(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\b", text)
    receipt = re.search(r"\b\d{4}-\d{4}-\d{4}-\d{4}\b", text)
    assert tracking_id
    assert receipt
    return Slip(tracking_id.group(), receipt.group())


def work_to_the_end(system: EmbeddedSystem, slips: dict[str, Slip]) -> None:
    """Play verifier, reporter and officer until nothing is left to do."""
    front = system.front()
    verifier = front.staff(Role.VERIFIER)

    def case_of(door: str) -> dict[str, Any] | None:
        waiting = front.get("/api/v1/cases", verifier, state="waiting")["items"]
        return next((one for one in waiting if one["tracking_id"] == slips[door].tracking_id), None)

    case = f"/api/v1/cases/{until(lambda: case_of('incomplete'))['report_id']}"
    front.post(f"{case}/return", {"message": "Di mana dan sejak kapan?", "missing": ["where", "when"]}, verifier)
    supplement = {"receipt": slips["incomplete"].receipt, "region_code": "14.02", "place": "Rengat"}
    until(lambda: front.post(f"/api/v1/supplements/{slips['incomplete'].tracking_id}", supplement))
    case = f"/api/v1/cases/{until(lambda: case_of('useless'))['report_id']}"
    front.post(f"{case}/archive", {"reason_code": "not_clear", "reason": "Tidak jelas maksudnya."}, verifier)
    while not system.is_quiet() or work_at_the_desks(system, slips):
        pass


def work_at_the_desks(system: EmbeddedSystem, slips: dict[str, Slip]) -> int:
    """One round of decisions; how many there were."""
    front, done = system.front(), 0
    everybody = front.staff(*Role, agency_code="PEMDA-14.02")
    for waiting in front.get("/api/v1/cases", everybody, state="waiting")["items"]:
        done += 1
        front.post(f"/api/v1/cases/{waiting['report_id']}/verification", {"region_code": "14.02"}, everybody)
    for waiting in front.get("/api/v1/coordination", everybody)["items"]:
        done += 1
        decision = {"agency_code": "PEMDA-14.02", "reason": "Menurut tempatnya."}
        front.post(f"/api/v1/coordination/{waiting['report_id']}/assignments", decision, everybody)
    for mine in front.get("/api/v1/dispositions", everybody, state="open")["items"]:
        done += 1
        answer = {"kind": "substantive", "text": "Sudah kami kerjakan."}
        front.post(f"/api/v1/dispositions/{mine['id']}/answers", answer, everybody)
    for slip in slips.values():
        path = f"/api/v1/reports/{slip.tracking_id}"
        if front.get(path)["status"] == "in_progress":
            done += 1
            reply = {"receipt": slip.receipt, "text": "Terima kasih."}
            front.post(f"{path}/replies", reply)
            front.post(f"{path}/closure", {"receipt": slip.receipt})
    return done


def look_everywhere(system: EmbeddedSystem, slips: dict[str, Slip]) -> dict[str, str]:
    """Everything that the system shows to reporters, the public and staff."""
    front = system.front()
    headers = {"Authorization": f"Bearer {front.staff(*Role, agency_code='PEMDA-14.02')}"}
    paths = ["/metrics", "/readyz", "/verifikasi", "/verifikasi?state=verified", "/verifikasi?state=archived"]
    paths += ["/instansi", "/instansi?state=closed", "/koordinator", "/api/v1/notices?limit=100"]
    paths += [f"/api/v1/{path}" for path in ("cases?state=verified", "dispositions?state=closed", "coordination")]
    for slip in slips.values():
        paths += [f"/lacak/{slip.tracking_id}", f"/api/v1/reports/{slip.tracking_id}"]
    for (report,) in system.rows("verification", "SELECT report_id FROM cases"):
        paths += [f"/api/v1/cases/{UUID(report)}", f"/verifikasi/{UUID(report)}"]
    ours = "SELECT id FROM dispositions WHERE agency_code LIKE 'PEMDA-14.02%'"
    for (disposition,) in system.rows("routing", ours):
        paths += [f"/api/v1/dispositions/{UUID(disposition)}", f"/instansi/{UUID(disposition)}"]
    answers = {path: requests.get(system.url + path, headers=headers, timeout=30) for path in paths}
    assert all(answer.ok for answer in answers.values()), answers
    shown = {path: answer.text for path, answer in answers.items()}
    for slip in slips.values():
        form = {"action": "open", "receipt": slip.receipt}
        thread = requests.post(f"{system.url}/lacak/{slip.tracking_id}", data=form, timeout=30)
        shown[f"the thread of {slip.tracking_id}"] = thread.text
    return shown


@pytest.fixture(scope="module")
def travelled(first_run: FirstRun, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Travelled]:
    place = tmp_path_factory.mktemp("canary")
    with embedded_system(copied(first_run.folder, place / "var"), place, LAPOR_LOG_LEVEL="DEBUG") as system:
        secret = system.add_adapter("kota")
        system.start()
        slips = {
            "api": report_by_api(system, REPORT),
            "form": report_by_form(system, {**REPORT, "body": "Sekolah memungut uang komite yang katanya wajib."}),
            "sms": report_by_sms(system),
            "adapter": report_by_adapter(system, secret, {**REPORT, "body": "Sampah menumpuk di TPS pasar."}),
            "incomplete": report_by_api(system, {"body": "Air di rumah kami sudah lama tidak mengalir."}),
            "useless": report_by_api(system, {"body": "Mohon perhatian untuk hal ini, terima kasih."}),
        }
        work_to_the_end(system, slips)
        shown = look_everywhere(system, slips)
        system.stop()
        yield Travelled(system, slips, shown)


def test_the_canary_has_been_everywhere(travelled: Travelled) -> None:
    (named,) = travelled.system.rows("intake", "SELECT count(*) FROM vault WHERE name = ?", NAME)[0]
    views = [json.loads(travelled.shown[f"/api/v1/reports/{slip.tracking_id}"]) for slip in travelled.slips.values()]

    assert named == len(travelled.slips) - 1  # an SMS has no name
    assert sorted(view["status"] for view in views) == ["archived", *["closed"] * 5]


def test_only_the_vault_holds_who_reports(travelled: Travelled) -> None:
    found = {
        f"{name}: {line[:60]}"
        for name in NAMES
        for line in dump(travelled.system, name)
        if CANARY.search(line) and not line.startswith('INSERT INTO "vault"')
    }

    assert not found


@pytest.mark.parametrize("file", ["verification.db", "routing.db", "tracking.db", "notification.db", "notices.jsonl"])
def test_no_other_file_holds_a_trace(travelled: Travelled, file: str) -> None:
    for path in travelled.system.folder.glob(f"{file}*"):
        assert not CANARY.search(path.read_bytes().decode("latin-1"))


def test_no_page_and_no_api_shows_who_reports(travelled: Travelled) -> None:
    assert [address for address, text in travelled.shown.items() if CANARY.search(text)] == []


def test_no_log_line_names_who_reports(travelled: Travelled) -> None:
    logged = travelled.system.logged.read_text()

    assert "report received" in logged
    assert not CANARY.search(logged)
    assert not CANARY.search(travelled.system.said.read_text())


def test_the_body_complained_of_sees_the_report_and_nothing_of_who_wrote_it(travelled: Travelled) -> None:
    dossiers = [json.loads(text) for path, text in travelled.shown.items() if path.startswith("/api/v1/dispositions/")]

    told = {name for dossier in dossiers for name in dossier["report"]}
    of_the_report = {"id", "tracking_id", "kind", "title", "body", "occurred_on", "region_code", "place", "category"}
    assert told == of_the_report | {"channel", "anonymous", "secret", "verified_at"}


def dump(system: EmbeddedSystem, service: str) -> list[str]:
    with closing(sqlite3.connect(system.folder / f"{service}.db")) as connection:
        return list(connection.iterdump())


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
    known, unknown = slip_in(f"{first_run.said} 1111-1111-1111-1111").tracking_id, "7K3M-9QXF-2TPA"

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
