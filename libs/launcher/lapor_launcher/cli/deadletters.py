"""``lapor deadletters``."""

from pathlib import Path

import click

from lapor_launcher.cli.parameters import SERVICES


@click.group()
def deadletters() -> None:
    """Messages set aside because they could not be handled."""


@deadletters.command("list")
@click.argument("service", type=SERVICES, required=False)
@click.pass_obj
def deadletters_list(folder: Path, service: str | None) -> None:
    """List them: which, since when, why."""
    from lapor_launcher import dead_letters

    dead_letters.show_all(folder, service)


@deadletters.command("show")
@click.argument("letter_id")
@click.pass_obj
def deadletters_show(folder: Path, letter_id: str) -> None:
    """Show one with its content, as far as content is kept."""
    from lapor_launcher import dead_letters

    dead_letters.show(folder, letter_id)


@deadletters.command("replay")
@click.argument("letter_id")
@click.pass_obj
def deadletters_replay(folder: Path, letter_id: str) -> None:
    """Bring one to its service again."""
    from lapor_launcher import dead_letters

    dead_letters.replay(folder, letter_id)


@deadletters.command("discard")
@click.argument("letter_id")
@click.confirmation_option(prompt="It cannot be brought back. Discard it?")
@click.pass_obj
def deadletters_discard(folder: Path, letter_id: str) -> None:
    """Throw one away for good."""
    from lapor_launcher import dead_letters

    dead_letters.discard(folder, letter_id)
