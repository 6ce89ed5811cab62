"""The kinds of value an event may carry: each type says how it is read, written and limited.

A field of an event is declared once, as ``title: Title``; its marshmallow field is found in the annotation.
"""

import re
import uuid
from datetime import UTC, date, datetime
from typing import Annotated, Any

from marshmallow import ValidationError, fields, validate

from lapor_contracts.vocabulary import (
    AnswerKind,
    AnswerType,
    ArchiveReason,
    Channel,
    Clock,
    ClosedBy,
    Command,
    DispositionEnd,
    Kind,
    Level,
    Missing,
    Personal,
    Role,
    Status,
)

#: Characters that no text may hold: control characters but tab and new line, and lone surrogates.
FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def no_control_characters(text: str) -> None:
    """Refuse what no keyboard types: it breaks logs, CSV files, terminals and PostgreSQL."""
    if FORBIDDEN.search(text):
        raise ValidationError("Must not contain control characters.")


def text(longest: int, shortest: int = 0, **options: Any) -> fields.String:
    """A text field of bounded length without control characters."""
    return fields.String(validate=[validate.Length(shortest or None, longest), no_control_characters], **options)


def code(pattern: str, longest: int = 80, *, means: str | None = None) -> fields.String:
    """An identifier in a fixed form; ``means`` explains it in the catalogue."""
    return fields.String(
        validate=[validate.Length(1, longest), validate.Regexp(pattern)],
        metadata={"description": means} if means else {},
    )


def representable_in_utc(moment: datetime) -> None:
    """Refuse the hours at both ends of the calendar that have no name in UTC: no store could keep them."""
    try:
        moment.astimezone(UTC)
    except OverflowError:
        raise ValidationError("Not a moment that UTC can name.") from None


#: Of what people write, in characters.
LONGEST_BODY = 10_000
LONGEST_TITLE = 140
#: The largest whole number that every store can keep.
LARGEST_COUNT = 2**31 - 1

Id = Annotated[uuid.UUID, fields.UUID()]
Instant = Annotated[datetime, fields.AwareDateTime(validate=representable_in_utc)]
Day = Annotated[date, fields.Date(metadata={"description": "When it happened."})]
Flag = Annotated[bool, fields.Boolean()]
Rating = Annotated[int, fields.Integer(strict=True, validate=validate.Range(1, 5))]
Count = Annotated[int, fields.Integer(strict=True, validate=validate.Range(0, LARGEST_COUNT))]
Share = Annotated[float, fields.Float(validate=validate.Range(0, 1))]
Weight = Annotated[float, fields.Float()]
Latitude = Annotated[float, fields.Float(validate=validate.Range(-90, 90))]
Longitude = Annotated[float, fields.Float(validate=validate.Range(-180, 180))]

Title = Annotated[str, text(LONGEST_TITLE, metadata={"description": "The report in a few words."})]
Body = Annotated[str, text(LONGEST_BODY, 1)]
Place = Annotated[str, text(300, metadata={"description": "Where it happened, in words."})]
Line = Annotated[str, text(300)]
Prose = Annotated[str, text(10_000)]
Secret = Annotated[str, text(8_000)]
Ciphertext = Annotated[str, text(60_000)]

TrackingId = Annotated[str, code(r"^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}\Z", means="The report's name among people.")]
RegionCode = Annotated[
    str,
    code(
        r"^[0-9]{2}(\.[0-9]{2}(\.[0-9]{2}(\.[0-9]{4})?)?)?\Z",
        13,
        means="Kemendagri code of a province, regency or city, district or village.",
    ),
]
AgencyCode = Annotated[
    str, code(r"^[A-Z0-9][A-Z0-9./_-]{0,79}\Z", means="Code of a body in the directory that routing keeps.")
]
ReplyToken = Annotated[
    str, code(r"^[a-z2-7]{52}\Z", 52, means="What routing puts behind the plus of an address that bodies answer to.")
]
Url = Annotated[str, code(r"^https?://[!-~]+\Z", 1_000)]
Token = Annotated[str, code(r"^[a-zA-Z0-9][a-zA-Z0-9 ._:@/+-]{0,119}\Z", 120)]


def enum_of(vocabulary: type[Any]) -> fields.Enum[Any]:
    """A word of a fixed list, written as its value."""
    return fields.Enum(vocabulary, by_value=True, metadata={"description": vocabulary.__doc__})


KindField = Annotated[Kind, enum_of(Kind)]
ChannelField = Annotated[Channel, enum_of(Channel)]
AnswerKindField = Annotated[AnswerKind, enum_of(AnswerKind)]
AnswerTypeField = Annotated[AnswerType, enum_of(AnswerType)]
ArchiveReasonField = Annotated[ArchiveReason, enum_of(ArchiveReason)]
ClosedByField = Annotated[ClosedBy, enum_of(ClosedBy)]
ClockField = Annotated[Clock, enum_of(Clock)]
MissingField = Annotated[Missing, enum_of(Missing)]
PersonalField = Annotated[Personal, enum_of(Personal)]
CommandField = Annotated[Command, enum_of(Command)]
DispositionEndField = Annotated[DispositionEnd, enum_of(DispositionEnd)]
LevelField = Annotated[Level, enum_of(Level)]
RoleField = Annotated[Role, enum_of(Role)]
StatusField = Annotated[Status, enum_of(Status)]
