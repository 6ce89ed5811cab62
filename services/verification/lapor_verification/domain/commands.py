"""What verifiers decide."""

from dataclasses import dataclass

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
    note: str = ""
    """For colleagues; it goes no further."""
    version: int | None = None
    """The version of the case on which this was decided, as in the other two."""


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
