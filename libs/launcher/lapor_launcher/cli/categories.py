"""``lapor categories``."""

from pathlib import Path

import click


@click.group()
def categories() -> None:
    """Categories of reports: LAPOR!'s tree, and agencies' own below it."""


@categories.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--agency", help="The code of a body: its own categories instead.")
@click.pass_obj
def categories_export(folder: Path, file: Path, agency: str | None) -> None:
    """Write LAPOR!'s tree into FILE.csv."""
    from lapor_launcher import categories as commands

    commands.export(folder, file, agency)


@categories.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--agency", help="The code of a body whose own categories these are.")
@click.pass_obj
def categories_import(folder: Path, file: Path, agency: str | None) -> None:
    """Add and change the categories that FILE.csv names; change nothing if a row is wrong.

    What the file leaves out stays. What is not to be used any more gets the status `retired`: reports keep its code.
    """
    from lapor_launcher import categories as commands

    commands.bring(folder, file, agency)
