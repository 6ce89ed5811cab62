"""The words of the ``lapor`` command. Each imports what it needs when it runs: a worker must patch sockets first."""

from pathlib import Path
from typing import Any

import click

from lapor_launcher.cli.bench import bench
from lapor_launcher.cli.calendar import calendar
from lapor_launcher.cli.categories import categories
from lapor_launcher.cli.contracts import contracts
from lapor_launcher.cli.deadletters import deadletters
from lapor_launcher.cli.directory import agency, directory, officer
from lapor_launcher.cli.replay import replay
from lapor_launcher.cli.reports import adapter, channels, import_file
from lapor_launcher.cli.routing import routing
from lapor_launcher.cli.running import doctor, keys, migrate, run, serve, simulate, topology, up
from lapor_launcher.cli.secrets import audit, oversight, vault


class Lapor(click.Group):
    """Expected trouble is one sentence, not a traceback."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the subcommand."""
        from lapor_chassis.errors import SettingsError

        try:
            return super().invoke(ctx)
        except SettingsError as error:
            raise click.ClickException(str(error)) from None


@click.group(cls=Lapor, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var"),
    envvar="LAPOR_FOLDER",
    show_default=True,
    help="Where the embedded mode keeps its files, and where keys are kept.",
)
@click.pass_context
def main(context: click.Context, folder: Path) -> None:
    """SP4N-LAPOR!: reports in, to the body that is competent, and an answer back."""
    context.obj = folder


for _command in (
    run,
    serve,
    up,
    migrate,
    topology,
    keys,
    doctor,
    deadletters,
    directory,
    agency,
    officer,
    import_file,
    adapter,
    channels,
    calendar,
    categories,
    routing,
    replay,
    vault,
    audit,
    oversight,
    contracts,
    bench,
    simulate,
):
    main.add_command(_command)
