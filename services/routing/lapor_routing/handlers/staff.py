"""Keeping a body's officers in order."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.vocabulary import Role
from lapor_routing import directory, officers
from lapor_routing.officers import Officer


def add_officer(
    tx: Transaction, username: str, password: str, roles: Iterable[Role], agency_code: str
) -> UUID | Refusal:
    """Somebody begins to work for a body."""
    body = directory.agency(tx, agency_code)
    if body is None or not body.active:
        return _wrong("username", "Instansi ini sudah tidak ada (the body is no more).")
    if officers.exists(tx, username):
        return _wrong("username", "Nama ini sudah dipakai (this name is taken).")
    try:
        return officers.create(tx, username, password, roles, agency_code)
    except ValueError:
        return _wrong("username", "Hanya huruf kecil, angka, dan . _ - @ (small letters, digits and . _ - @ only).")


def set_absence(
    tx: Transaction, officer: Officer, first: date | None, last: date | None, substitute: str
) -> Officer | Refusal:
    """Somebody is away from the first to the last day; the substitute has their part meanwhile. None: they are back."""
    other = officers.called(tx, substitute) if substitute and first else None
    if (
        substitute
        and first
        and (other is None or not other.active or other.agency_code != officer.agency_code or other.id == officer.id)
    ):
        return _wrong("substitute", "Bukan petugas aktif lain dari instansi ini (not another active officer of it).")
    officers.set_absence(tx, officer.id, first, last, other.id if other else None)
    return officer


def _wrong(field: str, why: str) -> Refusal:
    return Refusal(why, code="wrong_officer", errors={field: [why]})
