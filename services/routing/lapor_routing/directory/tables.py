"""The tables of the directory: bodies, what they are called, what people changed, who is competent for what."""

import sqlalchemy as sa

from lapor_chassis.columns import Json, UtcDateTime
from lapor_routing.tables import metadata

#: Codes and words are compared byte by byte on both databases, so that an index serves their beginnings.
Code = sa.String(80).with_variant(sa.String(80, collation="C"), "postgresql")

#: Where a row comes from: the files that are shipped, or people. What people wrote, no load of the files undoes.
SHIPPED, PEOPLE = "shipped", "people"
_Origin = sa.String(10)

agencies = sa.Table(
    "agencies",
    metadata,
    sa.Column("code", Code, primary_key=True),
    sa.Column("kind", sa.String(40), nullable=False),
    sa.Column("name", sa.Text, nullable=False),
    sa.Column("short_name", sa.Text, nullable=False),
    sa.Column("parent_code", Code, index=True),
    sa.Column("region_code", sa.String(13), index=True),
    sa.Column("type_code", Code, index=True),
    sa.Column("status", sa.String(10), nullable=False),
    sa.Column("successor_codes", sa.Text, nullable=False, comment="separated by vertical bars"),
    sa.Column("origin", _Origin, nullable=False, server_default=SHIPPED),
    sa.Column("verifies_itself", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("aliases", sa.Text, nullable=False, server_default="", comment="separated by vertical bars"),
    comment="Every body that is or was competent for something. Rows are never removed.",
)

agency_words = sa.Table(
    "agency_words",
    metadata,
    sa.Column("word", Code, primary_key=True),
    sa.Column("subject", Code, primary_key=True),
    sa.Column("subject_kind", sa.String(10), nullable=False),
    sa.Column("origin", _Origin, nullable=False, server_default=SHIPPED),
    sa.Index("words_of_a_subject", "subject", "word"),
    comment="The words by which a body, a type of office or a region is called, one row each.",
)

agency_changes = sa.Table(
    "agency_changes",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("agency_code", Code, nullable=False),
    sa.Column("kind", sa.String(20), nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("changed_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("before", Json, nullable=False, comment="what was otherwise"),
    sa.Column("after", Json, nullable=False),
    sa.Index("changes_of_an_agency", "agency_code", "id"),
    comment="What people changed in the directory. Only grows.",
)

competences = sa.Table(
    "competences",
    metadata,
    sa.Column("subject", sa.String(40), primary_key=True, comment="a topic's or a category's code"),
    sa.Column("region_code", sa.String(13), primary_key=True, comment="with all regions in it; empty: everywhere"),
    sa.Column("agency_code", Code, nullable=False, index=True),
    sa.Column("note", sa.Text, nullable=False),
    comment="Who comes first for a topic in a place, whatever the rules say.",
)

directory_imports = sa.Table(
    "directory_imports",
    metadata,
    sa.Column("id", sa.Uuid, primary_key=True),
    sa.Column("state", sa.String(10), nullable=False, index=True),
    sa.Column("uploaded_at", UtcDateTime, nullable=False),
    sa.Column("uploaded_by", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("content", sa.Text, nullable=False, comment="the file; empty once it is carried out"),
    sa.Column("outline", Json, nullable=False, comment="what it would change, as it was shown"),
    sa.Column("total", sa.Integer, nullable=False),
    sa.Column("done", sa.Integer, nullable=False),
    comment="Files that people handed in, from the first look to the last row.",
)

directory_loads = sa.Table(
    "directory_loads",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("loaded_at", UtcDateTime, nullable=False),
    sa.Column("added", sa.Integer, nullable=False),
    sa.Column("changed", sa.Integer, nullable=False),
    comment="Each load that changed something.",
)
