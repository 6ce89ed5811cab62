"""Which earlier reports one is like, as verifiers and reporters are shown them: what of them is public."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.transactions import Transactions
from lapor_contracts.regions import enclosing
from lapor_verification import store
from lapor_verification.domain.case import OPEN, Case, State
from lapor_verification.domain.edits import as_written, latest_of
from lapor_verification.domain.repeats import (
    Similar,
    Traits,
    bands_of,
    excerpt,
    passages,
    similar,
    traits_of,
    traits_of_text,
)
from lapor_verification.domain.repeats.earlier import PLACE_IN_WORDS

#: So many are shown to a verifier, and to a reporter.
MOST, MOST_SUGGESTED = 5, 3
#: So many where somebody wants all copies of one text, decided ones among them.
_CAMPAIGN = store.Reach(latest=1_000, most=1_000)


@dataclass(frozen=True)
class Piece:
    """A piece of a text, and whether the other one says it too."""

    text: str
    shared: bool


@dataclass(frozen=True, kw_only=True)
class Alike:
    """An earlier report beside another one."""

    report_id: UUID
    tracking_id: str
    title: str
    received_at: datetime
    region_code: str | None
    percent: int
    place: str
    place_en: str
    days: int
    own: Sequence[Piece]
    other: Sequence[Piece]


@dataclass(frozen=True, kw_only=True)
class Repeats:
    """What a report follows, what follows it, and what it is like."""

    parent: store.Named | None
    followers: Sequence[store.Named]
    alike: Sequence[Alike]


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """A report that somebody may support instead of reporting the same."""

    tracking_id: str
    title: str
    passage: str
    region: str | None
    month: str
    status_url: str


def repeats_of(transactions: Transactions, case: Case) -> Repeats:
    """For a case. A secret one is compared with nothing."""
    with transactions.read() as connection:
        known = store.read_earlier(connection.execute, connection.dialect.name, [case.report_id])
        found = _similar(connection, case.report_id, traits_of(case.report))[:MOST] if known else []
        earlier = _cases(connection, found)
        parent = store.parent_of(connection.execute, case.report_id)
        followers = store.followers_of(connection.execute, case.report_id)
    _, own = _public(case)
    alike = [_alike(own, each, earlier[each.earlier.parent_id]) for each in found]
    return Repeats(parent=parent, followers=followers, alike=alike)


def undecided_copies(transactions: Transactions, case: Case, most: int) -> list[Case]:
    """Which reports say the same as this one and wait for a verifier, the most alike first."""
    with transactions.read() as connection:
        if not store.read_earlier(connection.execute, connection.dialect.name, [case.report_id]):
            return []
        found = _similar(connection, case.report_id, traits_of(case.report), _CAMPAIGN)
        waiting = [one for one in found if one.earlier.state in OPEN]
        cases = _cases(connection, waiting)
    return [cases[one.earlier.parent_id] for one in waiting][:most]


def suggestions(
    transactions: Transactions, text: str, place: str | None = None, region_code: str | None = None
) -> list[Suggestion]:
    """For what somebody writes: only reports that passed their verification and are being handled."""
    whole = f"{text}\n{place or ''}"
    traits = traits_of_text(whole, region_code=region_code, received_at=transactions.clock.now())
    with transactions.read() as connection:
        passed = [one for one in _similar(connection, UUID(int=0), traits) if one.earlier.state is State.VERIFIED]
        found = passed[:MOST_SUGGESTED]
        earlier = _cases(connection, found)
    return [_suggestion(whole, earlier[each.earlier.parent_id]) for each in found]


def _similar(
    connection: sa.Connection, report_id: UUID, traits: Traits, reach: store.Reach = store.FAR
) -> list[Similar]:
    asked = {report_id: bands_of(traits)}
    earlier = store.find_earlier(connection.execute, connection.dialect.name, asked, reach)
    return similar(report_id, traits, earlier[report_id])


def _cases(connection: sa.Connection, found: Iterable[Similar]) -> dict[UUID, Case]:
    return {case.report_id: case for case in store.read_cases(connection, [one.earlier.parent_id for one in found])}


def _public(case: Case) -> tuple[str, str]:
    """Title and text as the public reads them."""
    written, edit = as_written(case.marked), latest_of(case.edits)
    return edit.title or written.title or "", edit.body or written.body or ""


def _alike(own: str, found: Similar, earlier: Case) -> Alike:
    title, text = _public(earlier)
    place, place_en = PLACE_IN_WORDS[found.likeness.place]
    return Alike(
        report_id=earlier.report_id,
        tracking_id=earlier.report.tracking_id,
        title=title,
        received_at=earlier.report.received_at,
        region_code=earlier.report.region_code,
        percent=found.likeness.percent,
        place=place,
        place_en=place_en,
        days=found.likeness.days,
        own=[Piece(*piece) for piece in passages(own, text)],
        other=[Piece(*piece) for piece in passages(text, own)],
    )


def _suggestion(text: str, earlier: Case) -> Suggestion:
    title, body = _public(earlier)
    region = enclosing(earlier.report.region_code)
    return Suggestion(
        tracking_id=earlier.report.tracking_id,
        title=title,
        passage=excerpt(passages(body, text)),
        region=region.name if region else None,
        month=f"{earlier.report.received_at:%Y-%m}",
        status_url=f"/lacak/{earlier.report.tracking_id}",
    )
