"""The texts that verifiers begin with: those that we ship, and what coordinators made of them."""

import sqlalchemy as sa

from lapor_chassis.transactions import Transaction
from lapor_verification.domain.canned import CannedText, Purpose, shipped
from lapor_verification.store.tables import canned_texts


def read_canned_texts(connection: sa.Connection) -> list[CannedText]:
    """All texts as they are now, also retired ones, by purpose and title."""
    texts = {text.text_id: text for text in shipped()}
    query = sa.select(*(canned_texts.c[name] for name in ("text_id", "purpose", "title", "text", "retired")))
    for row in connection.execute(query.order_by(canned_texts.c.change_id)).mappings():
        texts[row["text_id"]] = CannedText(**{**row, "purpose": Purpose(row["purpose"])})
    return sorted(texts.values(), key=lambda text: (text.purpose, text.title))


def add_canned_text(tx: Transaction, text: CannedText, by: str) -> None:
    """Record how a text is from now on."""
    row = {**vars(text), "purpose": text.purpose.value}
    tx.add(canned_texts, {"change_id": tx.new_id(), "changed_at": tx.now, "changed_by": by, **row})
