"""A report before its verifier, and what may become of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_contracts.events import ReportReceived, ReportSupplemented, ReportVerified
from lapor_contracts.vocabulary import Kind
from lapor_verification.domain.appeals import Appeal, pending
from lapor_verification.domain.categories import Tree
from lapor_verification.domain.checks import examine, may_be_asked_back
from lapor_verification.domain.commands import UNVERIFIED, Verification
from lapor_verification.domain.edits import Edit
from lapor_verification.domain.finding import Check, Finding, Outcome
from lapor_verification.domain.policy import UNMARKED, Care, Policy, shipped_policy
from lapor_verification.domain.redaction import Marked, Redaction, as_given, as_put_right, in_order

#: Of a category's name below those above it, in an event.
LONGEST_PATH = 300


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
    WITHDRAWN = "withdrawn"
    """By its reporter."""
    REFERRED = "referred"
    """The Ombudsman has it now."""


#: Nothing is to be decided any more, and never will be again.
GONE = frozenset({State.WITHDRAWN, State.REFERRED})

#: A report is a verifier's again where it was recalled, split off, or its reporter's appeal was granted. What was
#: archived along with the one that it follows can still be split off, and follows again when that one's appeal is
#: granted.
_NEXT: dict[State, frozenset[State]] = {
    State.WAITING: frozenset({State.RETURNED, State.VERIFIED, State.ARCHIVE_PROPOSED, State.ARCHIVED, State.MERGED}),
    State.RETURNED: frozenset({State.WAITING, State.VERIFIED, State.ARCHIVE_PROPOSED, State.ARCHIVED, State.MERGED}),
    State.ARCHIVE_PROPOSED: frozenset({State.WAITING, State.ARCHIVED}),
    State.VERIFIED: frozenset({State.WAITING}),
    State.ARCHIVED: frozenset({State.APPEALED, State.WAITING, State.MERGED}),
    State.APPEALED: frozenset({State.WAITING, State.ARCHIVED, State.MERGED}),
    # Whoever follows a report shares its outcome, also this one.
    State.MERGED: frozenset({State.WAITING, State.ARCHIVED}),
}
NEXT = {state: following | GONE for state, following in _NEXT.items()} | {state: frozenset[State]() for state in GONE}

#: What the reporter adds is looked at again.
OPEN = frozenset({State.WAITING, State.RETURNED})
#: Where a report may stand that follows another one and can be split off.
FOLLOWING = frozenset({State.MERGED, State.ARCHIVED})
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
    State.WITHDRAWN: "ditarik pelapornya",
    State.REFERRED: "dialihkan ke Ombudsman",
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

    @property
    def appeal_id(self) -> str | None:
        """Which appeal was decided, where one was."""
        return self.details.get("appeal_id")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A report before its verifier: completed by its supplements, with the machine's finding beside it."""

    report: ReportReceived
    state: State
    version: int
    """Counts what was done to the case, so that nobody decides on what is no longer so."""
    finding: Finding
    round: int = 1
    """Of which verification: one more each time that it was recalled."""
    care: Care = UNMARKED
    """How the machine marked it, or whoever verified it."""
    filed: Verification = UNVERIFIED
    """What its latest verification completed; where that was taken back, the next one begins with it."""
    due_at: datetime | None = None
    is_late: bool = False
    decisions: tuple[Decision, ...] = ()
    given: Marked
    """Its texts as they came, each for itself."""
    redactions: tuple[Redaction, ...] = ()
    """What verifiers put right in them, the latest last."""
    edits: tuple[Edit, ...] = ()
    """What the public was given to read instead, the latest last."""
    appeals: tuple[Appeal, ...] = ()
    """What its reporter said against the archiving."""
    taken_by: str | None = None
    """Who works on it, until …"""
    taken_until: datetime | None = None

    @property
    def marked(self) -> Marked:
        """Its texts, and what of them the public must not read."""
        return as_put_right(self.given, self.redactions)

    @property
    def report_id(self) -> UUID:
        """The case is called as its report."""
        return self.report.report_id

    @property
    def rank(self) -> int:
        """0: before all others, because somebody may come to harm."""
        return 0 if self.care.urgent else 1

    @property
    def sort_at(self) -> datetime:
        """Within its rank: the earlier, the sooner it must be looked at. Without a clock: when it came."""
        return self.due_at or self.report.received_at

    @property
    def pending_appeal(self) -> Appeal | None:
        """What its reporter says against the latest archiving, while nobody has decided about that."""
        archived = [each for each in self.decisions if each.state is State.ARCHIVED and not each.appeal_id]
        decided = {each.appeal_id for each in self.decisions}
        return pending(self.appeals, [each.decided_at for each in archived], decided)

    def holder_at(self, now: datetime) -> str | None:
        """Who has it in hand; nobody, once nothing is to be decided any more."""
        in_hand = self.state in UNDECIDED and self.taken_until is not None and now < self.taken_until
        return self.taken_by if in_hand else None


