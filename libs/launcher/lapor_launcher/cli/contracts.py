"""``lapor contracts``."""

import sys
from pathlib import Path

import click


@click.group()
def contracts() -> None:
    """What is said on the wire, as documents."""


@contracts.command("write")
def contracts_write() -> None:
    """Write docs/events.md, docs/asyncapi.json and docs/openapi/."""
    from lapor_launcher import documents

    documents.write(Path("docs"))


@contracts.command("check")
def contracts_check() -> None:
    """Fail where the documents in docs/ do not say what the code says."""
    from lapor_launcher import documents

    sys.exit(documents.check(Path("docs")))
