"""What has been open for too long: its reporter is asked whether the Ombudsman should take it, and may say yes."""

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReferralOffered, ReportReferred
from lapor_contracts.vocabulary import Clock, Status
from lapor_tracking import store
from lapor_tracking.domain.steps import Step, StepType
from lapor_tracking.handlers.saying import say
from lapor_tracking.store import Rules

#: Its code in the directory: there is one by law.
OMBUDSMAN = "ORI"
NOT_TO_REFER = Refusal(
    "Laporan baru dapat dialihkan ke Ombudsman setelah kami menanyakannya kepada Anda, selama laporan belum selesai "
    "(a report can be referred to the Ombudsman once we have asked you, and while it is open).",
    code="not_to_refer",
)


def offer_referral(tracking_id: str, tx: Transaction, *, rules: Rules) -> bool:
    """Ask whether the Ombudsman should take it; False if it is not open any more, or not for so long after all."""
    timeline = store.lock_timeline(tx, tracking_id, rules)
    clock = timeline.runs(Clock.OMBUDSMAN) if timeline else None
    if timeline is None or clock is None or clock.due_at > tx.now:
        return False
    offer = ReferralOffered(
        report_id=timeline.report_id,
        tracking_id=tracking_id,
        offered_at=tx.now,
        sealed=timeline.oversight_key is not None,
    )
    say(offer, tx, rules=rules)
    return True


def refer(tracking_id: str, tx: Transaction, *, rules: Rules) -> Step | Refusal:
    """The reporter agrees: the Ombudsman has it from now on. Said twice, it is done once."""
    timeline = store.lock_timeline(tx, tracking_id, rules)
    if timeline and timeline.status is Status.REFERRED:
        return next(step for step in timeline.steps if step.type is StepType.REFERRED)
    if timeline is None or not timeline.may_be_referred:
        return NOT_TO_REFER
    referral = ReportReferred(
        report_id=timeline.report_id,
        tracking_id=tracking_id,
        referral_id=tx.new_id(),
        referred_at=tx.now,
        agency_code=OMBUDSMAN,
    )
    return say(referral, tx, rules=rules)
