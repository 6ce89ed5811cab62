"""Fills the templates: an SMS that fits one message, a chat, and a letter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

import jinja2
from jinja2.sandbox import ImmutableSandboxedEnvironment

from lapor_chassis import gsm7
from lapor_notification.domain import Contact, Data, Via
from lapor_notification.domain.templates import TemplateName
from lapor_notification.wording.parts import LINK, Parts, shipped_parts
from lapor_notification.wording.spoken import SPOKEN

#: Longer, and the notices with the most words would not fit an SMS beside it.
LONGEST_PUBLIC_URL = 60


@dataclass(frozen=True)
class Letter:
    """A message's words; only an e-mail has a subject."""

    subject: str
    text: str


class Wording:
    """Fills the templates, as they are in force."""

    def __init__(self, public_url: str, parts_of: Callable[[TemplateName], Parts] = shipped_parts) -> None:
        self._parts_of = parts_of
        self._environment = ImmutableSandboxedEnvironment(
            undefined=jinja2.StrictUndefined,
            autoescape=False,  # plain text, never HTML
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.filters["indonesian"] = lambda word: SPOKEN[word][0]
        self._environment.filters["english"] = lambda word: SPOKEN[word][1]
        self._environment.globals["public_url"] = self._public_url = public_url.rstrip("/")
        self._compiled = lru_cache(maxsize=1024)(self._environment.from_string)

    def farewell(self, contact: Contact) -> str | None:
        """Where a follower, or a reporter, ends it."""
        if contact.token:
            return f"{self._public_url}/ikuti/berhenti/{contact.token}"
        return f"{self._public_url}/berhenti/{contact.stop}" if contact.stop else None

    def written(
        self, via: Via, template: TemplateName, data: Data, language: str | None = None, *, replies: bool = False
    ) -> Letter:
        """The notice in the form in which it travels; where no language is known, both, or Indonesian.

        A letter says whether somebody reads what its reader answers.
        """
        match via:
            case Via.EMAIL:
                return self.letter(template, data, language, replies=replies)
            case Via.SMS:
                return Letter("", self.sms(template, data, language))
        return Letter("", self.chat(template, data, language))

    def sms(self, template: TemplateName, data: Data, language: str | None = None) -> str:
        """The text message. Where it is too long for one SMS, the name of the agency is cut short."""
        values = {name: gsm7.plain(value) if isinstance(value, str) else value for name, value in data.items()}
        part = _in_language(self._parts_of(template), language)
        text = self.part(part, values)
        excess = len(text) - gsm7.ONE_IN_GSM
        if excess > 0 and (name := str(values.get("agency_name", ""))):
            shortened = name[: max(0, len(name) - excess - len("..."))].rstrip() + "..."
            text = self.part(part, {**values, "agency_name": shortened})
        return text

    def chat(self, template: TemplateName, data: Data, language: str | None = None) -> str:
        """The message in a chat: the words of the SMS, unless the notice has more to say there."""
        parts = self._parts_of(template)
        return self.part(parts.get("chat") or _in_language(parts, language), data)

    def letter(
        self, template: TemplateName, data: Data, language: str | None = None, *, replies: bool = False
    ) -> Letter:
        """The e-mail."""
        parts = self._parts_of(template)
        said = {name: self.part(parts.get(name) or LINK, data) for name in ("indonesian", "english", "link")}
        return Letter(
            self.part(parts["subject"], data), self.part(_LETTER, {**said, "language": language, "replies": replies})
        )

    def part(self, source: str, values: Mapping[str, object]) -> str:
        """One part, filled; raises Jinja's errors where something in it is not there."""
        return self._compiled(source).render(values).strip()


#: What is the same in every letter.
_LETTER = (files("lapor_notification") / "templates" / "notice.txt").read_text(encoding="utf-8")


def _in_language(parts: Parts, language: str | None) -> str:
    return (parts.get("sms_english") if language == "en" else None) or parts["sms"]
