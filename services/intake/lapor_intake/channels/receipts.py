"""What providers say later of messages that they took over from us: heard here, and told to notification."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID, uuid5

from lapor_chassis.transactions import Transaction
from lapor_contracts.events import DeliveryReported

_NAMESPACE = UUID("7f0c1f0a-1708-4c1b-9a5e-5f1f6a1708dd")
_LONGEST_REASON = 40


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """What became of a message: delivered, or not."""

    via: str
    notice_id: UUID
    delivered: bool
    permanent: bool = False
    """Not delivered, and nothing ever will be to that address."""
    reason: str = ""
    """The provider's code."""


def notice_named(text: object) -> UUID | None:
    """The notice that a provider names, as we have told it."""
    try:
        return UUID(str(text))
    except ValueError:
        return None


def report(receipts: Iterable[Receipt], tx: Transaction) -> None:
    """Tell of each, once however often it comes."""
    for receipt in receipts:
        # A code has letters, digits and marks; what has more may be a sentence, and quote an address.
        is_code = len(receipt.reason) <= _LONGEST_REASON and receipt.reason.isascii() and "@" not in receipt.reason
        reason = receipt.reason if is_code and " " not in receipt.reason else ""
        name = uuid5(_NAMESPACE, f"{receipt.via}/{receipt.notice_id}/{receipt.delivered}/{reason}")
        if tx.claim([name]):
            tx.publish(
                DeliveryReported(
                    report_id=name,
                    via=receipt.via,
                    notice_id=receipt.notice_id,
                    reported_at=tx.now,
                    delivered=receipt.delivered,
                    permanent=receipt.permanent and not receipt.delivered,
                    reason=reason,
                )
            )
