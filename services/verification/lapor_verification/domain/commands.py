"""What verifiers decide."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lapor_contracts.vocabulary import ArchiveReason, Kind, Missing


@dataclass(frozen=True, kw_only=True)
class Verification:
    """A verifier passes a report on. What is None stays as the reporter gave it."""

    kind: Kind | None = None
    category: str | None = None
    region_code: str | None = None
    place: str | None = None
    secret: bool = False
    anonymous: bool = False
    urgent: bool | None = None
    sensitive: bool | None = None
    """What is None stays as the machine marked it, or as it was verified before; so do the next three."""
    supervised: bool | None = None
    supervision_reason: str | None = None
    """Why it is a complaint with supervision, in words that the reporter reads."""
    reported_agency_code: str | None = None
    """The body that a whistleblower complains of, which must not get the report; empty: there is none."""
    note: str = ""
    """For colleagues; it goes no further."""
    version: int | None = None
    """The version of the case on which this was decided, as in the others."""

    @property
    def completed(self) -> Mapping[str, Any]:
        """What it says of the report."""
        return {name: value for name, value in vars(self).items() if value and name not in ("note", "version")}


#: Nobody has completed anything yet.
UNVERIFIED = Verification()


@dataclass(frozen=True, kw_only=True)
class Return:
    """A verifier asks the reporter for what is missing."""

    missing: tuple[Missing, ...]
    message: str
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class Archiving:
    """A verifier ends a report, for a reason that the reporter is told."""

    reason_code: ArchiveReason
    reason: str
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class Recall:
    """A person undoes a verification, whoever decided it."""

    reason: str
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class ArchiveReview:
    """A second verifier agrees that a report is archived, or does not."""

    agreed: bool
    note: str = ""
    """Why not, for whoever proposed it."""
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class AppealDecision:
    """Somebody looked at an archived report again, because its reporter asked for it."""

    granted: bool
    reason: str
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class Rewording:
    """What the public is to read; None: what the reporter wrote."""

    title: str | None = None
    body: str | None = None
    reason: str


@dataclass(frozen=True, kw_only=True)
class Merging:
    """A report follows an earlier one."""

    parent: str
    """The tracking ID of the earlier one."""
    reason: str = ""
    """In words that the reporter reads; left out, that it is about the same matter."""
    version: int | None = None


@dataclass(frozen=True, kw_only=True)
class Splitting:
    """A report follows no other after all."""

    reason: str
    version: int | None = None
