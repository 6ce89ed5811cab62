"""Looking for public reports: what is asked, and what is shown of each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import marshmallow as ma
from marshmallow import fields, validate

from lapor_chassis.indonesian import terms_of
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Paging, page_of, paged
from lapor_contracts.fields import AgencyCode, RegionCode, Token, text
from lapor_contracts.regions import enclosing
from lapor_contracts.schema import field_of
from lapor_contracts.vocabulary import Kind, Status
from lapor_tracking import store
from lapor_tracking.domain.listing import LISTED, Listing, Question, fitness
from lapor_tracking.domain.statistics import ZONE
from lapor_tracking.http.report import WordsSchema
from lapor_tracking.words import STATUSES

#: So many of the newest that fit are weighed against each other: more nobody pages through.
WEIGHED = 100
_LONGEST_QUESTION = 200
_YEAR = timedelta(days=365)
_MOST_YEARS = 10
_a_day = validate.Range(date(2000, 1, 1), date(2100, 1, 1))
#: In the order of a report's life.
STATES = tuple(status for status in STATUSES if status in LISTED)


class Order(StrEnum):
    """What stands first."""

    NEWEST = "newest"
    RELEVANCE = "relevance"
    """What fits best, of the newest 100 that fit."""


class SearchQuery(Paging):
    """What is looked for: all of it must be so."""

    q = text(_LONGEST_QUESTION, metadata={"description": "Words, in whatever form: the roots are compared."})
    agency_code = field_of(AgencyCode)
    region_code = field_of(RegionCode)
    category = field_of(Token)
    kind = fields.Enum(Kind, by_value=True)
    status = fields.Enum(Status, by_value=True, validate=validate.OneOf(STATES))
    since = fields.Date(validate=_a_day, metadata={"description": "Of receipt. By itself: until now."})
    until = fields.Date(validate=_a_day, metadata={"description": "With it. By itself: the year before."})
    order = fields.Enum(Order, by_value=True, load_default=Order.NEWEST)

    @ma.validates_schema
    def _in_order(self, query: dict[str, Any], **_: Any) -> None:
        since, until = query.get("since"), query.get("until")
        if since and until and not since <= until <= since + _MOST_YEARS * _YEAR:
            raise ma.ValidationError("Sesudah hari pertama, paling lama 10 tahun (after the first, 10 years).", "until")


class ListingSchema(ma.Schema):
    """A public report in a list. `GET /api/v1/reports/ID` tells more of it."""

    tracking_id = fields.String()
    title = fields.String()
    excerpt = fields.String(metadata={"description": "How its text begins."})
    kind = fields.Enum(Kind, by_value=True, allow_none=True)
    status = fields.Enum(Status, by_value=True)
    status_text = fields.Function(lambda listing: WordsSchema().dump(STATUSES[listing.status]))
    agency_code = fields.String(allow_none=True, metadata={"description": "The body that holds it, or held it last."})
    agency_name = fields.String(allow_none=True)
    region_code = fields.String(allow_none=True)
    region_name = fields.Function(lambda listing: region_name(listing.region_code))
    category = fields.String(allow_none=True)
    category_name = fields.String()
    received_at = fields.AwareDateTime()
    changed_at = fields.AwareDateTime()


@dataclass(frozen=True, kw_only=True, slots=True)
class _Weighed:
    """A listing and how well it fits."""

    listing: Listing
    fitness: int

    @property
    def number(self) -> int:
        return self.listing.number


@dataclass(frozen=True)
class ReadingRoom:
    """Where everyone looks for reports: the API and the pages stand at the same one."""

    transactions: Transactions

    def look(self, query: Mapping[str, Any]) -> dict[str, Any]:
        """A page of what fits."""
        question = self.question(query)
        if question.asks_nothing:
            return {"items": [], "next": None}
        if query["order"] is Order.RELEVANCE and question.words:
            return self._fitting(question, query)
        with self.transactions.read() as connection:
            return paged(
                lambda after, limit: store.find_listings(
                    connection, question, before=after[0] if after else None, limit=limit
                ),
                query,
                by={"number": int},
            )

    def question(self, query: Mapping[str, Any]) -> Question:
        """What was asked, with both ends of the time if one was named."""
        since, until = query.get("since"), query.get("until")
        today = self.transactions.clock.now().astimezone(ZONE).date()
        asked = {name: query.get(name) for name in ("agency_code", "region_code", "category", "kind", "status")}
        return Question(
            words=query.get("q", ""),
            since=since or (until and until - _YEAR),
            until=until or (since and max(since, today)),
            **asked,
        )

    def _fitting(self, question: Question, query: Mapping[str, Any]) -> dict[str, Any]:
        with self.transactions.read() as connection:
            found = store.find_listings(connection, question, before=None, limit=WEIGHED)
        words = terms_of(question.words)
        weighed = [_Weighed(listing=one, fitness=fitness(one, words)) for one in found]
        ranked = sorted(weighed, key=lambda one: (one.fitness, one.number), reverse=True)

        def fetch(after: Any, limit: int) -> Sequence[_Weighed]:
            return [one for one in ranked if after is None or (one.fitness, one.number) < after][:limit]

        page = paged(fetch, query, by={"fitness": int, "number": int})
        return page | {"items": [one.listing for one in page["items"]]}


def region_name(code: str | None) -> str | None:
    """The region, or the regency or city that a smaller place belongs to."""
    region = enclosing(code)
    return region.name if region else None


def blueprint(room: ReadingRoom, admit: Callable[[], None]) -> Blueprint:
    """The API; ``admit`` lets whoever asks go on, or raises."""
    api = Blueprint("search", description="Public reports")

    # Below /reports, which leads here; the address without more is where reports are handed in, at another service.
    @api.route("/api/v1/reports/search")
    @api.arguments(SearchQuery, location="query")
    @api.response(200, page_of(ListingSchema))
    @api.alt_response(429, description="Too many searches from this network; Retry-After says when to come again.")
    def search(query: Mapping[str, Any]) -> dict[str, Any]:
        """Look for public reports, what became public last first."""
        admit()
        return room.look(query)

    return api
