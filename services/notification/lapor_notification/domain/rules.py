"""Who is told what when something happens: a table (``data/rules.csv``), and how it is read.

Each row stands for itself: all that match are followed, so none can hide another. Two rows that tell the same
audience of the same event must exclude each other, or somebody would hear of one happening twice.
"""

import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, timedelta
from enum import Enum, EnumType, StrEnum
from functools import cache
from importlib.resources import files
from itertools import combinations
from typing import get_type_hints

from lapor_contracts.events import REGISTRY, Event
from lapor_notification.domain.notices import Data
from lapor_notification.domain.templates import Delivery, Purpose, Template, TemplateName, read_templates


class Audience(StrEnum):
    """Who may be told."""

    REPORTER = "reporter"
    FOLLOWER = "follower"
    """Whom the event is about, by an id of their own."""
    FOLLOWERS = "followers"
    """All who follow the report, and have confirmed that."""
    RESPONSIBLE = "responsible"
    """Who sees to what is late at the body that it came to: its approvers and administrators; or the coordinators."""


@dataclass(frozen=True, slots=True)
class Test:
    """One condition on an event: a field that has this value on the wire, or another one."""

    field: str
    value: str
    negated: bool

    def holds(self, event: Event) -> bool:
        """Whether it is so."""
        return (_on_the_wire(getattr(event, self.field)) == self.value) is not self.negated

    def excludes(self, other: "Test") -> bool:
        """Whether never both hold."""
        if self.field != other.field or (self.negated and other.negated):
            return False
        return (self.value == other.value) is (self.negated or other.negated)


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: if this happens, these people are told that."""

    event: type[Event]
    tests: tuple[Test, ...]
    audience: Audience
    template: TemplateName

    def applies_to(self, event: Event) -> bool:
        """Whether the event is one that the rule speaks of."""
        return isinstance(event, self.event) and all(test.holds(event) for test in self.tests)

    def excludes(self, other: "Rule") -> bool:
        """Whether no event falls under both."""
        return any(one.excludes(two) for one in self.tests for two in other.tests)


@dataclass(frozen=True)
class Rulebook:
    """All rules, and what their templates are for."""

    rules: Mapping[type[Event], Sequence[Rule]]
    templates: Mapping[TemplateName, Template]

    def variables(self, template: TemplateName) -> frozenset[str]:
        """What each event gives of which this is told; of what stands in for others, what all of them give."""
        told = [sayable(rule.event) for rules in self.rules.values() for rule in rules if rule.template == template]
        stands_for = [
            self.variables(name) - {"agency_name"}
            for name, one in self.templates.items()
            if name != template and template in (one.secret, one.sealed)
        ]
        if any(one.sealed == template for one in self.templates.values()) and stands_for:
            stands_for.append(frozenset({"tracking_id"}))
        return frozenset.intersection(*told, *stands_for) if told or stands_for else frozenset()

    def overtaking(self) -> frozenset[TemplateName]:
        """Notices that say how a report stands, so that nobody need hear any more how it stood before."""
        return frozenset(
            name for name, one in self.templates.items() if one.purpose in (Purpose.STATE, Purpose.REQUEST)
        )

    def urgent(self) -> frozenset[TemplateName]:
        """Notices that do not wait for the day."""
        return frozenset(name for name, one in self.templates.items() if one.delivery is Delivery.AT_ONCE)

    def to_followers(self) -> frozenset[TemplateName]:
        """Notices to people who are no reporters: what becomes of them is no news of a report."""
        followers = (Audience.FOLLOWER, Audience.FOLLOWERS)
        return frozenset(rule.template for rules in self.rules.values() for rule in rules if rule.audience in followers)

    def events(self) -> Collection[type[Event]]:
        """Of what somebody is told."""
        return self.rules.keys()

    def said_of(self, event: Event) -> Iterator[tuple[Audience, TemplateName]]:
        """Who is told what of this; of a whistleblower's report no more than that there is news."""
        for rule in self.rules.get(type(event), ()):
            if rule.applies_to(event):
                template = self.templates[rule.template]
                yield rule.audience, template.sealed if _is_sealed(event) else template.name


