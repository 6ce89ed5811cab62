"""``lapor routing train``: learns who is competent from decided reports."""

import time
from pathlib import Path

import click

from lapor_launcher.routing import read_decided
from lapor_routing.learning import Example, Model, ModelFileError, TrainingError, is_better, load, save, train
from lapor_routing.reference.rules import shipped_rules


def learn(file: Path, out: Path, *, force: bool) -> None:
    """Make a model from the reports of a file, unless the one that is there is better."""
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
    click.echo(
        f"{out}: model {model.version}, {len(model.bodies):,} bodies of {len(model.regions):,} regions, "
        f"{out.stat().st_size / 1024**2:.1f} MB, learned in {time.perf_counter() - began:.0f} s"
    )


def _model_at(path: Path) -> Model | None:
    try:
        return load(path) if path.exists() else None
    except ModelFileError as error:
        raise click.ClickException(f"{path}: {error}\nIt is not replaced; --force does.") from None
