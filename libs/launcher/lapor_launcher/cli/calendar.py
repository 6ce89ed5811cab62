"""``lapor calendar``."""

from datetime import UTC, datetime
from pathlib import Path

import click


@click.group()
def calendar() -> None:
    """National holidays, joint leave, and holidays of regions, by which working days are counted."""


@calendar.command("show")
@click.argument("year", type=click.IntRange(2000, 2100), required=False)
@click.pass_obj
def calendar_show(folder: Path, year: int | None) -> None:
    """Print the days off of YEAR, by default of this one."""
    from lapor_launcher import calendar as commands

    commands.show(folder, year or datetime.now(UTC).year)


@calendar.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.option("--yes", "is_sure", is_flag=True, help="Do not ask.")
@click.pass_obj
def calendar_import(folder: Path, file: Path, dry_run: bool, is_sure: bool) -> None:
    """Let the days off in FILE.csv count instead of those of the same years, and reckon open clocks anew.

    Its columns are date, name, kind (national_holiday, joint_leave, regional_holiday) and region_code.
    """
    from lapor_launcher import calendar as commands

    commands.bring(folder, file, is_trial=dry_run, is_sure=is_sure)
