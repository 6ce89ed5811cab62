"""``lapor run``, ``serve`` and ``up``: the system itself, and what an operator does before it runs."""

import os
import sys
from pathlib import Path

import click

from lapor_launcher.cli.parameters import PORTS, SERVICES


@click.command()
@click.option("--once", is_flag=True, help="Stop after the journey; exit with 1 if a report does not arrive.")
@click.option("--quiet", is_flag=True, help="Serve without sending the sample reports.")
@click.option("--port", type=PORTS, envvar="PORT", default=8000, show_default=True)
@click.option("--patience", type=float, default=90, show_default=True, help="Seconds that the eight may take.")
@click.pass_obj
def run(folder: Path, once: bool, quiet: bool, port: int, patience: float) -> None:
    """Run everything in this one process, and send eight sample reports on their way."""
    from lapor_launcher import run as embedded

    sys.exit(embedded.run(folder, once=once, journey=not quiet, port=port, patience=patience))


@click.command()
@click.argument("service", type=click.Choice([*SERVICES.choices, "all"]))
@click.option("--worker", is_flag=True, help="Take the service's messages off RabbitMQ.")
@click.option("--web", is_flag=True, help="Answer HTTP. With ``all``: for every service, behind one address.")
@click.option("--lmtp", is_flag=True, help="Take e-mails from a mail server, by LMTP or SMTP (intake; port 8024).")
@click.option("--host", default="127.0.0.1", show_default=True, envvar="LAPOR_HOST")
@click.option("--port", type=PORTS, help="For --web; for --worker where /healthz, /readyz and /metrics answer.")
@click.pass_obj
def serve(folder: Path, service: str, worker: bool, web: bool, lmtp: bool, host: str, port: int | None) -> None:
    """Run one service as a process of its own."""
    if [worker, web, lmtp].count(True) != 1:
        raise click.UsageError("say --worker, --web or --lmtp")
    if worker:
        from lapor_launcher import greenlets

        greenlets.prepare()
    from lapor_launcher.serve import serve_lmtp, serve_web, serve_worker

    _log_as_json()
    if lmtp:
        if service != "intake":
            raise click.UsageError("e-mails come to intake")
        serve_lmtp(host=host, port=port or 8024)
    elif worker:
        if service == "all":
            raise click.UsageError("a worker is of one service")
        serve_worker(service, host=host, port=port)
    else:
        serve_web(service, host=host, port=port or 8000)


@click.command()
@click.option("--workers", type=click.IntRange(0), default=1, show_default=True, help="Workers of each service.")
@click.option("--webs", type=click.IntRange(0), default=1, show_default=True, help="Web servers of each service.")
@click.option("--port", type=PORTS, envvar="PORT", default=8000, show_default=True, help="Of the front; others follow.")
@click.pass_obj
def up(folder: Path, workers: int, webs: int, port: int) -> None:
    """Start every service as processes of its own, on the broker and the databases that the environment names."""
    from lapor_launcher import up as processes
    from lapor_launcher.real import real_environment

    environment = real_environment(folder, {**os.environ, "PORT": str(port)})
    processes.run(environment, workers=workers, webs=webs, first_port=port)


@click.command()
@click.option("--days", type=click.IntRange(1), default=30, show_default=True)
@click.option("--reports-per-day", type=click.IntRange(1), default=3_400, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes up the same people.")
@click.option(
    "--keep", type=click.Path(file_okay=False, path_type=Path), help="A new folder for the databases, to look at."
)
def simulate(days: int, reports_per_day: int, seed: int, keep: Path | None) -> None:
    """Let a made-up country report for so many days, on a clock of its own; 1 if a promise was broken."""
    from lapor_launcher import simulate as simulation

    sys.exit(simulation.run(days=days, reports_per_day=reports_per_day, seed=seed, folder=keep))


@click.command()
@click.argument("service", type=SERVICES, required=False)
@click.pass_obj
def migrate(folder: Path, service: str | None) -> None:
    """Bring the databases to their newest version."""
    from lapor_launcher import operate

    operate.migrate(folder, service)


@click.command()
@click.option("--declare", is_flag=True, help="Also declare it on the broker that AMQP_URI names.")
def topology(declare: bool) -> None:
    """Print every exchange, queue and binding."""
    from lapor_launcher import operate

    operate.topology(wants_declared=declare)


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def keys(folder: Path) -> None:
    """Make the system's keys in FOLDER, where they are missing, and print the variables that name them."""
    from lapor_launcher.keys import ensure_keys

    for variable, value in ensure_keys(folder).items():
        click.echo(f"{variable}={value}")


@click.command()
@click.pass_obj
def doctor(folder: Path) -> None:
    """Check this set-up, and say in words what is wrong."""
    from lapor_launcher.doctor import examine

    sys.exit(examine(folder))


def _log_as_json() -> None:
    from lapor_chassis.telemetry import configure_logging

    configure_logging(as_json=not sys.stderr.isatty(), level=os.environ.get("LAPOR_LOG_LEVEL", "INFO"))
