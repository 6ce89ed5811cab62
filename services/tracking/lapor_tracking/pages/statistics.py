"""The page of statistics: figures in words and tables, and two charts that the server draws."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from marshmallow import fields, validate

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import PageBlueprint, paging_of_request, render
from lapor_tracking.domain.statistics import PUBLIC_BASE, PUBLIC_LEAST, Grouping, bands
from lapor_tracking.http.statistics import ListQuery, Office, Row

#: What the list below may be grouped by.
GROUPINGS = tuple(by for by in Grouping if by is not Grouping.ALL)


class PageQuery(ListQuery):
    """By what, of which months, and of which value if of one alone."""

    value = fields.String(validate=validate.Length(1, 120))


@dataclass(frozen=True)
class Bar:
    """A column of a chart, in the units of its drawing."""

    label: str
    count: int
    x: float
    height: float


#: Of a drawing; it grows and shrinks with the page.
WIDTH, HEIGHT = 600, 160


def bars(counted: list[tuple[str, int]]) -> list[Bar]:
    """Columns side by side, the highest as high as the drawing."""
    most = max((count for _, count in counted), default=0) or 1
    step = WIDTH / max(len(counted), 1)
    return [
        Bar(label, count, round(number * step, 1), round(HEIGHT * count / most, 1))
        for number, (label, count) in enumerate(counted)
    ]


def blueprint(transactions: Transactions) -> PageBlueprint:
    """The page."""
    page = PageBlueprint("statistik", __name__)
    office = Office(transactions)

    @page.route("/statistik")
    def statistics() -> Any:
        query = paging_of_request(PageQuery)
        query["last"] = query.get("last") or office.month()
        query["first"] = query.get("first") or office.year_to(query["last"])
        about = query if "value" in query else {**query, "by": Grouping.ALL, "value": ""}
        months = office.series(about)
        return render(
            "tracking/statistics.html",
            query=query,
            groupings=GROUPINGS,
            total=office.one(about),
            months=months,
            received=bars([(_short(row), row.received) for row in months]),
            backlog=office.backlog(about),
            listed=None if "value" in query else office.values(query),
            drawing=(WIDTH, HEIGHT),
            is_exact=office.is_exact,
            base=PUBLIC_BASE,
            least=PUBLIC_LEAST,
            starts={band.value: round(100 * start) for band, start in bands()},
        )

    return page


def _short(row: Row) -> str:
    """``01-26``: what fits below a column."""
    first = date.fromisoformat(f"{row.month}-01")
    return f"{first:%m-%y}"
