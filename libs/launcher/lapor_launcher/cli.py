"""The ``lapor`` command. Each subcommand imports what it needs when it runs: a worker must patch sockets first."""

import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

import click

from lapor_launcher import systems_cli

SERVICES = click.Choice(["intake", "verification", "routing", "tracking", "notification"])
PORTS = click.IntRange(1, 65535)
ROLES = click.Choice(["verifier", "officer", "administrator", "coordinator", "supervisor", "operator", "custodian"])


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


@main.command()
@click.option("--once", is_flag=True, help="Stop after the journey; exit with 1 if a report does not arrive.")
@click.option("--quiet", is_flag=True, help="Serve without sending the sample reports.")
@click.option("--port", type=PORTS, envvar="PORT", default=8000, show_default=True)
@click.option("--patience", type=float, default=90, show_default=True, help="Seconds that the eight may take.")
@click.pass_obj
def run(folder: Path, once: bool, quiet: bool, port: int, patience: float) -> None:
    """Run everything in this one process, and send eight sample reports on their way."""
    from lapor_launcher import run as embedded

    sys.exit(embedded.run(folder, once=once, journey=not quiet, port=port, patience=patience))


@main.command()
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


@main.command()
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


@main.command()
@click.argument("service", type=SERVICES, required=False)
@click.pass_obj
def migrate(folder: Path, service: str | None) -> None:
    """Bring the databases to their newest version."""
    from lapor_launcher import operate

    operate.migrate(folder, service)


@main.command()
@click.option("--declare", is_flag=True, help="Also declare it on the broker that AMQP_URI names.")
def topology(declare: bool) -> None:
    """Print every exchange, queue and binding."""
    from lapor_launcher import operate

    operate.topology(wants_declared=declare)


@main.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def keys(folder: Path) -> None:
    """Make the system's keys in FOLDER, where they are missing, and print the variables that name them."""
    from lapor_launcher.keys import ensure_keys

    for variable, value in ensure_keys(folder).items():
        click.echo(f"{variable}={value}")


@main.command()
@click.pass_obj
def doctor(folder: Path) -> None:
    """Check this set-up, and say in words what is wrong."""
    from lapor_launcher.doctor import examine

    sys.exit(examine(folder))


@main.group()
def deadletters() -> None:
    """Messages set aside because they could not be handled."""


@deadletters.command("list")
@click.argument("service", type=SERVICES, required=False)
@click.pass_obj
def deadletters_list(folder: Path, service: str | None) -> None:
    """List them: which, since when, why."""
    from lapor_launcher import operate

    operate.list_dead_letters(folder, service)


@deadletters.command("show")
@click.argument("letter_id")
@click.pass_obj
def deadletters_show(folder: Path, letter_id: str) -> None:
    """Show one with its content, as far as content is kept."""
    from lapor_launcher import operate

    operate.show_dead_letter(folder, letter_id)


@deadletters.command("replay")
@click.argument("letter_id")
@click.pass_obj
def deadletters_replay(folder: Path, letter_id: str) -> None:
    """Bring one to its service again."""
    from lapor_launcher import operate

    operate.replay_dead_letter(folder, letter_id)


@deadletters.command("discard")
@click.argument("letter_id")
@click.confirmation_option(prompt="It cannot be brought back. Discard it?")
@click.pass_obj
def deadletters_discard(folder: Path, letter_id: str) -> None:
    """Throw one away for good."""
    from lapor_launcher import operate

    operate.discard_dead_letter(folder, letter_id)


@main.group()
def directory() -> None:
    """The directory of agencies."""


@directory.command("load")
@click.pass_obj
def directory_load(folder: Path) -> None:
    """Load the shipped directory; what is there already stays, what differs is brought up to date."""
    from lapor_launcher import operate

    operate.load_directory(folder)


@main.group()
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
    from lapor_launcher import operate

    operate.add_officer(folder, username, [Role(role) for role in roles], agency)


@officer.command("reset")
@click.argument("username")
@click.pass_obj
def officer_reset(folder: Path, username: str) -> None:
    """Give one a new password, and print it once."""
    from lapor_launcher import operate

    operate.reset_officer(folder, username)


