"""The rules of the choice, built from topics and names."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from functools import cache

from lapor_contracts.regions import regions
from lapor_routing.domain.agencies import AgencyKind
from lapor_routing.domain.places import RANKS
from lapor_routing.domain.rules import Rules, RulesBuilder, Topic
from lapor_routing.reference.agencies import office_types
from lapor_routing.reference.rows import SHIPPED, read

#: Grows when the same data leads to other choices.
REVISION = 1

#: How much a body's own name says: a ministry is often named for what its offices do.
NAME_WEIGHTS = {
    AgencyKind.STATE_ENTERPRISE: 0.8,
    AgencyKind.FOREIGN_MISSION: 0.8,
    AgencyKind.STATE_INSTITUTION: 0.75,
    AgencyKind.MINISTRY_UNIT: 0.75,
    AgencyKind.REGIONAL_OFFICE: 0.75,
    AgencyKind.MINISTRY: 0.65,
    AgencyKind.COORDINATING_MINISTRY: 0.4,
}

#: A region named with its rank (Kabupaten Bandung), or by its bare name.
WITH_RANK, BARE = 2.0, 1.0
#: A kecamatan's name that so many regencies use points to none.
TOO_MANY = 4


@cache
def shipped_rules() -> Rules:
    """The rules that come with the service."""
    builder = RulesBuilder(
        abbreviations={row.text("short"): row.text("words") for row in read("abbreviations.csv")},
        common=frozenset(row.text("words") for row in read("common_words.csv")),
        weak=frozenset(row.text("words") for row in read("weak_words.csv")),
    )
    _topics(builder)
    _bodies(builder)
    _places(builder)
    return builder.build(_version())


def _topics(builder: RulesBuilder) -> None:
    for row in read("topics.csv"):
        topic = Topic(row.text("code"), row.text("name"), row.items("competent_codes"))
        builder.topic(topic, row.text("lapor_code"), row.items("phrases"))
    for row in read("topic_precedence.csv"):
        builder.precedence(row.text("special"), row.text("general"))


def _bodies(builder: RulesBuilder) -> None:
    for office in office_types():
        builder.office_type(office.code, office.parent_code)
        builder.body(office.code, office.names, NAME_WEIGHTS[office.kind])
        one_word_is_enough = office.kind is AgencyKind.REGIONAL_OFFICE
        builder.field_of(office.code, (words for words in office.keywords if one_word_is_enough or " " in words))
    for row in read("agencies.csv"):
        kind, code = row.word("kind", AgencyKind), row.text("code")
        names: Iterable[str] = (row.text("name"), row.text("short_name"), *row.items("aliases"))
        if kind is AgencyKind.LOCAL_GOVERNMENT:
            continue  # its names are its region's: see the places
        if kind is AgencyKind.FOREIGN_MISSION:
            names = [name for name in names if " " in name]  # a country alone is not its mission
        builder.body(code, names, NAME_WEIGHTS[kind])
        builder.field_of(code, (words for words in row.items("keywords") if " " in words))  # one word says too little
    for row in read("offices.csv"):
        names = (row.text("name"), row.text("short_name"), *row.items("aliases"))
        builder.body(row.text("code"), names, NAME_WEIGHTS[AgencyKind.REGIONAL_OFFICE])


def _places(builder: RulesBuilder) -> None:
    for region in regions().values():
        builder.place(region.code, region.name, WITH_RANK)
        for rank in RANKS[region.kind]:
            builder.place(region.code, f"{rank} {region.short_name}", WITH_RANK)
        for name in (region.short_name, *region.aliases):
            builder.place(region.code, name, BARE)
    districts: dict[str, set[str]] = defaultdict(set)
    for row in read("districts.csv"):
        districts[row.text("name")].add(row.text("code")[:5])
    for name, codes in districts.items():
        if len(codes) > TOO_MANY:
            continue
        for code in codes:
            builder.place(code, f"kecamatan {name}", WITH_RANK if len(codes) == 1 else BARE)


def _version() -> str:
    digest = hashlib.sha256()
    for file in sorted(SHIPPED.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".csv"):
            digest.update(file.name.encode() + file.read_bytes())
    return f"{REVISION}-{digest.hexdigest()[:12]}"
