"""The rules of the choice, built from topics and names."""

import hashlib
from collections.abc import Iterable
from functools import cache, partial
from itertools import chain, repeat

from lapor_contracts.regions import regions
from lapor_routing.domain.agencies import AgencyKind
from lapor_routing.domain.places import RANKS
from lapor_routing.domain.reading import Reader
from lapor_routing.domain.rules import Rules, RulesBuilder, Topic
from lapor_routing.reference.agencies import office_types
from lapor_routing.reference.gazetteer import district_at, shipped_gazetteer
from lapor_routing.reference.rows import SHIPPED, Row, read

#: Grows when the same data leads to other choices.
REVISION = 2

#: The bodies of a topic, in order: the first is meant, the others may be.
SHARES = (1.0, 0.45, 0.3, 0.2)

#: How much a body's own name says: a ministry is often named for what its offices do.
NAME_WEIGHTS = {
    AgencyKind.STATE_ENTERPRISE: 0.75,
    AgencyKind.FOREIGN_MISSION: 0.8,
    AgencyKind.STATE_INSTITUTION: 0.75,
    AgencyKind.MINISTRY_UNIT: 0.75,
    AgencyKind.REGIONAL_OFFICE: 0.75,
    AgencyKind.MINISTRY: 0.65,
    AgencyKind.COORDINATING_MINISTRY: 0.4,
}
#: Banks through which the state pays are more often named as the means than as the matter.
PAID_THROUGH, MEANS = frozenset({"BUMN-BRI", "BUMN-BNI", "BUMN-MANDIRI", "BUMN-BTN", "BUMN-BSI"}), 0.55

#: A region named with its rank (Kabupaten Bandung), or by its bare name.
WITH_RANK, BARE = 2.0, 1.0


@cache
def shipped_rules() -> Rules:
    """The rules that come with the service."""
    abbreviations = {row.text("short"): row.text("words") for row in read("abbreviations.csv")}
    roots = _roots()
    builder = RulesBuilder(
        reader=Reader(abbreviations, roots, plain=_single_words()),
        common=frozenset(row.text("words") for row in read("common_words.csv")),
        weak=frozenset(row.text("words") for row in read("weak_words.csv")),
    )
    _topics(builder)
    matters = builder.phrases.words()
    _bodies(builder)
    _places(builder)
    builder.reader.forgive(matters, unless=builder.phrases.words())
    usual = frozenset(abbreviations.values())  # only what is written often is shortened
    return builder.build(_version(), cache(partial(shipped_gazetteer, usual, roots | matters)), district_at)


def _roots() -> frozenset[str]:
    return frozenset((SHIPPED / "roots.txt").read_text(encoding="utf-8").split())


def _single_words() -> frozenset[str]:
    """Words that are a phrase or a name by themselves, and the names of regions (Ngada is no form of another word)."""
    columns = {
        "topics.csv": ("sure", "phrases", "hints"),
        "agencies.csv": ("short_name", "aliases", "keywords"),
        "agency_types.csv": ("short_name", "aliases", "keywords"),
    }
    names_of_regions = (name for region in regions().values() for name in (region.short_name, *region.aliases))
    return frozenset(word.lower() for name in names_of_regions for word in name.split()) | frozenset(
        item.lower()
        for file, names in columns.items()
        for row in read(file)
        for name in names
        for item in row.items(name)
        if item.isalpha()
    )


def _topics(builder: RulesBuilder) -> None:
    for row in read("topics.csv"):
        builder.topic(
            Topic(row.text("code"), row.text("name"), _competent(row)),
            row.text("lapor_code"),
            sure=row.items("sure"),
            phrases=row.items("phrases"),
            hints=row.items("hints"),
        )
    builder.share_out()
    for row in read("topic_precedence.csv"):
        builder.precedence(row.text("special"), row.text("general"))


def _competent(row: Row) -> dict[str, float]:
    """``OPD-DINSOS|KEMENSOS=0.8``: the share of each body, or what its position gives it."""
    competent: dict[str, float] = {}
    for item, usual in zip(row.items("competent_codes"), chain(SHARES, repeat(SHARES[-1])), strict=False):
        code, _, share = item.partition("=")
        try:
            competent[code] = float(share or usual)
        except ValueError:
            raise row.wrong("competent_codes", f"gives {code} the share {share!r}, which is no number") from None
    return competent


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
        builder.body(code, names, MEANS if code in PAID_THROUGH else NAME_WEIGHTS[kind])
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


def _version() -> str:
    digest = hashlib.sha256()
    for file in sorted(SHIPPED.iterdir(), key=lambda file: file.name):
        if file.is_file() and file.name != "README.md":
            digest.update(file.name.encode() + file.read_bytes())
    return f"{REVISION}-{digest.hexdigest()[:12]}"
