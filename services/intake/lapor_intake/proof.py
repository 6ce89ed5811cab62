"""A proof of work instead of a picture riddle: the browser computes for a few seconds while a person writes.

The form of ALTCHA (version 1): find the number whose SHA-256 behind a salt gives the challenge. A proof belongs to one
idempotency key, so using it twice can only repeat the same report.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from altcha import v1 as altcha

#: On an old phone some seconds, on the server two hashes.
LARGEST_NUMBER = 50_000
LIFETIME = timedelta(hours=12)  # a form may lie open for a day's work, and a draft wait for the line
_LONGEST = 2_000


@dataclass(frozen=True)
class Challenge:
    """What the browser has to solve."""

    algorithm: str
    challenge: str
    maxnumber: int
    salt: str
    signature: str


class Proofs:
    """Sets challenges and checks proofs; remembers neither."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.blake2b(key, person=b"proofs of work").hexdigest()

    def challenge(self, key: str, now: datetime) -> Challenge:
        """A challenge for the report with this idempotency key."""
        made = altcha.create_challenge(
            altcha.ChallengeOptions(
                max_number=LARGEST_NUMBER, hmac_key=self._key, expires=now + LIFETIME, params={"key": key}
            )
        )
        return Challenge(made.algorithm, made.challenge, made.max_number, made.salt, made.signature)

    def proves(self, payload: str, key: str, now: datetime) -> bool:
        """Whether the payload (base64 of JSON) solves a challenge of ours for this key that has not expired."""
        if not payload or len(payload) > _LONGEST:
            return False
        try:
            is_solved, _ = altcha.verify_solution(payload, self._key, check_expires=False)
            if not is_solved:
                return False
            facts = altcha.extract_params(altcha.Payload.from_base64(payload).to_dict())
            return facts.get("key") == [key] and int(facts["expires"][0]) >= now.timestamp()
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError):
            return False  # a payload of somebody's own making
