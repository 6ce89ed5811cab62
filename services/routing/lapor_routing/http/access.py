"""Who may do what with a body of the directory."""

from dataclasses import dataclass

from lapor_chassis.web import Problem, current_staff
from lapor_contracts.vocabulary import Role
from lapor_routing.domain.agencies import Directory
from lapor_routing.handlers.directory import Editor


@dataclass(frozen=True)
class Access:
    """What whoever is signed in may do with one body."""

    is_coordinator: bool
    arranges: bool
    """May change the body itself."""
    keeps_house: bool
    """May add units below it and keep its officers in order."""


def access_to(code: str, directory: Directory) -> Access:
    """A coordinator may do all; a body's administrator what concerns that body's units, and its own officers."""
    staff = current_staff()
    if staff.has(Role.COORDINATOR):
        return Access(is_coordinator=True, arranges=True, keeps_house=True)
    is_own = staff.has(Role.ADMINISTRATOR) and any(
        body.code == staff.agency_code for body in directory.same_house(code)
    )
    return Access(is_coordinator=False, arranges=is_own and code != staff.agency_code, keeps_house=is_own)


def editor() -> Editor:
    """Whoever is signed in, as one who changes the directory."""
    staff = current_staff()
    return Editor(name=staff.username, agency_code=None if staff.has(Role.COORDINATOR) else staff.agency_code)


def allowed(granted: bool) -> None:
    """Go on only if it is granted."""
    if not granted:
        raise Problem(403)
