"""What every template of these pages may use: the words for what the code names, regions, pieces of marked text."""

from functools import cache
from typing import Any

from lapor_contracts.regions import RegionKind, enclosing, regions, time_zone_of
from lapor_verification.domain.case import FOLLOWING, OPEN, UNDECIDED, State
from lapor_verification.domain.redaction import segments
from lapor_verification.pages import labels


@cache
def region_options(*, whole_provinces: bool = False) -> list[tuple[str, list[tuple[str, str]]]]:
    """Provinces with their regencies and cities, as a list to choose from; or the whole of a province, too."""
    return [
        (
            province.name,
            [(province.code, f"{province.name}, semuanya")] * whole_provinces
            + [(each.code, each.name) for each in regions().values() if each.code.startswith(f"{province.code}.")],
        )
        for province in regions().values()
        if province.kind is RegionKind.PROVINCE
    ]


def _region_name(code: str | None) -> str:
    region = enclosing(code)
    return region.name if region else ""


WORDS: dict[str, Any] = {
    "State": State,
    "OPEN": OPEN,
    "UNDECIDED": UNDECIDED,
    "FOLLOWING": FOLLOWING,
    "states": labels.STATES,
    "checks": labels.CHECKS,
    "kinds": labels.KINDS,
    "kind_options": [(kind.value, f"{words[0]} ({words[1]})") for kind, words in labels.KINDS.items()],
    "missing_words": labels.MISSING,
    "archive_reasons": [(code.value, words) for code, words in labels.ARCHIVE_REASONS.items()],
    "actions": labels.ACTIONS,
    "channels": labels.CHANNELS,
    "zone_of": time_zone_of,
    "region_name": _region_name,
    "segments": segments,
    "personal": labels.PERSONAL,
}
