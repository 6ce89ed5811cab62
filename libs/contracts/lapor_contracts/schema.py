"""Marshmallow schemas out of annotated dataclasses, so that a field is declared once."""

import contextlib
import copy
import dataclasses
import types
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, missing, post_load


class ContractError(Exception):
    """The message can never be understood: broken, unknown, or against its contract.

    The text names the fields and what is wrong with them; never a value, which may be somebody's.
    """


@cache
def schema_of(kind: type[Any], *, unknown: Literal["exclude", "raise"] = EXCLUDE) -> Schema:
    """The schema that reads and writes a dataclass of ``kind``.

    (mypy takes a class for one of its instances when it asks whether a cache can hold it: hence the ignores.)
    """
    declared: dict[str, Any] = {}
    hints = get_type_hints(kind, include_extras=True)
    for item in dataclasses.fields(kind):
        required = item.default is dataclasses.MISSING and item.default_factory is dataclasses.MISSING
        declared[item.name] = field_of(hints[item.name], required)

    def build(_self: Schema, data: Mapping[str, Any], **_: Any) -> Any:
        return kind(**data)

    declared["build"] = post_load(build)
    schema: type[Schema] = type(f"{kind.__name__}Schema", (Schema,), declared)
    return schema(unknown=unknown)


def field_of(hint: Any, required: bool = False, *, none: bool = False) -> fields.Field[Any]:
    """The field that reads and writes a value of the type ``hint``, as in ``field_of(Title | None)``."""
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        (inner,) = (arm for arm in get_args(hint) if arm is not type(None))
        return field_of(inner, required, none=True)
    if origin is Annotated:
        template = get_args(hint)[1]
        return _again(template, required, none)
    if origin is tuple:
        inner = get_args(hint)[0]
        return _Tuple(field_of(inner, True), required=required, allow_none=none)
    if dataclasses.is_dataclass(hint):
        return _Record(hint, required, none)  # type: ignore[arg-type]
    raise TypeError(f"{hint!r} is not a type of lapor_contracts.fields")


def _again(template: fields.Field[Any], required: bool, none: bool) -> fields.Field[Any]:
    """A fresh field like ``template``: a marshmallow field belongs to one schema."""
    field = copy.deepcopy(template)
    field.required = required
    field.allow_none = none
    return field


class _Tuple(fields.List[Any]):
    """A list on the wire, a tuple in the dataclass."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> Any:
        if type(value) is list:
            with contextlib.suppress(ValidationError):
                return tuple([_read_right(self.inner, item, attr, data) for item in value])
        return tuple(super()._deserialize(value, attr, data, **kwargs))


class _Record(fields.Nested):
    """A dataclass within a dataclass."""

    def __init__(self, kind: type[Any], required: bool, none: bool) -> None:
        super().__init__(schema_of(kind), required=required, allow_none=none)  # type: ignore[arg-type]
        self._kind = kind

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            return _load_right(self._kind, value)
        except ValidationError:
            return super()._deserialize(value, *args, **kwargs)


def load(kind: type[Any], data: Any, *, strict: bool = False) -> Any:
    """Read ``data`` as a ``kind`` or raise `ContractError` naming the fields at fault."""
    if not strict:
        with contextlib.suppress(ValidationError):
            return _load_right(kind, data)
    try:
        return schema_of(kind, unknown=RAISE if strict else EXCLUDE).load(data)  # type: ignore[arg-type]
    except ValidationError as error:
        raise ContractError(f"{kind.__name__}: {describe(error.messages)}") from None


def _load_right(kind: type[Any], data: Any) -> Any:
    """Read data that has nothing wrong with it, by marshmallow's own fields and validators.

    What `Schema.load` does around them, to collect everything that is wrong, costs more than they do. Here the first
    thing that is wrong raises, and the caller then loads once more the long way, for all the messages.
    """
    if type(data) is not dict:
        raise ValidationError("not an object")
    values: dict[str, Any] = {}
    for name, field in _fields_of(kind):  # type: ignore[arg-type]
        value = data.get(name, missing)
        if value is not missing:
            values[name] = _read_right(field, value, name, data)
        elif field.required:
            raise ValidationError("missing", name)
    return kind(**values)


def _read_right(field: fields.Field[Any], value: Any, name: Any, data: Any) -> Any:
    if value is None:
        if field.allow_none:
            return None
        raise ValidationError("null")
    value = field._deserialize(value, name, data)
    for validator in field.validators:
        validator(value)
    return value


@cache
def _fields_of(kind: type[Any]) -> tuple[tuple[str, fields.Field[Any]], ...]:
    return tuple(schema_of(kind).load_fields.items())  # type: ignore[arg-type]


def describe(messages: Any) -> str:
    """Marshmallow's messages as one line: ``title: Longer than maximum length 140.``"""
    if isinstance(messages, Mapping):
        return "; ".join(f"{name}: {describe(inner)}" for name, inner in messages.items())
    if isinstance(messages, list):
        return " ".join(describe(inner) for inner in messages)
    return str(messages)
