"""Who works on a case: taken for a while, so that two people never do the same, and whoever goes home blocks nobody."""

from dataclasses import replace
from datetime import datetime, timedelta

from lapor_chassis.refusals import Refusal
from lapor_verification.domain.case import IN_WORDS, UNDECIDED, Case

#: How long a case stays somebody's after they last did something about it.
LEASE = timedelta(minutes=30)


def taken(case: Case, by: str, now: datetime, *, over: bool = False) -> Case | Refusal:
    """The case in somebody's hands, or why not; ``over``: taken from whoever has it."""
    if case.state not in UNDECIDED:
        return Refusal(
            f"Kasus {case.report_id} sudah {IN_WORDS[case.state]}. (The case is {case.state}.)", code="wrong_state"
        )
    held = None if over else reserved(case, by, now)
    return held or replace(case, taken_by=by, taken_until=now + LEASE)


def handed_back(case: Case, by: str, now: datetime) -> Case | Refusal:
    """The case in nobody's hands; only its holder lets it go."""
    return reserved(case, by, now) or replace(case, taken_by=None, taken_until=None)


def reserved(case: Case, by: str, now: datetime) -> Refusal | None:
    """Why somebody may not decide: another has the case in hand."""
    if case.holder_at(now) in (None, by):
        return None
    return Refusal(
        "Kasus ini sedang dikerjakan rekan Anda; tunggu sampai dilepas, atau minta koordinator mengambil alih. "
        "(A colleague is working on this case: wait until they hand it back, or ask a coordinator to take it over.)",
        code="held",
    )
