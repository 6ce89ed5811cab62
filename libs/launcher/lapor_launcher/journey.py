"""Eight reports through the real front doors, followed to their end before one's eyes.

Everything here is what a person or a neighbour's system would do over HTTP; nothing reaches behind a service's back.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import requests
from rich.console import Console
from rich.markup import escape

from lapor_chassis.sign_in import SigningKey, Staff
from lapor_connect import ChannelAdapter
from lapor_contracts.vocabulary import Role
from lapor_launcher.samples import Sample, samples

#: A report that has not come this far within so many seconds does not arrive.
PATIENCE = 90

#: What everyone sees is asked for this often, in seconds.
GLANCE = 0.25

TONES = {
    "received": "cyan",
    "verified": "blue",
    "routed": "magenta",
    "notified": "yellow",
    "answered": "green",
    "closed": "bold green",
    "person": "white",
}


@dataclass
class Traveller:
    """A sample report on its way."""

    number: int
    sample: Sample
    tracking_id: str = ""
    receipt: str = ""
    seen: int = 0
    status: str = ""
    explained: set[str] = field(default_factory=set)
    told: set[str] = field(default_factory=set)
    report_id: str = ""
    closing: bool = False

    @property
    def has_arrived(self) -> bool:
        """Closed, and its reporter was told on the way."""
        return self.status == "closed" and bool(self.told)


class Front:
    """The system's address, as reporters and staff use it."""

    def __init__(self, url: str, signing_key: str) -> None:
        self.url = url
        self._key = SigningKey(signing_key)
        self._session = requests.Session()

    def get(self, path: str, token: str = "", **query: Any) -> Any:
        """Ask; None where there is nothing (yet)."""
        answer = self._session.get(self.url + path, params=query, headers=_bearer(token), timeout=30)
        if answer.status_code == 404:
            return None
        answer.raise_for_status()
        return answer.json()

    def post(self, path: str, body: Any, token: str = "", **headers: str) -> Any:
        """Do; None where somebody else was quicker."""
        answer = self._session.post(self.url + path, json=body, headers=_bearer(token) | headers, timeout=30)
        if answer.status_code == 409:
            return None
        answer.raise_for_status()
        return answer.json()

    def text(self, path: str, **query: Any) -> str:
        """Ask for plain text, as an SMS gateway does."""
        answer = self._session.get(self.url + path, params=query, timeout=30)
        answer.raise_for_status()
        return answer.text

    def staff(self, *roles: Role, agency_code: str | None = None) -> str:
        """A token of a member of staff."""
        who = Staff(id=f"journey-{roles[0]}", username="journey", roles=frozenset(roles), agency_code=agency_code)
        return self._key.sign(who, now=datetime.now(UTC))


