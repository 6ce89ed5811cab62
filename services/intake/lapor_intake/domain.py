"""What a report is when it comes in, and whether it can be taken. Pure: no clock, no database, no broker."""

import hashlib
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import orjson

from lapor_chassis.redaction import Cleaned, clean, introduced
from lapor_chassis.refusals import Refusal
from lapor_chassis.sealing import keypair_from_receipt, seal
from lapor_contracts.events import Mark, Point, SealedContent
from lapor_contracts.fields import LONGEST_BODY
from lapor_contracts.vocabulary import Channel, Kind, Missing

LONGEST_TITLE = 80
#: As long as the texts of an event may be; what stands in the place of personal data may be longer than that was.
_LONGEST = {"title": 140, "body": LONGEST_BODY, "place": 300}

_EMAIL = re.compile(r"[^\s@<>(),;:\"\\]{1,64}@([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}", re.IGNORECASE)
_PHONE = re.compile(r"\+62(8\d{8,11}|[2-79]\d{6,10})|\+(?!62)[1-9]\d{7,14}")
_AGENCY_CODE = re.compile(r"[A-Z0-9][A-Z0-9./_-]{0,79}")
_NOT_IN_TOKENS = re.compile(r"[^a-zA-Z0-9._:@/+-]+")

#: Papua, where a new day begins first: what is tomorrow even there cannot have happened.
_EASTERNMOST = timezone(timedelta(hours=9))


@dataclass(frozen=True, kw_only=True)
class Reporter:
    """Who reports. Goes into the vault and nowhere else, so it does not show itself."""

    name: str | None = field(default=None, repr=False)
    phone: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    account: str | None = field(default=None, repr=False)
    """The name under which WhatsApp, X, Messenger or Instagram reach this person."""
    handle: str | None = field(default=None, repr=False)
    """The name under which this person is known there, such as ``@siti``."""
    comment: str | None = field(default=None, repr=False)
    """The public comment that a first private answer must refer to, on Facebook and Instagram."""
    address: str | None = field(default=None, repr=False)
    """Where letters reach this person. Often the place that the report is about, so it is not hidden there."""

    def __bool__(self) -> bool:
        return bool(self.name or self.can_be_reached or self.address)

    @property
    def parts(self) -> tuple[str | None, ...]:
        """All that could give this person away in a text."""
        return self.name, self.phone, self.email, self.account, self.handle

    @property
    def can_be_reached(self) -> bool:
        """Whether we know how to tell this reporter anything."""
        return bool(self.phone or self.email or self.account)


@dataclass(frozen=True)
class OversightBody:
    """A body that whistleblowers may choose, and the public key for which their reports are sealed."""

    code: str
    name: str
    public_key: str

    def is_touched_by(self, reported: str) -> bool:
        """Whether a report about this would come to its subject, or to who stands directly above or below it."""
        words = reported.upper().replace(",", " ").split()
        return self.name.casefold() in reported.casefold() or any(related(self.code, word) for word in words)


def related(one: str, other: str) -> bool:
    """Whether two codes are of the same body, or one of them stands above the other: PEMDA-14.02 above PEMDA-14.02/…"""
    above, below = sorted((one, other), key=len)
    return above == below or below.startswith((f"{above}/", f"{above}."))


@dataclass(frozen=True, kw_only=True)
class Sealing:
    """What a whistleblower wrote, on its way to being sealed: in memory, for as long as the request lasts."""

    body: OversightBody
    content: str = field(repr=False)
    receipt: str = field(repr=False)
    """The desk keeps it nowhere: it gives the key to all that the body answers."""

    def of(self, tracking_id: str) -> SealedContent:
        """As it is told to others, bound to the report."""
        _, reporter_key = keypair_from_receipt(self.receipt, tracking_id)
        return SealedContent(
            content=seal(self.content, self.body.public_key, tracking_id),
            agency_code=self.body.code,
            oversight_key=self.body.public_key,
            reporter_key=reporter_key,
        )


