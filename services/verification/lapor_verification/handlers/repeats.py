"""What happens when a report follows an earlier one, or stands alone again."""

from collections.abc import Collection, Mapping
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.envelope import Envelope
from lapor_contracts.events import ReportClosed, ReportMerged, ReportReopened, ReportSplit
from lapor_verification import store
from lapor_verification.domain.case import FOLLOWING, IN_WORDS, Case, State
from lapor_verification.domain.commands import Merging, Splitting
from lapor_verification.domain.repeats import Earlier, may_follow
from lapor_verification.handlers.comparing import Compared
from lapor_verification.handlers.moving import SYSTEM, Decided, lock_for, move, move_all, record

SAME_MATTER = "Laporan ini tentang hal yang sama dengan laporan yang lebih dahulu itu."
NOT_DONE = "Menurut pelapornya belum selesai, walaupun laporan yang diikuti sudah ditutup."
SUPPORTED = "Pelapor mendukung laporan yang lebih dahulu itu."

_SECRET = Refusal(
    "Laporan rahasia tidak digabungkan: hasilnya hanya untuk pelapornya. "
    "(A secret report is not merged: its outcome is its reporter's alone.)",
    code="secret",
)


def merge(report_id: UUID, command: Merging, by: str, tx: Transaction) -> Decided:
    """Let a report follow an earlier one: it keeps its own ID, and shares the outcome."""
    parent = _lock_parent(command.parent, report_id, tx)
    return parent if isinstance(parent, Refusal) else _merge(report_id, parent, command, by, tx)


def split(report_id: UUID, command: Splitting, by: str, tx: Transaction) -> Decided:
    """Let a report stand alone again: it waits for its verification as any other, also if it was archived along."""
    case = lock_for(report_id, by, tx)
    if not isinstance(case, Case):
        return case
    parent = store.parent_of(tx.execute, report_id) if case.state in FOLLOWING else None
    if parent is None:
        return Refusal("Laporan ini tidak digabung. (It follows no other report.)", code="not_merged")
    details = {"split_from": parent.tracking_id}
    outcome = move(case, State.WAITING, by, tx, seen=command.version, note=command.reason, details=details)
    if isinstance(outcome, Case):
        _stand_alone(outcome, parent.report_id, command.reason, by, tx)
    return outcome


def succeed(parent: Case, reason: str, tx: Transaction) -> None:
    """The oldest that followed a report without an outcome takes its place, and the others follow that one."""
    followers = [case for case in store.lock_followers(tx, parent.report_id) if case.state is State.MERGED]
    heirs = sorted(followers, key=lambda case: (case.report.received_at, case.report_id))[:1]
    details = {"split_from": parent.report.tracking_id}
    for heir in move_all(heirs, State.WAITING, SYSTEM, tx, note=reason, details=details):
        _stand_alone(heir, parent.report_id, reason, SYSTEM, tx)
        name = store.Named(heir.report_id, heir.report.tracking_id)
        for each in store.hand_over(tx, parent.report_id, heir.report_id):
            _say(each.report_id, each.tracking_id, name, SYSTEM, reason, tx)


def hear_reopening(event: ReportReopened, tx: Transaction) -> None:
    """It can be followed again. Who shared another report's outcome and is not content has a report of the own."""
    store.drop_closing(tx, event.report_id)
    case = store.lock_case(tx, event.report_id)
    parent = store.parent_of(tx.execute, event.report_id) if case and case.state is State.MERGED else None
    if case and parent:
        details = {"split_from": parent.tracking_id}
        for each in move_all([case], State.WAITING, SYSTEM, tx, note=NOT_DONE, details=details):
            _stand_alone(each, parent.report_id, NOT_DONE, SYSTEM, tx)


def _stand_alone(case: Case, parent_id: UUID, reason: str, by: str, tx: Transaction) -> None:
    store.drop_merge(tx, case.report_id)
    tx.publish(
        ReportSplit(
            report_id=case.report_id,
            tracking_id=case.report.tracking_id,
            parent_report_id=parent_id,
            split_at=tx.now,
            split_by=by,
            reason=reason,
        )
    )


