"""What staff do with the canary's reports meanwhile, and all that anybody is shown or can open of them."""

import re
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol
from uuid import UUID

import requests
import sqlalchemy as sa

from lapor_chassis.sealing import open_sealed, read_private_pem, seal
from lapor_chassis.settings import key_bytes
from lapor_chassis.sign_in import SigningKey, Staff
from lapor_contracts.vocabulary import Role
from lapor_intake.store import reports
from lapor_intake.vault import LocalKey, Record, Vault
from lapor_launcher.journey import Front
from lapor_launcher.services import database_of
from lapor_notification.keys import open_contact, private_key
from tests.support.until import until
from tests.system.canary import KNOWN, traces
from tests.system.canary_ways import OVERSIGHT, TYPED_IN, Canary

#: The body complained of.
BODY = "PEMDA-14.02"

#: By which she has come, where she has been everywhere.
CHANNELS = {"web", "app", "partner", "open311", "sms", "whatsapp", "facebook", "instagram", "x", *TYPED_IN}

#: Long enough for all that she sends, on a machine that has much else to do.
PATIENCE = 150

_BASE64 = re.compile(r"[A-Za-z0-9+/]{80,}={0,2}")


class System(Protocol):
    """The embedded system or the real one."""

    folder: Path

    @property
    def environment(self) -> Mapping[str, str]: ...

    def front(self) -> Front: ...

    def lapor(self, *arguments: str) -> Any: ...

    def rows(self, service: str, question: str) -> list[Any]: ...

    def is_quiet(self) -> bool: ...


def watched(folder: Path) -> dict[str, str]:
    """Settings with which nothing escapes us: all that there is to log, that is written in passing, or told."""
    passing = folder / "passing"
    passing.mkdir()
    told = {"LAPOR_NOTIFICATION_MOST_AN_HOUR": "10000", "LAPOR_NOTIFICATION_QUIET_HOURS": "none"}
    return {"LAPOR_LOG_LEVEL": "DEBUG", "TMPDIR": str(passing), **told}


def signed_in(system: System, name: str, *roles: Role, agency_code: str | None = BODY) -> str:
    """The token of a member of staff."""
    key = SigningKey((system.folder / "keys" / "sign-in.pem").read_text())
    staff = Staff(id=name, username=name, roles=frozenset(roles), agency_code=agency_code)
    return key.sign(staff, now=datetime.now(UTC))


def operate(system: System, *arguments: str) -> str:
    """What an operator's command says."""
    done = system.lapor(*arguments)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


def records(system: System) -> dict[str, list[Record]]:
    """What the vault's key opens of her, by tracking ID."""
    vault = Vault(LocalKey(key_bytes(system.environment["LAPOR_INTAKE_VAULT_KEY"])))
    transactions = database_of("intake", system.environment)
    with transactions.begin() as tx:
        known = tx.execute(sa.select(reports.c.tracking_id, reports.c.report_id)).all()
        opened = {tracking_id: vault.open_all(tx, report_id) for tracking_id, report_id in known}
    transactions.engine.dispose()
    return {name: found for name, found in opened.items() if traces(str([record.known for record in found]))}


def id_of(system: System, tracking_id: str) -> UUID:
    """A report's id, which is in no answer to its reporter."""
    ((report_id,),) = system.rows("intake", f"SELECT report_id FROM reports WHERE tracking_id = '{tracking_id}'")
    return UUID(str(report_id))


