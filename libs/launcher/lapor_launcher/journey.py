"""Eight reports through the real front doors, followed to their end before one's eyes.

Everything here is what a person or a neighbour's system would do over HTTP; nothing reaches behind a service's back.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain
from typing import Any

import requests

from lapor_chassis.sign_in import SigningKey, Staff
from lapor_connect import ChannelAdapter
from lapor_contracts.vocabulary import Role
from lapor_launcher.samples import Sample, samples
from lapor_launcher.telling import STAGES, Teller

#: What everyone sees is asked for this often, in seconds.
GLANCE = 0.25

#: What each step of the public timeline is told as; for the rest others have told it already.
TOLD_AS = {
    "verified": "verified",
    "routed": "routed",
    "refused": "refused",
    "initial_answer": "answered",
    "substantive_answer": "answered",
    "closed": "closed",
}

NOTICES = {
    "received": "laporan diterima",
    "returned": "laporan perlu dilengkapi",
    "routed": "laporan diteruskan",
    "rerouted": "laporan dialihkan",
    "answered": "ada jawaban",
}


@dataclass
class Traveller:
    """A sample report on its way."""

    number: int
    sample: Sample
    tracking_id: str = ""
    receipt: str = ""
    report_id: str = ""
    seen: int = 0
    stages: set[str] = field(default_factory=set)
    explained: set[str] = field(default_factory=set)
    notices: set[str] = field(default_factory=set)

    @property
    def has_arrived(self) -> bool:
        """It has been through all that a report goes through."""
        return self.stages >= STAGES.keys()


class Front:
    """The system's address, as reporters and staff use it."""

    def __init__(self, url: str, signing_key: str) -> None:
        self.url = url
        self._key = SigningKey(signing_key)
        self._session = requests.Session()

    def get(self, path: str, token: str = "", **query: Any) -> Any:
        """Ask; None where there is nothing (yet)."""
        return self._asked(path, query, _bearer(token))

    def report(self, tracking_id: str, receipt: str) -> Any:
        """A report as its reporter sees it; a secret one is shown to nobody else."""
        return self._asked(f"/api/v1/reports/{tracking_id}", {}, {"X-Receipt": receipt})

    def _asked(self, path: str, query: dict[str, Any], headers: dict[str, str]) -> Any:
        answer = self._session.get(self.url + path, params=query, headers=headers, timeout=30)
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
    """Sends the samples, plays the people on their way, and tells what happens."""

    def __init__(self, front: Front, adapter: ChannelAdapter, teller: Teller) -> None:
        self._front = front
        self._adapter = adapter
        self._teller = teller
        self._verifier = front.staff(Role.VERIFIER)
        self._coordinator = front.staff(Role.COORDINATOR, Role.OPERATOR)
        self._run = f"{time.time_ns():x}"
        self.travellers = [Traveller(n, one) for n, one in enumerate(samples(datetime.now(UTC).date()), 1)]

    def travel(self, patience: float) -> bool:
        """Send all and follow them; whether all arrived within so many seconds."""
        for traveller in self.travellers:
            self._send(traveller)
        deadline = time.monotonic() + patience
        while self._on_their_way() and time.monotonic() < deadline:
            for traveller in self._on_their_way():
                self._look(traveller)
            self._work_at_the_verifiers_desk()
            self._work_at_the_coordinators_desk()
            time.sleep(GLANCE)
        self._teller.sum_up({one.tracking_id: one.stages for one in self.travellers})
        return not self._on_their_way()

    def _on_their_way(self) -> list[Traveller]:
        return [one for one in self.travellers if not one.has_arrived]

    def _say(self, traveller: Traveller, stage: str, *sentences: str) -> None:
        traveller.stages.add(stage)
        self._teller.say(traveller.number, stage, *sentences)

    def _send(self, traveller: Traveller) -> None:
        sample = traveller.sample
        key = f"{self._run}-{traveller.number}"
        if sample.channel == "sms":
            way, said = "SMS ke 1708", sample.report["text"]
            # A telephone for each run: the same text from the same one would be the same SMS, sent again.
            sms = {**sample.report, "sender": f"{sample.report['sender'][:-5]}{time.time_ns() % 100_000:05}"}
            reply = self._front.text("/channels/sms/kannel", to="1708", id=key, **sms)
            words = reply.replace(".", " ").split()
            traveller.tracking_id = next(word for word in words if len(word) == 14 and word.count("-") == 2)
            traveller.receipt = next(word for word in words if len(word) == 19 and word.count("-") == 3)
        elif sample.channel == "adapter":
            way, said = "aplikasi lain", sample.report["title"]
            submitted = self._adapter.submit(sample.report, idempotency_key=key)
            traveller.tracking_id, traveller.receipt = submitted.tracking_id or "", submitted.receipt or ""
        else:
            way, said = "web", sample.report["title"]
            given = self._front.post("/api/v1/reports", sample.report, **{"Idempotency-Key": key})
            traveller.tracking_id, traveller.receipt = given["tracking_id"], given["receipt"]
        hidden = ", anonim dan rahasia" if sample.report.get("secret") else ""
        self._say(traveller, "received", f"{traveller.tracking_id} lewat {way}{hidden}", f"“{said}”")

    def _look(self, traveller: Traveller) -> None:
        """Look at the public page, and act for the officer and the reporter where it is their turn."""
        view = self._front.report(traveller.tracking_id, traveller.receipt)
        for entry in view["timeline"][traveller.seen :]:
            if entry["step"] in TOLD_AS:
                self._show(traveller, entry)
        traveller.seen = len(view["timeline"])
        if view["status"] in ("routed", "in_progress") and view["holder"]["agency_code"]:
            self._work_at_the_agencys_desk(traveller, view["holder"]["agency_code"])
        self._show_notices(traveller)

    def _show(self, traveller: Traveller, entry: dict[str, Any]) -> None:
        words = entry["agency_name"] or "{id} ({en})".format(**entry["words"])
        said = f"“{entry['text']}”" if entry["text"] else ""
        self._say(traveller, TOLD_AS[entry["step"]], words, said)
        if entry["step"] == "substantive_answer":
            path = f"/api/v1/reports/{traveller.tracking_id}/closure"
            self._front.post(path, {"receipt": traveller.receipt})

    def _work_at_the_agencys_desk(self, traveller: Traveller, agency_code: str) -> None:
        officer = self._front.staff(Role.OFFICER, agency_code=agency_code)
        inbox = self._pages("/api/v1/dispositions", officer, state="open")
        mine = next((one for one in inbox if one["tracking_id"] == traveller.tracking_id), None)
        if mine is None or mine["id"] in traveller.explained:
            return
        traveller.explained.add(mine["id"])
        traveller.report_id = mine["report_id"]
        desk = f"/api/v1/dispositions/{mine['id']}"
        self._explain(traveller, self._front.get(desk, officer)["disposition"]["grounds"])
        if traveller.sample.refused_to and mine["hop"] == 1:
            refusal = {"agency_code": traveller.sample.refused_to, "reason": traveller.sample.refused_because}
            self._front.post(f"{desk}/refusals", refusal, officer)
        else:
            answer = {"kind": "substantive", "answer_type": "done", "text": traveller.sample.answer}
            self._front.post(f"{desk}/answers", answer, officer)

    def _explain(self, traveller: Traveller, grounds: dict[str, Any]) -> None:
        rules = f"aturan, keyakinan {grounds['confidence']:.0%} (rules)"
        by = rules if grounds["decided_by"] == "system" else "petugas (a person)"
        self._say(traveller, "why", by, *(f"- {one['detail']}" for one in grounds["evidence"]))

    def _work_at_the_verifiers_desk(self) -> None:
        # One that lacks something was returned by itself; here its reporter is called instead.
        for case in chain.from_iterable(
            self._pages("/api/v1/cases", self._verifier, state=state) for state in ("waiting", "returned")
        ):
            if traveller := self._traveller(case):
                reasons = (f"- {reason}" for reason in case["reasons"])
                self._say(traveller, "waiting", "verifikator memeriksa (a verifier decides)", *reasons)
                path = f"/api/v1/cases/{case['report_id']}/verification"
                self._front.post(path, traveller.sample.completed_with, self._verifier)

    def _work_at_the_coordinators_desk(self) -> None:
        for entry in self._pages("/api/v1/coordination", self._coordinator):
            traveller = self._traveller(entry)
            if traveller and traveller.sample.assigned_to:
                reason = f"- {entry['reason']}"
                self._say(traveller, "waiting", "koordinator menentukan (the coordinator decides)", reason)
                decision = {
                    "agency_code": traveller.sample.assigned_to,
                    "reason": "Diputuskan menurut tempat dan isi laporan.",
                }
                self._front.post(f"/api/v1/coordination/{entry['report_id']}/assignments", decision, self._coordinator)

    def _show_notices(self, traveller: Traveller) -> None:
        if not traveller.report_id:
            return
        newest_first = self._pages("/api/v1/notices", self._coordinator, report_id=traveller.report_id)
        for notice in reversed(list(newest_first)):
            if notice["state"] == "sent" and notice["id"] not in traveller.notices:
                traveller.notices.add(notice["id"])
                via = {"sms": "SMS", "email": "surel"}[notice["via"]]
                self._say(traveller, "notified", f"{via}: {NOTICES[notice['template']]}")

    def _pages(self, path: str, token: str, **query: Any) -> Iterator[dict[str, Any]]:
        cursor: dict[str, str] = {}
        while True:
            page = self._front.get(path, token, limit=100, **query, **cursor)
            yield from page["items"]
            if not page["next"]:
                return
            cursor = {"cursor": page["next"]}

    def _traveller(self, entry: dict[str, Any]) -> Traveller | None:
        return next((one for one in self.travellers if one.tracking_id == entry["tracking_id"]), None)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} if token else {}
