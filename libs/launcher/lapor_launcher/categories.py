"""``lapor categories``: LAPOR!'s tree of categories and agencies' own ones, as files."""

import csv
from pathlib import Path

import click
from marshmallow import ValidationError

from lapor_contracts.fields import AgencyCode
from lapor_contracts.schema import field_of
from lapor_launcher.operate import console, database, in_words, must_be_in_directory

#: More faults than these nobody reads at once.
MOST_FAULTS = 50


@in_words()
def export(folder: Path, file: Path, agency: str | None) -> None:
    """Write the national tree into a file, or an agency's own categories."""
    _must_be_known(folder, agency)
    transactions = database(folder, "verification")
    from lapor_verification import store
    from lapor_verification.domain.categories import COLUMNS

    with transactions.read() as connection:
        wanted = [category for category in store.read_tree(connection) if category.agency_code == agency]
    # With the mark by which spreadsheets know UTF-8.
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(COLUMNS)
        writer.writerows([getattr(category, column) for column in COLUMNS] for category in wanted)
    console.print(f"{len(wanted):,} categories are in {file}", markup=False)


@in_words()
def bring(folder: Path, file: Path, agency: str | None) -> None:
    """Add and change the categories that a file names, or say what is wrong in which row."""
    _must_be_known(folder, agency)
    transactions = database(folder, "verification")
    from lapor_verification import store
    from lapor_verification.domain.categories import read_categories

    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise click.ClickException(f"{file}: is not UTF-8") from None
    with transactions.begin() as tx:
        tree = store.lock_tree(tx)
        read, faults = read_categories(text, tree, agency)
        if faults:
            for fault in faults[:MOST_FAULTS]:
                console.print(f"{file.name}, row {fault.row}, column {fault.column}: {fault.what}", markup=False)
            raise click.ClickException(f"nothing was changed: {len(faults):,} mistakes")
        loaded = store.load_categories(tx, tree, read, agency)
    console.print(f"{loaded.added:,} new, {loaded.changed:,} changed; version {loaded.version}")


def _must_be_known(folder: Path, agency: str | None) -> None:
    """A code with a slip in it would be a sub-tree that no report ever gets."""
    if agency is None:
        return
    try:
        field_of(AgencyCode).deserialize(agency)
    except ValidationError as error:
        raise click.ClickException(f"{agency}: {' '.join(error.messages)}") from None
    must_be_in_directory(folder, agency)
