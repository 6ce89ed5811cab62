"""The page on which everyone looks for public reports."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

from lapor_chassis.web import PageBlueprint, paging_of_request, render
from lapor_contracts.fields import text
from lapor_contracts.regions import RegionKind, regions
from lapor_tracking import store
from lapor_tracking.domain.statistics import Grouping
from lapor_tracking.http.search import STATES, Order, ReadingRoom, SearchQuery, region_name
from lapor_tracking.words import KINDS, STATUSES

#: So many bodies or topics are offered where a name may mean several.
_OFFERED = 10


class PageQuery(SearchQuery):
    """People know bodies and topics by their names."""

    agency = text(120)
    topic = text(120)


def blueprint(room: ReadingRoom, admit: Callable[[], None]) -> PageBlueprint:
    """The page; ``admit`` lets whoever asks go on, or raises."""
    page = PageBlueprint("laporan", __name__)

    @page.route("/laporan")
    def reports() -> Any:
        admit()
        query = paging_of_request(PageQuery)
        unclear = {}
        for field, code, by in (("agency", "agency_code", Grouping.AGENCY), ("topic", "category", Grouping.TOPIC)):
            if typed := query.pop(field, ""):
                meant = _called(room, by, typed)
                if len(meant) == 1:
                    query[code] = meant[0][0]
                else:
                    unclear[field] = meant
        found = {"items": [], "next": None} if unclear else room.look(query)
        return render(
            "tracking/reports.html",
            found=found,
            query=query,
            unclear=unclear,
            is_filtered=bool(unclear or query.keys() - {"q", "order", "limit", "cursor"}),
            names=_names(room, query),
            asks_nothing=room.question(query).asks_nothing,
            kinds=[(kind.value, f"{words.id} ({words.en})") for kind, words in KINDS.items()],
            states=[(status.value, f"{STATUSES[status].id} ({STATUSES[status].en})") for status in STATES],
            orders=[
                (Order.NEWEST.value, "Terbaru (newest)"),
                (Order.RELEVANCE.value, "Paling sesuai (best match)"),
            ],
            regions=region_options(),
            words=STATUSES,
            region_name=region_name,
            feed=_feed(query),
        )

    return page


def _feed(query: Mapping[str, Any]) -> str | None:
    """The feed of the same reports, if there is one."""
    asked = {name for name, value in query.items() if value} - {"limit", "order", "cursor"}
    if asked == {"agency_code"}:
        return f"/umpan/instansi/{query['agency_code']}"
    if asked == {"region_code"} and query["region_code"] in regions():
        return f"/umpan/wilayah/{query['region_code']}"
    return None if asked else "/umpan/laporan"


@cache
def region_options() -> Sequence[tuple[str, list[tuple[str, str]]]]:
    """Each province and what belongs to it, as a list to choose from."""
    return [
        (province.name, [(each.code, each.name) for each in regions().values() if each.code.startswith(province.code)])
        for province in regions().values()
        if province.kind is RegionKind.PROVINCE
    ]


def _called(room: ReadingRoom, by: Grouping, typed: str) -> list[tuple[str, str]]:
    """The bodies or topics that the text may mean, by code and name."""
    with room.transactions.read() as connection:
        return store.find_labels(connection, by, typed, _OFFERED)


def _names(room: ReadingRoom, query: dict[str, Any]) -> dict[str, str]:
    """What the body and the topic are called that were asked for."""
    asked = {"agency": (Grouping.AGENCY, "agency_code"), "topic": (Grouping.TOPIC, "category")}
    with room.transactions.read() as connection:
        return {
            field: store.label_of(connection, by, query[code]) or query[code]
            for field, (by, code) in asked.items()
            if query.get(code)
        }
