"""Who each level is to which an overdue report goes up (eskalasi). Pure."""

from collections.abc import Sequence

from lapor_contracts.vocabulary import Level
from lapor_routing.domain.agencies import AgencyKind, Directory
from lapor_routing.domain.choice import Candidate

#: The ministry that runs the system, and the one that looks after local governments.
PANRB = "KEMENPANRB"
HOME_AFFAIRS = "KEMENDAGRI"
_LOCAL = frozenset({AgencyKind.LOCAL_GOVERNMENT, AgencyKind.REGIONAL_OFFICE})


def body_of(level: Level, holder: str | None, candidates: Sequence[Candidate], directory: Directory) -> str | None:
    """The body that is to see to what ``holder`` has not done in time; None: the coordinators, who see everything.

    Of what nobody holds only the coordinators and PANRB are told.
    """
    match level:
        case Level.UNIT:
            return holder
        case Level.AGENCY:
            return [body.code for body in directory.same_house(holder)][-1] if directory.get(holder) else holder
        case Level.MINISTRY if holder:
            return _ministry_of_the_field(holder, candidates, directory)
        case Level.PANRB:
            return PANRB if directory.get(PANRB) else None
        case _:
            return None


def _ministry_of_the_field(holder: str, candidates: Sequence[Candidate], directory: Directory) -> str | None:
    """The ministry for which most spoke when the report was routed; else the one that looks after who has it."""
    likely = [one.agency_code for one in sorted(candidates, key=lambda one: -one.score)]
    likely += [body.code for body in directory.above(holder)]
    own = directory.get(holder)
    if own and own.kind in _LOCAL:
        likely.append(HOME_AFFAIRS)
    found = (body for code in likely if (body := directory.get(code)) and body.code != holder)
    return next((body.code for body in found if body.active and body.kind is AgencyKind.MINISTRY), None)
