"""Oversight bodies: who can be chosen by whistleblowers, and opening and sealing where no browser can."""

import os
from pathlib import Path
from typing import Any

import click
import orjson
from marshmallow import ValidationError
from rich.console import Console
from rich.table import Table

from lapor_chassis.sealing import (
    LONGEST_MESSAGE,
    SealError,
    new_keypair,
    open_sealed,
    private_pem,
    read_private_pem,
    seal,
)
from lapor_contracts.fields import AgencyCode, Line
from lapor_contracts.schema import field_of
from lapor_launcher.operate import database, in_words, must_be_in_directory

#: What whistleblowers are asked for, as the body reads it.
_PARTS = {
    "reported": "Terlapor",
    "title": "Judul",
    "body": "Isi",
    "occurred_on": "Tanggal kejadian",
    "place": "Tempat",
}


@in_words()
def add(folder: Path, code: str, name: str, key_file: Path | None, console: Console) -> None:
    """Let whistleblowers choose a body, and hand over its private key this once."""
    _must_be_well_formed(code, name)
    # Reports for a body that routing does not know would wait at the coordinator's, who cannot read them.
    must_be_in_directory(folder, code)
    transactions = database(folder, "intake")
    from lapor_intake import oversight
    from lapor_intake.domain import OversightBody

    private_key, public_key = new_keypair()
    pem = private_pem(private_key)
    with transactions.begin() as tx:
        if not oversight.add(tx, OversightBody(code, name, public_key)):
            raise click.ClickException(f"{code}: is an oversight body already; remove it first to give it another key")
        if key_file:  # before the commit: a key that was not handed over opens nothing, ever
            _write_once(key_file, pem)
    if key_file:
        console.print(f"{code}: private key in {key_file}. Bring it to the body and delete it here.", markup=False)
    else:
        console.print(f"{code}: the body keeps this as a file (.pem). It is shown only now.", markup=False)
        click.echo(pem, nl=False)


@in_words()
def show(folder: Path, console: Console) -> None:
    """Print who can be chosen."""
    from lapor_intake import oversight

    table = Table("code", "name", "public key")
    with database(folder, "intake").read() as connection:
        for body in oversight.bodies(connection):
            table.add_row(body.code, body.name, body.public_key)
    console.print(table)


@in_words()
def remove(folder: Path, code: str, console: Console) -> None:
    """Let nobody choose a body any more; what was sealed for it stays its own."""
    from lapor_intake import oversight

    with database(folder, "intake").begin() as tx:
        if not oversight.remove(tx, code):
            raise click.ClickException(f"{code}: is no oversight body")
    console.print(f"{code}: can no longer be chosen. It still needs its private key for what it has.", markup=False)


def open_papers(papers_file: Path, key_file: Path) -> None:
    """Print what a whistleblower wrote: the report, and all replies."""
    papers = _papers(papers_file)
    key = _private_key(key_file)
    try:
        report = orjson.loads(open_sealed(papers["report"], key, papers["tracking_id"]))
        replies = [
            (one["replied_at"], open_sealed(one["text"], key, papers["tracking_id"])) for one in papers["messages"]
        ]
    except SealError as error:
        raise click.ClickException(f"{papers_file}: {error}") from None
    for part, label in _PARTS.items():
        if part in report:
            click.echo(f"{label}: {report[part]}")
    for replied_at, text in replies:
        click.echo(f"\nPelapor, {replied_at}:\n{text}")


def seal_answer(papers_file: Path, text: str) -> None:
    """Print an answer as only the reporter can open it."""
    papers = _papers(papers_file)
    if len(text.encode()) > LONGEST_MESSAGE:
        raise click.ClickException(f"at most {LONGEST_MESSAGE} bytes can be sealed for one answer")
    click.echo(seal(text, papers["reporter_key"], papers["tracking_id"]))


def _papers(path: Path) -> dict[str, Any]:
    try:
        papers = orjson.loads(path.read_bytes())
        return {name: papers[name] for name in ("tracking_id", "reporter_key", "report", "messages")}
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise click.ClickException(f"{path}: is not what the page of a sealed report lets you download") from None


def _private_key(path: Path) -> Any:
    try:
        return read_private_pem(path.read_text())
    except ValueError:
        raise click.ClickException(f"{path}: holds no private key of an oversight body") from None


def _write_once(path: Path, text: str) -> None:
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(text)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from None


def _must_be_well_formed(code: str, name: str) -> None:
    try:
        field_of(AgencyCode).deserialize(code)
        field_of(Line).deserialize(name)
    except ValidationError as error:
        raise click.ClickException(f"{code}: {' '.join(error.messages)}") from None
