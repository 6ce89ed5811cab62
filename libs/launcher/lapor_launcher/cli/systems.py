"""The words of ``lapor agency connect`` and its neighbours."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TextIO
from uuid import UUID

import click

from lapor_chassis.tracking_ids import as_written

_secret_file = click.option(
    "--secret-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the secret there (a new file, mode 600) instead of printing it.",
)


@click.command()
@click.argument("code")
@click.option("--webhook", metavar="URL", help="By posts to this https:// address, signed as Standard Webhooks says.")
@click.option("--open311", metavar="URL", help="By requests to this GeoReport v2 server, such as https://…/open311/v2.")
@click.option("--email", metavar="ADDRESS", help="By letters to this mailbox, which are answered by replying.")
@click.option("--jurisdiction", help="Open311: its jurisdiction_id.")
@click.option("--api-key-file", type=click.File(), help="Open311: a file with the api_key that the body gave us.")
@click.option(
    "--service",
    "services",
    metavar="TOPIC=SERVICE_CODE",
    multiple=True,
    help="Open311: the service_code for a topic, or * for all others; may be given often.",
)
@click.option("--xml", is_flag=True, help="Open311: the server answers in XML alone.")
@click.option("--updates", is_flag=True, help="Open311: the server has mySociety's servicerequestupdates.")
@_secret_file
@click.pass_obj
def connect(
    folder: Path,
    code: str,
    webhook: str | None,
    open311: str | None,
    email: str | None,
    jurisdiction: str | None,
    api_key_file: TextIO | None,
    services: tuple[str, ...],
    xml: bool,
    updates: bool,
    secret_file: Path | None,
) -> None:
    """Connect a body's own system, over the broker unless another way is named; what it is assigned goes there too.

    Given again, it replaces the connection and its secret.
    """
    from lapor_launcher import systems

    pairs = dict(one.partition("=")[::2] for one in services)
    wanted = systems.Wanted(
        webhook=webhook,
        open311=open311,
        email=email,
        jurisdiction=jurisdiction,
        services=pairs,
        xml=xml,
        updates=updates,
        api_key=api_key_file.read().strip() if api_key_file else None,
    )
    if len(wanted.addresses) > 1:
        raise click.UsageError("one of --webhook, --open311 and --email")
    if not all(pairs.values()):
        raise click.UsageError("--service: write TOPIC=SERVICE_CODE")
    systems.connect(folder, code, wanted, secret_file)


@click.command()
@click.argument("code")
@click.confirmation_option(prompt="Its system gets nothing and can say nothing from then on. Disconnect it?")
@click.pass_obj
def disconnect(folder: Path, code: str) -> None:
    """End a body's connection at once. Its reports stay in its inbox."""
    from lapor_launcher import systems

    systems.disconnect(folder, code)


@click.command("list")
@click.pass_obj
def show(folder: Path) -> None:
    """List the connections: by which means, how much waits, how they have been doing."""
    from lapor_launcher import systems

    systems.show(folder)


@click.command()
@click.argument("code")
@click.option("--overlap", metavar="HOURS", type=click.FloatRange(0), default=24, show_default=True)
@_secret_file
@click.pass_obj
def rotate(folder: Path, code: str, overlap: float, secret_file: Path | None) -> None:
    """Give a body's system a new secret; those from before stay valid for the overlap (on the broker: not at all)."""
    from lapor_launcher import systems

    systems.rotate(folder, code, timedelta(hours=overlap), secret_file)


@click.command()
@click.argument("code")
@click.pass_obj
def deliveries(folder: Path, code: str) -> None:
    """List what was and is to be brought to a body's system."""
    from lapor_launcher import systems

    systems.show_deliveries(folder, code)


@click.command()
@click.argument("code")
@click.option("--id", "delivery_id", type=click.UUID, help="This one.")
@click.option("--report", "typed", help="All of the report with this tracking ID.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="All since then (UTC).")
@click.pass_obj
def redeliver(folder: Path, code: str, delivery_id: UUID | None, typed: str | None, since: datetime | None) -> None:
    """Bring a body's system once more what it has had."""
    from lapor_launcher import systems

    if [delivery_id, typed, since].count(None) != 2:
        raise click.UsageError("say --id, --report or --since")
    systems.redeliver(
        folder,
        code,
        since=since.replace(tzinfo=UTC) if since else None,
        delivery_id=delivery_id,
        tracking_id=as_written(typed) if typed else None,
    )


@click.command()
@click.argument("code")
@click.pass_obj
def resume(folder: Path, code: str) -> None:
    """Go on with a body's system that failed for so long, or said so plainly, that it is asked no more."""
    from lapor_launcher import systems

    systems.resume(folder, code)


COMMANDS = (connect, disconnect, show, rotate, deliveries, redeliver, resume)
