"""The sentences, with what is marked in them."""

import re
from pathlib import Path

from lapor_chassis.redaction import Span
from lapor_contracts.vocabulary import Personal

_MARK = re.compile(r"\[\[(\w+)\|(.*?)\]\]", re.DOTALL)
_ESCAPE = re.compile(r"\\n|\\u[0-9a-f]{4}")


def sentences(name: str) -> list[tuple[str, list[Span]]]:
    """Each sentence of a file as people wrote it, and where in it personal data stands."""
    lines = (Path(__file__).parent / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return [_sentence(line) for line in lines if line and not line.startswith("#")]


def _sentence(line: str) -> tuple[str, list[Span]]:
    text, spans, done = "", [], 0
    line = _ESCAPE.sub(lambda escape: escape.group().encode().decode("unicode_escape"), line)
    for mark in _MARK.finditer(line):
        text += line[done : mark.start()]
        spans.append(Span(len(text), len(text) + len(mark.group(2)), Personal(mark.group(1))))
        text += mark.group(2)
        done = mark.end()
    return text + line[done:], spans
