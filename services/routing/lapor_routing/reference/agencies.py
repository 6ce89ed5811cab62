"""Every body of the directory: those that are listed, and the offices made from their patterns for each region."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable

from lapor_contracts.regions import Region, RegionKind, regions
from lapor_routing.domain.agencies import Agency, AgencyKind, AgencyStatus
from lapor_routing.domain.weighing import office_code
from lapor_routing.reference.rows import SHIPPED, Row, read

CODE = re.compile(r"[A-Z0-9][A-Z0-9./_-]{0,79}")

#: Jakarta's cities are parts of the province: they have no companies of their own, and their offices are sub-offices.
JAKARTA = "31"
COMPANY_OF_A_REGION = ("Perumda", "PD ")


@dataclass(frozen=True, slots=True)
class AgencyRow:
    """A body with all that it is called, as the directory is loaded."""

    agency: Agency
    names: tuple[str, ...]
    """Its own names and aliases."""
    type_code: str | None = None
    type_names: tuple[str, ...] = ()
    """What offices of its type are called everywhere; with the names of the region they are its names too."""


@dataclass(frozen=True, slots=True)
class OfficeType:
    """A pattern: an office that exists once in each region of some kinds."""

    code: str
    kind: AgencyKind
    name: str
    short_name: str
    names: tuple[str, ...]
    parent_code: str | None
    """The national body above it; None for the offices of a local government."""
    regions: tuple[RegionKind, ...]
    keywords: tuple[str, ...]


def agency_rows(folder: Traversable = SHIPPED) -> list[AgencyRow]:
    """All bodies, about 31,000; a mistake in a file is a `ReferenceDataError` that names file, row and column."""
    listed = {_code(row): row for row in _without_repetition(read("agencies.csv", folder))}
    for row in listed.values():
        for column in ("parent_code", "successor_codes"):
            for code in row.items(column):
                if code not in listed:
                    raise row.wrong(column, f"names {code}, which is not in the file")
    real = {row.text("code", required=True): row for row in read("offices.csv", folder)}
    offices = list(_offices(office_types(folder), real))
    made = {office.agency.code for office in offices}
    for code, row in real.items():
        if code not in made:
            raise row.wrong("code", f"is {code}, an office that no pattern makes")
    return [_listed(row) for row in listed.values()] + offices


def office_types(folder: Traversable = SHIPPED) -> list[OfficeType]:
    """The patterns, among them some that are only names: their offices are reached through the ministry."""
    return [
        OfficeType(
            code=_code(row),
            kind=row.word("kind", AgencyKind),
            name=row.text("name", required=True),
            short_name=row.text("short_name"),
            names=_names(row),
            parent_code=row.text("parent_code") or None,
            regions=tuple(_region_kind(row, item) for item in row.items("regions")),
            keywords=row.items("keywords"),
        )
        for row in read("agency_types.csv", folder)
    ]


def _listed(row: Row) -> AgencyRow:
    region_code = row.text("region_code") or None
    if region_code and region_code not in regions():
        raise row.wrong("region_code", f"is {region_code}, which is no region")
    agency = Agency(
        code=_code(row),
        kind=row.word("kind", AgencyKind),
        name=row.text("name", required=True),
        short_name=row.text("short_name"),
        parent_code=row.text("parent_code") or None,
        region_code=region_code,
        status=row.word("status", AgencyStatus),
        successor_codes=row.items("successor_codes"),
    )
    return AgencyRow(agency, _names(row))


def _offices(types: list[OfficeType], real: Mapping[str, Row]) -> Iterator[AgencyRow]:
    parents = {kind.code: kind for kind in types}
    for kind in types:
        for region in regions().values():
            code = office_code(kind.code, region.code)
            row = real.get(code)
            if not row and (region.kind not in kind.regions or _not_in_jakarta(kind, region)):
                continue
            name = row.text("name") if row else ""
            short_name = row.text("short_name") if row else ""
            parent = kind.parent_code
            if not parent:
                parent = office_code("OPD", region.code)
            elif parent in parents:
                parent = office_code(parent, region.code)
            yield AgencyRow(
                Agency(
                    code=code,
                    kind=kind.kind,
                    name=name or _office_name(kind, region),
                    short_name=short_name or kind.short_name,
                    parent_code=parent,
                    region_code=region.code,
                ),
                names=_names(row) if row else (),
                type_code=kind.code,
                type_names=kind.names,
            )


def _office_name(kind: OfficeType, region: Region) -> str:
    """``Dinas Kesehatan Kabupaten Indragiri Hulu``; in a city of Jakarta ``Suku Dinas Kesehatan …``."""
    joint = "" if kind.name.endswith("se-") else " "
    prefix = "Suku " if _in_jakarta(region) and kind.name.startswith("Dinas ") else ""
    return f"{prefix}{kind.name}{joint}{region.name}"


def _not_in_jakarta(kind: OfficeType, region: Region) -> bool:
    return _in_jakarta(region) and kind.name.startswith(COMPANY_OF_A_REGION)


def _in_jakarta(region: Region) -> bool:
    return region.parent_code == JAKARTA


def _names(row: Row) -> tuple[str, ...]:
    names = (row.text("name"), row.text("short_name"), *row.items("aliases"))
    return tuple(dict.fromkeys(filter(None, names)))


def _code(row: Row) -> str:
    code = row.text("code", required=True)
    if not CODE.fullmatch(code):
        raise row.wrong("code", f"is {code!r}: capital letters, digits and . / _ - only")
    return code


def _region_kind(row: Row, item: str) -> RegionKind:
    try:
        return RegionKind(item)
    except ValueError:
        raise row.wrong("regions", f"names {item!r}, not one of {', '.join(RegionKind)}") from None


def _without_repetition(rows: Iterable[Row]) -> Iterator[Row]:
    seen: dict[str, int] = {}
    for row in rows:
        first = seen.setdefault(row.text("code"), row.number)
        if first != row.number:
            raise row.wrong("code", f"is the same as in row {first}")
        yield row
