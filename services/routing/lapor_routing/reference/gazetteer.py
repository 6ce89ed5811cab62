"""Reads the names and boundaries of kecamatan and villages when they are first asked for."""

import csv
import gzip
import io
import re
from collections.abc import Callable, Iterable
from functools import cache

from lapor_contracts.events import Point
from lapor_routing.domain.gazetteer import Gazetteer
from lapor_routing.reference.rows import SHIPPED, read

_WORD = re.compile(r"[a-z]+|[0-9]+")
#: A pin this near a boundary (in degrees, some five kilometres) may lie outside of the simplified polygons.
NEAR = 0.05


def shipped_gazetteer(usual: frozenset[str], words: frozenset[str]) -> Gazetteer:
    """7,285 kecamatan and 83,762 villages, but for a few that are called like the most ``usual`` words (Yang).

    A name that is made of ordinary ``words`` counts only where it is said that it is a place.
    """
    districts = _by_name(((row.text("code"), row.text("name")) for row in read("districts.csv")), usual)
    with gzip.open(io.BytesIO((SHIPPED / "villages.csv.gz").read_bytes()), "rt", encoding="utf-8", newline="") as file:
        villages = _by_name(((code, name) for code, name in list(csv.reader(file))[1:]), usual)
    return Gazetteer(districts, villages, words)


def _by_name(places: Iterable[tuple[str, str]], usual: frozenset[str]) -> dict[str, str]:
    """Codes of the same name in one string: a tenth of the memory that lists would take."""
    named: dict[str, list[str]] = {}
    for code, name in places:
        named.setdefault(" ".join(_WORD.findall(name.lower())), []).append(code)
    return {name: " ".join(codes) for name, codes in named.items() if name not in usual}


@cache
def _locator() -> Callable[[Point], str | None]:
    # Loaded here: only who is given a pin needs geometry.
    import numpy as np
    import shapely  # type: ignore[import-untyped]

    with (SHIPPED / "district_boundaries.npz").open("rb") as file, np.load(file) as packed:
        codes = packed["codes"].tolist()
        corners = np.cumsum(packed["steps"], axis=0) / 10_000
        offsets = (packed["rings"], packed["polygons"], packed["districts"])
    tree = shapely.STRtree(shapely.from_ragged_array(shapely.GeometryType.MULTIPOLYGON, corners, offsets))

    def locate(point: Point) -> str | None:
        pin = shapely.Point(point.longitude, point.latitude)
        inside = tree.query(pin, predicate="intersects")
        found = inside if len(inside) else tree.query_nearest(pin, max_distance=NEAR, all_matches=False)
        return min((codes[index] for index in found), default=None)

    return locate


def district_at(point: Point) -> str | None:
    """The kecamatan around a pin, or the nearest one a little off; None at sea and abroad."""
    return _locator()(point)
