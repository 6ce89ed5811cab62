"""``lapor routing train``, ``export`` and ``propose``: learn from decided reports, and from refusals."""

import csv
import os
import time
from datetime import datetime
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from lapor_launcher.operate import database, in_words
from lapor_launcher.real import environment_of
from lapor_launcher.routing import COLUMNS, read_decided
from lapor_routing.learning import Example, Model, ModelFileError, TrainingError, is_better, load, save, train
from lapor_routing.reference.rules import shipped_rules


def learn(file: Path, out: Path, *, force: bool) -> None:
    """Make a model from the reports of a file, unless the one that is there is better."""
    if not out.absolute().parent.is_dir():
        raise click.ClickException(f"{out}: there is no such folder")
    decided, troubles = read_decided(file)
    for trouble in troubles:
        click.echo(trouble, err=True)
    old = None if force else _model_at(out)
    began = time.perf_counter()
    rules = shipped_rules()
    examples = [Example(one.report, one.agency_code, one.accepted) for one in decided]
    try:
        trained = train(examples, rules, click.echo)
    except TrainingError as error:
        raise click.ClickException(f"{file}: {error}") from None
    if old is not None:
        better, why = is_better(old, trained, rules)
        click.echo(why)
        if better:
            raise click.ClickException(f"{out} is better and stays; --force replaces it all the same.")
    try:
        model = save(trained.model, out)
    except (OSError, ModelFileError) as error:
        raise click.ClickException(f"{out}: {error}") from None
    if threshold := model.figures.get("threshold_at_97"):
        click.echo(f"with LAPOR_ROUTING_THRESHOLD={threshold:.2f} 97 % of those routed alone would have been right")
    click.echo(
        f"{out}: model {model.version}, {len(model.bodies):,} bodies of {len(model.regions):,} regions, "
        f"{out.stat().st_size / 1024**2:.1f} MB, learned in {time.perf_counter() - began:.0f} s"
    )


def _model_at(path: Path) -> Model | None:
    try:
        return load(path) if path.exists() else None
    except ModelFileError as error:
        raise click.ClickException(f"{path}: {error}\nIt is not replaced; --force does.") from None


@in_words()
def export(folder: Path, file: Path, *, since: datetime | None, only_corrected: bool) -> None:
    """Write every report of which it is known who was competent, the latest last, as `train` reads it."""
    from lapor_routing.handlers import proposing

    count = 0
    # Nobody but the operator reads it: most reports are secret.
    with open(file, "w", encoding="utf-8", newline="", opener=lambda path, flags: os.open(path, flags, 0o600)) as lines:
        rows = csv.writer(lines)
        rows.writerow(COLUMNS)
        for batch in proposing.history(database(folder, "routing"), since):
            wanted = [one for one in batch if one.corrected or not only_corrected]
            rows.writerows(
                (one.tracking_id, one.report.title, one.report.body, one.report.region_code, one.agency_code, "")
                for one in wanted
            )
            count += len(wanted)
    click.echo(f"{file}: {count:,} reports")


@in_words()
def propose(folder: Path, *, least: int, since: datetime | None) -> None:
    """Learn from refusals, and keep what would put right far more than it breaks for a coordinator to decide."""
    environment = environment_of(folder)
    transactions = database(folder, "routing")
    from lapor_routing.current import CurrentDirectory
    from lapor_routing.experience import MODEL, model_at
    from lapor_routing.handlers import proposing

    named = environment.get(MODEL)
    snapshot = CurrentDirectory(transactions)()
    with Progress(console=Console(stderr=True)) as progress:
        task = progress.add_task("Reading what was decided", total=None)
        found = proposing.propose(
            transactions,
            snapshot,
            shipped_rules(),
            model=model_at(Path(named)) if named else None,
            least=least,
            since=since,
            progress=lambda count: progress.advance(task, count),
        )
    for trial in found:
        one = trial.correction
        click.echo(
            f"{one.subject} in {one.region_code or 'the country'} → {one.agency_code}: "
            f"would have fixed {trial.fixed:,}, broken {trial.broken:,}"
        )
    click.echo(f"{len(found):,} proposals; a coordinator decides about them at /koordinasi/usulan.")
