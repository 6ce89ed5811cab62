"""Any event that its contract allows, and any JSON at all."""

import dataclasses
import uuid
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st
from marshmallow import fields, validate

from lapor_contracts.envelope import Envelope
from lapor_contracts.events import REGISTRY, Event
from lapor_contracts.fields import FORBIDDEN

#: Whatever the offset, these are in the calendar of UTC.
FIRST_DAY, LAST_DAY = datetime(1, 1, 2), datetime(9999, 12, 30)  # noqa: DTZ001  hypothesis adds the zone

#: Whole minutes, as RFC 3339 wants them.
offsets = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("abc_"), inner, max_size=3),
    max_leaves=5,
)


def said(event: Event) -> Envelope:
    """The event as a service says it."""
    return Envelope(
        id=uuid.uuid4(),
        source="lapor/test",
        time=datetime(2026, 1, 5, tzinfo=UTC),
        event=event,
        correlation_id="one",
        causation_id="another",
        traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    )


def any_event() -> st.SearchStrategy[Any]:
    """An event of any kind, filled in any way."""
    return st.sampled_from(list(REGISTRY.values())).flatmap(any_of)


def any_of(kind: type[Any]) -> st.SearchStrategy[Any]:
    """A dataclass of ``kind``, filled in any way."""
    hints = get_type_hints(kind, include_extras=True)
    return st.builds(kind, **{item.name: _values(hints[item.name]) for item in dataclasses.fields(kind)})


def _values(hint: Any) -> st.SearchStrategy[Any]:
    if get_origin(hint) is Annotated:
        return _values_of_field(get_args(hint)[1])
    if get_origin(hint) is tuple:
        return st.lists(_values(get_args(hint)[0]), max_size=3).map(tuple)
    if dataclasses.is_dataclass(hint):
        return any_of(hint)  # type: ignore[arg-type]
    return st.one_of(st.none() if arm is type(None) else _values(arm) for arm in get_args(hint))


def _values_of_field(field: fields.Field[Any]) -> st.SearchStrategy[Any]:
    match field:
        case fields.UUID():
            return st.uuids()
        case fields.AwareDateTime():
            return st.datetimes(FIRST_DAY, LAST_DAY, timezones=offsets)
        case fields.Date():
            return st.dates()
        case fields.Boolean():
            return st.booleans()
        case fields.Integer():
            return st.integers(*_bounds(field))
        case fields.Float():
            return st.floats(*_bounds(field), allow_nan=False, allow_infinity=False)
        case fields.Enum():
            return st.sampled_from(field.enum)
        case fields.String():
            return _texts(field)
    raise AssertionError(f"no values for {field!r}")


def _bounds(field: fields.Field[Any]) -> tuple[Any, Any]:
    return next(((one.min, one.max) for one in field.validators if isinstance(one, validate.Range)), (None, None))


def _texts(field: fields.String) -> st.SearchStrategy[str]:
    for validator in field.validators:
        if isinstance(validator, validate.Regexp):
            return st.from_regex(validator.regex, fullmatch=True)
    (length,) = (one for one in field.validators if isinstance(one, validate.Length))
    letters = st.characters(exclude_categories=["Cs"]).filter(lambda letter: not FORBIDDEN.match(letter))
    return st.text(letters, min_size=length.min or 0, max_size=length.max)
