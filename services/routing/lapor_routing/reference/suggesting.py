"""What officers choose from by name: topics and categories, and places."""

from collections.abc import Mapping
from functools import cache

from lapor_contracts.regions import regions
from lapor_routing.reference.rows import read


@cache
def subjects() -> Mapping[str, str]:
    """Topics by code, and categories with the topics that each stands for."""
    named: dict[str, list[str]] = {}
    for row in read("topics.csv"):
        for code in filter(None, (row.text("code"), row.text("lapor_code"))):
            named.setdefault(code, []).append(row.text("name"))
    return {code: "; ".join(names) for code, names in sorted(named.items())}


@cache
def places(region_code: str | None) -> Mapping[str, str]:
    """Regions by code: of a region the parts down to kecamatan, of the country those down to regencies and cities."""
    if region_code is None:
        return {code: region.name for code, region in regions().items()}
    districts = {row.text("code"): f"Kec. {row.text('name')}" for row in read("districts.csv")}
    named = {code: region.name for code, region in regions().items()} | districts
    return {code: name for code, name in sorted(named.items()) if code.startswith(region_code)}
