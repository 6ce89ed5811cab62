"""What a body's letter says: an answer, a refusal, a hand-over. Pure.

The first line may say what it is; without one of these words the letter is an initial answer, the harmless one:

    SELESAI
    RENCANA 2026-12-31: yang akan dikerjakan
    TOLAK KE KODE-INSTANSI: alasan
    TERUSKAN KE KODE-UNIT: catatan
"""

import re
from dataclasses import dataclass
from datetime import date

from lapor_contracts.fields import LONGEST_BODY
from lapor_contracts.vocabulary import AnswerKind, AnswerType


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a letter says. ``text`` may be empty: then there is nothing to tell the reporter."""

    text: str
    answer_kind: AnswerKind | None = None
    answer_type: AnswerType | None = None
    planned_on: date | None = None
    refused_to: str | None = None
    passed_to: str | None = None


_DONE = re.compile(r"\s*selesai\s*(?:[:.!-]\s*|$)(?P<text>.*)", re.IGNORECASE)
_PLANNED = re.compile(r"\s*rencana\s+(?P<day>\d{4}-\d{2}-\d{2})\s*(?:[:.,-]\s*|$)(?P<text>.*)", re.IGNORECASE)
_TO = re.compile(
    r"\s*(?P<verb>tolak|teruskan)\s+ke\s+(?P<code>[A-Z0-9][A-Z0-9./_-]{0,79}?)\s*(?:[:,]\s*(?P<text>.*)|$)",
    re.IGNORECASE,
)


def read(text: str) -> Said:
    """The letter's words, without the one that says what it is."""
    first, _, rest = text.strip().partition("\n")
    if to := _TO.fullmatch(first):
        code = to["code"].upper()
        said = _joined(to["text"], rest)
        return Said(text=said, refused_to=code) if to["verb"].lower() == "tolak" else Said(text=said, passed_to=code)
    if done := _DONE.fullmatch(first):
        return Said(text=_joined(done["text"], rest), answer_kind=AnswerKind.SUBSTANTIVE, answer_type=AnswerType.DONE)
    if (planned := _PLANNED.fullmatch(first)) and (day := _day(planned["day"])):
        return Said(
            text=_joined(planned["text"], rest),
            answer_kind=AnswerKind.SUBSTANTIVE,
            answer_type=AnswerType.PLANNED,
            planned_on=day,
        )
    return Said(text=_joined(first, rest), answer_kind=AnswerKind.INITIAL)


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _joined(*lines: str | None) -> str:
    return "\n".join(line for line in lines if line).strip()[:LONGEST_BODY]
