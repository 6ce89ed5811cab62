"""What can be wrong when something is handed to somebody else's server, told apart by what is to be done about it."""

from enum import StrEnum


class Trouble(StrEnum):
    """Why a message was not taken over."""

    AWAY = "away"
    """Its server cannot be had, or does not want us at present: no message is at fault."""
    LATER = "later"
    """This message may be taken another time."""
    REFUSED = "refused"
    """This message never, others to the same address perhaps."""
    DEAD = "dead"
    """Nothing is taken for that address any more."""
    UNKNOWN = "unknown"
    """The server fell silent when it had the message: it may have taken it over."""

    @property
    def is_final(self) -> bool:
        """Whether trying again cannot help."""
        return self in (Trouble.REFUSED, Trouble.DEAD)
