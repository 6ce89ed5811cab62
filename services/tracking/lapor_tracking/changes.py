"""Tells channels that show how their reports stand (Open311) of each public step, and followers of each outcome."""

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import OutcomePublished, StatusChanged
from lapor_contracts.vocabulary import Channel, ClosedBy
from lapor_tracking import store
from lapor_tracking.domain.audiences import TEXT, Audience, fields_for, sees
from lapor_tracking.domain.outcomes import outcomes
from lapor_tracking.domain.timeline import Standing, Timeline
from lapor_tracking.store import Rules

#: Who shows reports to others asks for nothing else, so nothing is said of the others.
SHOWING = frozenset({Channel.OPEN311})


def refold(tx: Transaction, report_ids: Sequence[UUID], *, rules: Rules) -> None:
    """Work out anew where these reports stand, and tell what that changes for whoever shows or follows them."""
    folded = store.refold(tx, report_ids, rules=rules)
    for timeline in folded:
        if timeline.channel in SHOWING and timeline.tracking_id:
            _tell(timeline, timeline.tracking_id, Channel(timeline.channel), tx)
    _publish_outcomes(folded, tx)


def _tell(timeline: Timeline, tracking_id: str, channel: Channel, tx: Transaction) -> None:
    """News come in any order, and what comes late may change what came after it: then that is told once more."""
    told = store.told_changes(tx, timeline.report_id)
    texts = store.texts_of(tx, timeline.report_id)
    new: dict[UUID, str] = {}
    for standing in timeline.standings:
        step = standing.step
        if not sees(Audience.PUBLIC, step.type):
            continue
        written = replace(step, text=texts[step.event_id])
        change = StatusChanged(
            report_id=timeline.report_id,
            tracking_id=tracking_id,
            change_id=step.event_id,
            channel=channel,
            changed_at=step.happened_at,
            status=standing.status,
            agency_code=standing.holder.agency_code if standing.holder else None,
            agency_name=standing.holder.agency_name if standing.holder else None,
            text=fields_for(Audience.PUBLIC, written, secret=timeline.secret).get(TEXT),
            secret=timeline.secret,
        )
        said = f"{change.status} {change.agency_code} {change.secret}"
        if told.get(change.change_id) != said:
            tx.publish(change)
            new[change.change_id] = said
    if new:
        store.mark_told(tx, timeline.report_id, new)


def _publish_outcomes(timelines: Sequence[Timeline], tx: Transaction) -> None:
    """Say what followers should hear of these reports, each thing once. Of most batches there is nothing to ask.

    What keeps a report from the public keeps it from them: of one that became secret nothing more is said.
    """
    ended = {
        timeline.tracking_id: (timeline, found)
        for timeline in timelines
        if timeline.tracking_id and not timeline.secret and (found := list(outcomes(timeline.standings)))
    }
    followed = store.followed(tx, ended) if ended else set()
    changes = [(ended[name][0], standing) for name in sorted(followed) for standing in ended[name][1]]
    if not changes:
        return
    new = store.mark_published(tx, [(timeline.report_id, standing.step.event_id) for timeline, standing in changes])
    for timeline, standing in changes:
        if standing.step.event_id in new:
            tx.publish(_outcome(timeline, standing))


def _outcome(timeline: Timeline, standing: Standing) -> OutcomePublished:
    step = standing.step
    closed_by = step.data.get("closed_by")
    return OutcomePublished(
        report_id=timeline.report_id,
        tracking_id=timeline.tracking_id or "",
        change_id=step.event_id,
        happened_at=step.happened_at,
        status=standing.status,
        closed_by=ClosedBy(closed_by) if closed_by else None,
        agency_name=step.data.get("agency_name"),
    )
