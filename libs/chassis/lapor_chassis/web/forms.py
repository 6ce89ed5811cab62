"""Reading the form of a page, and saying in Indonesian what is wrong with it."""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import marshmallow as ma
from flask import request

from lapor_chassis.web.access import CSRF_FIELD
from lapor_chassis.web.pages import t
from lapor_chassis.web.problems import flatten

#: marshmallow's sentences, and what they are in Indonesian.
_INDONESIAN = tuple(
    (re.compile(english), indonesian)
    for english, indonesian in (
        (r"Missing data for required field\.", "Wajib diisi."),
        (r"Field may not be null\.", "Wajib diisi."),
        (r"Longer than maximum length (\d+)\.", r"Terlalu panjang, paling banyak \1 huruf."),
        (r"Shorter than minimum length (\d+)\.", r"Terlalu pendek, paling sedikit \1 huruf."),
        (r"Length must be between [01] and (\d+)\.", r"Paling banyak \1 huruf."),
        (r"Length must be between (\d+) and (\d+)\.", r"Panjangnya harus \1 sampai \2 huruf."),
        (r"Must not contain control characters\.", "Mengandung tanda yang tidak dapat dibaca."),
        (r"Not a valid date\.", "Bukan tanggal yang benar."),
        (r"Not a valid email address\.", "Bukan alamat surel yang benar."),
        (r"Must be one of: .*", "Pilih salah satu dari daftar."),
        (r"Unknown field\.", "Isian tidak dikenal."),
        (r"(Not a valid|Invalid|String does not match) .*", "Isian ini tidak dapat dibaca."),
    )
)


@dataclass(frozen=True)
class Form:
    """A form as it was sent: ``values`` if all is right, else ``errors`` by field; ``given`` to show it again."""

    given: Mapping[str, Any] = field(default_factory=dict)
    values: dict[str, Any] | None = None
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)


def read_form(schema: type[ma.Schema], *, beside: Collection[str] = ()) -> Form:
    """The form of this request, as ``schema`` reads it. A field left empty counts as not sent.

    Fields ``beside`` it are read by whoever names them.
    """
    reader = schema()
    given: dict[str, Any] = {}
    for name, texts in request.form.lists():
        if name != CSRF_FIELD and name not in beside:
            given[name] = texts if isinstance(reader.fields.get(name), ma.fields.List) else texts[0]
    filled = {name: value for name, value in given.items() if isinstance(value, list) or value.strip()}
    try:
        return Form(given, values=reader.load(filled))
    except ma.ValidationError as error:
        return Form(given, errors=in_indonesian(flatten(error.messages)))


def in_indonesian(errors: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The messages with Indonesian before the English."""
    return {name: [_translated(text) for text in texts] for name, texts in errors.items()}


def _translated(english: str) -> str:
    for pattern, indonesian in _INDONESIAN:
        if found := pattern.fullmatch(english):
            return t(found.expand(indonesian), english)
    return english