@dataclass
class Desks:
    """Verifier, coordinator, officers and reporter, who work until nothing is left to do."""

    system: System
    canary: Canary
    oversight_key: Path
    done: set[tuple[str, str]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.front = self.system.front()
        self.everybody = signed_in(self.system, "everybody", *Role)

    def work(self) -> None:
        """Until all her reports are closed, and all is quiet."""
        receipts = {name: found[0].receipt or self.canary.slips[name] for name, found in records(self.system).items()}
        channels = dict(map(tuple, self.system.rows("intake", "SELECT tracking_id, channel FROM reports")))
        self.open = {name: (channels[name], receipt) for name, receipt in receipts.items()}
        until(lambda: not self._round() and not self.open and self._is_quiet(), PATIENCE)

    def _is_quiet(self) -> bool:
        if not self.system.is_quiet():
            return False
        notices = self.system.rows("notification", "SELECT 1 FROM notices WHERE state = 'planned'")
        return not notices and not self.system.rows("intake", "SELECT 1 FROM chat_files WHERE due_at IS NOT NULL")

    def _round(self) -> int:
        open_ones = "SELECT id, agency_code FROM dispositions WHERE state = 'open'"
        return sum(
            [
                *map(self._verify, self._listed("cases?state=waiting")),
                *map(self._decide, self._listed("coordination")),
                *map(self._answer, self.system.rows("routing", open_ones)),
                *map(self._follow_up, list(self.open)),
            ]
        )

    def _listed(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.front.get(f"/api/v1/{path}", self.everybody)["items"]
        return found

    def _once(self, name: str, deed: str) -> bool:
        """Whether this is still to be done: the list may not know yet that it was."""
        is_new = (name, deed) not in self.done
        self.done.add((name, deed))
        return is_new

    def _verify(self, case: Mapping[str, Any]) -> int:
        path = f"/api/v1/cases/{case['report_id']}"
        if self._once(case["report_id"], "return"):
            self.front.post(f"{path}/return", {"missing": ["where"], "message": "Di mana tepatnya?"}, self.everybody)
        else:
            self.front.post(f"{path}/verification", {"region_code": "14.02"}, self.everybody)
        return 1

    def _decide(self, waiting: Mapping[str, Any]) -> int:
        decision = {"agency_code": BODY, "reason": "Menurut tempatnya."}
        self.front.post(f"/api/v1/coordination/{waiting['report_id']}/assignments", decision, self.everybody)
        return 1

    def _answer(self, disposition: tuple[Any, str]) -> int:
        name, agency_code = disposition
        token = signed_in(self.system, agency_code, Role.OFFICER, agency_code=agency_code)
        path = f"/api/v1/dispositions/{UUID(str(name))}"
        answer = {"kind": "substantive", "answer_type": "done", "text": "Sudah kami kerjakan."}
        if agency_code == OVERSIGHT:
            papers = self.front.get(f"{path}/sealed", token)
            private, context = read_private_pem(self.oversight_key.read_text()), papers["tracking_id"]
            assert KNOWN in open_sealed(papers["report"], private, context)
            del answer["answer_type"]  # all that is said of a sealed report is sealed
            answer["text"] = seal(answer["text"], papers["reporter_key"], context)
        self.front.post(f"{path}/answers", answer, token)
        return 1

    def _follow_up(self, tracking_id: str) -> int:
        channel, receipt = self.open[tracking_id]
        seen = self.front.report(tracking_id, receipt)
        match seen and seen["status"]:
            case "incomplete" if self._once(tracking_id, "complete"):
                self.canary.complete(tracking_id, receipt)
            case "in_progress" if self._once(tracking_id, "reply"):
                self.canary.reply(channel, tracking_id, receipt)
            case "reporter_replied" if self._once(tracking_id, "close"):
                self.canary.close(channel, tracking_id, receipt)
            case "closed":
                del self.open[tracking_id]
            case _:
                return 0
        return 1


@dataclass(frozen=True)
class Travelled:
    """A system in which the canary has been everywhere."""

    system: System
    tracking_ids: list[str]
    """Of her reports."""
    disclosed: str
    """The one of which an officer learnt who had written it …"""
    told: dict[str, str]
    """… and what people were told on the way there."""
    shown: dict[tuple[str, str], requests.Response]
    """Everything that was shown, by its address and by who looked."""

    def shown_to(self, who: str) -> dict[str, str]:
        """What one of them saw, by its address."""
        answers = ((path, answer) for (path, one), answer in self.shown.items() if one == who)
        return {path: answer.content.decode("latin-1") for path, answer in answers if answer.status_code == 200}

    def leaks(self) -> list[tuple[str, str]]:
        """Where she was shown to whom."""
        return [where for where, answer in self.shown.items() if traces(answer.content) or traces(str(answer.headers))]


def send(canary: Canary, system: System, folder: Path) -> Travelled:
    """Let her report in every way, let everybody do their work, disclose one of her reports, and look everywhere."""
    key = folder / "oversight.pem"
    operate(system, "oversight", "add", OVERSIGHT, "--name", "Komisi Pemberantasan Korupsi", "--key-file", str(key))
    canary.wrongly()
    canary.travel()
    file = canary.write_file(folder / "reports.csv")
    assert system.lapor("import", str(file)).returncode == 1  # one of them is refused
    assert not traces(file.with_suffix(".refused.csv").read_bytes())
    desks = Desks(system, canary, key)
    desks.work()
    ((disclosed,),) = system.rows("intake", "SELECT tracking_id FROM reports WHERE channel = 'whatsapp'")
    told = disclose(system, disclosed)
    desks.work()
    return Travelled(system, sorted(records(system)), disclosed, told, look_everywhere(system, canary.adapter))


def disclose(system: System, tracking_id: str) -> dict[str, str]:
    """An officer asks who reported, two custodians agree, the officer looks, and so do others; what each was told."""
    url, path = system.front().url, "/api/v1/disclosures"
    officer = signed_in(system, "officer", Role.OFFICER)
    custodians = {name: signed_in(system, name, Role.CUSTODIAN) for name in ("first", "second")}
    asked = {"tracking_id": tracking_id, "reason": "Korban memerlukan perlindungan.", "legal_basis": "UU 13/2006"}
    told: dict[str, str] = {}

    def act(what: str, token: str, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        answer = requests.post(url + path, json=body, headers=headers, timeout=30)
        told[what] = answer.text
        return answer

    path = f"{path}/{act('asked', officer, path, asked).json()['disclosure_id']}"
    act("looked too early", officer, f"{path}/looks", None)
    for name, token in custodians.items():
        act(f"{name} custodian agreed", token, f"{path}/decisions", {"agreed": True, "note": "Perlu."})
    act("looked", officer, f"{path}/looks", None)
    for name, token in {**custodians, "neighbour": signed_in(system, "neighbour", Role.OFFICER)}.items():
        act(f"{name} looked", token, f"{path}/looks", None)
    return told


def look_everywhere(system: System, adapter: str) -> dict[tuple[str, str], requests.Response]:
    """Everything that the system shows, by address and by who looks: the public, an adapter, each role alone."""
    visitors = {"public": "", "adapter": adapter}
    for role in Role:  # a body's own verifier sees no more than that body's cases
        body = None if role is Role.VERIFIER else BODY
        visitors[role.value] = signed_in(system, role.value, role, agency_code=body)
    url, staffs, publics = system.front().url, list(_addresses_of_staff(system)), list(_addresses_of_public(system))

    def look(visitor: tuple[str, str]) -> dict[tuple[str, str], requests.Response]:
        who, token = visitor
        with requests.Session() as session:
            session.headers.update({"Authorization": f"Bearer {token}"} if token else {})
            paths = staffs if token else [*staffs, *publics]
            return {(path, who): session.get(url + path, timeout=60, allow_redirects=False) for path in paths}

    with ThreadPoolExecutor(3) as pool:
        shown = {where: answer for found in pool.map(look, visitors.items()) for where, answer in found.items()}
    failed = [where for where, answer in shown.items() if answer.status_code >= 500]
    assert not failed, failed
    return shown


def _addresses_of_public(system: System) -> Iterator[str]:
    yield from ("/", "/lapor", "/lapor/wbs", "/metrics", "/readyz")
    yield from (
        "/laporan?limit=100",
        "/api/v1/reports/search?limit=100",
        "/umpan/laporan.atom",
        "/umpan/laporan.rss",
        f"/umpan/instansi/{BODY}.atom",
        "/umpan/wilayah/14.02.rss",
    )
    yield from ("/data", "/data/kamus.json", "/statistik", "/api/v1/statistics", "/api/v1/open-data/statistics")
    yield "/api/v1/audit/roots"
    yield from (f"/open311/v2/{name}" for name in ("requests.json", "requests.xml", "servicerequestupdates.json"))
    for tracking_id in records(system):
        yield from (
            f"{door}/{tracking_id}" for door in ("/lacak", "/api/v1/reports", "/lengkapi", "/ikuti", "/lampiran")
        )
        yield from (f"/lacak/{tracking_id}/bukti", f"/api/v1/audit/reports/{tracking_id}")
        yield f"/open311/v2/requests/{tracking_id}.json"


def _addresses_of_staff(system: System) -> Iterator[str]:
    yield from ("/verifikasi", "/verifikasi?state=verified", "/instansi", "/instansi?state=closed", "/koordinator")
    yield from (
        "/verifikasi/kebijakan",
        "/instansi/tembusan",
        "/instansi/persetujuan",
        "/instansi/unduh.csv?state=closed",
    )
    yield from ("/koordinator/eskalasi", "/koordinator/penutupan", "/koordinasi/usulan", "/direktori/perhatian")
    yield from ("/pemberitahuan", "/pemberitahuan/saya", "/api/v1/copies", "/api/v1/coordination/escalations")
    yield from ("/identitas", "/digitalisasi", "/api/v1/disclosures", "/api/v1/notices?limit=100")
    yield from (f"/api/v1/cases?state={state}&limit=100" for state in ("waiting", "verified", "archived"))
    yield from (f"/api/v1/dispositions?state={state}&limit=100" for state in ("open", "closed"))
    for name in _ids(system, "verification", "SELECT report_id FROM cases"):
        yield from (f"/api/v1/cases/{name}", f"/verifikasi/{name}")
    for name in _ids(system, "routing", "SELECT id FROM dispositions"):
        yield from (f"/api/v1/dispositions/{name}", f"/instansi/{name}", f"/api/v1/dispositions/{name}/sealed")
    for name in _ids(system, "intake", "SELECT attachment_id FROM attachments"):
        yield f"/api/v1/attachments/{name}"
    for name in _ids(system, "intake", "SELECT disclosure_id FROM disclosures"):
        yield from (f"/api/v1/disclosures/{name}", f"/identitas/{name}")


def _ids(system: System, service: str, question: str) -> Iterable[UUID]:
    return (UUID(str(name)) for (name,) in system.rows(service, question))


def what_opens(system: System, tracking_id: str, dump: Iterable[str]) -> list[str]:
    """What whoever has all keys still learns of who reported this; ``dump`` holds the lines of all databases."""
    report_id = id_of(system, tracking_id)
    files = "attachment_files JOIN attachments ON attachments.attachment_id = attachment_files.attachment_id"
    keys = f"report_id = '{report_id.hex}' AND wrapped_key IS NOT NULL"
    about = (line for line in dump if str(report_id) in line or report_id.hex in line)
    key = private_key(system.environment["LAPOR_NOTIFICATION_PRIVATE_KEY"])
    opened = [str(record.known) for record in records(system).get(tracking_id, [])]
    opened += [table for table in ("chat_files", files) if system.rows("intake", f"SELECT 1 FROM {table} WHERE {keys}")]
    for sealed in {text for line in about for text in _BASE64.findall(line)}:
        with suppress(ValueError):
            opened.append(str(open_contact(sealed, key).addresses))
    return opened
