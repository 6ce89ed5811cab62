"""``lapor routing``: who is competent for a text and why, and how often the choice is right on decided reports."""

import csv
import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.markup import escape
from rich.progress import track
from rich.table import Table

from lapor_contracts.regions import enclosing
from lapor_launcher.operate import console
from lapor_routing.domain.agencies import Directory
from lapor_routing.domain.choice import Candidate, Choice, Report, choose
from lapor_routing.experience import Model, ask
from lapor_routing.reference.agencies import agency_rows
from lapor_routing.reference.rules import shipped_rules

COLUMNS = ("id", "title", "text", "region_code", "agency_code", "accept_codes")
#: A model is asked for so many reports at once.
BATCH = 256
#: How many confusions are shown.
WORST = 15
#: The most confident so much of all reports.
COVERAGES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
#: Of decisions made alone so many should be right.
WANTED_PRECISION = 0.97


@dataclass(frozen=True)
class Decided:
    """A report, and the bodies that are right for it."""

    id: str
    report: Report
    agency_code: str
    accepted: frozenset[str]


@dataclass(frozen=True)
class Result:
    """What was chosen for a decided report."""

    decided: Decided
    choice: Choice

    @property
    def confidence(self) -> float:
        """How sure it is that its first body is right: not at all where none wins."""
        return self.choice.confidence if self.choice.winner else 0.0

    def right_within(self, places: int) -> bool:
        """Whether a right body is among the first so many."""
        return any(candidate.agency_code in self.decided.accepted for candidate in self.choice.candidates[:places])


def explain(source: str, report: dict[str, Any], model: Path | None, threshold: float, *, as_json: bool) -> None:
    """Show the choice for a text, or for the text in a file, whose first line is then its title."""
    title, body = _text(source)
    directory = shipped_directory()
    [choice] = decide([Report(title=title, body=body, **report)], directory, model, threshold)
    if as_json:
        click.echo(json.dumps(_told(choice, directory), ensure_ascii=False))
    else:
        _show(choice, directory)


def evaluate(file: Path, model: Path | None, threshold: float, *, as_json: bool) -> None:
    """Choose for every report of a file, and say how often it was right."""
    decided, troubles = read_decided(file)
    for trouble in troubles:
        click.echo(trouble, err=True)
    if not decided:
        raise click.ClickException(f"{file}: no row to measure with.")
    directory = shipped_directory()
    unknown = sum(not any(directory.get(code) for code in one.accepted) for one in decided)
    if unknown:
        click.echo(f"{unknown} rows accept only bodies that are not in the directory", err=True)
    decide([decided[0].report], directory, model, threshold)  # so that loading is not timed
    began = time.perf_counter()
    choices = decide([one.report for one in decided], directory, model, threshold, progress=True)
    per_second = len(decided) / (time.perf_counter() - began)
    results = [Result(one, choice) for one, choice in zip(decided, choices, strict=True)]
    figures = measure(results, threshold) | {"per_second": round(per_second)}
    _show_measured(results, figures)
    if as_json:
        click.echo(json.dumps(figures))


def shipped_directory() -> Directory:
    """The bodies that come with the service, without any database."""
    return Directory(row.agency for row in agency_rows())


def decide(
    reports: Sequence[Report],
    directory: Directory,
    model: Path | None,
    threshold: float,
    *,
    progress: bool = False,
) -> list[Choice]:
    """A choice for each report; a model is asked in batches."""
    rules = shipped_rules()
    learned = _load(model)
    choices = []
    starts = range(0, len(reports), BATCH)
    for start in track(starts, "Deciding", console=Console(stderr=True)) if progress else starts:
        batch = reports[start : start + BATCH]
        choices += [
            choose(
                report,
                rules,
                directory,
                learned=predicted,
                model_version=learned.version if learned else None,
                threshold=threshold,
            )
            for report, predicted in zip(batch, ask(learned, batch), strict=True)
        ]
    return choices


def read_decided(file: Path) -> tuple[list[Decided], list[str]]:
    """The reports of a CSV file with their bodies; and, naming the row, what is wrong with others."""
    with file.open(encoding="utf-8-sig", newline="") as lines:
        rows = csv.DictReader(lines)
        lacking = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
        if lacking:
            raise click.ClickException(f"{file}: lacks {', '.join(lacking)}; its columns are {', '.join(COLUMNS)}.")
        try:
            return _sort_out(rows)
        except (csv.Error, UnicodeDecodeError) as error:
            raise click.ClickException(f"{file}, row {rows.line_num}: {error}") from None


def _sort_out(rows: "csv.DictReader[str]") -> tuple[list[Decided], list[str]]:
    decided: list[Decided] = []
    troubles: list[str] = []
    for number, row in enumerate(rows, start=2):
        cells = {column: (row[column] or "").strip() for column in COLUMNS}
        accepted = frozenset(filter(None, (code.strip() for code in cells["accept_codes"].split("|"))))
        region = cells["region_code"] or None
        if region and not enclosing(region):
            troubles.append(f"row {number}: region_code {region} is no region; measured without it")
            region = None
        if not (cells["title"] or cells["text"]):
            troubles.append(f"row {number}: neither title nor text; left out")
        elif not (cells["agency_code"] or accepted):
            troubles.append(f"row {number}: no agency_code; left out")
        else:
            report = Report(title=cells["title"], body=cells["text"], region_code=region)
            right = accepted | {cells["agency_code"]} - {""}
            decided.append(Decided(cells["id"] or str(number), report, cells["agency_code"] or min(accepted), right))
    return decided, troubles


