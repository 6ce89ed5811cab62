"""``lapor replay``."""

from pathlib import Path

import click


@click.group()
def replay() -> None:
    """Make a store again from what the services said."""


@replay.command("tracking")
@click.option("--check", "only_checks", is_flag=True, help="Change nothing; exit with 1 where a report differs.")
@click.option("--into", metavar="URL", help="Of an empty database that is to keep the rebuilt store.")
@click.option("--quiet-for", type=click.IntRange(0), default=60, show_default=True, metavar="SECONDS")
@click.pass_obj
def replay_tracking(folder: Path, only_checks: bool, into: str | None, quiet_for: int) -> None:
    """Rebuild timelines and clocks from all services' logs, name the reports that differ, and put them right.

    Everybody may work on meanwhile. Of reports with news in the last SECONDS nothing is compared: some of it may be
    under way. Nobody is told anything twice.
    """
    from lapor_launcher import replay as commands

    commands.tracking(folder, only_checks=only_checks, into=into, quiet_for=quiet_for)