@dataclass(frozen=True, kw_only=True)
class Submission:
    """A report as a channel hands it in: the one form that all channels bring theirs into.

    The same ``idempotency_key`` of the same ``source`` is the same report, however often it is handed in.
    """

    source: str
    idempotency_key: str
    channel: Channel
    kind: Kind = Kind.COMPLAINT
    title: str | None = None
    body: str
    occurred_on: date | None = None
    region_code: str | None = None
    place: str | None = None
    agency_code: str | None = None
    keyword: str | None = None
    category: str | None = None
    anonymous: bool = False
    secret: bool = False
    reporter: Reporter = field(default_factory=Reporter)
    acknowledged: bool = False
    """The answer of this channel shows the reporter the tracking ID and the receipt."""
    attachments: tuple[UUID, ...] = ()
    """Files that were uploaded before."""
    asks: tuple[Missing, ...] = ()
    """What is missing, and is asked back."""
    entered_by: str | None = None
    """The id of the officer who typed it in, who is not the reporter."""
    point: Point | None = None
    """Where it happened, as pinned on a map. For those who handle it; no public page shows it."""
    supports: str | None = None
    """The tracking ID of the earlier report of the same matter that its reporter wants to support."""
    sealing: Sealing | None = None
    """Given by a whistleblower: then the texts here say nothing."""

    @property
    def key(self) -> tuple[str, str]:
        """What tells this report from all others before it has an id."""
        return self.source, self.idempotency_key

    @property
    def app(self) -> str | None:
        """The partner's app that hands it in, by the name under which it is let in."""
        kind, _, name = self.source.partition("/")
        return name if kind == "adapter" else None


@dataclass(frozen=True, kw_only=True)
class Admitted:
    """A submission that can be taken, and the texts of it that may leave the vault."""

    submission: Submission
    """As it was given, in its usual form."""
    title: str
    body: str
    place: str | None
    marks: tuple[Mark, ...]
    """What of these texts the public must not read."""

    def content(self) -> dict[str, Any]:
        """The report without who reports: what is stored and told to the other services."""
        given = {name: getattr(self.submission, name) for name in _CONTENT}
        return {**given, "title": self.title, "body": self.body, "place": self.place}


_CONTENT = (
    "channel",
    "kind",
    "occurred_on",
    "region_code",
    "agency_code",
    "keyword",
    "category",
    "anonymous",
    "secret",
)


@dataclass(frozen=True, kw_only=True)
class Supplement:
    """What a reporter adds to a report that was returned for completion. What is None stays as it was."""

    body: str | None = None
    occurred_on: date | None = None
    region_code: str | None = None
    place: str | None = None
    attachments: tuple[UUID, ...] = ()
    """Files that were uploaded before."""


def admit(submission: Submission, *, now: datetime, regions: Collection[str]) -> Admitted | Refusal:
    """The submission with everything in its usual form and cleaned, or which fields make it impossible to take."""
    given = submission.reporter
    reporter = Reporter(
        name=_trimmed(given.name),
        phone=normal_phone(given.phone) if given.phone and given.phone.strip() else None,
        email=_trimmed(given.email),
        account=given.account,
        handle=given.handle,
        comment=given.comment,
        address=_trimmed(given.address),
    )
    body = submission.body.strip()
    errors = _errors_of_event(submission.occurred_on, submission.region_code, now, regions)
    if not body:
        errors["body"] = ["Isi laporan wajib diisi. / The body must not be empty."]
    if reporter.phone == "":
        errors["reporter.phone"] = ["Nomor telepon tidak dikenali. / Not a telephone number."]
    if reporter.email and not is_email(reporter.email):
        errors["reporter.email"] = ["Alamat surel tidak dikenali. / Not an e-mail address."]
    if errors:
        return Refusal("Laporan belum dapat diterima.", code="invalid", errors=errors)
    tidy = replace(
        submission,
        title=_trimmed(submission.title),
        body=body,
        place=_trimmed(submission.place),
        reporter=reporter,
    )
    return cleaned(tidy)


def cleaned(submission: Submission) -> Admitted:
    """The submission with its texts as others may read them: without numbers and addresses of persons."""
    parts = [*submission.reporter.parts, *_introduced(submission.title, submission.body, submission.place)]
    body = clean(submission.body, parts, _LONGEST["body"])
    title = clean(submission.title or title_of(body.text), parts, _LONGEST["title"])
    place = clean(submission.place, parts, _LONGEST["place"]) if submission.place else None
    marks = [*_marks("title", title), *_marks("body", body), *(_marks("place", place) if place else ())]
    return Admitted(
        submission=replace(
            submission,
            keyword=_without_persons(submission.keyword, parts),
            category=_without_persons(submission.category, parts),
        ),
        title=title.text,
        body=body.text,
        place=place.text if place else None,
        marks=tuple(marks),
    )


