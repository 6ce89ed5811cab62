"""``lapor import``: reports from a file, in batches of one transaction each; run again it goes on where it was."""

import codecs
import csv
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from io import TextIOWrapper
from itertools import islice
from pathlib import Path
from typing import TextIO, cast

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from lapor_chassis.clock import SystemClock
from lapor_chassis.migrate import upgrade
from lapor_chassis.refusals import Refusal
from lapor_contracts.regions import regions
from lapor_intake import bulk, service
from lapor_intake.bulk import Refused, Row
from lapor_intake.channels.channel import Reception
from lapor_intake.domain import admit
from lapor_intake.handlers import Accepted
from lapor_launcher.operate import in_words
from lapor_launcher.real import environment_of
from lapor_launcher.services import assemble

#: Reports in one transaction.
BATCH = 500
#: Lines among which the header must be.
HEAD = 40


@dataclass
class Count:
    """What became of the rows so far."""

    taken: int = 0
    known: int = 0
    refused: int = 0
    begun: float = field(default_factory=time.monotonic)

    @property
    def rows(self) -> int:
        """All of them."""
        return self.taken + self.known + self.refused

    @property
    def rate(self) -> float:
        """Rows in a second."""
        return self.rows / max(time.monotonic() - self.begun, 0.001)

    def __str__(self) -> str:
        return (
            f"{self.taken:,} taken, {self.known:,} known already, {self.refused:,} refused, {self.rate:,.0f} a second"
        )


@in_words()
def bring(folder: Path, path: Path, *, source: str | None, is_trial: bool) -> int:
    """Take the file's reports in; returns the exit status."""
    one = assemble("intake", environment_of(folder))
    upgrade("intake", one.transactions.engine)
    reception = service.reception_of(cast(service.Settings, one.settings), one.transactions)
    encoding = _encoding(path)
    with path.open(encoding=encoding, errors="replace", newline="") as head:
        try:
            form = bulk.form_of(list(islice(head, HEAD)))
        except bulk.NoHeaderError as error:
            raise click.ClickException(f"{path}: {error}") from None
    importer = Importer(reception, source or form.name, is_trial=is_trial)
    refusals = Refusals(path.with_suffix(".refused.csv"))
    with (
        path.open("rb") as raw,
        TextIOWrapper(raw, encoding, errors="replace", newline="") as text,
        closing(refusals),
        _progress() as progress,
    ):
        task = progress.add_task("", total=path.stat().st_size, count="")
        rows = bulk.rows(text, form)
        while batch := list(islice(rows, BATCH)):
            for refused in importer.take(batch):
                refusals.add(refused)
            progress.update(task, completed=raw.tell(), count=str(importer.count))
    click.echo(f"Nothing was stored: {importer.count}" if is_trial else str(importer.count))
    if importer.count.refused:
        click.echo(f"Why which lines were refused stands in {refusals.path}")
    return 1 if importer.count.refused else 0


def _progress() -> Progress:
    """How far we are in the file, how fast it goes, and how long it still takes."""
    console = Console(stderr=True, highlight=False)
    columns = (
        TextColumn("{task.percentage:.0f} %"),
        BarColumn(),
        TextColumn("{task.fields[count]}"),
        TimeRemainingColumn(),
    )
    return Progress(*columns, console=console, transient=True, disable=not console.is_terminal)


class Importer:
    """Hands batches of rows to the desk."""

    def __init__(self, reception: Reception, source: str, *, is_trial: bool) -> None:
        self.count = Count()
        self._reception = reception
        self._source = source
        self._is_trial = is_trial

    def take(self, batch: Sequence[Row | Refused]) -> Iterator[Refused]:
        """Take a batch in; those that were refused, with the reason."""
        good = [row for row in batch if isinstance(row, Row)]
        outcomes = dict(zip((row.line for row in good), self._accept(good), strict=True))
        for row in batch:
            outcome = row if isinstance(row, Refused) else outcomes[row.line]
            if isinstance(outcome, Refusal):
                reasons = [f"{name}: {' '.join(texts)}" for name, texts in outcome.errors.items()]
                outcome = Refused(row.line, "; ".join(reasons) or outcome.reason)
            if isinstance(outcome, Refused):
                self.count.refused += 1
                yield outcome
            elif outcome is None or outcome.is_new:
                self.count.taken += 1
            else:
                self.count.known += 1

    def _accept(self, rows: Sequence[Row]) -> Sequence[Accepted | Refusal | None]:
        # A row without a key of its own is known again by its content.
        submissions = [
            bulk.submission(row.values, source=self._source, key=self._reception.fingerprints.of("import", row.values))
            for row in rows
        ]
        if self._is_trial:
            now = SystemClock().now()
            tried = (admit(submission, now=now, regions=regions()) for submission in submissions)
            return [outcome if isinstance(outcome, Refusal) else None for outcome in tried]
        with self._reception.transactions.begin() as tx:
            return self._reception.desk.accept_many(submissions, tx)


class Refusals:
    """A file beside the imported one, with the line and the reason of each row that was refused; none if none was."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO | None = None
        path.unlink(missing_ok=True)  # of an earlier run

    def add(self, refused: Refused) -> None:
        """Write one down."""
        if self._file is None:
            self._file = self.path.open("w", encoding="utf-8", newline="")
            csv.writer(self._file).writerow(["line", "reason"])
        csv.writer(self._file).writerow([refused.line, refused.reason])

    def close(self) -> None:
        """Nothing more comes."""
        if self._file:
            self._file.close()


def _encoding(path: Path) -> str:
    """UTF-8 if all of it is, with or without a mark; else what Windows writes."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(1 << 20):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1252"
    return "utf-8-sig"