def opened(report: ReportReceived, today: date, policy: Policy | None = None) -> Case:
    """The case of a report that has just come in: what is sure passes, and what only lacks something is asked for.

    Where its channel asked already, nobody is asked twice.
    """
    policy = policy or shipped_policy()
    finding = examine(report, today, policy)
    state = State.VERIFIED if finding.outcome is Outcome.SURE else State.WAITING
    if state is State.WAITING and not report.asks and may_be_asked_back(finding, policy):
        state = State.RETURNED
    given = as_given(report, ())
    return Case(report=report, state=state, version=1, finding=finding, care=policy.care(finding), given=given)


def reopened(case: Case, report: ReportReceived, today: date, policy: Policy | None = None) -> Case:
    """An open case after its reporter added something: it passes if that makes it sure, else a person looks at it.

    What a person took back, no machine decides or marks again; and what its reporter adds counts more than the place
    that was filed before.
    """
    policy = policy or shipped_policy()
    finding = examine(report, today, policy)
    is_persons = case.round > 1
    return replace(
        case,
        report=report,
        state=State.VERIFIED if finding.outcome is Outcome.SURE and not is_persons else State.WAITING,
        finding=finding,
        care=case.care if is_persons else policy.care(finding),
        filed=replace(case.filed, region_code=None, place=None),
        version=case.version + 1,
    )


def lapsed(case: Case) -> Case:
    """A returned case whose reporter added nothing in time: a person decides what becomes of it."""
    reasons = (*case.finding.reasons, "Pelapor belum melengkapi laporan sampai batas waktunya.")
    return replace(case, state=State.WAITING, version=case.version + 1, finding=replace(case.finding, reasons=reasons))


def recalled(case: Case, seen: int | None = None) -> Case | Refusal:
    """A verified case as it waits again, or why not."""
    if case.state is not State.VERIFIED:
        return Refusal(
            f"Kasus {case.report_id} {IN_WORDS[case.state]}; hanya yang terverifikasi dapat ditarik. "
            f"(The case is {case.state}; only a verified one can be recalled.)",
            code="wrong_state",
        )
    waiting = moved(case, State.WAITING, seen)
    return waiting if isinstance(waiting, Refusal) else replace(waiting, round=case.round + 1)


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
    return replace(case, state=to, version=case.version + 1, taken_by=None, taken_until=None)


def as_verified(
    report: ReportReceived,
    reasons: tuple[str, ...],
    *,
    by: str,
    at: datetime,
    case: Case | None = None,
    tree: Tree | None = None,
) -> ReportVerified:
    """The report as it goes on to routing; without a case where nobody but its reader may know what it says."""
    given = {item.name: getattr(report, item.name) for item in fields(ReportVerified) if hasattr(report, item.name)}
    verified = ReportVerified(**given, verified_at=at, verified_by=by, reasons=reasons)
    if case is None:
        return verified
    verified = replace(verified, **vars(case.care), round=case.round)
    found = [hint.suggests for hint in case.finding.of(Check.CATEGORY) if hint.suggests]
    if tree is None or (topic := tree.counted(report.category, found)) is None:
        return verified
    return replace(verified, counted_as=topic.code, counted_as_name=tree.path(topic.code)[:LONGEST_PATH])


def cared_for(case: Case, verification: Verification) -> Care | Refusal:
    """How its verifier wants the report to be handled, or why that cannot be."""
    wanted = {item.name: getattr(verification, item.name) for item in fields(Care)}
    care = replace(case.care, **{name: value for name, value in wanted.items() if value is not None})
    if care.supervised and (verification.kind or case.report.kind) is not Kind.COMPLAINT:
        reason = "Hanya pengaduan yang dapat berkadar pengawasan. (Only a complaint is handled with supervision.)"
        return Refusal(reason, code="no_complaint", errors={"supervised": [reason]})
    if care.supervised and not care.supervision_reason.strip():
        reason = "Sebutkan alasannya; pelapor membacanya. (Say why: the reporter reads it.)"
        return Refusal(reason, code="no_reason", errors={"supervision_reason": [reason]})
    return replace(
        care,
        supervision_reason=care.supervision_reason if care.supervised else "",
        reported_agency_code=care.reported_agency_code or None,
    )


def amended(report: ReportReceived, verification: Verification) -> ReportReceived:
    """The report with what its verifier added."""
    return replace(
        raised(report, verification),
        kind=verification.kind or report.kind,
        category=verification.category or report.category,
        region_code=verification.region_code or report.region_code,
        place=verification.place or report.place,
    )


def raised(report: ReportReceived, verification: Verification) -> ReportReceived:
    """The report as secret as its verifier made it. Nobody lowers that again, though the verification be taken back."""
    return replace(
        report,
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
