"""The vault is encrypted, receipts are random and hashed, reporters are known again by keyed marks."""

import os
from typing import Any

import orjson
import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from lapor_chassis.errors import SettingsError
from lapor_chassis.settings import key_bytes
from lapor_intake.vault import LocalKey, Vault

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    identities = op.get_bind().execute(sa.text("SELECT report_id, name, phone, email FROM vault")).mappings().all()
    op.drop_table("vault")
    vault = op.create_table(
        "vault",
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=True),
        sa.Column("sealed", sa.LargeBinary(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.report_id"]),
        sa.PrimaryKeyConstraint("record_id"),
        comment="Identities and originals, encrypted: a row for a report, one for each supplement. "
        "Without its wrapped key a row is forgotten for good.",
    )
    op.create_index("ix_vault_report_id", "vault", ["report_id"])
    if identities:
        op.bulk_insert(vault, _encrypted(identities))
    op.create_table(
        "reporter_marks",
        sa.Column("mark", sa.String(length=32), nullable=False),
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["report_id"], ["reports.report_id"]),
        sa.PrimaryKeyConstraint("mark", "report_id"),
        comment="Keyed fingerprints of addresses, by which the reporter of a report is known again.",
    )
    op.create_index("ix_reporter_marks_report_id", "reporter_marks", ["report_id"])
    json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        batch_op.add_column(sa.Column("marks", json, server_default="[]", nullable=False))
        batch_op.add_column(sa.Column("receipt_hash", sa.String(length=64), nullable=True))
        batch_op.add_column(sa.Column("entered_by", sa.Text(), nullable=True))
        batch_op.create_table_comment(
            "Reports as they are told to the others; as they were given they lie in the vault.",
            existing_comment="Reports as they were given. A row never changes.",
        )


def _encrypted(identities: Any) -> list[dict[str, Any]]:
    """The identities of version 0.1, which lay here in the clear."""
    try:
        vault = Vault(LocalKey(key_bytes(os.environ["LAPOR_INTAKE_VAULT_KEY"])))
    except KeyError:
        raise SettingsError("LAPOR_INTAKE_VAULT_KEY: is needed to encrypt the identities of version 0.1") from None
    rows = []
    for row in identities:
        # SQLite gives a UUID back as it is stored, because this query names no types.
        report_id = sa.Uuid().result_processor(op.get_bind().dialect, None)
        key = report_id(row["report_id"]) if report_id else row["report_id"]
        known = {name: row[name] for name in ("name", "phone", "email") if row[name]}
        sealed = vault.seal(orjson.dumps(known), key.bytes)
        rows.append(
            {
                "record_id": key,
                "report_id": key,
                "key_id": sealed.key_id,
                "wrapped_key": sealed.wrapped_key,
                "sealed": sealed.content,
            }
        )
    return rows


def downgrade() -> None:
    if op.get_bind().execute(sa.text("SELECT count(*) FROM vault")).scalar():
        raise SettingsError("what is encrypted is not put back into the clear: the vault must be empty")
    with op.batch_alter_table("reports", schema=None) as batch_op:
        for column in ("entered_by", "receipt_hash", "marks"):
            batch_op.drop_column(column)
    op.drop_table("reporter_marks")
    op.drop_table("vault")
    op.create_table(
        "vault",
        sa.Column("report_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=True),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("email", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["report_id"], ["reports.report_id"]),
        sa.PrimaryKeyConstraint("report_id"),
    )
