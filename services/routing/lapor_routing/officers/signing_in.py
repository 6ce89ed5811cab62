"""Signing in, and how passwords are guarded."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from lapor_chassis.sign_in import Staff
from lapor_chassis.transactions import Transaction, Transactions
from lapor_contracts.vocabulary import Role
from lapor_routing.officers.passwords import hash_of, matches, nobodys_hash, plain
from lapor_routing.officers.staff import lent_to
from lapor_routing.officers.tables import officers, sign_in_attempts

#: So many wrong passwords in a row are tried, and then none for a while.
ATTEMPTS = 5
LOCKED_FOR = timedelta(minutes=15)


@dataclass(frozen=True)
class Locked:
    """Too many wrong passwords; worth trying again after this time."""

    wait: timedelta


def reset_password(tx: Transaction, username: str, password: str) -> None:
    """Give an officer a new password and let them try at once; ValueError if there is none of this name."""
    statement = sa.update(officers).where(officers.c.username == plain(username)).returning(officers.c.id)
    if tx.execute(statement.values(password_hash=hash_of(password))).first() is None:
        raise ValueError(f"{username}: there is no such officer")
    _forget_attempts(tx, plain(username))


def sign_in(transactions: Transactions, username: str, password: str) -> Staff | Locked | None:
    """Who this is, or None: an unknown name and a wrong password look the same and take the same time."""
    name = plain(username)
    with transactions.begin() as tx:
        # Counted before it is looked at: a hundred guesses at once are a hundred attempts.
        wait = _count_attempt(tx, name)
        found = None if wait else _find(tx, name)
    if wait:
        return Locked(wait)
    # Outside of a transaction, because this takes its time on purpose.
    right = matches(found["password_hash"] if found else nobodys_hash(), password)
    if found is None or not right:
        return None
    with transactions.begin() as tx:
        _forget_attempts(tx, name)
        tx.execute(sa.update(officers).where(officers.c.id == found["id"]).values(signed_in_at=tx.now))
        lent = lent_to(tx, found["id"], found["agency_code"], tx.now)
    return Staff(
        id=str(found["id"]),
        username=found["username"],
        roles=frozenset(Role(role) for role in found["roles"]) | lent,
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
