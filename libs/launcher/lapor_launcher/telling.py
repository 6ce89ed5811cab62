"""How the journey is told in a terminal: a line for each thing that happens, and what became of all at the end."""

import textwrap
from collections.abc import Collection, Mapping
from datetime import datetime

from rich.console import Console
from rich.table import Table
from rich.text import Text

#: What a report goes through, in this order: as it is called on the pages, in English, and its colour.
STAGES = {
    "received": ("diterima", "cyan"),
    "verified": ("terverifikasi", "blue"),
    "routed": ("diteruskan", "magenta"),
    "notified": ("diberi tahu", "yellow"),
    "answered": ("dijawab", "green"),
    "closed": ("ditutup", "bold green"),
}
#: What else is told.
DETOURS = {
    "why": ("mengapa", "magenta"),
    "waiting": ("menunggu", "red"),
    "refused": ("bukan wewenang", "red"),
}

_LABEL = 26
_MARGIN = len("12:34:56 1 ") + _LABEL


class Teller:
    """Tells what happens to which report."""

    def __init__(self, console: Console) -> None:
        self._console = console
        # On a terminal lines are folded below their beginning; in a file or a pipe each stays one line.
        self._width = max(console.width - _MARGIN - 1, 20) if console.is_terminal else 10_000

    def say(self, number: int, stage: str, *sentences: str) -> None:
        """Report ``number`` has come to ``stage``; what there is to say of it, each sentence on lines of its own."""
        word, colour = (STAGES | DETOURS)[stage]
        lines = [
            line for sentence in sentences for line in textwrap.wrap(sentence, self._width, break_on_hyphens=False)
        ]
        head = Text.assemble(
            (f"{datetime.now().astimezone():%H:%M:%S} ", "dim"),
            (f"{number} ", "bold"),
            (f"{word} · {stage}".ljust(_LABEL), colour),
        )
        self._console.print(head + Text(lines[0]), soft_wrap=True)
        for line in lines[1:]:
            self._console.print(Text(" " * _MARGIN + line, "dim"), soft_wrap=True)

    def sum_up(self, reports: Mapping[str, Collection[str]]) -> None:
        """Which stages each report has been through, by its tracking ID."""
        table = Table("", "", *STAGES, box=None, pad_edge=False)
        for number, (tracking_id, stages) in enumerate(reports.items(), 1):
            marks = ("[green]✓[/green]" if stage in stages else "[red]–[/red]" for stage in STAGES)
            table.add_row(str(number), tracking_id, *marks)
        self._console.print()
        self._console.print(table)
