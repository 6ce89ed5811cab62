"""Who may judge an archiving: anybody but those who made it."""

from lapor_chassis.refusals import Refusal
from lapor_verification.domain.case import Case, State


def ones_own(case: Case, by: str) -> Refusal | None:
    """Why somebody may not judge an archiving: it is their own."""
    if by not in archivers(case):
        return None
    return Refusal(
        "Anda sendiri yang mengusulkan atau mengarsipkan laporan ini; rekan lain yang memutuskan. "
        "(You proposed or archived this yourself: somebody else decides.)",
        code="ones_own",
    )


def archivers(case: Case) -> frozenset[str]:
    """Whose archiving is judged: of a proposal its proposer; of an appeal all who ever archived the report."""
    archiving = (State.ARCHIVE_PROPOSED, State.ARCHIVED)
    made = [decision.decided_by for decision in case.decisions if decision.state in archiving]
    return frozenset(made[-1:] if case.state is State.ARCHIVE_PROPOSED else made)
