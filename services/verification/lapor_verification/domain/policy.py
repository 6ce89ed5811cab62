"""What is decided without a person, and from which certainty on a person looks first."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any
from uuid import UUID

from lapor_contracts.vocabulary import ArchiveReason
from lapor_verification.domain.finding import Check, Finding, Hint

#: The checks that can keep a report for a person …
HOLDING = (Check.CLARITY, Check.SPAM, Check.HATE_SPEECH, Check.SCOPE, Check.KIND, Check.REPEAT)
#: … and those that mark it, while it goes on.
MARKING = (Check.URGENCY, Check.SENSITIVITY)


@dataclass(frozen=True, kw_only=True)
class Care:
    """How a report is to be handled, beside its kind."""

    urgent: bool = False
    sensitive: bool = False
    supervised: bool = False
    """A complaint with supervision (berkadar pengawasan). Only a person says so, with a reason."""
    supervision_reason: str = ""
    reported_agency_code: str | None = None
    """The body that a whistleblower complains of: the report is kept from it. Only a person says so."""


UNMARKED = Care()


@dataclass(frozen=True, kw_only=True)
class Policy:
    """What is decided alone. Versions are never changed: a change is a new one."""

    version: int = 0
    """0 is the one that we ship."""
    verifies_alone: bool = True
    returns_alone: bool = True
    merges_alone: bool = True
    thresholds: Mapping[Check, int] = field(default_factory=dict)
    """In percent, for the checks above; one that is left out keeps nothing and marks nothing."""
    archive_reasons_two: tuple[ArchiveReason, ...] = ()
    """For these reasons a report is archived only when a second person agrees …"""
    archive_sample_percent: int = 0
    """… and so is this share of all others."""

    def wants_two(self, report_id: UUID, reason: ArchiveReason) -> bool:
        """Whether a second person must agree that it is archived. By its id, so that asking twice changes nothing."""
        drawn = int.from_bytes(sha256(report_id.bytes).digest()[:4]) % 100
        return reason in self.archive_reasons_two or drawn < self.archive_sample_percent

    def holds(self, hint: Hint) -> bool:
        """Whether this is enough for a person to look first."""
        return hint.check in HOLDING and self._reaches(hint)

    def care(self, finding: Finding) -> Care:
        """How a report is marked without a person."""
        marked = {hint.check for hint in finding.hints if hint.check in MARKING and self._reaches(hint)}
        return Care(urgent=Check.URGENCY in marked, sensitive=Check.SENSITIVITY in marked)

    def _reaches(self, hint: Hint) -> bool:
        threshold = self.thresholds.get(hint.check)
        return threshold is not None and hint.percent >= threshold

    def content(self) -> dict[str, Any]:
        """What the policy says, as it is stored."""
        thresholds = {check.value: percent for check, percent in self.thresholds.items()}
        return {name: value for name, value in {**vars(self), "thresholds": thresholds}.items() if name != "version"}


def policy_of(content: Mapping[str, Any], version: int) -> Policy:
    """The policy that was stored, or is shipped."""
    thresholds = {Check(name): percent for name, percent in content["thresholds"].items()}
    two = tuple(map(ArchiveReason, content.get("archive_reasons_two", ())))
    return Policy(**{**content, "thresholds": thresholds, "archive_reasons_two": two}, version=version)


@cache
def shipped_policy() -> Policy:
    """What holds until a coordinator decides otherwise."""
    return policy_of(tomllib.loads((files("lapor_verification") / "data" / "policy.toml").read_text("utf-8")), 0)
