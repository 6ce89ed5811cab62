"""By what repeats are found, and which report follows which.

A report that is secret has no row here, so that nothing can be found by it or about it.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
import sqlalchemy as sa

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.rows import among, replacing
from lapor_chassis.transactions import Transaction
from lapor_verification.domain.case import Case, State
from lapor_verification.domain.repeats import Earlier, Traits, most_sharing
from lapor_verification.store.cases import cases_of
from lapor_verification.store.tables import cases, metadata

signatures = sa.Table(
    "signatures",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("traits", sa.Text, nullable=False, comment="What is compared, as JSON."),
    comment="What of each report is compared with others. Those of secret reports are not here.",
)

bands = sa.Table(
    "bands",
    metadata,
    sa.Column("band", sa.BigInteger, primary_key=True),
    sa.Column("report_id", sa.Uuid, primary_key=True),
    comment="MinHash: reports that share a band may be alike. Found by the key, the latest first.",
    sqlite_with_rowid=False,
)

closings = sa.Table(
    "closings",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    comment="Reports that are at their end; may be here before the case.",
)

merges = sa.Table(
    "merges",
    metadata,
    sa.Column("report_id", sa.Uuid, primary_key=True),
    sa.Column("parent_id", sa.Uuid, nullable=False, index=True, comment="Follows no other itself."),
    sa.Column("merged_at", UtcDateTime, nullable=False),
    comment="Which report follows which, as it is now; who merged or split them stands in decisions.",
)


class Named(NamedTuple):
    """A report, as it is called."""

    report_id: UUID
    tracking_id: str


class Reach(NamedTuple):
    """How far is looked."""

    latest: int
    """Of a band that many reports share (a campaign, "jalan rusak") so many of the latest are looked at."""
    most: int
    """So many of those that share most bands are compared word by word."""


#: For a person; and for whatever comes in, of which there may be hundreds a second.
FAR, NEAR = Reach(latest=16, most=30), Reach(latest=6, most=3)


def add_signatures(tx: Transaction, signed: Mapping[UUID, tuple[Traits, Sequence[int]]]) -> None:
    """Let reports be found, or found by what was added to them."""
    if signed:
        rows = [{"report_id": one, "traits": orjson.dumps(traits).decode()} for one, (traits, _) in signed.items()]
        tx.write(signatures, rows, replacing)
        for report_id, (_, numbers) in signed.items():
            for number in numbers:
                tx.add(bands, {"band": number, "report_id": report_id}, unless_exists=True)


def drop_signature(tx: Transaction, report_id: UUID) -> None:
    """Let a report that became secret no longer be found."""
    tx.execute(signatures.delete().where(signatures.c.report_id == report_id))


def add_closing(tx: Transaction, report_id: UUID) -> None:
    """Keep that a report is at its end."""
    tx.add(closings, {"report_id": report_id}, unless_exists=True)


def drop_closing(tx: Transaction, report_id: UUID) -> None:
    """Keep that it is not, after all."""
    tx.execute(closings.delete().where(closings.c.report_id == report_id))


def find_earlier(
    execute: Any, dialect: str, asked: Mapping[UUID, Sequence[int]], reach: Reach = FAR
) -> dict[UUID, list[Earlier]]:
    """For each report, by its bands, the earlier ones that share most of them. Two statements for all together."""
    sharing = _sharing(execute, dialect, {band for bands in asked.values() for band in bands}, reach.latest)
    nearest = {one: most_sharing(one, bands, sharing, reach.most) for one, bands in asked.items()}
    known = read_earlier(execute, dialect, {other for others in nearest.values() for other in others})
    return {one: [known[other] for other in others if other in known] for one, others in nearest.items()}


def _sharing(execute: Any, dialect: str, wanted: Collection[int], latest: int) -> Mapping[int, list[UUID]]:
    """Under each of these bands the latest reports."""
    found: dict[int, list[UUID]] = defaultdict(list)
    if wanted:
        given = list(wanted) if dialect == "postgresql" else orjson.dumps(list(wanted)).decode()
        for band, report_id in execute(_LATEST[dialect], {"bands": given, "latest": latest}):
            found[band].append(report_id)
    return found


_COLUMNS = {"band": sa.BigInteger, "report_id": sa.Uuid}
_LATEST = {
    # By comparing the whole key, or all copies of a campaign would be read and sorted for the sake of the latest.
    "postgresql": sa.text(
        "SELECT found.band, found.report_id FROM unnest(CAST(:bands AS bigint[])) AS asked(band) CROSS JOIN LATERAL"
        " (SELECT band, report_id FROM bands"
        " WHERE (bands.band, bands.report_id) <= (asked.band, CAST('ffffffff-ffff-ffff-ffff-ffffffffffff' AS uuid))"
        " ORDER BY band DESC, report_id DESC LIMIT :latest) AS found WHERE found.band = asked.band"
    ).columns(**_COLUMNS),
    # Without LATERAL: down to the oldest of the latest.
    "sqlite": sa.text(
        "SELECT asked.value AS band, bands.report_id FROM json_each(:bands) AS asked JOIN bands"
        " ON bands.band = asked.value AND bands.report_id >= coalesce((SELECT oldest.report_id FROM bands AS oldest"
        " WHERE oldest.band = asked.value ORDER BY oldest.report_id DESC LIMIT 1 OFFSET :latest - 1), '')"
    ).columns(**_COLUMNS),
}


def read_earlier(execute: Any, dialect: str, report_ids: Collection[UUID]) -> dict[UUID, Earlier]:
    """Those of the reports that can be compared with, each as the one that it follows stands."""
    if not report_ids:
        return {}
    return {
        row.report_id: _earlier(row)
        for row in execute(_EARLIER.where(among(signatures.c.report_id, report_ids, dialect)))
    }


def read_named(execute: Any, dialect: str, tracking_ids: Collection[str]) -> dict[str, Earlier]:
    """The same for reports by their tracking IDs."""
    if not tracking_ids:
        return {}
    named = cases.alias("named")
    query = _EARLIER.join(named, named.c.report_id == signatures.c.report_id).add_columns(
        named.c.tracking_id.label("name")
    )
    return {row.name: _earlier(row) for row in execute(query.where(among(named.c.tracking_id, tracking_ids, dialect)))}


_parent = signatures.alias("parent")
_EARLIER = (
    sa.select(
        signatures.c.report_id,
        signatures.c.traits,
        cases.c.report_id.label("parent_id"),
        cases.c.tracking_id,
        cases.c.state,
        closings.c.report_id.is_not(None).label("is_closed"),
    )
    .select_from(signatures)
    .outerjoin(merges, merges.c.report_id == signatures.c.report_id)
    .join(_parent, _parent.c.report_id == sa.func.coalesce(merges.c.parent_id, signatures.c.report_id))
    .join(cases, cases.c.report_id == _parent.c.report_id)
    .outerjoin(closings, closings.c.report_id == _parent.c.report_id)
)


def _earlier(row: Any) -> Earlier:
    given = orjson.loads(row.traits)
    traits = Traits(
        **{
            **given,
            "what": tuple(given["what"]),
            "where": tuple((kind, name) for kind, name in given["where"]),
            "received_at": datetime.fromisoformat(given["received_at"]),
        }
    )
    return Earlier(
        report_id=row.report_id,
        traits=traits,
        parent_id=row.parent_id,
        tracking_id=row.tracking_id,
        state=State(row.state),
        is_closed=row.is_closed,
    )


def lock_cases(tx: Transaction, report_ids: Iterable[UUID]) -> None:
    """Let nobody else change these cases; always in one order, so that two cannot lock crosswise."""
    query = sa.select(cases.c.report_id).where(cases.c.report_id.in_(set(report_ids))).order_by(cases.c.report_id)
    tx.execute(query.with_for_update()).all()


def lock_followers(tx: Transaction, parent_id: UUID) -> list[Case]:
    """The cases that follow one, while nobody else may change them."""
    followers = sa.select(merges.c.report_id).where(merges.c.parent_id == parent_id)
    query = sa.select(cases).where(cases.c.report_id.in_(followers)).order_by(cases.c.report_id)
    return cases_of(tx.execute, query.with_for_update())


def add_merge(tx: Transaction, report_id: UUID, parent_id: UUID) -> None:
    """Let a report follow another one."""
    tx.add(merges, {"report_id": report_id, "parent_id": parent_id, "merged_at": tx.now})


def hand_over(tx: Transaction, old_parent: UUID, new_parent: UUID) -> list[Named]:
    """Let all that follow one report follow another; returns which these are."""
    moved = followers_of(tx.execute, old_parent)
    tx.execute(merges.update().where(merges.c.parent_id == old_parent).values(parent_id=new_parent))
    return moved


def drop_merge(tx: Transaction, report_id: UUID) -> None:
    """Let a report follow nobody."""
    tx.execute(merges.delete().where(merges.c.report_id == report_id))


def parent_of(execute: Any, report_id: UUID) -> Named | None:
    """Whom a report follows."""
    query = _NAMED.join(merges, merges.c.parent_id == cases.c.report_id).where(merges.c.report_id == report_id)
    return next((Named(*row) for row in execute(query)), None)


def followers_of(execute: Any, parent_id: UUID) -> list[Named]:
    """Which reports follow one, the first first."""
    query = _NAMED.join(merges, merges.c.report_id == cases.c.report_id).where(merges.c.parent_id == parent_id)
    return [Named(*row) for row in execute(query.order_by(merges.c.merged_at, cases.c.report_id))]


_NAMED = sa.select(cases.c.report_id, cases.c.tracking_id)