@officer.command("list")
@click.option("--agency", help="Of this body only.")
@click.pass_obj
def officer_list(folder: Path, agency: str | None) -> None:
    """List who may sign in."""
    from lapor_launcher import directory as commands

    commands.list_officers(folder, agency)


@officer.command("deactivate")
@click.argument("username")
@click.pass_obj
def officer_deactivate(folder: Path, username: str) -> None:
    """Let somebody sign in no more; what they did stays theirs."""
    from lapor_launcher import directory as commands

    commands.set_active(folder, username, active=False)


@officer.command("activate")
@click.argument("username")
@click.pass_obj
def officer_activate(folder: Path, username: str) -> None:
    """Let somebody sign in again."""
    from lapor_launcher import directory as commands

    commands.set_active(folder, username, active=True)


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
    from lapor_launcher import directory as commands

    commands.set_absence(folder, username, first, last, substitute)


@main.command("import")
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


@main.group()
def adapter() -> None:
    """Channel adapters written by others."""


@adapter.command("add")
@click.argument("name")
@click.pass_obj
def adapter_add(folder: Path, name: str) -> None:
    """Let an adapter hand in reports, and print its secret once."""
    from lapor_launcher import operate

    operate.add_adapter(folder, name)


@adapter.command("remove")
@click.argument("name")
@click.confirmation_option(prompt="It can hand in nothing from then on. Remove it?")
@click.pass_obj
def adapter_remove(folder: Path, name: str) -> None:
    """End an adapter's rights at once, over HTTP and on the broker. Its reports stay."""
    from lapor_launcher import operate

    operate.remove_adapter(folder, name)


@adapter.command("list")
@click.pass_obj
def adapter_list(folder: Path) -> None:
    """List the adapters: since when, and whether the broker knows them."""
    from lapor_launcher import operate

    operate.list_adapters(folder)


@main.command()
@click.pass_obj
def channels(folder: Path) -> None:
    """List the ways in, and what each of them still lacks."""
    from lapor_launcher import channels as ways_in
    from lapor_launcher.operate import console

    ways_in.show(folder, console)


@main.group()
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


@main.group()
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


for _command in systems_cli.COMMANDS:
    agency.add_command(_command)


MODEL = click.option(
    "--model", type=click.Path(exists=True, path_type=Path), help="A model that `lapor routing train` has made."
)
THRESHOLD = click.option(
    "--threshold",
    type=click.FloatRange(0, 1),
    envvar="LAPOR_ROUTING_THRESHOLD",
    default=0.8,
    show_default=True,
    help="From this confidence on a report is routed without a person.",
)


@main.group()
def routing() -> None:
    """Who is competent for a report, and how well that is known."""


@routing.command("explain")
@click.argument("source", metavar="FILE|TEXT")
@click.option("--region", "region_code", metavar="CODE", help="Where, by its Kemendagri code: 35.78, 35.78.02.1004.")
@click.option("--place", help="Where, in words.")
@click.option("--point", nargs=2, type=float, metavar="LAT LON", help="Where, as pinned on a map.")
@click.option("--agency", "agency_code", metavar="CODE", help="The body that the reporter chose.")
@click.option("--category", metavar="CODE", help="The category that the reporter chose.")
@MODEL
@THRESHOLD
@click.option("--json", "as_json", is_flag=True, help="One line of JSON.")
def routing_explain(
    source: str,
    region_code: str | None,
    point: tuple[float, float] | None,
    model: Path | None,
    threshold: float,
    as_json: bool,
    **given: str | None,
) -> None:
    """Show who is competent for a TEXT, or the one in FILE, with the evidence, and what would become of it."""
    from lapor_contracts.events import Point
    from lapor_contracts.regions import enclosing
    from lapor_launcher import routing as commands

    if region_code and not enclosing(region_code):
        raise click.BadParameter(f"{region_code} is no region", param_hint="--region")
    if point and not (abs(point[0]) <= 90 and abs(point[1]) <= 180):
        raise click.BadParameter("latitude -90 to 90, longitude -180 to 180", param_hint="--point")
    pinned = Point(latitude=point[0], longitude=point[1]) if point else None
    report = {"region_code": region_code, "point": pinned, **given}
    commands.explain(source, report, model, threshold, as_json=as_json)


