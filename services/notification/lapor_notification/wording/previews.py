"""How a notice will look, by each way: for whoever writes its words."""

from collections.abc import Iterator
from dataclasses import dataclass

import jinja2

from lapor_notification.domain import Data
from lapor_notification.wording.checking import measured
from lapor_notification.wording.parts import Parts
from lapor_notification.wording.writing import Wording


@dataclass(frozen=True)
class Preview:
    """A notice in one form and language."""

    form: str
    """``sms``, ``chat`` or ``email``."""
    language: str | None
    """None: as whoever reads it whose language is not known."""
    text: str
    subject: str = ""
    measure: str = ""
    """How much of an SMS it fills."""


def previews(parts: Parts, data: Data, public_url: str) -> Iterator[Preview]:
    """Each form; a part that cannot be filled is left out, what is wrong with it is told elsewhere."""
    wording = Wording(public_url, lambda _: parts)
    for language in (None, "en"):
        try:
            sms = wording.sms("", data, language)
            yield Preview("sms", language, sms, measure=measured(sms))
        except (jinja2.TemplateError, KeyError):
            continue
    try:
        yield Preview("chat", None, wording.chat("", data))
        letter = wording.letter("", data)
        yield Preview("email", None, letter.text, letter.subject)
    except (jinja2.TemplateError, KeyError):
        return
