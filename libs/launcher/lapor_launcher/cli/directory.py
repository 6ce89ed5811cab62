"""``lapor directory``, ``agency`` and ``officer``: bodies, and who works there."""

import sys
from datetime import datetime
from pathlib import Path

import click

from lapor_launcher.cli import systems
from lapor_launcher.cli.parameters import ROLES


@click.group()
def directory() -> None:
    """The directory of agencies."""


@directory.command("load")
@click.pass_obj
def directory_load(folder: Path) -> None:
    """Load the shipped directory; what is there already stays, what differs is brought up to date."""
    from lapor_launcher import directory as commands

    commands.load(folder)


@click.group()
def officer() -> None:
    """Members of staff."""


@officer.command("add")
@click.argument("username")
@click.option("--role", "roles", type=ROLES, multiple=True, required=True, help="Give it more than once for several.")
@click.option("--agency", help="The code of the body that an officer works for.")
@click.pass_obj
def officer_add(folder: Path, username: str, roles: tuple[str, ...], agency: str | None) -> None:
    """Add one, and print the password once."""
    from lapor_contracts.vocabulary import Role
    from lapor_launcher import officers

    officers.add(folder, username, [Role(role) for role in roles], agency)


@officer.command("reset")
@click.argument("username")
@click.pass_obj
def officer_reset(folder: Path, username: str) -> None:
    """Give one a new password, and print it once."""
    from lapor_launcher import officers

    officers.reset(folder, username)


@officer.command("list")
@click.option("--agency", help="Of this body only.")
@click.pass_obj
def officer_list(folder: Path, agency: str | None) -> None:
    """List who may sign in."""
    from lapor_launcher import officers

    officers.show(folder, agency)


@officer.command("deactivate")
@click.argument("username")
@click.pass_obj
def officer_deactivate(folder: Path, username: str) -> None:
    """Let somebody sign in no more; what they did stays theirs."""
    from lapor_launcher import officers

    officers.set_active(folder, username, active=False)


@officer.command("activate")
@click.argument("username")
@click.pass_obj
def officer_activate(folder: Path, username: str) -> None:
    """Let somebody sign in again."""
    from lapor_launcher import officers

    officers.set_active(folder, username, active=True)


@officer.command("absent")
@click.argument("username")
@click.option("--from", "first", type=click.DateTime(["%Y-%m-%d"]), help="The first day.")
@click.option("--until", "last", type=click.DateTime(["%Y-%m-%d"]), help="The last day.")
@click.option("--substitute", metavar="USERNAME", help="Another officer of the same body, who acts meanwhile.")
@click.pass_obj
def officer_absent(
    folder: Path, username: str, first: datetime | None, last: datetime | None, substitute: str | None
) -> None:
    """Note that somebody is away; without days, that they are back."""
    from lapor_launcher import officers

    officers.set_absence(folder, username, first, last, substitute)


@click.group()
def agency() -> None:
    """Bodies of the directory, and the systems of their own."""


@agency.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.pass_obj
def agency_export(folder: Path, file: Path) -> None:
    """Write the whole directory into FILE.csv."""
    from lapor_launcher import directory as commands

    commands.export(folder, file)


@agency.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--reason", default="", help="Why, as the history shall tell it; else the file's name.")
@click.option("--dry-run", is_flag=True, help="Say what would change, and change nothing.")
@click.pass_obj
def agency_import(folder: Path, file: Path, reason: str, dry_run: bool) -> None:
    """Add and change the bodies that FILE.csv names; exit with 1, and change nothing, if a row is wrong."""
    from lapor_launcher import directory as commands

    sys.exit(commands.bring(folder, file, reason=reason, is_trial=dry_run))


for _command in systems.COMMANDS:
    agency.add_command(_command)
