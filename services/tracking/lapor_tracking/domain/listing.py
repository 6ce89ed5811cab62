"""What the public may look for: which reports, in which words, and which of them fit a question best. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from lapor_chassis.indonesian import terms_of
from lapor_contracts.marks import PLACEHOLDERS
from lapor_contracts.vocabulary import Kind, Status
from lapor_tracking.domain.statistics import ZONE

#: What was never let pass, was put aside or follows another report is in no list.
LISTED = frozenset(Status) - {Status.RECEIVED, Status.INCOMPLETE, Status.ARCHIVED, Status.MERGED}
#: A question of more words finds no more.
_MOST_WORDS = 12
_IN_TITLE = 1_000
_NEAR = 100


def may_be_listed(*, secret: bool, sealed: bool, status: Status | None) -> bool:
    """Whether a report's words may be looked for, if it has words that are public."""
    return not secret and not sealed and status in LISTED


@dataclass(frozen=True, kw_only=True, slots=True)
class Listing:
    """A report as it stands in a list: all of it is public."""

    number: int = 0
    """Which grows: what was listed later has a higher one."""
    tracking_id: str
    title: str
    excerpt: str
    kind: Kind | None
    status: Status
    agency_code: str | None
    agency_name: str | None
    region_code: str | None
    category: str | None
    category_name: str
    received_at: datetime
    changed_at: datetime
    terms: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """What somebody looks for. A region or topic holds what is below it."""

    words: str = ""
    agency_code: str | None = None
    region_code: str | None = None
    category: str | None = None
    kind: Kind | None = None
    status: Status | None = None
    since: date | None = None
    until: date | None = None

    @property
    def asks_nothing(self) -> bool:
        """Something was written, and none of it says anything by itself: "yang tidak ada"."""
        return bool(self.words.strip()) and not terms_of(self.words)

    @property
    def terms(self) -> list[str]:
        """What a report must have, all of it."""
        words = dict.fromkeys(terms_of(self.words))
        facets = {
            "a": self.agency_code,
            "r": self.region_code,
            "c": self.category,
            "k": self.kind,
            "s": self.status,
        }
        return [*list(words)[:_MOST_WORDS], *(_facet(name, value) for name, value in facets.items() if value)]

    @property
    def days(self) -> tuple[int, int] | None:
        """The first and the last day, counted from the year 1; None if no time was named."""
        if self.since is None or self.until is None:
            return None
        return self.since.toordinal(), self.until.toordinal()


def received_on(listing: Listing) -> date:
    """The day on which it came in."""
    return listing.received_at.astimezone(ZONE).date()


def index_terms(listing: Listing, body: str) -> list[str]:
    """By which a report is found: what it is filed under, and its words in their order, those of its title first."""
    facets = [
        *(_facet("a", code) for code in [listing.agency_code] if code),
        *(_facet("r", code) for code in _above(listing.region_code)),
        *(_facet("c", code) for code in _above(listing.category)),
        *(_facet("k", kind) for kind in [listing.kind] if kind),
        _facet("s", listing.status),
    ]
    text = f"{listing.title}\n{body}"
    for placeholder in PLACEHOLDERS.values():
        text = text.replace(placeholder, " ")
    return list(dict.fromkeys([*facets, *terms_of(text)]))


def fitness(listing: Listing, words: Sequence[str]) -> int:
    """How well a report that has all these words fits: in its title they say most, and near to each other more."""
    title = set(terms_of(listing.title))
    places = {term: place for place, term in enumerate(listing.terms)}
    found = [places[word] for word in words if word in places]
    spread = max(found) - min(found) - len(found) + 1 if found else _NEAR
    first = min(found, default=_NEAR)
    return _IN_TITLE * len(title.intersection(words)) + max(0, _NEAR - spread) + max(0, _NEAR - first)


def _above(code: str | None) -> Iterator[str]:
    """A code and those that it is below: 31, 31.74, 31.74.05."""
    parts = code.split(".") if code else []
    for end in range(1, len(parts) + 1):
        yield ".".join(parts[:end])


def _facet(name: str, value: str) -> str:
    """No word looks like this. Nothing but ASCII without blanks: what both databases take for one word."""
    return f"{name}:" + "".join(letter if letter.isascii() and letter > " " else "_" for letter in value.lower())
