"""``lapor replay``: a store made again from what the services said, compared with the one there is, and put right."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
import sqlalchemy as sa
from rich.markup import escape
from rich.progress import Progress

from lapor_chassis.database import create_engine
from lapor_chassis.transactions import Transactions
from lapor_launcher.operate import console, database, in_words
from lapor_launcher.services import NAMES

if TYPE_CHECKING:
    from lapor_tracking.replay import Batch, Replay

#: Of a store that differs everywhere the first will do.
MOST_NAMED = 20


@in_words()
def tracking(folder: Path, *, only_checks: bool, into: str | None, quiet_for: int) -> None:
    """Rebuild tracking's store beside the present one, and say which reports differ; put them right unless told not."""
    logs = {name: database(folder, name) for name in NAMES}
    from lapor_tracking.replay import Replay

    with _empty_store(folder, into) as beside:
        until = datetime.now(UTC) - timedelta(seconds=quiet_for)
        replay = Replay(logs=list(logs.values()), present=logs["tracking"], beside=beside, until=until)
        _rebuild(replay)
        reports = moving = 0
        for batch in replay.differences():
            _name(batch, reports)
            reports, moving = reports + len(batch.reports), moving + batch.moving
            if batch.reports and not only_checks:
                replay.put_right(batch.reports)
        if moving:
            console.print(f"{moving:,} had news in the last {quiet_for} seconds: look at them another time.")
        if not reports:
            console.print("The store says what the events say, to the byte.")
        elif only_checks:
            raise click.ClickException(f"{reports:,} reports differ; without --check they are put right")
        elif left := sum(len(batch.reports) for batch in replay.differences()):
            raise click.ClickException(f"{left:,} reports differ still: see the log of tracking, then run this again")
        else:
            console.print(f"{reports:,} reports were put right. The store says what the events say, to the byte.")


def _rebuild(replay: "Replay") -> None:
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("Reading what was said", total=replay.count())
        rebuilt = replay.rebuild(lambda read: progress.advance(task, read))
    console.print(f"{rebuilt.events:,} events of {len(replay.logs)} services tell of {rebuilt.reports:,} reports.")
    if rebuilt.unusable:
        console.print(f"{rebuilt.unusable:,} of them could not be handled: `lapor deadletters list` knows why.")


def _name(batch: "Batch", named: int) -> None:
    for one in batch.reports[: max(MOST_NAMED - named, 0)]:
        console.print(escape(f"{one.tracking_id or one.report_id}: {'; '.join(one.what)}"))
    if named < MOST_NAMED < named + len(batch.reports):
        console.print("… and more.")


@contextmanager
def _empty_store(folder: Path, into: str | None) -> Iterator[Transactions]:
    """A database of tracking without a row: one that is named and kept, or a file that is gone afterwards."""
    from lapor_tracking.store import metadata

    with tempfile.TemporaryDirectory(dir=folder if folder.exists() else None) as aside:  # nobody else's to read
        try:
            engine = create_engine(into or f"sqlite:///{aside}/tracking.db")
        except (ValueError, sa.exc.ArgumentError):  # their texts may hold the password
            raise click.BadParameter("is neither postgresql://… nor sqlite:///…", param_hint="--into") from None
        try:
            if sa.inspect(engine).get_table_names():
                raise click.BadParameter("is not empty", param_hint="--into")
            metadata.create_all(engine)
            yield Transactions(engine, metadata, source="lapor/tracking")
        finally:
            engine.dispose()
