"""The newest public reports as feeds: Atom (RFC 4287) and RSS 2.0."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from html import escape
from xml.etree import ElementTree as Xml

from lapor_tracking.domain.listing import Listing
from lapor_tracking.words import STATUSES

_ATOM = "http://www.w3.org/2005/Atom"
#: Of a feed in which nothing has stood yet.
_BEGINNING = datetime(2011, 11, 8, tzinfo=UTC)
#: What texts may hold and XML may not.
_NO_CHARACTERS = {0xFFFE: None, 0xFFFF: None}


class Form(StrEnum):
    """What a feed reader asks for."""

    ATOM = "atom"
    RSS = "rss"

    @property
    def media_type(self) -> str:
        """As it is told to browsers."""
        return f"application/{self}+xml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """What a feed is about, and its newest reports."""

    title: str
    address: str
    """Of the feed itself."""
    page: str
    """Where people read the same."""
    reports: Sequence[tuple[str, Listing]]
    """Each with the address of its page."""

    @property
    def updated_at(self) -> datetime:
        """When one of these reports last changed."""
        return max((listing.changed_at for _, listing in self.reports), default=_BEGINNING)


def written(feed: Feed, form: Form) -> bytes:
    """The feed as it is sent."""
    root = _atom(feed) if form is Form.ATOM else _rss(feed)
    return Xml.tostring(root, encoding="utf-8", xml_declaration=True)


def _atom(feed: Feed) -> Xml.Element:
    root = Xml.Element("feed", {"xmlns": _ATOM, "xml:lang": "id"})
    _put(root, "id", feed.address)
    _put(root, "title", feed.title)
    _put(root, "updated", feed.updated_at.isoformat())
    _put(root, "link", rel="self", href=feed.address, type=Form.ATOM.media_type)
    _put(root, "link", rel="alternate", href=feed.page, type="text/html")
    _put(_put(root, "author"), "name", "LAPOR!")
    for page, listing in feed.reports:
        entry = _put(root, "entry")
        _put(entry, "id", page)
        _put(entry, "title", _title(listing))
        _put(entry, "published", listing.received_at.isoformat())
        _put(entry, "updated", listing.changed_at.isoformat())
        _put(entry, "link", rel="alternate", href=page, type="text/html")
        _put(entry, "category", term=listing.status.value, label=STATUSES[listing.status].id)
        _put(entry, "summary", listing.excerpt)
    return root


def _rss(feed: Feed) -> Xml.Element:
    root = Xml.Element("rss", {"xmlns:atom": _ATOM, "version": "2.0"})
    channel = Xml.SubElement(root, "channel")
    _put(channel, "title", feed.title)
    _put(channel, "link", feed.page)
    _put(channel, "description", "Laporan publik di LAPOR! (public reports)")
    _put(channel, "language", "id")
    _put(channel, "lastBuildDate", format_datetime(feed.updated_at))
    _put(channel, "atom:link", rel="self", href=feed.address, type=Form.RSS.media_type)
    for page, listing in feed.reports:
        item = _put(channel, "item")
        _put(item, "title", _title(listing))
        _put(item, "link", page)
        _put(item, "guid", page, isPermaLink="true")
        _put(item, "pubDate", format_datetime(listing.received_at))
        _put(item, "category", STATUSES[listing.status].id)
        _put(item, "description", escape(listing.excerpt, quote=False))  # readers take it for HTML
    return root


# Prefixes are written out: those that the library makes up are the same for all threads, and a feed of one form that
# is written while one of the other is would get the wrong ones.
def _put(parent: Xml.Element, name: str, text: str | None = None, **attributes: str) -> Xml.Element:
    child = Xml.SubElement(parent, name, attributes)
    child.text = text.translate(_NO_CHARACTERS) if text else None
    return child


def _title(listing: Listing) -> str:
    return listing.title or listing.excerpt[:80] or listing.tracking_id
