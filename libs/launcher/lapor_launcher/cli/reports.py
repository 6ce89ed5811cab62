"""``lapor import``, ``adapter`` and ``channels``: the ways in."""

import sys
from pathlib import Path

import click


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--source", help="Whose keys the file has: the same key of the same source is the same report.")
@click.option("--dry-run", is_flag=True, help="Say what would be refused, and store nothing.")
@click.pass_obj
def import_file(folder: Path, file: Path, source: str | None, dry_run: bool) -> None:
    """Take in the reports of FILE.csv; exit with 1 if some are refused (FILE.refused.csv says why).

    Its columns are our own, or those of LAPOR!'s own export. Run again, it goes on where it was.
    """
    from lapor_launcher import importing

    sys.exit(importing.bring(folder, file, source=source, is_trial=dry_run))


@click.group()
def adapter() -> None:
    """Channel adapters written by others."""


@adapter.command("add")
@click.argument("name")
@click.pass_obj
def adapter_add(folder: Path, name: str) -> None:
    """Let an adapter hand in reports, and print its secret once."""
    from lapor_launcher import adapters

    adapters.add(folder, name)


@adapter.command("remove")
@click.argument("name")
@click.confirmation_option(prompt="It can hand in nothing from then on. Remove it?")
@click.pass_obj
def adapter_remove(folder: Path, name: str) -> None:
    """End an adapter's rights at once, over HTTP and on the broker. Its reports stay."""
    from lapor_launcher import adapters

    adapters.remove(folder, name)


@adapter.command("list")
@click.pass_obj
def adapter_list(folder: Path) -> None:
    """List the adapters: since when, and whether the broker knows them."""
    from lapor_launcher import adapters

    adapters.show(folder)


@click.command()
@click.pass_obj
def channels(folder: Path) -> None:
    """List the ways in, and what each of them still lacks."""
    from lapor_launcher import channels as ways_in
    from lapor_launcher.operate import console

    ways_in.show(folder, console)
