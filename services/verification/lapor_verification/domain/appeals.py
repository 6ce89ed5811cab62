"""What a reporter says against the archiving: once for each time that the report was archived.

Appeals may be heard late, twice, and before the archiving that they are against. Pure: no clock, no database.
"""

from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Appeal:
    """A reporter does not accept that the report was archived."""

    appeal_id: UUID
    report_id: UUID
    appealed_at: datetime
    text: str


def pending(
    appeals: Sequence[Appeal], archived_at: Sequence[datetime], decided: Container[str | None]
) -> Appeal | None:
    """The appeal against the latest archiving, unless one against it is decided already.

    An appeal is against the latest archiving before it; against the first, if its clock says that it came even earlier.
    """
    against = [each for each in appeals if len(archived_at) < 2 or each.appealed_at >= archived_at[-1]]
    if any(str(each.appeal_id) in decided for each in against):
        return None
    return min(against, key=lambda each: (each.appealed_at, each.appeal_id), default=None)
