"""Who may do what with a body of the directory."""

from dataclasses import dataclass
from uuid import UUID

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Problem, current_staff
from lapor_contracts.vocabulary import Role
from lapor_routing import officers
from lapor_routing.directory import read_around
from lapor_routing.domain.agencies import Agency, Directory
from lapor_routing.handlers.directory import Editor
from lapor_routing.http.answering import existing

#: Who may change anything in the directory.
EDITORS = (Role.COORDINATOR, Role.ADMINISTRATOR)


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


def arranged(transactions: Transactions, code: str) -> tuple[Agency, Access]:
    """The body, if whoever is signed in may change it."""
    with transactions.read() as connection:
        around = read_around(connection, [code])
    body, access = existing(around.get(code)), access_to(code, around)
    allowed(access.arranges)
    return body, access


def kept(transactions: Transactions, code: str) -> Agency:
    """The body, if whoever is signed in keeps its officers in order."""
    with transactions.read() as connection:
        around = read_around(connection, [code])
    body = existing(around.get(code))
    allowed(access_to(code, around).keeps_house)
    return body


def kept_officer(transactions: Transactions, officer_id: UUID) -> tuple[officers.Officer, Agency]:
    """The officer and the body, if whoever is signed in keeps its officers in order."""
    with transactions.read() as connection:
        officer = existing(officers.with_id(connection, officer_id))
    body = kept(transactions, existing(officer.agency_code))
    # Who is more than an officer of the body is not the body's to dismiss.
    allowed(officer.roles <= officers.OF_A_BODY or current_staff().has(Role.COORDINATOR))
    return officer, body


def may_add_below(transactions: Transactions, parent_code: str) -> None:
    """Go on only if whoever is signed in may add bodies there; above all others, only coordinators may."""
    with transactions.read() as connection:
        allowed(access_to(parent_code, read_around(connection, [parent_code])).keeps_house)


def editor() -> Editor:
    """Whoever is signed in, as one who changes the directory."""
    staff = current_staff()
    return Editor(name=staff.username, agency_code=None if staff.has(Role.COORDINATOR) else staff.agency_code)


def allowed(granted: bool) -> None:
    """Go on only if it is granted."""
    if not granted:
        raise Problem(403)
