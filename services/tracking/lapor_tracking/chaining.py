"""Adds steps to the chain, seals its days, proves that a report is in it, and walks all of it."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa
from nacl.signing import SigningKey

from lapor_chassis.transactions import Transactions
from lapor_tracking import store
from lapor_tracking.domain import chain
from lapor_tracking.domain.audiences import Audience, fields_for, sees
from lapor_tracking.domain.chain import BRANCH, Seal
from lapor_tracking.domain.proof import Proof, ProvenStep, is_signed
from lapor_tracking.domain.statistics import ZONE
from lapor_tracking.domain.steps import Step
from lapor_tracking.domain.timeline import Timeline
from lapor_tracking.store.chain import Leaf, Sealed

BATCH = 500

#: So many leaves at most are under one seal: what is put together in memory. A day may have several.
LARGEST = 1 << 17


def extend(transactions: Transactions) -> int:
    """Add steps that were written since to the chain."""
    with transactions.read() as connection:
        if not store.chain.is_anything_unchained(connection):
            return 0
    with transactions.begin() as tx:
        if not store.chain.lock_chain(tx):
            return 0
        taken = store.chain.take_unchained(tx, BATCH)
        place = store.chain.last_seq(tx)
        leaves = []
        for seq, ((report_id, event_id), step) in enumerate(taken.items(), start=place + 1):
            salt = secrets.token_bytes(32)
            empty = Leaf(seq, report_id, event_id, salt, b"")
            leaves.append(replace(empty, hash=_hash(empty, step)))
        if leaves:
            store.chain.add_leaves(tx, leaves)
    return len(leaves)


def seal(transactions: Transactions, key: SigningKey, largest: int = LARGEST) -> int:
    """Sign the root of the day that is over, or of as much as fits under one seal."""
    with transactions.begin() as tx:
        if not store.chain.lock_chain(tx):
            return 0
        last = store.chain.last_seal(tx)
        first = last.first + last.count if last else 1
        # The first seal is of nothing: from then on each day has a beginning.
        waiting = store.chain.last_seq(tx) - first + 1 if last else 0
        today = tx.now.astimezone(ZONE).date()
        yesterday = today - timedelta(days=1)
        is_over = last is not None and _has_last_seal(yesterday, last)
        if is_over and waiting < largest:
            return 0
        hashes = store.chain.hashes_between(tx, first, min(waiting, largest))
        branches = chain.branches_of(hashes)
        new = Seal(
            number=last.number + 1 if last else 1,
            day=f"{today if is_over else yesterday}",
            first=first,
            count=len(hashes),
            root=chain.root_of(branches).hex(),
            previous=store.chain.hash_before(last),
            sealed_at=chain.moment(tx.now),
            public_key=key.verify_key.encode().hex(),
        )
        signature = key.sign(new.statement).signature.hex()
        store.chain.add_seal(tx, Sealed(new, signature, b"".join(branches)))
    return 1


def _has_last_seal(day: date, last: Seal) -> bool:
    """Whether that day needs no more seals. One of the day itself was only for as much as fits under one."""
    sealed_on = datetime.fromisoformat(last.sealed_at).astimezone(ZONE).date()
    return last.day > f"{day}" or (last.day == f"{day}" and sealed_on > day)


def prove(connection: sa.Connection, timeline: Timeline, audience: Audience) -> Proof:
    """That the steps that this audience sees are in the chain, opened as far as it sees them."""
    leaves = store.chain.leaves_of(connection, timeline.report_id)
    seals: dict[int, Sealed] = {}
    steps = []
    for step in timeline.steps:
        leaf = leaves.get(step.event_id)
        if leaf is None or not sees(audience, step.type):
            continue
        sealed = store.chain.seal_over(connection, leaf.seq)
        if sealed:
            seals[sealed.number] = sealed
        shown = fields_for(audience, step, secret=timeline.secret)
        known = chain.openings(step, leaf.salt)
        steps.append(
            ProvenStep(
                seq=leaf.seq,
                event_id=str(step.event_id),
                type=step.type,
                happened_at=chain.moment(step.happened_at),
                opened=[known[name] for name in sorted(shown)],
                closed=sorted(opening.digest for name, opening in known.items() if name not in shown),
                seal=sealed.number if sealed else None,
                path=_path(connection, sealed, leaf.seq) if sealed else (),
            )
        )
    return Proof(
        tracking_id=timeline.tracking_id or "",
        report_id=str(timeline.report_id),
        steps=steps,
        seals=[(one.seal, one.signature) for _, one in sorted(seals.items())],
    )


def _path(connection: sa.Connection, sealed: Sealed, seq: int) -> Sequence[str]:
    """Up to the root: through the leaves of its branch, and through the roots of the branches."""
    group, place = divmod(seq - sealed.seal.first, BRANCH)
    start = sealed.seal.first + group * BRANCH
    end = min(start + BRANCH, sealed.seal.first + sealed.seal.count)
    hashes = store.chain.hashes_between(connection, start, end - start)
    branches = [sealed.branches[at : at + chain.SIZE] for at in range(0, len(sealed.branches), chain.SIZE)]
    return [one.hex() for one in (*chain.path_of(hashes, place), *chain.path_of(branches, group))]


@dataclass(frozen=True)
class Broken:
    """The first link that does not hold, and why."""

    link: str
    reason: str

    def __str__(self) -> str:
        return f"{self.link} {self.reason}"


@dataclass(frozen=True, kw_only=True)
class Whole:
    """A chain in which every link holds."""

    leaves: int
    written_anew: int
    """Steps of which a later leaf tells: a replay put them right."""
    seals: int
    unsealed: int
    head: str
    """The number and the hash of the last seal, to be kept elsewhere."""


def verify(transactions: Transactions, public_key: str | None, expected: str | None = None) -> Whole | Broken:
    """Walk the whole chain: every step, every leaf, every root and every signature.

    The last seal must be of the key that counts now; it vouches for those before it, whatever keys had signed them.
    ``expected`` is a head that was kept elsewhere: only that betrays who holds the database and the key.
    """
    # One view of the database for the whole walk, whatever is added meanwhile.
    with transactions.engine.connect().execution_options(isolation_level="SERIALIZABLE") as connection:
        walk = _Walk(connection)
        last: Seal | None = None
        for sealed in store.chain.walk_seals(connection):
            if broken := _check_link(last, sealed, public_key) or walk.through(sealed):
                return broken
            last = sealed.seal
            if expected and expected.startswith(f"{last.number}:") and expected != _head(last):
                return Broken(f"seal {last.number}", "is not the one that was kept: the chain was written anew")
        if expected and (not last or int(expected.partition(":")[0]) > last.number):
            return Broken(f"seal {expected.partition(':')[0]}", "is missing: it was kept elsewhere")
        if last and public_key and last.public_key != public_key:
            return Broken(f"seal {last.number}", "is the last one, and not signed with the key that counts now")
        if broken := walk.rest(last):
            return broken
        if outside := store.chain.first_outside(connection):
            return Broken(f"step {outside[1]} of report {outside[0]}", "is not in the chain: it was put in beside it")
        return Whole(
            leaves=walk.leaves,
            written_anew=walk.anew,
            seals=last.number if last else 0,
            unsealed=walk.unsealed,
            head=_head(last),
        )


def _head(last: Seal | None) -> str:
    return f"{last.number if last else 0}:{store.chain.hash_before(last)}"


def _check_link(last: Seal | None, sealed: Sealed, public_key: str | None) -> Broken | None:
    seal, name = sealed.seal, f"seal {sealed.number} of {sealed.seal.day}"
    if seal.number != (last.number + 1 if last else 1):
        return Broken(f"seal {last.number + 1 if last else 1}", "is missing")
    if seal.previous != store.chain.hash_before(last) or seal.first != (last.first + last.count if last else 1):
        return Broken(name, "does not continue the one before it: that one was changed or replaced")
    if not is_signed(seal, sealed.signature):
        return Broken(name, "was changed: its signature is not genuine")
    return None


class _Walk:
    """Over the leaves, in their order, each held against its step."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self.leaves = self.anew = self.unsealed = 0

    def through(self, sealed: Sealed) -> Broken | None:
        """The leaves under a seal."""
        hashes: list[bytes] = []
        seal = sealed.seal
        for batch in store.chain.walk_leaves(self._connection, seal.first, seal.count, BATCH):
            if broken := self._check(batch, seal.first + len(hashes)):
                return broken
            hashes += [leaf.hash for leaf in batch]
        branches = chain.branches_of(hashes)
        if len(hashes) != seal.count:
            return Broken(f"leaf {seal.first + len(hashes)}", "is missing")
        if chain.root_of(branches).hex() != seal.root or b"".join(branches) != sealed.branches:
            return Broken(
                f"seal {seal.number} of {seal.day}", "is not the root of its leaves: one of them was replaced"
            )
        return None

    def rest(self, last: Seal | None) -> Broken | None:
        """The leaves of the day that is not over."""
        first = last.first + last.count if last else 1
        self.unsealed = store.chain.last_seq(self._connection) - first + 1
        place = first
        for batch in store.chain.walk_leaves(self._connection, first, self.unsealed, BATCH):
            if broken := self._check(batch, place):
                return broken
            place += len(batch)
        return None

    def _check(self, batch: Sequence[Leaf], place: int) -> Broken | None:
        dialect = self._connection.dialect.name
        steps = store.chain.steps_of(self._connection.execute, [leaf.report_id for leaf in batch], dialect)
        for expected, leaf in enumerate(batch, start=place):
            if leaf.seq != expected:
                return Broken(f"leaf {expected}", "is missing")
            self.leaves += 1
            if leaf.hash == _hash(leaf, steps.get((leaf.report_id, leaf.event_id))):
                continue
            if not store.chain.is_written_anew(self._connection, leaf):
                name = f"step {leaf.event_id} of report {leaf.report_id} (leaf {leaf.seq})"
                return Broken(name, "is not as it was: it was changed or removed")
            self.anew += 1
        return None


def _hash(leaf: Leaf, step: Step | None) -> bytes:
    """What the leaf must be, as its step stands now."""
    if step is None:
        return chain.leaf_of_removed(leaf.report_id, leaf.event_id)
    return chain.leaf_of(leaf.report_id, step, leaf.salt)
