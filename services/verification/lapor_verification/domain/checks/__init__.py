"""What a report is looked at for before it passes: each module is one check, and none of them says no.

A check is a function of a `Reading` that gives hints: what it found, how sure it is, and why. What they lead to is the
policy's.
"""

from datetime import date

from lapor_contracts.events import ReportReceived
from lapor_verification.domain.checks import care, category, clarity, hate_speech, kind, scope, spam
from lapor_verification.domain.checks.completeness import lacking, present
from lapor_verification.domain.checks.reading import read
from lapor_verification.domain.finding import Check, Finding, Outcome
from lapor_verification.domain.policy import HOLDING, Policy, shipped_policy

CHECKS = (clarity.check, spam.check, hate_speech.check, scope.check, kind.check, category.check, care.check)


def examine(report: ReportReceived, today: date, policy: Policy | None = None) -> Finding:
    """Sure if the report says what, where and when, and nothing speaks against it; else it waits, and here is why.

    ``today`` is the latest date on which anybody in the country may be.
    """
    policy = policy or shipped_policy()
    reading = read(report, today)
    found = present(reading)
    missing = tuple(part for part, sentence in found.items() if sentence is None)
    hints = (*(lacking(reading, part) for part in missing), *(hint for check in CHECKS for hint in check(reading)))
    doubts = tuple(hint.reason for hint in hints if hint.check is Check.COMPLETENESS or policy.holds(hint))
    if doubts or not policy.verifies_alone:
        return Finding(Outcome.WAITS, doubts or (ALL_WAIT,), missing, hints)
    return Finding(Outcome.SURE, tuple(filter(None, found.values())), hints=hints)


def may_be_asked_back(finding: Finding, policy: Policy) -> bool:
    """Whether the reporter may be asked without a person: something is missing, and that is the only doubt.

    A question that came as a complaint lacks no date, so where the kind is in doubt nobody is asked for one.
    """
    return policy.returns_alone and bool(finding.missing) and not any(hint.check in DOUBTS for hint in finding.hints)


#: However little sure they are: whoever is asked in vain may never answer, and who is in danger is to be called.
DOUBTS = {*HOLDING, Check.URGENCY}

#: Where nothing speaks against a report and the policy lets none pass.
ALL_WAIT = "Menurut kebijakan, setiap laporan diperiksa petugas."

__all__ = ["examine", "may_be_asked_back"]
