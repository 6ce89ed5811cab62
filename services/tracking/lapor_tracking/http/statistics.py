"""Statistics: for everyone in rounded figures, for coordinators and supervisors as they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Paging, StrictSchema, page_of, paged, signed_in
from lapor_contracts.regions import regions
from lapor_contracts.vocabulary import Channel, Kind, Role
from lapor_tracking import store
from lapor_tracking.domain.statistics import (
    PUBLIC_BASE,
    PUBLIC_LEAST,
    ZONE,
    Age,
    Band,
    Figures,
    Grouping,
    Months,
    by_age,
    figures,
    rounded,
)
from lapor_tracking.words import CHANNELS, KINDS

#: Whose work is about all bodies.
EXACT = (Role.COORDINATOR, Role.SUPERVISOR)
#: As a month is written.
MONTH = validate.Regexp(r"^20[0-9]{2}-(0[1-9]|1[0-2])\Z")
_LONGEST_VALUE = 120


@dataclass(frozen=True, kw_only=True)
class Row:
    """One value, or one month of it, and its figures."""

    value: str
    name: str
    month: str | None
    figures: Figures

    @property
    def received(self) -> int:
        """How many reports."""
        return self.figures.counts["received"]


@dataclass(frozen=True)
class Office:
    """Where statistics are asked for: the API and the page stand at the same one."""

    transactions: Transactions

    @property
    def is_exact(self) -> bool:
        """Those who watch over all bodies read the figures as they are."""
        staff = signed_in()
        return staff is not None and staff.has(*EXACT)

    @property
    def base(self) -> int:
        """To what the counts are rounded for whoever asks."""
        return 1 if self.is_exact else PUBLIC_BASE

    def month(self) -> str:
        """The present one."""
        return f"{self.transactions.clock.now().astimezone(ZONE):%Y-%m}"

    def year_to(self, last: str) -> str:
        """The first of the twelve months that end with this one."""
        year, month = int(last[:4]), int(last[5:])
        return f"{year}-01" if month == 12 else f"{year - 1}-{month + 1:02}"

    def values(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """A page of values, those with most reports first."""
        by, months = query["by"], self._months(query)
        with self.transactions.read() as connection:
            fetch = partial(store.sums, connection, by, months, base=self.base)
            return paged(
                lambda after, limit: [self._row(by, row) for row in fetch(after, limit)],
                query,
                by={"received": int, "value": str},
            )

    def one(self, query: Mapping[str, Any]) -> Row | None:
        """One value, these months taken together."""
        by, value = query["by"], query["value"]
        with self.transactions.read() as connection:
            found = store.sums(connection, by, self._months(query), None, 1, value=value, base=self.base)
        return self._row(by, found[0]) if found else None

    def series(self, query: Mapping[str, Any]) -> list[Row]:
        """One value month by month."""
        by, value = query["by"], query["value"]
        with self.transactions.read() as connection:
            found = store.by_month(connection, by, value, self._months(query), base=self.base)
            name = store.label_of(connection, by, value)
        return [self._row(by, {**row, "value": value, "name": name}) for row in found]

    def backlog(self, query: Mapping[str, Any]) -> list[Age]:
        """What is open of one value, by age."""
        today = self.transactions.clock.now().astimezone(ZONE).date()
        with self.transactions.read() as connection:
            ages = by_age(store.open_by_day(connection, query["by"], query["value"]), today)
        return [age._replace(reports=rounded(age.reports, self.base)) for age in ages]

    def _months(self, query: Mapping[str, Any]) -> Months:
        last = query.get("last") or self.month()
        return Months(query.get("first") or self.year_to(last), last)

    def _row(self, by: Grouping, row: Mapping[str, Any]) -> Row:
        return Row(
            value=row["value"],
            name=named(by, row["value"], row.get("name")),
            month=row.get("month"),
            figures=figures(row, least=1 if self.is_exact else PUBLIC_LEAST),
        )


def named(by: Grouping, value: str, known: str | None) -> str:
    """What a value is called in Indonesian; its code where nobody said."""
    match by:
        case Grouping.ALL:
            return "Seluruh Indonesia"
        case Grouping.PROVINCE | Grouping.REGION:
            region = regions().get(value)
            return region.name if region else value
        case Grouping.CHANNEL:
            return CHANNELS[Channel(value)].id
        case Grouping.KIND:
            return KINDS[Kind(value)].id
    return known or value


class MonthsQuery(StrictSchema):
    """Which months; without any, the twelve that end with the present one."""

    first = fields.String(validate=MONTH, metadata={"description": "Such as 2026-01."})
    last = fields.String(validate=MONTH)

    @ma.validates_schema
    def _in_order(self, query: dict[str, Any], **_: Any) -> None:
        if query.get("first") and query.get("last") and query["first"] > query["last"]:
            raise ma.ValidationError("Harus sebelum bulan terakhir (must not be after the last month).", "first")


class ListQuery(Paging, MonthsQuery):
    """By what, and of which months."""

    by = fields.Enum(Grouping, by_value=True, load_default=Grouping.AGENCY)


class ValueQuery(MonthsQuery):
    """Of what, and of which months."""

    by = fields.Enum(Grouping, by_value=True, load_default=Grouping.ALL)
    value = fields.String(load_default="", validate=validate.Length(max=_LONGEST_VALUE))


class ShareSchema(ma.Schema):
    """How many of how many, and between which shares the true one lies with 95 % confidence."""

    count = fields.Integer()
    total = fields.Integer()
    share = fields.Float()
    low = fields.Float()
    high = fields.Float()


class GradeSchema(ma.Schema):
    """The band, and whether there are enough reports to be sure of it."""

    band = fields.Enum(Band, by_value=True)
    is_sure = fields.Boolean()


def _of_few() -> dict[str, str]:
    return {"description": "None where there are none, or too few to tell the public."}


class FiguresSchema(ma.Schema):
    """What was counted, and what follows from it."""

    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    verified = fields.Nested(ShareSchema, allow_none=True, metadata=_of_few())
    answered = fields.Nested(ShareSchema, allow_none=True, metadata=_of_few())
    resolved = fields.Nested(ShareSchema, allow_none=True, metadata=_of_few())
    confirmed = fields.Nested(ShareSchema, allow_none=True, metadata=_of_few())
    reopened = fields.Nested(ShareSchema, allow_none=True, metadata=_of_few())
    grade = fields.Nested(GradeSchema, allow_none=True, metadata=_of_few())
    mean_hops = fields.Float(allow_none=True)
    mean_rating = fields.Float(allow_none=True)


class StatisticSchema(ma.Schema):
    """One value and its figures."""

    value = fields.String()
    name = fields.String()
    figures = fields.Nested(FiguresSchema)


class MonthSchema(ma.Schema):
    """One month and its figures."""

    month = fields.String()
    figures = fields.Nested(FiguresSchema)


class AgeSchema(ma.Schema):
    """Open reports that came in so many days ago."""

    least = fields.Integer()
    most = fields.Integer(allow_none=True)
    reports = fields.Integer()


class MonthsSchema(ma.Schema):
    """Month by month."""

    items = fields.List(fields.Nested(MonthSchema))


class BacklogSchema(ma.Schema):
    """The backlog by age."""

    items = fields.List(fields.Nested(AgeSchema))


def blueprint(transactions: Transactions) -> Blueprint:
    """The API. The public's counts are rounded to five, and shares of fewer than twenty are left out."""
    api = Blueprint("statistics", description="How reports are handled, by month")
    office = Office(transactions)

    @api.route("/api/v1/statistics")
    @api.arguments(ListQuery, location="query")
    @api.response(200, page_of(StatisticSchema))
    def statistics(query: Mapping[str, Any]) -> dict[str, Any]:
        """Each value, the one with most reports first."""
        return office.values(query)

    @api.route("/api/v1/statistics/months")
    @api.arguments(ValueQuery, location="query")
    @api.response(200, MonthsSchema)
    def months(query: Mapping[str, Any]) -> dict[str, Any]:
        """One value, month by month."""
        return {"items": office.series(query)}

    @api.route("/api/v1/statistics/backlog")
    @api.arguments(ValueQuery, location="query")
    @api.response(200, BacklogSchema)
    def backlog(query: Mapping[str, Any]) -> dict[str, Any]:
        """What is open of one value, by age in calendar days."""
        return {"items": office.backlog(query)}

    return api