def measure(results: Sequence[Result], threshold: float) -> dict[str, Any]:
    """The figures of an evaluation."""
    alone = [result for result in results if result.choice.sure]
    by_confidence = sorted(results, key=lambda result: -result.confidence)
    right, covered = 0, 0
    for count, result in enumerate(by_confidence, start=1):
        right += result.right_within(1)
        if right >= WANTED_PRECISION * count:
            covered = count
    return {
        "n": len(results),
        "top1": _share(results, 1),
        "top3": _share(results, 3),
        "coverage_at_97": round(covered / len(results), 4),
        "threshold": threshold,
        "routed_alone": round(len(alone) / len(results), 4),
        "precision_alone": _share(alone, 1) if alone else None,
        "rules_version": results[0].choice.rules_version,
        "model_version": results[0].choice.model_version,
    }


def _share(results: Sequence[Result], places: int) -> float:
    return round(sum(result.right_within(places) for result in results) / len(results), 4)


def _load(model: Path | None) -> Model | None:
    if model is None:
        return None
    from lapor_routing.learning import load

    try:
        return load(model)
    except (OSError, ValueError) as error:
        raise click.ClickException(f"{model}: {error}") from None


def _text(source: str) -> tuple[str, str]:
    try:
        written = Path(source).read_text(encoding="utf-8") if Path(source).is_file() else None
    except (OSError, ValueError):  # a text may be too long for a name
        written = None
    if written is None:
        return "", source
    title, _, body = written.strip().partition("\n")
    return (title, body.strip()) if body.strip() else ("", title)


def _told(choice: Choice, directory: Directory) -> dict[str, Any]:
    return {
        "place": [region.code for region in choice.place.regions],
        "within": choice.place.within,
        "candidates": [
            {
                "agency_code": candidate.agency_code,
                "name": _name(candidate, directory),
                "score": candidate.score,
                "evidence": [asdict(piece) for piece in candidate.evidence],
            }
            for candidate in choice.candidates
        ],
        "confidence": choice.confidence,
        "threshold": choice.threshold,
        "routed_to": choice.winner.agency_code if choice.winner and choice.sure else None,
        "doubt": choice.doubt,
        "rules_version": choice.rules_version,
        "model_version": choice.model_version,
    }


def _show(choice: Choice, directory: Directory) -> None:
    for evidence in choice.place.evidence:
        console.print(f"[bold]Tempat · place[/bold]  {escape(evidence.detail)}")
    if choice.place.within:
        console.print(f"[bold]Tepatnya · within[/bold]  {choice.place.within}")
    table = Table("", "Instansi · body", "Nilai · score", "Bukti · evidence", show_lines=True)
    for rank, candidate in enumerate(choice.candidates, start=1):
        evidence_told = "\n".join(escape(f"{piece.weight:.2f} {piece.detail}") for piece in candidate.evidence)
        body = f"{escape(_name(candidate, directory))}\n[dim]{candidate.agency_code}[/dim]"
        table.add_row(str(rank), body, f"{candidate.score:.2f}", evidence_told)
    console.print(table)
    console.print(f"Keyakinan · confidence {choice.confidence:.0%}, ambang · threshold {choice.threshold:.0%}")
    if choice.winner and choice.sure:
        console.print(f"[green]→ diteruskan · routed alone:[/green] {escape(_name(choice.winner, directory))}")
    else:
        why = choice.doubt or "keyakinan di bawah ambang (not sure enough)"
        console.print(f"[yellow]→ koordinator · coordinator:[/yellow] {escape(why)}")
    console.print(f"[dim]rules {choice.rules_version}, model {choice.model_version or '–'}[/dim]")


def _name(candidate: Candidate, directory: Directory) -> str:
    agency = directory.get(candidate.agency_code)
    return agency.name if agency else candidate.agency_code


def _show_measured(results: Sequence[Result], figures: dict[str, Any]) -> None:
    console.print(f"{figures['n']:,} reports: right body first {figures['top1']:.1%}, in three {figures['top3']:.1%}")
    table = Table("most confident", "confidence from", "right")
    for share, confidence, right in _precision_by_coverage(results):
        table.add_row(f"{share:.0%}", f"{confidence:.2f}", f"{right:.1%}")
    console.print(table)
    confusions = Counter(
        (result.decided.agency_code, result.choice.candidates[0].agency_code if result.choice.candidates else "–")
        for result in results
        if not result.right_within(1)
    )
    table = Table("reports", "belongs to", "chosen")
    for (belongs, chosen), count in confusions.most_common(WORST):
        table.add_row(str(count), belongs, chosen)
    console.print(table)
    precision = f", {figures['precision_alone']:.1%} of them right" if figures["precision_alone"] is not None else ""
    console.print(
        f"at {WANTED_PRECISION:.0%} right: {figures['coverage_at_97']:.1%} of all; "
        f"routed alone at {figures['threshold']}: {figures['routed_alone']:.1%}{precision}; "
        f"{figures['per_second']:,} a second; rules {figures['rules_version']}, model {figures['model_version'] or '–'}"
    )


def _precision_by_coverage(results: Sequence[Result]) -> Iterator[tuple[float, float, float]]:
    by_confidence = sorted(results, key=lambda result: -result.confidence)
    for share in COVERAGES:
        if top := by_confidence[: round(share * len(by_confidence))]:
            yield share, top[-1].confidence, _share(top, 1)
