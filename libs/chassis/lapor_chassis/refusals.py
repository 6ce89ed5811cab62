"""The rules say no: an expected answer, and therefore a value and not an exception."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Refusal:
    """Why something may not be done. ``code`` is for machines, ``reason`` for the one who asked.

    ``errors`` names the fields at fault, where some are; HTTP then answers 422, else 409. ``retry_after`` says in how
    many seconds it will be allowed; then the answer is 429.
    """

    reason: str
    code: str = "refused"
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)
    retry_after: int | None = None
