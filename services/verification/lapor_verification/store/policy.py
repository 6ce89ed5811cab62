"""The policies: what is decided without a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from lapor_chassis.rows import unless_exists
from lapor_chassis.transactions import Transaction
from lapor_verification.domain.policy import Policy, policy_of, shipped_policy
from lapor_verification.store.tables import policies

#: So many are shown.
LATEST = 50


@dataclass(frozen=True)
class Setting:
    """A policy with who set it, when and why."""

    policy: Policy
    set_at: datetime
    set_by: str
    reason: str


def policy_version(connection: sa.Connection) -> int:
    """Which version holds; 0 is the shipped one."""
    return connection.execute(sa.select(sa.func.coalesce(sa.func.max(policies.c.version), 0))).scalar_one()


def read_policy(connection: sa.Connection) -> Policy:
    """The policy that holds."""
    settings = _settings(connection, 1)
    return settings[0].policy if settings else shipped_policy()


def find_policy(connection: sa.Connection, version: int) -> Policy | None:
    """An earlier version, or the shipped one."""
    if version == 0:
        return shipped_policy()
    content = connection.execute(
        sa.select(policies.c.content).where(policies.c.version == version)
    ).scalar_one_or_none()
    return policy_of(content, version) if content else None


def read_policies(connection: sa.Connection) -> list[Setting]:
    """The latest ones, the present one first; not the shipped one."""
    return _settings(connection, LATEST)


def add_policy(tx: Transaction, policy: Policy, by: str, reason: str) -> bool:
    """Let a policy hold from now on; False where somebody else has just taken its version."""
    row = {
        "version": policy.version,
        "content": policy.content(),
        "set_at": tx.now,
        "set_by": by,
        "reason": reason,
    }
    return bool(tx.write(policies, [row], unless_exists, returning=(policies.c.version,)).all())


def _settings(connection: sa.Connection, limit: int) -> list[Setting]:
    rows: Sequence[sa.Row[tuple[object, ...]]]
    rows = connection.execute(sa.select(policies).order_by(policies.c.version.desc()).limit(limit)).all()
    return [Setting(policy_of(row.content, row.version), row.set_at, row.set_by, row.reason) for row in rows]
