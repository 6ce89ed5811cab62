"""The two kinds of trouble a caller can have."""

from collections.abc import Mapping, Sequence


class Refused(Exception):  # noqa: N818 -- an answer of the other side, as requests.Timeout is
    """This can never work, however often it is sent: wrong data, wrong credentials, no permission."""

    def __init__(self, reason: str, errors: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.errors = dict(errors or {})
        """What is wrong, by field, where the other side said so."""


class Unavailable(Exception):  # noqa: N818 -- see above
    """The other side could not be reached within the caller's patience. Send it again later, with the same key."""
