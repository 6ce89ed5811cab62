"""What intake's pages share; their templates lie beside."""

from dataclasses import replace
from functools import cache

from lapor_chassis.refusals import Refusal
from lapor_chassis.web import Form, t
from lapor_contracts.regions import regions


def wrong(form: Form, refusal: Refusal) -> Form:
    """The form with what is wrong with it, in both languages; the reporter's fields stand among the others there."""
    errors = {
        name.removeprefix("reporter."): [t(*text.split(" / ")) for text in texts]
        for name, texts in refusal.errors.items()
    }
    return replace(form, errors=errors)


@cache
def by_province() -> list[tuple[str, list[tuple[str, str]]]]:
    """All regions as the groups of a list to choose from, each province first in its own."""
    groups: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    for code, region in regions().items():
        _, members = groups.setdefault(region.parent_code or code, (region.name, []))
        members.append((code, region.name))
    return list(groups.values())
