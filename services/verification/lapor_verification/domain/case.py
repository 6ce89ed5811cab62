"""A report before its verifier, and what may become of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_contracts.events import ReportReceived, ReportSupplemented, ReportVerified
from lapor_verification.domain.commands import Verification
from lapor_verification.domain.examining import examine
from lapor_verification.domain.finding import Finding, Outcome
from lapor_verification.domain.redaction import Marked, Redaction, as_given, as_put_right, in_order


class State(StrEnum):
    """Where a case stands."""

    WAITING = "waiting"
    RETURNED = "returned"
    VERIFIED = "verified"
    ARCHIVE_PROPOSED = "archive_proposed"
    """Somebody else has to agree."""
    ARCHIVED = "archived"
    APPEALED = "appealed"
    """Its reporter does not accept that it was archived."""
    MERGED = "merged"
    """It follows an earlier report."""


#: A report is a verifier's again where it was recalled, split off, or its reporter's appeal was granted.
NEXT: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.RETURNED, State.VERIFIED, State.ARCHIVE_PROPOSED, State.ARCHIVED, State.MERGED}),
    State.RETURNED: frozenset({State.WAITING, State.VERIFIED, State.ARCHIVE_PROPOSED, State.ARCHIVED, State.MERGED}),
    State.ARCHIVE_PROPOSED: frozenset({State.WAITING, State.ARCHIVED}),
    State.VERIFIED: frozenset({State.WAITING}),
    State.ARCHIVED: frozenset({State.APPEALED}),
    State.APPEALED: frozenset({State.WAITING, State.ARCHIVED}),
    State.MERGED: frozenset({State.WAITING}),
}

#: What the reporter adds is looked at again.
OPEN = frozenset({State.WAITING, State.RETURNED})
#: A person is still to decide.
UNDECIDED = OPEN | {State.ARCHIVE_PROPOSED, State.APPEALED}


IN_WORDS = {
    State.WAITING: "menunggu",
    State.RETURNED: "dikembalikan",
    State.VERIFIED: "terverifikasi",
    State.ARCHIVE_PROPOSED: "diusulkan untuk diarsipkan",
    State.ARCHIVED: "diarsipkan",
    State.APPEALED: "diajukan keberatan",
    State.MERGED: "digabung",
}


@dataclass(frozen=True, kw_only=True)
class Decision:
    """Who decided what about a case, when and why. Only ever added."""

    decision_id: UUID
    report_id: UUID
    decided_at: datetime
    decided_by: str
    state: State
    note: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)
    """What was missing, the archive's reason code, or what the verifier completed."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A report before its verifier: completed by its supplements, with the machine's finding beside it."""

    report: ReportReceived
    state: State
    version: int
    """Counts what was done to the case, so that nobody decides on what is no longer so."""
    finding: Finding
    due_at: datetime | None = None
    is_late: bool = False
    decisions: tuple[Decision, ...] = ()
    given: Marked
    """Its texts as they came, each for itself."""
    redactions: tuple[Redaction, ...] = ()
    """What verifiers put right in them, the latest last."""

    @property
    def marked(self) -> Marked:
        """Its texts, and what of them the public must not read."""
        return as_put_right(self.given, self.redactions)

    @property
    def report_id(self) -> UUID:
        """The case is called as its report."""
        return self.report.report_id

    @property
    def urgency(self) -> datetime:
        """The earlier, the sooner it must be looked at; a case whose clock is not known yet comes first."""
        return self.due_at or self.report.received_at


def opened(report: ReportReceived, today: date) -> Case:
    """The case of a report that has just come in: what is sure passes at once."""
    finding = examine(report, today)
    state = State.VERIFIED if finding.outcome is Outcome.SURE else State.WAITING
    return Case(report=report, state=state, version=1, finding=finding, given=as_given(report, ()))


def reopened(case: Case, report: ReportReceived, today: date) -> Case:
    """An open case after its reporter added something: it passes if that makes it sure, else it waits again."""
    return replace(opened(report, today), version=case.version + 1, given=case.given)


def moved(case: Case, to: State, seen: int | None = None) -> Case | Refusal:
    """The case in its next state, or why not; ``seen`` is the version on which the verifier decided."""
    if to not in NEXT[case.state]:
        return Refusal(
            f"Kasus {case.report_id} sudah {IN_WORDS[case.state]} dan tidak dapat menjadi {IN_WORDS[to]}. "
            f"(The case is {case.state} and cannot become {to}.)",
            code="wrong_state",
        )
    if seen is not None and seen != case.version:
        return Refusal(
            f"Kasus {case.report_id} berubah sejak Anda membukanya; periksa kembali. "
            f"(The case has changed: it is at version {case.version}, you saw {seen}.)",
            code="changed",
        )
    return replace(case, state=to, version=case.version + 1)


def as_verified(report: ReportReceived, reasons: tuple[str, ...], *, by: str, at: datetime) -> ReportVerified:
    """The report as it goes on to routing."""
    given = {item.name: getattr(report, item.name) for item in fields(ReportVerified) if hasattr(report, item.name)}
    return ReportVerified(**given, verified_at=at, verified_by=by, reasons=reasons)


def amended(report: ReportReceived, verification: Verification) -> ReportReceived:
    """The report with what its verifier added. Secrecy may be raised here; nobody may lower it."""
    return replace(
        report,
        kind=verification.kind or report.kind,
        category=verification.category or report.category,
        region_code=verification.region_code or report.region_code,
        place=verification.place or report.place,
        secret=report.secret or verification.secret,
        anonymous=report.anonymous or verification.anonymous,
    )


#: As long as an event's body may be.
LONGEST_BODY = 10_000


def completed(report: ReportReceived, supplements: Sequence[ReportSupplemented]) -> ReportReceived:
    """The report with what its reporter added later. Any order of hearing gives the same.

    An added text stands after the first one, because people answer the question and do not repeat the story.
    """
    for added in in_order(supplements):
        report = replace(
            report,
            body=f"{report.body}\n\n{added.body}"[:LONGEST_BODY] if added.body else report.body,
            occurred_on=added.occurred_on or report.occurred_on,
            region_code=added.region_code or report.region_code,
            place=added.place or report.place,
            attachments=(*report.attachments, *added.attachments),
        )
    return report
