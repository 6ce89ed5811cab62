"""What is wrong with the words that somebody wrote for a template, before anybody else reads them.

Only a few things may stand in a part beside its text: a variable, two filters, an ``if``. Whatever else Jinja knows is
refused by the kind of its node, so nothing can be called, included or repeated. Then the part is filled with every
value that it can meet.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

import jinja2
from jinja2 import nodes

from lapor_chassis import gsm7
from lapor_notification.domain import Data
from lapor_notification.wording.parts import PARTS, Parts
from lapor_notification.wording.writing import LONGEST_PUBLIC_URL, Wording

#: Characters of one part.
LONGEST_PART = 2000
LONGEST_SUBJECT = 150

_ALLOWED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Const, nodes.If, nodes.Filter, nodes.And,
    nodes.Or, nodes.Not, nodes.Compare, nodes.Operand,
)  # fmt: skip
_FILTERS = frozenset({"indonesian", "english", "map", "join"})
#: A part may leave these out: a name that is cut where it is too long, and what is only there at times.
_MAY_LACK = frozenset({"agency_name", "asks", "missing", "reason_code", "parent_tracking_id", "tracking_id"})

Problems = dict[str, list[str]]


def problems_of(parts: Parts, shipped: Parts, cases: Iterable[Data]) -> Problems:
    """What is wrong with each part; nothing where all may be said. ``cases`` is every value that may come."""
    known = list(cases)
    found: Problems = {}
    for name, optional in PARTS.items():
        source = parts.get(name, "")
        if not source.strip():
            problem = None if optional else "Perlu diisi. (Must not be empty.)"
        else:
            problem = _problem(name, source, shipped, known)
        if problem:
            found[name] = [problem]
    return found


def _problem(name: str, source: str, shipped: Parts, cases: Sequence[Data]) -> str | None:
    if len(source) > LONGEST_PART:
        return f"Terlalu panjang. (More than {LONGEST_PART} characters.)"
    if hidden := next((char for char in source if not char.isprintable() and char not in "\r\n\t"), None):
        return f"Memuat karakter tersembunyi U+{ord(hidden):04X}. (Such a character is not allowed.)"
    try:
        tree = jinja2.Environment(autoescape=False).parse(source)  # noqa: S701 - only read, never filled
    except jinja2.TemplateSyntaxError as error:
        return f"Baris {error.lineno} tidak dapat dibaca. (Line {error.lineno}: {error.message})"
    return (
        _forbidden(tree)
        or _unknown(tree, cases)
        or _lacking(tree, shipped.get(name) or (shipped["sms"] if name == "sms_english" else ""))
        or _misfit(name, source, cases)
    )


def _forbidden(tree: nodes.Template) -> str | None:
    """What a part may not do."""
    for node in tree.find_all(nodes.Node):
        if not isinstance(node, _ALLOWED):
            kind = type(node).__name__
            return f"Baris {node.lineno} memuat yang tidak diizinkan. (Line {node.lineno}: {kind} is not allowed.)"
        if isinstance(node, nodes.Filter) and not _is_known(node):
            return f"Tidak ada filter {node.name} seperti itu. (There is no filter {node.name} of that kind.)"
    return None


def _is_known(node: nodes.Filter) -> bool:
    """Whether it is one of ours; ``map`` takes the name of another one, which must be ours too."""
    if node.name != "map":
        return node.name in _FILTERS
    return [arg.value for arg in node.args if isinstance(arg, nodes.Const)] in (["indonesian"], ["english"])


def _unknown(tree: nodes.Template, cases: Sequence[Data]) -> str | None:
    known = {"public_url", *(name for case in cases for name in case)}
    wrong = sorted(_names(tree) - known)
    if wrong:
        return f"Tidak ada {', '.join(wrong)} di sini; yang ada: {', '.join(sorted(known))}. (No such variable here.)"
    return None


def _lacking(tree: nodes.Template, shipped: str) -> str | None:
    """Without the address or the last day nobody could act on the notice."""
    needed = _names(jinja2.Environment(autoescape=False).parse(shipped)) - _MAY_LACK  # noqa: S701 - only read
    lacking = sorted(needed - _names(tree))
    if lacking:
        return f"Harus memuat {', '.join(f'{{{{ {name} }}}}' for name in lacking)}. (Must say these.)"
    return None


def _names(tree: nodes.Template) -> set[str]:
    return {node.name for node in tree.find_all(nodes.Name)}


def _misfit(name: str, source: str, cases: Sequence[Data]) -> str | None:
    """Where it cannot be filled, or would not fit, with one of the values that may come."""
    wording = Wording("https://" + "l" * (LONGEST_PUBLIC_URL - len("https://")), lambda _: {"sms": source})
    for case in cases:
        try:
            text = wording.sms("", case) if name.startswith("sms") else wording.part(source, case)
        except (jinja2.TemplateError, KeyError, TypeError, ValueError) as error:
            return f"Tidak dapat diisi. (Cannot be filled: {type(error).__name__}.)"
        if name.startswith("sms") and (count := gsm7.parts(text)) > 1:
            return (
                f"Terlalu panjang untuk satu SMS: {len(text)} karakter, {count} SMS. "
                f"(Too long for one SMS with the longest values: {measured(text)}.)"
            )
        if name in ("sms", "sms_english", "subject") and ("\n" in text or not text):
            return "Harus satu baris. (Must be one line.)"
        if name == "subject" and len(text) > LONGEST_SUBJECT:
            return f"Terlalu panjang. (More than {LONGEST_SUBJECT} characters.)"
    return None


def measured(text: str) -> str:
    """How much of an SMS a text fills, for whoever writes it."""
    places = gsm7.septets(text)
    if places is None:
        odd = Counter(char for char in text if gsm7.septets(char) is None)
        return f"{len(text)} UCS-2 ({' '.join(odd)}), {gsm7.parts(text)} SMS"
    return f"{places} GSM-7, {gsm7.parts(text)} SMS"