@routing.command("evaluate")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@MODEL
@THRESHOLD
@click.option("--json", "as_json", is_flag=True, help="The figures as one JSON object on the last line.")
def routing_evaluate(file: Path, model: Path | None, threshold: float, as_json: bool) -> None:
    """Choose for the decided reports of FILE, and say how often the choice is right.

    FILE is a CSV with the columns id, title, text, region_code, agency_code, accept_codes (parted by |).
    """
    from lapor_launcher import routing as commands

    commands.evaluate(file, model, threshold, as_json=as_json)


@routing.command("train")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("routing.model"),
    show_default=True,
    help="The model to write.",
)
@click.option("--force", is_flag=True, help="Replace a model that is there, even a better one.")
def routing_train(file: Path, out: Path, force: bool) -> None:
    """Learn who is competent from the decided reports of FILE, the latest last; see `evaluate` for its columns."""
    from lapor_launcher import routing_learning as commands

    commands.learn(file, out, force=force)


@routing.command("propose")
@click.option(
    "--least", type=click.IntRange(2), default=5, show_default=True, help="So many corrected reports must agree."
)
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only from reports verified since that day (UTC).")
@click.pass_obj
def routing_propose(folder: Path, least: int, since: datetime | None) -> None:
    """Propose corrections of the rules from refusals, each tried on all that was decided, for a coordinator."""
    from lapor_launcher import routing_learning as commands

    commands.propose(folder, least=least, since=since and since.replace(tzinfo=UTC))


@main.group()
def vault() -> None:
    """Where it lies who reported."""


@vault.command("status")
@click.pass_obj
def vault_status(folder: Path) -> None:
    """Say which master keys wrap how many data keys."""
    from lapor_launcher import vault as commands

    commands.status(folder)


@vault.command("rotate")
@click.option("--new-key", is_flag=True, help="First make one in the folder's keys; nobody may be running on them.")
@click.pass_obj
def vault_rotate(folder: Path, new_key: bool) -> None:
    """Wrap every data key with the present master key, while everybody goes on; killed, it can be begun again."""
    from lapor_launcher import vault as commands

    commands.rotate(folder, wants_new_key=new_key)


@vault.command("forget")
@click.argument("tracking_id")
@click.confirmation_option(prompt="Nobody will ever know who reported this, and its original is gone. Forget it?")
@click.pass_obj
def vault_forget(folder: Path, tracking_id: str) -> None:
    """Destroy the keys of one report's identity, original texts and files."""
    from lapor_launcher import vault as commands

    commands.forget(folder, tracking_id)


@main.group()
def audit() -> None:
    """What was done about identities, by whom."""


@audit.command("show")
@click.argument("tracking_id", required=False)
@click.option("--last", type=click.IntRange(1), default=50, show_default=True, help="How many entries.")
@click.pass_obj
def audit_show(folder: Path, tracking_id: str | None, last: int) -> None:
    """Show the newest entries, all or those about one report."""
    from lapor_launcher import vault as commands

    commands.show_audit(folder, tracking_id, last)


@audit.command("verify")
@click.option("--expect", metavar="COUNT:HASH", help="What this command printed earlier, and you kept elsewhere.")
@click.pass_obj
def audit_verify(folder: Path, expect: str | None) -> None:
    """Look for any entry that was changed, removed, put in or moved; exit with 1 naming the first."""
    from lapor_launcher import vault as commands

    commands.verify_audit(folder, expect)


@main.group()
def oversight() -> None:
    """Bodies that whistleblowers may choose, and their sealed reports."""


