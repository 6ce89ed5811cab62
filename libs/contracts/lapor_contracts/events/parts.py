"""What several events hold."""

from dataclasses import dataclass

from lapor_contracts.fields import (
    AgencyCode,
    Ciphertext,
    Count,
    Id,
    Latitude,
    Line,
    Longitude,
    PersonalField,
    Token,
    Url,
    Weight,
)


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """A file that intake keeps, checked and cleaned. Its name stays with the reporter: it may be somebody's."""

    id: Id
    """intake shows the file to staff and to the reporter under this id."""
    media_type: Token
    """By its content, such as ``image/jpeg``."""
    size: Count
    """Bytes."""


@dataclass(frozen=True, kw_only=True)
class LinkedAttachment(Attachment):
    """A file that a body's own system may fetch."""

    url: Url | None = None
    """Where, for thirty days, without signing in. Whoever has the address has the file."""


@dataclass(frozen=True, kw_only=True)
class Mark:
    """A passage that the public must not read. Characters ``start`` to ``end`` (not included) of one field."""

    field: Token
    """``title``, ``body`` or ``place``; where a verifier marked what was added later, the ``supplement_id`` of that."""
    start: Count
    end: Count
    kind: PersonalField


@dataclass(frozen=True, kw_only=True)
class SealedContent:
    """A whistleblower's report, which only the chosen oversight body can open (see ``lapor_chassis.sealing``)."""

    content: Ciphertext
    """Sealed for ``oversight_key``; opened it is JSON with title, body, occurred_on, place and reported."""
    agency_code: AgencyCode
    """The oversight body."""
    oversight_key: Token
    """Its public key (X25519, hex): what the reporter adds later is sealed for it too."""
    reporter_key: Token
    """The public key (X25519, hex) whose private one only the receipt gives: the body seals its answers for it."""


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """One thing that speaks for a body: what kind of thing, which words, how strongly."""

    kind: Token
    """Such as ``topic_phrase`` or ``region_given``."""
    detail: Line
    """Which words or facts."""
    weight: Weight
    """How strongly it speaks for the body: 0 not at all, 1 beyond doubt."""


@dataclass(frozen=True, kw_only=True)
class Point:
    """Where it happened, as pinned on a map (WGS 84, degrees)."""

    latitude: Latitude
    longitude: Longitude
