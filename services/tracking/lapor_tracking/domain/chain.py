"""A chain over all steps, so that none can be changed, taken out or put in afterwards without its being seen.

Each step is a leaf: a hash of what it is and of its fields. The leaves of a day make a Merkle tree (RFC 6962), whose
root is signed together with the hash of the day before. Whoever holds a leaf and its path to a signed root can check
both with a hash function and a public key, and needs nobody's word for it.

A leaf gives nothing away: each field is hashed with a salt of its own, and shown by giving that salt.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any, Self
from uuid import UUID

import orjson

from lapor_tracking.domain.audiences import TEXT
from lapor_tracking.domain.steps import Step

#: Leaves whose common root is kept, so that a path is found without hashing the whole day. A power of two, as only the
#: roots of such groups are nodes of the tree.
BRANCH = 256

#: Of a hash.
SIZE = 32

#: Of a step that is no more.
REMOVED = "removed"

#: Before the first seal.
NOTHING = "0" * 64

#: What is signed begins with this, so that it can be taken for nothing else.
_DOMAIN = b"lapor-chain-v1\n"


@dataclass(frozen=True, slots=True)
class Opening:
    """A field as it is shown: with its salt it gives the digest that the leaf holds."""

    name: str
    salt: str
    value: Any

    @property
    def digest(self) -> str:
        """What stands for it in the leaf."""
        return hashlib.sha256(bytes.fromhex(self.salt) + _canonical({self.name: self.value})).hexdigest()


def openings(step: Step, salt: bytes) -> dict[str, Opening]:
    """Every field of a step, by name."""
    named = {**step.data, TEXT: step.text}
    return {name: Opening(name, hmac.digest(salt, name.encode(), "sha256").hex(), named[name]) for name in named}


def leaf(event_id: UUID, kind: str, report_id: UUID, happened_at: str, digests: Sequence[str]) -> bytes:
    """The hash of a step. The digests are sorted: where none is named, their order would tell which is which."""
    return hashlib.sha256(
        b"\x00" + _canonical([str(event_id), kind, str(report_id), happened_at, sorted(digests)])
    ).digest()


def leaf_of(report_id: UUID, step: Step, salt: bytes) -> bytes:
    """The leaf of a step as it stands."""
    digests = [opening.digest for opening in openings(step, salt).values()]
    return leaf(step.event_id, step.type, report_id, moment(step.happened_at), digests)


def leaf_of_removed(report_id: UUID, event_id: UUID) -> bytes:
    """In the place of a step that no event tells of: that it is gone does not go unseen."""
    return leaf(event_id, REMOVED, report_id, "", [])


def moment(at: datetime) -> str:
    """A moment as it is hashed."""
    return at.astimezone(UTC).isoformat()


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root of a tree."""
    if len(hashes) == 1:
        return hashes[0]
    if not hashes:
        return hashlib.sha256().digest()
    half = _half(len(hashes))
    return _node(root_of(hashes[:half]), root_of(hashes[half:]))


def branches_of(hashes: Sequence[bytes]) -> list[bytes]:
    """The roots of every `BRANCH` leaves. The root of these is the root of all."""
    return [root_of(hashes[start : start + BRANCH]) for start in range(0, len(hashes), BRANCH)]


def path_of(hashes: Sequence[bytes], index: int) -> list[bytes]:
    """The hashes that lead from one of these up to their root."""
    if len(hashes) == 1:
        return []
    half = _half(len(hashes))
    if index < half:
        return [*path_of(hashes[:half], index), root_of(hashes[half:])]
    return [*path_of(hashes[half:], index - half), root_of(hashes[:half])]


def root_from(start: bytes, index: int, count: int, path: Sequence[bytes]) -> bytes | None:
    """The root to which a path leads from the leaf at ``index`` of ``count``; None where it is no such path."""
    if not 0 <= index < count or bool(path) != (count > 1):
        return None
    if count == 1:
        return start
    half = _half(count)
    if index < half:
        below = root_from(start, index, half, path[:-1])
        return below and _node(below, path[-1])
    below = root_from(start, index - half, count - half, path[:-1])
    return below and _node(path[-1], below)


def _half(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << (count - 1).bit_length() - 1


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


@dataclass(frozen=True, kw_only=True, slots=True)
class Seal:
    """A day of the chain, as it is signed."""

    number: int
    day: str
    first: int
    """The place of its first leaf in the chain, from 1 on."""
    count: int
    root: str
    previous: str
    """The hash of the seal before it."""
    sealed_at: str
    public_key: str
    """By which it is signed, in hexadecimal."""

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Self:
        """From what was kept or downloaded."""
        return cls(**{name: given[name] for name in cls.__slots__})

    @property
    def statement(self) -> bytes:
        """What is signed."""
        return _DOMAIN + _canonical(asdict(self))

    @property
    def hash(self) -> str:
        """By which the next one names it."""
        return hashlib.sha256(self.statement).hexdigest()


def _canonical(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
