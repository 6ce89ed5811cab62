"""A citizen's proof that a report's steps are in the chain, and checking it with nothing but a public key."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from nacl.exceptions import BadSignatureError
from nacl.signing import VerifyKey

from lapor_tracking.domain.chain import Opening, Seal, leaf, root_from


class BrokenProof(Exception):  # noqa: N818 - it says that something is so, not that something went wrong
    """What the file says is not what was signed. The text says where."""


@dataclass(frozen=True, kw_only=True)
class ProvenStep:
    """A step with what may be seen of it, and its way to a signed root."""

    seq: int
    event_id: str
    type: str
    happened_at: str
    opened: Sequence[Opening]
    closed: Sequence[str]
    """The digests of all other fields."""
    seal: int | None = None
    """The number of the seal; None while the day is not over."""
    path: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Proof:
    """Steps of one report, and the seals that vouch for them."""

    tracking_id: str
    report_id: str
    steps: Sequence[ProvenStep]
    seals: Sequence[tuple[Seal, str]]
    """Each with its signature."""

    def document(self) -> dict[str, Any]:
        """As it is downloaded."""
        return {
            "version": 1,
            "tracking_id": self.tracking_id,
            "report_id": self.report_id,
            "seals": [asdict(seal) | {"signature": signature} for seal, signature in self.seals],
            "steps": [asdict(step) for step in self.steps],
        }


def read_proof(document: Mapping[str, Any]) -> Proof:
    """From a file; `BrokenProof` where it is none."""
    try:
        if document["version"] != 1:
            raise BrokenProof("a proof of another version")
        return Proof(
            tracking_id=document["tracking_id"],
            report_id=document["report_id"],
            seals=[(Seal.read(one), one["signature"]) for one in document["seals"]],
            steps=[
                ProvenStep(**{**one, "opened": [Opening(**opening) for opening in one["opened"]]})
                for one in document["steps"]
            ],
        )
    except (KeyError, TypeError, AttributeError):
        raise BrokenProof("not a proof as LAPOR! gives it") from None


def check(proof: Proof, public_key: str) -> Mapping[int, Seal]:
    """The seals that vouch for the steps, by number; `BrokenProof` names what does not hold."""
    seals = {}
    for seal, signature in proof.seals:
        if seal.public_key != public_key:
            raise BrokenProof(f"seal {seal.number} is signed with another key than the one that you trust")
        if not is_signed(seal, signature):
            raise BrokenProof(f"seal {seal.number} of {seal.day}: its signature is not genuine")
        seals[seal.number] = seal
    for step in proof.steps:
        _check_step(proof, step, seals)
    return seals


def is_signed(seal: Seal, signature: str) -> bool:
    """Whether the key that the seal names has signed it."""
    try:
        VerifyKey(bytes.fromhex(seal.public_key)).verify(seal.statement, bytes.fromhex(signature))
    except (BadSignatureError, ValueError, TypeError):
        return False
    return True


def _check_step(proof: Proof, step: ProvenStep, seals: Mapping[int, Seal]) -> None:
    name = f"step {step.seq} ({step.type})"
    for opening in step.opened:
        if opening.name == "tracking_id" and opening.value != proof.tracking_id:
            raise BrokenProof(f"{name} is of another report")
    if step.seal is None:
        return
    if step.seal not in seals:
        raise BrokenProof(f"{name}: the seal that vouches for it is missing")
    seal = seals[step.seal]
    try:
        digests = [*(opening.digest for opening in step.opened), *step.closed]
        start = leaf(UUID(step.event_id), step.type, UUID(proof.report_id), step.happened_at, digests)
        found = root_from(start, step.seq - seal.first, seal.count, [bytes.fromhex(one) for one in step.path])
    except (ValueError, TypeError, AttributeError):
        raise BrokenProof(f"{name} cannot be read") from None
    if found is None or found.hex() != seal.root:
        raise BrokenProof(f"{name} is not what was sealed on {seal.day}")
