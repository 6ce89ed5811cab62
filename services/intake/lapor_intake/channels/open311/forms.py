"""What Open311 clients send: requests, updates, and what they ask for. Pure.

Clients leave fields empty instead of leaving them out, and send fields of their own: both are passed over.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate, validates_schema

from lapor_contracts import vocabulary
from lapor_contracts.events import Point
from lapor_contracts.fields import LONGEST_BODY, Body, KindField, Line, RegionCode, Title, text
from lapor_contracts.schema import field_of
from lapor_intake.channels.open311.services import FLAG, services
from lapor_intake.domain import Reporter, Submission

#: As the standard says: a search spans no more days, and is answered with no more requests at once.
LONGEST_SPAN = timedelta(days=90)
MOST_AT_ONCE = 1000
LAST_PAGE = 100_000

#: Before the link to a picture, which is no part of what the public reads.
MEDIA = "\n\nTautan dari pelapor, belum diperiksa (link from the reporter, not checked): "

_ATTRIBUTE = re.compile(r"attribute\[(\w{1,40})\](?:\[\])?")

Given = Iterable[tuple[str, str]]


class Status(StrEnum):
    """The only two of the standard."""

    OPEN = "open"
    CLOSED = "closed"


#: Our statuses in which nobody is to act any more; in all others the request is open.
ENDED = frozenset(
    {
        vocabulary.Status.CLOSED,
        vocabulary.Status.ARCHIVED,
        vocabulary.Status.MERGED,
        vocabulary.Status.REFERRED,
    }
)


class _Form(Schema):
    class Meta:
        unknown = EXCLUDE


class _DayOf(fields.Date):
    """A day, also where a whole moment is given: then as it is written there."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> date:
        return super()._deserialize(re.sub(r"(?<=^.{10})[T ].*", "", value), *args, **kwargs)


def _https(url: str) -> None:
    """A link that people may follow. We never do: it might lead into our own network."""
    try:
        parts = urlsplit(url)
        is_fine = parts.scheme == "https" and "." in (parts.hostname or "") and parts.port in (None, 443)
    except ValueError:
        is_fine = False
    if not is_fine or parts.username is not None or not re.fullmatch(r"[!-~]+", url):
        raise ValidationError("Must be an https:// link.")


_flag = validate.OneOf(FLAG)


class RequestForm(_Form):
    """A request, its attributes among the other fields."""

    service_code = fields.String(required=True, validate=validate.OneOf(services(), error="No such service."))
    description = field_of(Body, required=True)
    lat = fields.Float(validate=validate.Range(-90, 90))
    long = fields.Float(validate=validate.Range(-180, 180))
    address_string = text(200)
    email = field_of(Line)
    phone = field_of(Line)
    first_name = text(150)
    last_name = text(149)
    account_id = field_of(Line)
    media_url = fields.String(validate=[validate.Length(max=500), _https])
    title = field_of(Title)
    kind = field_of(KindField)
    occurred_on = _DayOf()
    place = text(60)
    region_code = field_of(RegionCode)
    anonymous = fields.String(validate=_flag)
    secret = fields.String(validate=_flag)

    @validates_schema(skip_on_field_errors=False)
    def has_a_place(self, data: Mapping[str, Any], **_: Any) -> None:
        """The standard asks for one."""
        if ("lat" in data) != ("long" in data):
            raise ValidationError("lat and long belong together.", "lat")
        if "lat" not in data and "address_string" not in data:
            raise ValidationError("Give lat and long, or address_string.", "address_string")


class UpdateForm(_Form):
    """What the reporter adds."""

    service_request_id = fields.String(required=True)
    description = field_of(Body, required=True)
    update_id = field_of(Line)


class _Moment(fields.AwareDateTime):
    """A moment in W3C form."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> datetime:
        try:
            # In a query a plus is a blank.
            return super()._deserialize(value.replace(" ", "+"), *args, **kwargs).astimezone(UTC)
        except OverflowError:
            raise ValidationError("Not a moment that UTC can name.") from None


class _Words(fields.String):
    """Words with commas between them."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        words = str(super()._deserialize(value, *args, **kwargs)).split(",")
        return [word.strip() for word in words if word.strip()]