def values_of(event: Event) -> Data:
    """What of the event may stand in a notice: an allow-list, so never what a person wrote.

    A notice can be read over a shoulder; it says that there is news and where to read it.
    """
    given = {name: getattr(event, name) for name in _SAYABLE if hasattr(event, name)}
    if _is_sealed(event):
        return {"tracking_id": str(given["tracking_id"])}
    values: dict[str, str | list[str]] = {
        name: [str(word.value) for word in value] if isinstance(value, tuple) else _on_the_wire(value)
        for name, value in given.items()
    }
    if isinstance(due_at := getattr(event, "due_at", None), datetime):
        # A day ends at midnight where the body is, which all over Indonesia is the same day in UTC a moment before.
        values["due_on"] = f"{due_at - timedelta(minutes=1):%d-%m-%Y}"
    return values


def sayable(kind: type[Event]) -> frozenset[str]:
    """What of such an event may stand in a notice."""
    names = {known.name for known in fields(kind)}
    return frozenset(names.intersection(_SAYABLE)) | ({"due_on"} if "due_at" in names else frozenset())


def _is_sealed(event: Event) -> bool:
    """Whether the event says of itself that it is about a whistleblower's report."""
    return bool(getattr(event, "sealed", False))


_SAYABLE = ("tracking_id", "agency_name", "asks", "missing", "parent_tracking_id", "reason_code")


@cache
def shipped_rules() -> Rulebook:
    """The tables that come with this package; ``data/README.md`` says where they are from."""
    return read_rules(_rows("rules.csv"), read_templates(_rows("templates.csv")))


def read_rules(rows: Iterable[Mapping[str, str]], templates: Mapping[TemplateName, Template]) -> Rulebook:
    """The table; a ValueError names the row that is wrong, as its reader counts."""
    found: dict[type[Event], list[Rule]] = {}
    for line, row in enumerate(rows, start=2):
        try:
            rule = _rule(row, templates)
        except ValueError as error:
            raise ValueError(f"rule in line {line} ({row['event']}): {error}") from None
        found.setdefault(rule.event, []).append(rule)
    for rules in found.values():
        for one, two in combinations(rules, 2):
            if one.audience is two.audience and not one.excludes(two):
                raise ValueError(
                    f"rules of {one.event.type}: {one.template} and {two.template} may both be told to the "
                    f"{one.audience} of one happening"
                )
    return Rulebook(found, templates)


def _rule(row: Mapping[str, str], templates: Mapping[TemplateName, Template]) -> Rule:
    if row["event"] not in REGISTRY:
        raise ValueError("there is no such event")
    if row["template"] not in templates:
        raise ValueError(f"there is no template {row['template']!r}")
    event = REGISTRY[row["event"]]
    return Rule(
        event=event,
        tests=tuple(_test(condition, event) for condition in row["if"].split()),
        audience=Audience(row["audience"]),
        template=row["template"],
    )


def _test(condition: str, event: type[Event]) -> Test:
    name, sign, value = condition.partition("=")
    if not sign:
        raise ValueError(f"{condition!r} is no condition such as field=value or field!=value")
    field, negated = name.removesuffix("!"), name.endswith("!")
    if field not in {known.name for known in fields(event)}:
        raise ValueError(f"the event has no {field!r}")
    if (words := _words(get_type_hints(event)[field])) and value not in words:
        raise ValueError(f"{field} is never {value!r}, but one of {', '.join(words)}")
    return Test(field, value, negated)


def _words(kind: object) -> list[str]:
    """All that a field of this type can hold, where that is few words."""
    if kind is bool:
        return ["yes", "no"]
    return list(map(_on_the_wire, kind)) if isinstance(kind, EnumType) else []


def _on_the_wire(value: object) -> str:
    """A value as the table writes it."""
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Enum():
            return str(value.value)
        case date():
            return f"{value:%d-%m-%Y}"
    return str(value)


def _rows(name: str) -> list[dict[str, str]]:
    with (files("lapor_notification") / "data" / name).open(encoding="utf-8") as lines:
        return list(csv.DictReader(lines))
