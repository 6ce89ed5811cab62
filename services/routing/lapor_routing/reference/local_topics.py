"""What regions themselves call their topics, and which office handles each there."""

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache

from lapor_contracts.regions import regions
from lapor_routing.reference.rows import read


@dataclass(frozen=True, slots=True)
class LocalTopic:
    """A topic of a region's own list."""

    region_code: str
    name: str
    agency_code: str


def local_topics(region_codes: Collection[str]) -> list[LocalTopic]:
    """The topics of these regions."""
    return [topic for topic in _all() if topic.region_code in region_codes]


@cache
def _all() -> tuple[LocalTopic, ...]:
    found = []
    for row in read("local_topics.csv"):
        region_code = row.text("region_code", required=True)
        if region_code not in regions():
            raise row.wrong("region_code", f"is {region_code}, which is no region")
        name, agency_code = row.text("topic", required=True), row.text("agency_code", required=True)
        found.append(LocalTopic(region_code, name, agency_code))
    return tuple(found)
