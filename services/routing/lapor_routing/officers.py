"""Who may sign in: the officers of bodies, verifiers, coordinators, and how their passwords are guarded."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import VerifyMismatchError

from lapor_chassis.columns import Json, UtcDateTime
from lapor_chassis.sign_in import Staff
from lapor_chassis.transactions import Transaction, Transactions
from lapor_contracts.vocabulary import Role
from lapor_routing.tables import metadata

officers = sa.Table(
    "officers",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("username", sa.Text, nullable=False, unique=True),
    sa.Column("password_hash", sa.Text, nullable=False),
    sa.Column("roles", Json, nullable=False),
    sa.Column("agency_code", sa.Text, index=True),
    sa.Column("active", sa.Boolean, nullable=False),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("signed_in_at", UtcDateTime, comment="the last time"),
    sa.Column("absent_from", sa.Date),
    sa.Column("absent_until", sa.Date, comment="the last day"),
    sa.Column("substitute_id", sa.Uuid, comment="who acts meanwhile"),
    comment="Who may sign in. Of the people behind the names nothing is kept.",
)
sign_in_attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    sa.Column("username", sa.Text, primary_key=True),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("last_at", UtcDateTime, nullable=False, index=True),
    comment="Attempts since the last success, whether or not there is such an officer.",
)

#: So many wrong passwords in a row are tried, and then none for a while.
ATTEMPTS = 5
LOCKED_FOR = timedelta(minutes=15)

#: A password may be long and plain; it must not be short.
SHORTEST_PASSWORD = 12

#: OWASP's smallest recommendation for argon2id: several signing in at once must not fill the memory.
_HASHER = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)


@dataclass(frozen=True)
class Locked:
    """Too many wrong passwords; worth trying again after this time."""

    wait: timedelta


def create(
    tx: Transaction, username: str, password: str, roles: Iterable[Role], agency_code: str | None = None
) -> UUID:
    """A new officer; ValueError says what is wrong with what was given."""
    granted = sorted(set(roles))
    if not granted:
        raise ValueError(f"{username}: has no role")
    if Role.OFFICER in granted and not agency_code:
        raise ValueError(f"{username}: an officer belongs to an agency")
    if exists(tx, username):
        raise ValueError(f"{username}: exists already")
    officer_id = tx.new_id()
    tx.add(
        officers,
        {
            "id": officer_id,
            "username": _plain(username),
            "password_hash": _hash(password),
            "roles": granted,
            "agency_code": agency_code,
            "active": True,
            "created_at": tx.now,
        },
    )
    return officer_id


def exists(tx: Transaction, username: str) -> bool:
    """Whether there is an officer of this name, active or not."""
    return bool(tx.execute(sa.select(officers.c.id).where(officers.c.username == _plain(username))).first())


def reset_password(tx: Transaction, username: str, password: str) -> None:
    """Give an officer a new password and let them try at once; ValueError if there is none of this name."""
    statement = sa.update(officers).where(officers.c.username == _plain(username)).returning(officers.c.id)
    if tx.execute(statement.values(password_hash=_hash(password))).first() is None:
        raise ValueError(f"{username}: there is no such officer")
    _forget_attempts(tx, _plain(username))


def sign_in(transactions: Transactions, username: str, password: str) -> Staff | Locked | None:
    """Who this is, or None: an unknown name and a wrong password look the same and take the same time."""
    name = _plain(username)
    with transactions.begin() as tx:
        # Counted before it is looked at: a hundred guesses at once are a hundred attempts.
        wait = _count_attempt(tx, name)
        found = None if wait else _find(tx, name)
    if wait:
        return Locked(wait)
    # Outside of a transaction, because this takes its time on purpose.
    right = _matches(found["password_hash"] if found else _nobodys_hash(), password)
    if found is None or not right:
        return None
    with transactions.begin() as tx:
        _forget_attempts(tx, name)
    return Staff(
        id=str(found["id"]),
        username=found["username"],
        roles=frozenset(Role(role) for role in found["roles"]),
        agency_code=found["agency_code"],
    )


def _count_attempt(tx: Transaction, username: str) -> timedelta:
    """How long this attempt must wait; nothing if it may go on."""
    tx.add(sign_in_attempts, {"username": username, "attempts": 0, "last_at": tx.now}, unless_exists=True)
    mine = sign_in_attempts.c.username == username
    row = tx.execute(sa.select(sign_in_attempts).where(mine).with_for_update()).mappings().one()
    wait = waiting_time(row["attempts"], row["last_at"], tx.now)
    if not wait:
        so_far = row["attempts"] if row["last_at"] + LOCKED_FOR > tx.now else 0
        tx.execute(sa.update(sign_in_attempts).where(mine).values(attempts=so_far + 1, last_at=tx.now))
    return wait


def waiting_time(attempts: int, last_at: datetime, now: datetime) -> timedelta:
    """How long to wait after so many attempts. Trying while locked out does not make it longer."""
    if attempts < ATTEMPTS:
        return timedelta(0)
    return max(last_at + LOCKED_FOR - now, timedelta(0))


def _forget_attempts(tx: Transaction, username: str) -> None:
    """Forget this officer's attempts, and all that are too old to count."""
    attempts = sign_in_attempts.c
    tx.execute(
        sa.delete(sign_in_attempts).where((attempts.username == username) | (attempts.last_at < tx.now - LOCKED_FOR))
    )


def _find(tx: Transaction, username: str) -> sa.RowMapping | None:
    active = sa.select(officers).where(officers.c.username == username, officers.c.active)
    return tx.execute(active).mappings().one_or_none()


def _plain(username: str) -> str:
    return username.strip().lower()


def _hash(password: str) -> str:
    if len(password) < SHORTEST_PASSWORD:
        raise ValueError(f"the password has fewer than {SHORTEST_PASSWORD} characters")
    return _HASHER.hash(password)


def _matches(password_hash: Any, password: str) -> bool:
    try:
        return _HASHER.verify(password_hash, password)
    except VerifyMismatchError:
        return False


@cache
def _nobodys_hash() -> str:
    """What a password is compared with where there is no such officer."""
    return _HASHER.hash("nobody's password")
