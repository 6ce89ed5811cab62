"""What refusals suggest, what coordinators decided about it, and which corrections were in force when."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.rows import unless_exists
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import Point
from lapor_contracts.schema import load
from lapor_routing.domain.choice import Report
from lapor_routing.domain.corrections import Example, Proposal, ProposalState, Trial
from lapor_routing.domain.disposition import State
from lapor_routing.domain.learned import Correction, Corrections
from lapor_routing.store.standing import joined, state_now
from lapor_routing.store.tables import dispositions, proposals, reports, rule_versions

#: So many versions are shown.
LATEST = 50

_earlier = dispositions.alias("earlier")
_coordinator_decided = _earlier.c.agency_code.is_(None) & (_earlier.c.state == State.PASSED_ON)
_corrected = (
    sa.exists()
    .where(
        _earlier.c.report_id == dispositions.c.report_id,
        _earlier.c.round == dispositions.c.round,
        _earlier.c.part.is_(None),
        (_earlier.c.state == State.REFUSED) | _coordinator_decided,
    )
    .correlate(dispositions)
)
# Who answered was competent; of who has not yet, it is known only where others said so.
_settled = state_now.element.in_([State.IN_PROGRESS, State.ANSWERED, State.CLOSED]) | (
    (state_now.element == State.OPEN) & _corrected
)
_open_to_learning = (
    dispositions.c.agency_code.is_not(None)
    & dispositions.c.part.is_(None)
    & (dispositions.c.round == reports.c.round)
    & reports.c.sealed_for.is_(None)
    & reports.c.reported_agency_code.is_(None)  # the choice was not free
)


@dataclass(frozen=True, kw_only=True)
class Version:
    """Which corrections are in force since when, and who wanted it so."""

    version: int
    made_at: datetime
    made_by: str
    note: str
    corrections: Corrections


def read_history(
    connection: sa.Connection, since: datetime | None, after: UUID | None, limit: int
) -> tuple[list[Example], UUID | None]:
    """Reports of which it is known who was competent, in the order in which they got there; and from behind which
    disposition to go on, if there are more.
    """
    own = dispositions.c
    statement = (
        sa.select(*reports.c, own.id.label("disposition_id"), own.agency_code, _corrected.label("corrected"))
        .select_from(joined)
        .where(_open_to_learning, _settled)
        .order_by(own.id)
        .limit(limit)
    )
    if since:
        statement = statement.where(reports.c.verified_at >= since)
    if after:
        statement = statement.where(own.id > after)
    rows = connection.execute(statement).mappings().all()
    return [_example(row) for row in rows], rows[-1]["disposition_id"] if len(rows) == limit else None


def _example(row: sa.RowMapping) -> Example:
    report = Report(
        title=row["title"],
        body=row["body"],
        kind=row["kind"],
        region_code=row["region_code"],
        place=row["place"],
        point=load(Point, row["point"]) if row["point"] else None,
        agency_code=row["wanted_agency_code"],
        keyword=row["keyword"],
        category=row["category"],
    )
    return Example(row["tracking_id"], report, row["agency_code"], row["corrected"], row["secret"])


def add_proposals(tx: Transaction, found: Iterable[Trial]) -> None:
    """Keep what was found; what is known already gets its new figures, and stays decided."""
    rows = [
        {
            "id": tx.new_id(),
            "proposed_at": tx.now,
            **asdict(trial.correction),
            "fixed": trial.fixed,
            "broken": trial.broken,
            "examples": trial.examples,
            "state": ProposalState.PROPOSED,
            "reason": "",
        }
        for trial in found
    ]
    if rows:
        tx.write(proposals, rows, _counted_anew)


def _counted_anew(insert: Any) -> Any:
    figures = ("proposed_at", "fixed", "broken", "examples")
    return insert.on_conflict_do_update(
        index_elements=["subject", "region_code", "agency_code"],
        set_={name: insert.excluded[name] for name in figures},
    )


def list_proposals(
    connection: sa.Connection, state: ProposalState, after: Sequence[Any] | None, limit: int
) -> list[Proposal]:
    """The proposals in this state, the longest known first."""
    statement = sa.select(proposals).where(proposals.c.state == state).order_by(proposals.c.id).limit(limit)
    if after:
        statement = statement.where(proposals.c.id > after[0])
    return [_proposal(row) for row in connection.execute(statement).mappings()]


def find_proposal(connection: sa.Connection, proposal_id: UUID) -> Proposal | None:
    """One proposal."""
    row = connection.execute(sa.select(proposals).where(proposals.c.id == proposal_id)).mappings().one_or_none()
    return _proposal(row) if row else None


def lock_proposal(tx: Transaction, proposal_id: UUID) -> Proposal | None:
    """One proposal, while it is decided."""
    statement = sa.select(proposals).where(proposals.c.id == proposal_id).with_for_update()
    row = tx.execute(statement).mappings().one_or_none()
    return _proposal(row) if row else None


def save_decision(tx: Transaction, proposal: Proposal) -> None:
    """What was decided about a proposal."""
    decided = {
        "state": proposal.state,
        "decided_by": proposal.decided_by,
        "decided_at": proposal.decided_at,
        "reason": proposal.reason,
    }
    tx.execute(sa.update(proposals).where(proposals.c.id == proposal.id).values(decided))


def present_version(connection: sa.Connection | Transaction) -> int:
    """Which version is in force; 0 is what is shipped, without any correction."""
    return connection.execute(sa.select(sa.func.coalesce(sa.func.max(rule_versions.c.version), 0))).scalar_one()


def corrections_of(connection: sa.Connection | Transaction, version: int) -> Corrections | None:
    """The corrections of a version."""
    if version == 0:
        return Corrections()
    stored = connection.execute(
        sa.select(rule_versions.c.corrections).where(rule_versions.c.version == version)
    ).scalar_one_or_none()
    return None if stored is None else _corrections(stored, version)


def list_versions(connection: sa.Connection) -> list[Version]:
    """The latest versions, the one in force first."""
    statement = sa.select(rule_versions).order_by(rule_versions.c.version.desc()).limit(LATEST)
    return [
        Version(**{**row, "corrections": _corrections(row["corrections"], row["version"])})
        for row in connection.execute(statement).mappings()
    ]


def add_version(tx: Transaction, corrections: Corrections, by: str, note: str) -> bool:
    """Let these corrections be in force; False where somebody else has just made that version.

    Proposals follow: what is in force is approved, and what no longer is has been withdrawn.
    """
    row = {
        "version": corrections.version,
        "made_at": tx.now,
        "made_by": by,
        "note": note,
        "corrections": [asdict(one) for one in corrections],
    }
    if not tx.write(rule_versions, [row], unless_exists, returning=(rule_versions.c.version,)).all():
        return False
    in_force = set(corrections)
    once_approved = proposals.c.state.in_([ProposalState.APPROVED, ProposalState.WITHDRAWN])
    for stored in tx.execute(sa.select(proposals).where(once_approved)).mappings().all():
        proposal = _proposal(stored)
        state = ProposalState.APPROVED if proposal.correction in in_force else ProposalState.WITHDRAWN
        if state is not proposal.state:
            save_decision(tx, replace(proposal, state=state, decided_by=by, decided_at=tx.now, reason=note))
    return True


def _corrections(stored: Iterable[dict[str, str]], version: int) -> Corrections:
    return Corrections((Correction(**one) for one in stored), version)


def _proposal(row: sa.RowMapping) -> Proposal:
    given = dict(row)
    correction = Correction(given.pop("subject"), given.pop("region_code"), given.pop("agency_code"))
    return Proposal(correction=correction, **given)