class Journey:
    """Sends the samples, plays the people on their way, and shows what happens."""

    def __init__(self, front: Front, adapter: ChannelAdapter, console: Console) -> None:
        self._front = front
        self._adapter = adapter
        self._console = console
        self._verifier = front.staff(Role.VERIFIER)
        self._coordinator = front.staff(Role.COORDINATOR, Role.OPERATOR)
        self._run = f"{time.time_ns():x}"
        self.travellers = [Traveller(n, one) for n, one in enumerate(samples(datetime.now(UTC).date()), 1)]

    def travel(self, goes_on: Callable[[], bool] = lambda: True) -> bool:
        """Send all and follow them; whether all arrived."""
        for traveller in self.travellers:
            self._send(traveller)
        deadline = time.monotonic() + PATIENCE
        while goes_on() and time.monotonic() < deadline:
            for traveller in self._on_their_way():
                self._look(traveller)
            self._work_at_the_verifiers_desk()
            self._work_at_the_coordinators_desk()
            if not self._on_their_way():
                break
            time.sleep(GLANCE)
        return not self._on_their_way()

    def _on_their_way(self) -> list[Traveller]:
        return [one for one in self.travellers if not one.has_arrived]

    def _send(self, traveller: Traveller) -> None:
        sample = traveller.sample
        key = f"{self._run}-{traveller.number}"
        if sample.channel == "sms":
            reply = self._front.text("/channels/sms/kannel", to="1708", id=key, **sample.report)
            words = reply.replace(".", " ").split()
            traveller.tracking_id = next(word for word in words if len(word) == 14 and word.count("-") == 2)
            traveller.receipt = next(word for word in words if len(word) == 19 and word.count("-") == 3)
            self._say(traveller, "received", f"SMS ke 1708: “{_short(sample.report['text'])}”")
        elif sample.channel == "jaki":
            submitted = self._adapter.submit(sample.report, idempotency_key=key)
            traveller.tracking_id, traveller.receipt = submitted.tracking_id or "", submitted.receipt or ""
            self._say(traveller, "received", f"adapter “jaki”: “{sample.report['title']}”")
        else:
            given = self._front.post("/api/v1/reports", sample.report, **{"Idempotency-Key": key})
            traveller.tracking_id, traveller.receipt = given["tracking_id"], given["receipt"]
            hidden = " (rahasia, anonim)" if sample.report.get("secret") else ""
            self._say(traveller, "received", f"web: “{sample.report['title']}”{hidden}")

    def _look(self, traveller: Traveller) -> None:
        """Look at the public page, and act for the officer and the reporter where it is their turn."""
        view = self._front.get(f"/api/v1/reports/{traveller.tracking_id}")
        traveller.status = view["status"]
        for entry in view["timeline"][traveller.seen :]:
            self._show(traveller, entry)
        traveller.seen = len(view["timeline"])
        if view["status"] in ("routed", "in_progress") and view["holder"]["agency_code"]:
            self._work_at_the_agencys_desk(traveller, view["holder"])
        self._show_notices(traveller)

    def _show(self, traveller: Traveller, entry: dict[str, Any]) -> None:
        step, words = entry["step"], entry["words"]["id"]
        who = f" — {entry['agency_name']}" if entry.get("agency_name") else ""
        tone = {"substantive_answer": "answered", "initial_answer": "answered", "closed": "closed"}.get(step, step)
        said = f": “{_short(entry['text'])}”" if entry.get("text") else ""
        self._say(traveller, tone, f"{words}{who}{said}")
        if step == "substantive_answer" and not traveller.closing:
            traveller.closing = True
            path = f"/api/v1/reports/{traveller.tracking_id}/closure"
            self._front.post(path, {"receipt": traveller.receipt})

    def _work_at_the_agencys_desk(self, traveller: Traveller, holder: dict[str, Any]) -> None:
        officer = self._front.staff(Role.OFFICER, agency_code=holder["agency_code"])
        mine = self._find(traveller, self._pages("/api/v1/dispositions", officer, state="open"))
        if mine is None or mine["id"] in traveller.explained:
            return
        traveller.explained.add(mine["id"])
        traveller.report_id = mine["report_id"]
        dossier = self._front.get(f"/api/v1/dispositions/{mine['id']}", officer)
        self._explain(traveller, dossier["disposition"]["grounds"])
        desk = f"/api/v1/dispositions/{mine['id']}"
        if traveller.sample.refused_to and mine["hop"] == 1:
            refusal = {"agency_code": traveller.sample.refused_to, "reason": traveller.sample.refused_because}
            self._front.post(f"{desk}/refusals", refusal, officer)
        else:
            answer = {"kind": "substantive", "text": traveller.sample.answer}
            self._front.post(f"{desk}/answers", answer, officer)

    def _explain(self, traveller: Traveller, grounds: dict[str, Any]) -> None:
        by = "aturan" if grounds["decided_by"] == "system" else "petugas"
        self._say(traveller, "routed", f"  mengapa: diputuskan oleh {by}, keyakinan {grounds['confidence']:.0%}")
        for evidence in grounds["evidence"]:
            self._say(traveller, "routed", f"    · {evidence['detail']}")

    def _work_at_the_verifiers_desk(self) -> None:
        for case in self._pages("/api/v1/cases", self._verifier, state="waiting"):
            traveller = next((one for one in self.travellers if one.tracking_id == case["tracking_id"]), None)
            if traveller is None:
                continue
            self._say(traveller, "person", f"menunggu verifikator: {'; '.join(case['reasons'])}")
            path = f"/api/v1/cases/{case['report_id']}/verification"
            note = {"note": "Dilengkapi lewat telepon."} if traveller.sample.completed_with else {}
            self._front.post(path, {**traveller.sample.completed_with, **note}, self._verifier)

    def _work_at_the_coordinators_desk(self) -> None:
        for entry in self._pages("/api/v1/coordination", self._coordinator):
            traveller = next((one for one in self.travellers if one.tracking_id == entry["tracking_id"]), None)
            if traveller is None or not traveller.sample.assigned_to:
                continue
            self._say(traveller, "person", f"menunggu koordinator: {entry['reason']}")
            decision = {
                "agency_code": traveller.sample.assigned_to,
                "reason": "Diputuskan koordinator menurut tempat dan isi laporan.",
            }
            self._front.post(f"/api/v1/coordination/{entry['report_id']}/assignments", decision, self._coordinator)

    def _show_notices(self, traveller: Traveller) -> None:
        if not traveller.report_id:
            return
        for notice in self._pages("/api/v1/notices", self._coordinator, report_id=traveller.report_id):
            if notice["state"] == "sent" and notice["id"] not in traveller.told:
                traveller.told.add(notice["id"])
                words = f"pelapor diberi tahu lewat {notice['via']} ({notice['template']})"
                self._say(traveller, "notified", words)

    def _pages(self, path: str, token: str, **query: Any) -> Iterator[dict[str, Any]]:
        cursor: dict[str, str] = {}
        while True:
            page = self._front.get(path, token, limit=100, **query, **cursor)
            yield from page["items"]
            if not page["next"]:
                return
            cursor = {"cursor": page["next"]}

    def _find(self, traveller: Traveller, entries: Iterator[dict[str, Any]]) -> dict[str, Any] | None:
        return next((one for one in entries if one["tracking_id"] == traveller.tracking_id), None)

    def _say(self, traveller: Traveller, tone: str, words: str) -> None:
        style = TONES.get(tone, "white")
        at = datetime.now().astimezone().strftime("%H:%M:%S")
        head = f"[dim]{at}[/dim] [bold]{traveller.number}[/bold] {traveller.tracking_id}"
        self._console.print(f"{head} [{style}]{escape(words)}[/{style}]", highlight=False, soft_wrap=True)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}


def _short(text: str, longest: int = 70) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
