"""The reporter says "not done": somebody above the desk that answered must see to it. Nobody is refused anything."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from textwrap import shorten

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportReopened
from lapor_contracts.vocabulary import DispositionEnd, Role
from lapor_routing import officers, store
from lapor_routing.current import Snapshot
from lapor_routing.domain.agencies import Agency
from lapor_routing.domain.disposition import Disposition, State
from lapor_routing.domain.reactions import ReactionKind
from lapor_routing.handlers.desk import REPORTER, by_hand, competent
from lapor_routing.handlers.giving import Charge, give_to_coordinator, tell_ended
from lapor_routing.handlers.moving import hand_on

_WHY = "Dibuka kembali: menurut pelapor belum selesai (reopened: not done, says the reporter)."


def reopen_report(
    event: ReportReopened, tx: Transaction, *, reopen_all: Callable[[Transaction, Sequence[ReportReopened]], None]
) -> None:
    """Keep it, even if we have yet to hear of the report; who has it then is settled at the end of the batch."""
    store.add_reaction(
        tx, event.report_id, event.reopening_id, ReactionKind.REOPENED, event.reopened_at, event.reason or ""
    )
    tx.once(reopen_all, event)


def reopen_reports(tx: Transaction, events: Sequence[ReportReopened], *, current: Callable[[], Snapshot]) -> None:
    """Give each to the superior. One that is somebody else's since, or with the verifiers, is left where it is."""
    latest = {event.report_id: event for event in sorted(events, key=lambda event: event.reopened_at)}
    store.end_closed_parts(tx, latest)
    for event in latest.values():
        turn = store.reopened_turn(tx, event.report_id, event.reopened_at)
        held = store.lock_disposition(tx, turn) if turn else None
        if held:
            _give_to_superior(tx, held, event, current())


def _give_to_superior(tx: Transaction, held: Disposition, event: ReportReopened, snapshot: Snapshot) -> None:
    answers = store.answers_to(tx, held.id)
    answered_by = answers[-1].answered_by if answers else None
    reason = _reason(held, event)
    ended = replace(held, state=State.REOPENED)
    superior, officer = _superior(tx, held, answered_by, snapshot)
    store.end_turn(tx, ended, REPORTER, reason, superior.code if superior else None)
    tell_ended(tx, [held.id], DispositionEnd.REOPENED, snapshot)
    grounds = by_hand(REPORTER, "reopened", held.agency_name, reason, superior.code if superior else None)
    if superior:
        hand_on(tx, ended, superior, held.hop, grounds, snapshot, Charge(officer=officer, not_by=answered_by))
    else:
        give_to_coordinator(tx, held.report, held.hop, grounds)


def _reason(held: Disposition, event: ReportReopened) -> str:
    """In the reporter's words as far as they fit; all stand beside the report. A whistleblower's are sealed."""
    if held.report.sealed_for or not event.reason:
        return _WHY
    return f"{_WHY} {shorten(event.reason, 2_000, placeholder='…')}"


def _superior(
    tx: Transaction, held: Disposition, answered_by: str | None, snapshot: Snapshot
) -> tuple[Agency | None, str | None]:
    """The next body above in the house at which somebody else looks; at its top, who answers for the body there.

    Nobody: the coordinator. What is sealed for a body stays there.
    """
    house = [] if held.report.sealed_for else snapshot.directory.same_house(held.agency_code)
    for body in house:
        is_above = body.code != held.agency_code
        is_open_to = not isinstance(competent(body.code, held.report, snapshot), Refusal)
        if is_above and is_open_to and snapshot.can_receive(body.code) and not _is_alone(tx, body, answered_by):
            return body, None
    own = snapshot.active(held.agency_code)
    chiefs = _chiefs(tx, own, answered_by) if own else []
    return (own, chiefs[0]) if chiefs else (None, None)


def _is_alone(tx: Transaction, body: Agency, answered_by: str | None) -> bool:
    """Whether nobody is there but who answered already, for the unit below."""
    return {str(one.id) for one in officers.officers_of(tx, body.code) if one.active} == {answered_by}


def _chiefs(tx: Transaction, body: Agency, answered_by: str | None) -> list[str]:
    """Who answers for a body besides the one who did, approvers first."""
    others = [one for one in officers.officers_of(tx, body.code) if one.active and str(one.id) != answered_by]
    return [
        one.username
        for role in (Role.APPROVER, Role.ADMINISTRATOR)
        for one in others
        if {role, Role.OFFICER} <= one.roles
    ]