class SearchForm(_Form):
    """Which requests, or which updates, are asked for."""

    service_request_id = _Words(validate=validate.Length(max=MOST_AT_ONCE))
    service_code = _Words(validate=validate.Length(max=MOST_AT_ONCE))
    status = _Words(validate=validate.ContainsOnly(list(Status)))
    start_date = _Moment(default_timezone=UTC)
    end_date = _Moment(default_timezone=UTC)
    page = fields.Integer(validate=validate.Range(1, LAST_PAGE))
    page_size = fields.Integer(validate=validate.Range(1, MOST_AT_ONCE))

    @validates_schema
    def is_not_too_long(self, data: Mapping[str, Any], **_: Any) -> None:
        """A search spans ninety days at most."""
        if "start_date" in data and "end_date" in data and data["end_date"] - data["start_date"] > LONGEST_SPAN:
            raise ValidationError("Must not be more than 90 days after start_date.", "end_date")


@dataclass(frozen=True, kw_only=True)
class Search:
    """Which requests, or which updates, are asked for; those of certain IDs whatever else was said."""

    ids: list[str] | None
    services: list[str] | None = None
    statuses: frozenset[Status] = frozenset(Status)
    since: datetime
    until: datetime
    page: int = 1
    size: int = MOST_AT_ONCE


def read(form: type[Schema], given: Given) -> dict[str, Any]:
    """What a client sent, or `ValidationError`. Of a field that came twice the first one counts."""
    values: dict[str, str] = {}
    for name, value in given:
        attribute = _ATTRIBUTE.fullmatch(name)
        if value.strip():
            values.setdefault(attribute[1] if attribute else name, value)
    loaded: dict[str, Any] = form().load(values)
    return loaded


def search_of(given: Given, now: datetime) -> Search:
    """What is asked for; where one end of the time is left out, ninety days."""
    asked = read(SearchForm, given)
    since, until = asked.get("start_date"), asked.get("end_date")
    try:
        since = since or (until or now) - LONGEST_SPAN
        until = until or since + LONGEST_SPAN
    except OverflowError:
        raise ValidationError("Not a time in which anything was reported.", "start_date") from None
    return Search(
        ids=asked.get("service_request_id"),
        services=asked.get("service_code"),
        statuses=frozenset(Status(word) for word in asked.get("status", Status)),
        since=since,
        until=until,
        page=asked.get("page", 1),
        size=asked.get("page_size", MOST_AT_ONCE),
    )


def submission_of(asked: Mapping[str, Any], *, source: str, idempotency_key: str) -> Submission:
    """A request as a report."""
    names = (asked.get("first_name"), asked.get("last_name"))
    media = asked.get("media_url")
    body = asked["description"].strip() + (f"{MEDIA}{media}" if media else "")
    if len(body) > LONGEST_BODY:
        raise ValidationError("Longer than maximum length, with the link.", "description")
    return Submission(
        source=source,
        idempotency_key=idempotency_key,
        channel=vocabulary.Channel.OPEN311,
        title=asked.get("title"),
        body=body,
        place=_place(asked),
        category=asked["service_code"],
        point=Point(latitude=asked["lat"], longitude=asked["long"]) if "lat" in asked else None,
        anonymous=asked.get("anonymous") == "true",
        secret=asked.get("secret") == "true",
        reporter=Reporter(
            name=" ".join(filter(None, names)) or None, phone=asked.get("phone"), email=asked.get("email")
        ),
        **{name: asked[name] for name in ("kind", "occurred_on", "region_code") if name in asked},
    )


def _place(asked: Mapping[str, Any]) -> str:
    """Where it is, in words and as a point on the map that the body's people can look up."""
    point = f"(lat {asked['lat']:.5f}, long {asked['long']:.5f})" if "lat" in asked else None
    return " ".join(filter(None, (asked.get("address_string"), asked.get("place"), point)))