def follow_again(parent: Case, reason: str, by: str, tx: Transaction) -> None:
    """What was archived along with a report shares its outcome again, now that its reporter's appeal was granted.

    Who appealed for a follower has what was asked for: its archiving no longer holds.
    """
    name, details = store.Named(parent.report_id, parent.report.tracking_id), {"parent": parent.report.tracking_id}
    archived = store.lock_followers(tx, parent.report_id)
    for case in move_all(archived, State.MERGED, by, tx, note=reason, details=details):
        _say(case.report_id, case.report.tracking_id, name, by, reason, tx)


def keep_compared(tx: Transaction, compared: Compared, new: Collection[UUID], causes: Mapping[UUID, Envelope]) -> None:
    """Let reports be found from now on, and say which of them follow others, because of the message each came in."""
    store.add_signatures(tx, {report_id: each for report_id, each in compared.signed.items() if report_id in new})
    for case in compared.cases:
        if case.report_id in new and (parent := compared.parents.get(case.report_id)):
            tx.handling(causes[case.report_id], reply_to=None, sender=None)
            record(case, SYSTEM, tx, note=SUPPORTED, details={"parent": parent.tracking_id})
            _say(case.report_id, case.report.tracking_id, _named(parent), SYSTEM, SUPPORTED, tx)
            store.add_merge(tx, case.report_id, parent.parent_id)


def note_closing(event: ReportClosed, tx: Transaction) -> None:
    """What is reported from now on is another matter, though it be at the same place."""
    store.add_closing(tx, event.report_id)


def _lock_parent(name: str, report_id: UUID, tx: Transaction) -> Earlier | Refusal:
    """The report that another is to follow; if it follows one itself, that one. From here on nobody changes either."""
    before = store.read_named(tx.execute, tx.dialect, [name]).get(name)
    if before is None:
        return Refusal(
            "Laporan induk tidak ditemukan, atau rahasia. (The earlier report is unknown, or secret.)", code="no_parent"
        )
    store.lock_cases(tx, [before.parent_id, report_id])
    parent = store.read_named(tx.execute, tx.dialect, [name])[name]
    if parent.parent_id != before.parent_id:
        return Refusal("Laporan induk baru saja berubah; coba lagi. (The earlier report has changed.)", code="changed")
    if not parent.may_be_followed:
        state = "selesai" if parent.is_closed else IN_WORDS[parent.state]
        return Refusal(
            f"Laporan induk {parent.tracking_id} sudah {state}, sehingga tidak dapat diikuti. "
            "(The earlier report is at its end, or about to be.)",
            code="parent_ended",
        )
    return parent


def _merge(report_id: UUID, parent: Earlier, command: Merging, by: str, tx: Transaction) -> Decided:
    if report_id == parent.parent_id:
        return Refusal("Laporan tidak dapat mengikuti dirinya sendiri. (No report follows itself.)", code="same")
    case = lock_for(report_id, by, tx)
    if not isinstance(case, Case):
        return case
    if refusal := may_follow(case):
        return refusal
    if report_id not in store.read_earlier(tx.execute, tx.dialect, [report_id]):
        return _SECRET
    reason, details = command.reason or SAME_MATTER, {"parent": parent.tracking_id}
    outcome = move(case, State.MERGED, by, tx, seen=command.version, note=reason, details=details)
    if isinstance(outcome, Case):
        for follower in store.hand_over(tx, report_id, parent.parent_id):
            _say(follower.report_id, follower.tracking_id, _named(parent), by, reason, tx)
        store.add_merge(tx, report_id, parent.parent_id)
        _say(report_id, case.report.tracking_id, _named(parent), by, reason, tx)
    return outcome


def _named(parent: Earlier) -> store.Named:
    return store.Named(parent.parent_id, parent.tracking_id)


def _say(report_id: UUID, tracking_id: str, parent: store.Named, by: str, reason: str, tx: Transaction) -> None:
    tx.publish(
        ReportMerged(
            report_id=report_id,
            tracking_id=tracking_id,
            parent_report_id=parent.report_id,
            parent_tracking_id=parent.tracking_id,
            merged_at=tx.now,
            merged_by=by,
            reason=reason,
        )
    )
