"""The words of templates that were changed: every version, and which holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lapor_chassis.rows import unless_exists
from lapor_chassis.transactions import Transaction
from lapor_notification.domain.templates import TemplateName
from lapor_notification.store.tables import wordings

Parts = Mapping[str, str]


@dataclass(frozen=True)
class Change:
    """One version of a template's words, with who wrote it, when and why."""

    template: TemplateName
    version: int
    parts: Parts | None
    """None: as it is shipped."""
    changed_at: datetime
    changed_by: str
    reason: str


def wordings_version(connection: sa.Connection) -> int:
    """How many changes there have been."""
    return connection.execute(sa.select(sa.func.count()).select_from(wordings)).scalar_one()


def changed_words(connection: sa.Connection) -> dict[TemplateName, Parts]:
    """The templates that are said in other words than they are shipped with."""
    return {name: change.parts for name, change in latest_changes(connection).items() if change.parts is not None}


def latest_changes(connection: sa.Connection) -> dict[TemplateName, Change]:
    """Of each template that was ever changed, the version that holds."""
    rows = connection.execute(sa.select(wordings).order_by(wordings.c.version)).mappings()
    return {row["template"]: Change(**row) for row in rows}


def changes_of(connection: sa.Connection | Transaction, template: TemplateName) -> list[Change]:
    """All versions of one template, the one that holds first."""
    query = sa.select(wordings).where(wordings.c.template == template).order_by(wordings.c.version.desc())
    return [Change(**row) for row in connection.execute(query).mappings()]


def add_change(tx: Transaction, change: Change) -> bool:
    """Let these words hold from now on; False where somebody else has just changed them."""
    added = tx.write(wordings, [vars(change)], unless_exists, returning=(wordings.c.version,))
    return bool(added.all())