def cleaned_supplement(given: Supplement, parts: Sequence[str | None]) -> tuple[Supplement, tuple[Mark, ...]]:
    """The supplement as others may read it, and what of that the public must not read."""
    parts = [*parts, *_introduced(given.body, given.place)]
    body = clean(given.body, parts, _LONGEST["body"]) if given.body else None
    place = clean(given.place, parts, _LONGEST["place"]) if given.place else None
    marks = [*(_marks("body", body) if body else ()), *(_marks("place", place) if place else ())]
    return replace(given, body=body and body.text, place=place and place.text), tuple(marks)


def _introduced(*texts: str | None) -> list[str]:
    """The names that writers give as their own: whoever does so in one text may stand in the next without a word."""
    return [name for text in texts if text for name in introduced(text)]


def _marks(name: str, text: Cleaned) -> Iterator[Mark]:
    return (Mark(field=name, start=span.start, end=span.end, kind=span.kind) for span in text.marks)


def _without_persons(hint: str | None, parts: Sequence[str | None]) -> str | None:
    """The hint, or None where it holds personal data: these words are for routing alone, so they can be missed."""
    return hint if hint and clean(hint, parts).text == hint else None


def admit_supplement(supplement: Supplement, *, now: datetime, regions: Collection[str]) -> Supplement | Refusal:
    """The supplement in its usual form, or why it cannot be taken."""
    tidy = replace(supplement, body=_trimmed(supplement.body), place=_trimmed(supplement.place))
    errors = _errors_of_event(tidy.occurred_on, tidy.region_code, now, regions)
    if tidy == Supplement():
        errors["body"] = ["Isi setidaknya satu hal. / Give at least one thing."]
    return Refusal("Pelengkap belum dapat diterima.", code="invalid", errors=errors) if errors else tidy


def _errors_of_event(
    occurred_on: date | None, region_code: str | None, now: datetime, regions: Collection[str]
) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if occurred_on and occurred_on > now.astimezone(_EASTERNMOST).date():
        errors["occurred_on"] = ["Tanggal kejadian tidak boleh di masa depan. / Must not lie in the future."]
    if region_code and region_code not in regions:
        errors["region_code"] = ["Kode wilayah tidak dikenal. / No such region."]
    return errors


def title_of(body: str) -> str:
    """The first words of a report, as its title."""
    words = " ".join(body.split())
    if len(words) <= LONGEST_TITLE:
        return words
    return words[: LONGEST_TITLE - 1].rsplit(" ", 1)[0].rstrip(" ,.;:-") + "…"


def normal_phone(text: str) -> str:
    """A telephone number in E.164 (``+6281234567890``) as it is written in Indonesia; empty if it is none."""
    digits = re.sub(r"[\s().-]", "", text)
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+62{digits[1:]}"
    elif digits.startswith("8"):
        digits = f"+62{digits}"
    elif digits.startswith("62"):
        digits = f"+{digits}"
    return digits if digits.isascii() and _PHONE.fullmatch(digits) else ""


def is_email(text: str) -> bool:
    """Whether this has the form of an e-mail address."""
    return bool(_EMAIL.fullmatch(text))


def agency_hint(text: str) -> tuple[str | None, str | None]:
    """What somebody wrote as the body concerned: ``(agency_code, keyword)``, of which routing can use either."""
    text = text.strip()
    if _AGENCY_CODE.fullmatch(text):
        return text, None
    return None, token(text)


def token(text: str) -> str | None:
    """Free words as the short plain hint that may travel in an event; None where nothing remains."""
    return _NOT_IN_TOKENS.sub(" ", text)[:120].strip(" ._:@/+-") or None


def _trimmed(text: str | None) -> str | None:
    return (text or "").strip() or None


class Fingerprints:
    """Recognises what was handed in before, without keeping it.

    Keyed, because there are few enough telephone numbers to try them all against a plain hash.
    """

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.blake2b(key, person=b"fingerprints").digest()

    def of_reporter(self, reporter: Reporter) -> list[str]:
        """The marks by which this reporter is known again: one for each address."""
        addresses = {"phone": reporter.phone, "email": (reporter.email or "").casefold(), "account": reporter.account}
        return [self.of("reporter", kind, address) for kind, address in addresses.items() if address]

    def of(self, *values: object) -> str:
        """The same for the same values."""
        return hashlib.blake2b(orjson.dumps(values), key=self._key, digest_size=16).hexdigest()
