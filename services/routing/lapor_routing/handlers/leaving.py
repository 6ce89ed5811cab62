"""Reports with which bodies have nothing more to do: their reporter took them back, or the Ombudsman has them now."""

from collections.abc import Callable, Sequence
from uuid import UUID

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportReferred, ReportWithdrawn
from lapor_contracts.vocabulary import DispositionEnd
from lapor_routing import store
from lapor_routing.current import Snapshot
from lapor_routing.domain.disposition import BY_HAND, Disposition, Grounds, Report, State
from lapor_routing.handlers.giving import tell_ended

_WHY = {State.WITHDRAWN: DispositionEnd.WITHDRAWN, State.REFERRED: DispositionEnd.REFERRED}
CONSENTED = "Dialihkan ke Ombudsman dengan persetujuan pelapor (referred with the reporter's consent)."


def withdraw_report(
    event: ReportWithdrawn, tx: Transaction, *, leave_all: Callable[[Transaction, Sequence[UUID]], None]
) -> None:
    """Nobody needs to act on it any more, even if we have yet to hear of it."""
    store.add_departure(
        tx, store.Departure(report_id=event.report_id, left_at=event.withdrawn_at, state=State.WITHDRAWN)
    )
    tx.once(leave_all, event.report_id)


def refer_report(
    event: ReportReferred, tx: Transaction, *, leave_all: Callable[[Transaction, Sequence[UUID]], None]
) -> None:
    """The Ombudsman has it now, with its file."""
    store.add_departure(
        tx,
        store.Departure(
            report_id=event.report_id, left_at=event.referred_at, state=State.REFERRED, agency_code=event.agency_code
        ),
    )
    tx.once(leave_all, event.report_id)


def leave(tx: Transaction, report_ids: Sequence[UUID], *, current: Callable[[], Snapshot]) -> None:
    """At the end of the batch, for all reports at once; bodies' own systems are told, and the Ombudsman has the file.

    Also for what was routed only after that was heard.
    """
    gone, turns = store.end_departed(tx, report_ids)
    if not gone:
        return
    snapshot = current()
    ended = {turn.id: turn.report.id for turn in store.find_turns(tx, turns)} if turns else {}
    for state, reason in _WHY.items():
        own = {one.report_id for one in gone if one.state is state}
        tell_ended(tx, [turn for turn, report in ended.items() if report in own], reason, snapshot)
    for report, code in store.not_taken_over(tx, {one.report_id: one.agency_code for one in gone if one.agency_code}):
        _give_to_ombudsman(tx, report, code, snapshot)


def _give_to_ombudsman(tx: Transaction, report: Report, code: str, snapshot: Snapshot) -> None:
    """Its officers have the file in their inbox. Of a whistleblower's they see only that it is there."""
    turn = Disposition(
        id=tx.new_id(),
        report=report,
        agency_code=code,
        agency_name=snapshot.name_of(code),
        hop=1,
        state=State.TAKEN_OVER,
    )
    store.add_disposition(tx, turn, Grounds(decided_by="reporter", rules_version=BY_HAND, reason=CONSENTED))