@oversight.command("add")
@click.argument("code")
@click.option("--name", required=True, help="As the form shows it.")
@click.option("--key-file", type=click.Path(path_type=Path), help="Write the private key there instead of printing it.")
@click.pass_obj
def oversight_add(folder: Path, code: str, name: str, key_file: Path | None) -> None:
    """Let whistleblowers choose a body of the directory, and hand over its private key, this once."""
    from lapor_launcher import operate, oversight

    oversight.add(folder, code, name, key_file, operate.console)


@oversight.command("list")
@click.pass_obj
def oversight_list(folder: Path) -> None:
    """List who can be chosen."""
    from lapor_launcher import operate, oversight

    oversight.show(folder, operate.console)


@oversight.command("remove")
@click.argument("code")
@click.pass_obj
def oversight_remove(folder: Path, code: str) -> None:
    """Let nobody choose a body any more."""
    from lapor_launcher import operate, oversight

    oversight.remove(folder, code, operate.console)


@oversight.command("open")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--key", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
def oversight_open(file: Path, key: Path) -> None:
    """Print what a whistleblower wrote, from the FILE that the report's page lets you download."""
    from lapor_launcher import oversight

    oversight.open_papers(file, key)


@oversight.command("seal")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.argument("answer", type=click.File(), default="-")
def oversight_seal(file: Path, answer: TextIO) -> None:
    """Seal an ANSWER (a file; else what is typed) for the reporter of FILE, to be pasted into the report's page."""
    from lapor_launcher import oversight

    oversight.seal_answer(file, answer.read().strip())


@main.group()
def contracts() -> None:
    """What is said on the wire, as documents."""


@contracts.command("write")
def contracts_write() -> None:
    """Write docs/events.md, docs/asyncapi.json and docs/openapi/."""
    from lapor_launcher import documents

    documents.write(Path("docs"))


@contracts.command("check")
def contracts_check() -> None:
    """Fail where the documents in docs/ do not say what the code says."""
    from lapor_launcher import documents

    sys.exit(documents.check(Path("docs")))


@main.group()
def bench() -> None:
    """Measure."""


@bench.command("flow")
@click.option("--reports", type=click.IntRange(1), default=5_000, show_default=True)
@click.option("--rate", type=click.IntRange(0), default=100, show_default=True, help="Of the steady part; 0: none.")
@click.option("--json", "as_json", is_flag=True, help="The last line is one JSON object.")
def bench_flow(reports: int, rate: int, as_json: bool) -> None:
    """Reports from submission to routed and notified, through five services on RabbitMQ and PostgreSQL."""
    from lapor_launcher.bench import flow

    flow.measure(reports=reports, rate=rate, as_json=as_json)


@bench.command("http")
@click.option("--reports", type=click.IntRange(1), default=2_000, show_default=True)
@click.option("--clients", type=click.IntRange(1), default=8, show_default=True)
@click.option("--rate", type=click.IntRange(0), default=100, show_default=True, help="Of the steady part; 0: none.")
@click.option("--webs", type=click.IntRange(1), default=2, show_default=True, help="Web processes of intake.")
@click.option("--workers", is_flag=True, help="Let the five workers handle the reports meanwhile.")
@click.option("--json", "as_json", is_flag=True, help="The last line is one JSON object.")
def bench_http(reports: int, clients: int, rate: int, webs: int, workers: bool, as_json: bool) -> None:
    """Reports through the API and the SMS gateway's webhook, half of them each."""
    from lapor_launcher.bench import http

    http.measure(reports=reports, clients=clients, rate=rate, webs=webs, workers=workers, as_json=as_json)


@bench.command("repeats")
@click.option("--reports", type=click.IntRange(1_000), default=1_000_000, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="The last line is one JSON object.")
def bench_repeats(reports: int, as_json: bool) -> None:
    """How long it takes to find what a report repeats, among so many earlier ones, on SQLite and PostgreSQL."""
    from lapor_launcher.bench import repeats

    repeats.measure(reports=reports, as_json=as_json)


def _log_as_json() -> None:
    from lapor_chassis.telemetry import configure_logging

    configure_logging(as_json=not sys.stderr.isatty(), level=os.environ.get("LAPOR_LOG_LEVEL", "INFO"))


if __name__ == "__main__":
    main()
