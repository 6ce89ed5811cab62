"""Who acts, on what, and the refusals that all who act may meet."""

from collections.abc import Collection
from dataclasses import dataclass, field
from textwrap import shorten
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import Evidence
from lapor_routing import store
from lapor_routing.current import Snapshot
from lapor_routing.domain.agencies import Agency
from lapor_routing.domain.choice import Candidate
from lapor_routing.domain.conflicts import is_party
from lapor_routing.domain.disposition import AT_WORK, BY_HAND, IN_WORDS, Disposition, Grounds, Report, State

#: Who it was, where the reporter's word moved it.
REPORTER = "reporter"
NOT_FOUND = Refusal("Disposisi tidak ditemukan (there is no such disposition).", code="not_found")


@dataclass(frozen=True, kw_only=True)
class Desk:
    """Who acts, and on which bodies' dispositions they may."""

    actor: str
    agency_code: str
    """The actor's own body."""
    inboxes: Collection[str]
    hidden: Collection[str] = field(default=())
    """The bodies of which a whistleblower's complaint is kept from the actor's own."""
    checked: Collection[str] = field(default=())
    """The inboxes of which nothing goes out that a second officer has not approved."""
    name: str = ""
    """By which the actor's colleagues know them."""
    is_system: bool = False
    """A body's own: those from before there were types of answers name none."""

    def has(self, disposition: Disposition) -> bool:
        """Whether it lies here. What the Ombudsman took over does, though it be sealed for another body."""
        if disposition.agency_code not in self.inboxes or disposition.report.reported_agency_code in self.hidden:
            return False
        return disposition.state is State.TAKEN_OVER or self.may_open(disposition.report)

    def may_read(self, report: Report) -> bool:
        """Whether it may be shown at all."""
        return self.may_open(report) and report.reported_agency_code not in self.hidden

    def may_open(self, report: Report) -> bool:
        """What is sealed for a body is for that alone, also if another one stands above it."""
        return report.sealed_for in (None, self.agency_code)


def lock(tx: Transaction, disposition_id: UUID, desk: Desk) -> Disposition | Refusal:
    """The disposition, if it is one of the desk's; whose it is otherwise is nobody else's business."""
    disposition = store.lock_disposition(tx, disposition_id)
    if disposition is None or not desk.has(disposition):
        return NOT_FOUND
    return disposition


def at_work(disposition: Disposition) -> Refusal | None:
    """Why nothing is to be done about it any more."""
    if disposition.state in AT_WORK:
        return None
    return Refusal(
        f"Disposisi ini {IN_WORDS[disposition.state]} (this disposition is {disposition.state}).",
        code=f"disposition_{disposition.state}",
    )


def competent(code: str, report: Report, snapshot: Snapshot) -> Agency | Refusal:
    """The body that is named, if the report may go there."""
    agency = snapshot.active(code)
    if agency is None:
        return wrong_agency("Tidak ada instansi aktif dengan kode ini (no active body has this code).")
    if is_party(code, report.reported_agency_code, snapshot.directory):
        return wrong_agency(
            "Laporan ini tidak boleh sampai ke instansi tersebut (this report must never get to that body)."
        )
    return agency


def wrong_agency(why: str) -> Refusal:
    """Not that body."""
    return Refusal(why, code="wrong_agency", errors={"agency_code": [why]})


NOBODY_THERE = wrong_agency("Instansi ini belum mempunyai petugas di sini (nobody there would read it).")


def by_hand(by: str, kind: str, whose: str, reason: str, agency_code: str | None) -> Grounds:
    """Why a report goes where a person sends it; without a body, to the coordinator."""
    words = f"{whose}: {reason}" if reason else whose
    evidence = (Evidence(kind=kind, detail=shorten(words, 300, placeholder="…"), weight=1.0),)
    return Grounds(
        decided_by=by,
        rules_version=BY_HAND,
        reason=reason,
        evidence=evidence,
        candidates=(Candidate(agency_code, 1.0, evidence),) if agency_code else (),
    )
