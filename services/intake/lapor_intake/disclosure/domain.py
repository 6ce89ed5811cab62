"""Who may learn who the reporter is, and until when. Pure: no clock, no database.

An officer asks, with a reason and a legal basis. Two custodians agree, neither of them the asker; one who refuses ends
it. Then that officer alone may look, for some hours. All of this is possible on every report, and goes the same way:
whether anybody's name is kept at all is seen only by the one who may look.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from lapor_chassis.refusals import Refusal

#: How many custodians must agree.
QUORUM = 2


class State(StrEnum):
    """Where a request stands."""

    WAITING = "waiting"
    OPEN = "open"
    """The officer may look."""
    REFUSED = "refused"
    EXPIRED = "expired"
    ENDED = "ended"
    """The identity was forgotten meanwhile."""


#: States in which something may still come of the request.
ALIVE = (State.WAITING, State.OPEN)


@dataclass(frozen=True, kw_only=True)
class Consent:
    """What one custodian decided, and why."""

    custodian: str
    agreed: bool
    note: str = field(repr=False)
    decided_at: datetime


@dataclass(frozen=True, kw_only=True)
class Disclosure:
    """A request to learn who the reporter of one report is."""

    disclosure_id: UUID
    tracking_id: str
    report_id: UUID | None
    """None where the ID is genuine and no report has it: that, too, is only seen by looking."""
    requested_by: str
    username: str
    """As the custodians know the one who asks."""
    requested_at: datetime
    agency_code: str | None
    """The body that the officer works for."""
    reason: str = field(repr=False)
    legal_basis: str
    state: State = State.WAITING
    until: datetime | None = None
    """When the officer's time is over, once custodians have agreed."""
    consents: tuple[Consent, ...] = ()

    def decide(self, consent: Consent, *, lasts: timedelta, is_sealed: bool) -> "Disclosure | Refusal":
        """The request once this custodian has decided. The same decision again changes nothing."""
        if consent.custodian == self.requested_by:
            return OWN_REQUEST
        earlier = next((one for one in self.consents if one.custodian == consent.custodian), None)
        if earlier is not None:
            return self if earlier.agreed == consent.agreed else DECIDED_ALREADY
        if self.state is not State.WAITING:
            return NOT_WAITING
        # Custodians learn it, the officer does not: to them it is refused like any other.
        if consent.agreed and is_sealed:
            return SEALED
        decided = replace(self, consents=(*self.consents, consent))
        if not consent.agreed:
            return replace(decided, state=State.REFUSED)
        if len(decided.consents) < QUORUM:
            return decided
        return replace(decided, state=State.OPEN, until=consent.decided_at + lasts)

    def look(self, officer: str, now: datetime) -> Refusal | None:
        """Why this member of staff may not look now; None where they may."""
        if officer != self.requested_by:
            return NOT_YOURS
        if self.state is State.OPEN and self.until is not None:
            return None if now < self.until else OVER
        return OVER if self.state in (State.EXPIRED, State.ENDED) else NOT_AGREED


OWN_REQUEST = Refusal(
    "Anda tidak dapat menyetujui permintaan sendiri. (Nobody decides about a request of their own.)",
    code="own-request",
)
DECIDED_ALREADY = Refusal(
    "Anda sudah memutuskan permintaan ini. (You have decided about this request already.)", code="decided-already"
)
NOT_WAITING = Refusal(
    "Permintaan ini sudah diputuskan. (This request does not wait for a decision any more.)", code="not-waiting"
)
SEALED = Refusal(
    "Laporan pelapor pelanggaran tidak dapat dibuka; permintaan ini hanya dapat ditolak. "
    "(Nobody discloses a whistleblower; this request can only be refused.)",
    code="sealed",
)
NOT_YOURS = Refusal(
    "Hanya petugas yang meminta yang dapat melihat. (Only the officer who asked may look.)", code="not-yours"
)
NOT_AGREED = Refusal(
    "Permintaan ini belum atau tidak disetujui. (Two custodians have not agreed to this request.)", code="not-agreed"
)
OVER = Refusal("Waktu untuk melihat sudah habis. (The time to look is over.)", code="over")
