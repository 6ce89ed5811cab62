"""What a caller gets for a report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Submitted:
    """The report is durable. Its tracking ID may not be known yet: then ask with the same key later."""

    idempotency_key: str
    tracking_id: str | None = None
    receipt: str | None = None
    """Opens the reporter's private thread. Given over HTTPS only; it is for the reporter alone."""
    status_url: str | None = None
