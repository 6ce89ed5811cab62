"""Reports about which verifiers have nothing more to decide: withdrawn by their reporters, or with the Ombudsman."""

from collections.abc import Sequence
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReferralFiled, ReportReferred, ReportWithdrawn
from lapor_verification import store
from lapor_verification.domain.case import State, as_verified, moved
from lapor_verification.handlers.moving import SYSTEM, save
from lapor_verification.handlers.repeats import succeed

_WORDS = {State.WITHDRAWN: "ditarik oleh pelapornya", State.REFERRED: "dialihkan ke Ombudsman"}


def hear_leaving(event: ReportWithdrawn | ReportReferred, tx: Transaction) -> None:
    """Take the case off the queue; it may not be here yet."""
    tx.once(store.lock_reports, event.report_id)
    state = State.WITHDRAWN if isinstance(event, ReportWithdrawn) else State.REFERRED
    store.add_departure(tx, event.report_id, state)
    tx.once(let_go, event.report_id)


def let_go(tx: Transaction, report_ids: Sequence[UUID]) -> None:
    """At the end of the batch. What follows such a report goes on: its reporters asked for no end."""
    for case, state in store.lock_departed(tx, report_ids):
        gone = moved(case, state)
        if isinstance(gone, Refusal):
            continue
        save([gone], SYSTEM, tx, note=_WORDS[state])
        if state is State.REFERRED and case.state is not State.VERIFIED:  # what was verified routing has
            tx.publish(ReferralFiled(**vars(as_verified(case.report, (), by=SYSTEM, at=tx.now, case=case))))
        store.drop_merge(tx, case.report_id)
        succeed(case, f"Laporan yang diikuti telah {_WORDS[state]}.", tx)
