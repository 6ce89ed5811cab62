"""Lists in pages by cursor: the next page begins after the last thing seen, whatever has come in since."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import marshmallow as ma
import orjson
from flask import request
from marshmallow import fields, validate

from lapor_chassis.web.problems import Problem, flatten
from lapor_chassis.web.schemas import StrictSchema

Position = tuple[Any, ...]


class Paging(StrictSchema):
    """How a list is asked for. Lists that can be filtered extend it."""

    cursor = fields.String(metadata={"description": "`next` of the page before."}, validate=validate.Length(1, 500))
    limit = fields.Integer(load_default=25, validate=validate.Range(1, 100))


def page_of(item: type[ma.Schema]) -> type[ma.Schema]:
    """The schema of one page of ``item``s."""
    return ma.Schema.from_dict(
        {"items": fields.List(fields.Nested(item)), "next": fields.String(allow_none=True)},
        name=f"{item.__name__.removesuffix('Schema')}Page",
    )


def paging_of_request(query: type[Paging] = Paging) -> dict[str, Any]:
    """The list that a page (HTML) was asked for in its address. A field of its form left empty counts as not sent."""
    given = {name: text for name, text in request.args.items() if text.strip()}
    try:
        return dict(query(unknown=ma.EXCLUDE).load(given))
    except ma.ValidationError as error:
        raise Problem(422, errors=flatten(error.messages)) from None


def paged(
    fetch: Callable[[Position | None, int], Sequence[Any]], paging: Mapping[str, Any], *, by: Mapping[str, type]
) -> dict[str, Any]:
    """One page: ``{"items": [...], "next": "…" or None}``.

    ``fetch(after, limit)`` returns rows ordered by the columns ``by`` names, those behind ``after`` only;
    ``by`` also says of which type each is, for instance ``{"received_at": datetime, "report_id": UUID}``.
    """
    limit = paging["limit"]
    after = _decode(paging["cursor"], tuple(by.values())) if "cursor" in paging else None
    found = fetch(after, limit + 1)  # one more tells whether there is a next page
    items = list(found[:limit])
    more = len(found) > limit
    return {"items": items, "next": _encode([getattr(items[-1], name) for name in by]) if more else None}


def _encode(position: Sequence[Any]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(position)).decode().rstrip("=")


def _decode(cursor: str, types: tuple[type, ...]) -> Position:
    try:
        parts = orjson.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return tuple(_read(part, kind) for part, kind in zip(parts, types, strict=True))
    except (binascii.Error, ValueError, TypeError):
        raise Problem(422, errors={"cursor": ["Not a cursor of this list."]}) from None


def _read(part: object, kind: type) -> Any:
    """The part as a ``kind``: it comes from outside, so a wrong one must not get as far as the database."""
    if kind is int:
        if not isinstance(part, int) or not -(2**63) <= part < 2**63:
            raise TypeError("not a number that a database keeps")
        return part
    text = str(part)
    if "\0" in text:
        raise ValueError("not a text that a database keeps")
    if kind is datetime:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("no zone")
        return moment
    return UUID(text) if kind is UUID else text
