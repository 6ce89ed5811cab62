"""What ``lapor channels`` shows: every way in, and what it still lacks."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Column, Table

from lapor_launcher.real import environment_of
from lapor_launcher.services import database_of


def show(folder: Path, console: Console) -> None:
    """Print the channels with their state."""
    from lapor_intake import service

    environment = environment_of(folder)
    settings = service.Settings.from_environment(environment)
    table = Table("channel", "what comes in", "state", Column("not set", no_wrap=True))
    for channel in service.channels_of(settings, database_of("intake", environment)):
        state = "closed" if channel.lacks else "open"
        table.add_row(escape(channel.name), escape(channel.title), state, "\n".join(channel.lacks))
    console.print(table)
