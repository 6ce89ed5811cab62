"""How much one sender may hand in, so that a flood from a few leaves room for everybody else.

What is refused is told why and when to come again. Never counted against the newcomers' budget: whoever has reported
before, and whatever follows up a report that exists. A report that was taken is answered again at any time.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from limits import RateLimitItem, parse
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from lapor_chassis.limiting import limit, seconds_over
from lapor_chassis.refusals import Refusal
from lapor_chassis.settings import setting


@dataclass(frozen=True, kw_only=True)
class Settings:
    """How much is let in. Each process counts for itself unless the counts are kept in a store that all share."""

    limit_address: RateLimitItem | None = setting(
        "LAPOR_INTAKE_LIMIT_ADDRESS", default=parse("120 per 10 minutes"), read=limit
    )
    """Reports from one network address without a proof of work; thousands of phones may share one."""
    limit_reporter: RateLimitItem | None = setting(
        "LAPOR_INTAKE_LIMIT_REPORTER", default=parse("20 per hour"), read=limit
    )
    """Reports of one telephone, mail address or account."""
    limit_newcomers: RateLimitItem | None = setting(
        "LAPOR_INTAKE_LIMIT_NEWCOMERS", default=parse("30000 per minute"), read=limit
    )
    """Reports of all who have not reported before, together."""
    limit_uploads: RateLimitItem | None = setting(
        "LAPOR_INTAKE_LIMIT_UPLOADS", default=parse("300 per 10 minutes"), read=limit
    )
    """Files from one network address."""
    limit_follows: RateLimitItem | None = setting(
        "LAPOR_INTAKE_LIMIT_FOLLOWS", default=parse("60 per hour"), read=limit
    )
    """Requests to follow reports from one network address: each may send somebody a message."""
    limit_storage: str = setting("LAPOR_INTAKE_LIMIT_STORAGE", default="memory://")


@dataclass(frozen=True, kw_only=True)
class Visitor:
    """Who hands a report in, as far as it matters for letting them in."""

    address: str | None = None
    """The network address, where it is the reporter's own and not a gateway's."""
    has_proof: bool = False
    """A proof of work came with it."""
    is_trusted: bool = False
    """An officer, an adapter with a secret, an import: somebody else has let the reporter in."""


#: A reporter at the other end of a gateway.
ANYBODY = Visitor()
TRUSTED = Visitor(is_trusted=True)


class Admission:
    """Counts what comes in."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._limiter = SlidingWindowCounterRateLimiter(storage_from_string(settings.limit_storage))

    def exceeded(self, visitor: Visitor, marks: Sequence[str]) -> "Exceeded | None":
        """Count one more report; which limit that exceeds, if any. ``marks`` are the reporter's."""
        if visitor.is_trusted:
            return None
        counted = [("reporter", self._settings.limit_reporter, mark) for mark in marks]
        if visitor.address and not visitor.has_proof:
            counted.insert(0, ("address", self._settings.limit_address, visitor.address))
        counted.append(("newcomers", self._settings.limit_newcomers, ""))
        return self._first_exceeded(counted)

    def exceeded_by_upload(self, address: str) -> "Exceeded | None":
        """Count one more file from a network address; whether that is too many."""
        return self._first_exceeded([("uploads", self._settings.limit_uploads, address)])

    def exceeded_by_follow(self, address: str) -> "Exceeded | None":
        """Count one more request to follow a report from a network address; whether that is too many."""
        return self._first_exceeded([("follows", self._settings.limit_follows, address)])

    def _first_exceeded(self, counted: Sequence[tuple[str, RateLimitItem | None, str]]) -> "Exceeded | None":
        for kind, item, name in counted:
            if item and (wait := seconds_over(self._limiter, item, kind, name)):
                return Exceeded(kind, wait)
        return None


@dataclass(frozen=True)
class Exceeded:
    """A limit that is used up."""

    kind: str
    """``address``, ``reporter``, ``newcomers``, ``uploads`` or ``follows``."""
    retry_after: int
    """Seconds."""

    @property
    def spares_the_known(self) -> bool:
        """Whoever has reported before is let in nevertheless."""
        return self.kind == "newcomers"

    def refusal(self) -> Refusal:
        """What the reporter is told."""
        minutes = math.ceil(self.retry_after / 60)
        why, english = _WHY[self.kind]
        return Refusal(
            f"{why} Silakan coba lagi dalam {minutes} menit. ({english} Please try again in {minutes} min.)",
            code="too-many",
            retry_after=self.retry_after,
        )


_WHY = {
    "uploads": (
        "Terlalu banyak berkas dari jaringan ini.",
        "Too many files from this network.",
    ),
    "follows": (
        "Terlalu banyak permintaan mengikuti laporan dari jaringan ini.",
        "Too many requests to follow reports from this network.",
    ),
    "address": (
        "Terlalu banyak laporan dari jaringan ini.",
        "Too many reports from this network.",
    ),
    "reporter": (
        "Anda sudah mengirim banyak laporan dalam waktu singkat.",
        "You have sent many reports in a short time.",
    ),
    "newcomers": (
        "Laporan yang masuk sedang sangat banyak.",
        "Very many reports are coming in.",
    ),
}
