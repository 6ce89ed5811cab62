"""``lapor routing``."""

from datetime import UTC, datetime
from pathlib import Path

import click

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


@click.group()
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


@routing.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--since", type=click.DateTime(["%Y-%m-%d"]), help="Only reports verified since that day (UTC).")
@click.option("--corrected", is_flag=True, help="Only what was refused, or what a coordinator had to decide.")
@click.pass_obj
def routing_export(folder: Path, file: Path, since: datetime | None, corrected: bool) -> None:
    """Write what was decided into FILE.csv, for `train` and `evaluate`: each report with the body that was competent.

    It holds the reports as officers read them, secret ones among them; whistleblowers' reports are left out.
    """
    from lapor_launcher import routing_learning as commands

    commands.export(folder, file, since=since and since.replace(tzinfo=UTC), only_corrected=corrected)


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
