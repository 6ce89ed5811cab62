"""What is recognised by its letters: e-mail addresses, plates of vehicles, names after a salutation."""

import re
from collections.abc import Iterator

from lapor_contracts.vocabulary import Personal
from lapor_intake.redaction.spans import Span

_AT = re.compile(r"\s?[@＠]\s?|\s?[\[({]\s?at\s?[\])}]\s?|\sat\s", re.IGNORECASE)
_LOCAL_PART_REVERSED = re.compile(r"[\w%+-][\w.%+-]{0,63}")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL}){{0,4}}\.[a-z]{{2,24}}(?![a-z0-9])|(?:gmail|yahoo|hotmail|outlook|ymail|icloud)\b", re.I)
#: As written by people who hide from machines: the dot is a word, or has blanks around it.
_DOT = r"\s?(?:[\[({]\s?(?:dot|titik)\s?[\])}]|\b(?:dot|titik)\b)\s?"
_HOST_IN_WORDS = re.compile(rf"{_LABEL}(?:{_DOT}[a-z0-9]{{2,24}}){{1,4}}(?![a-z0-9])", re.I)
_HOST_SPACED = re.compile(rf"{_LABEL}(?:\s?\.\s?(?:com|net|org|web|co|go|ac|sch|or|desa|example|id)){{1,3}}(?![a-z0-9])", re.I)

_PLATE = re.compile(r"(?<![^\W_])([A-Za-z]{1,2})[ .-]{0,2}([1-9]\d{0,3})(?:[ .-]{0,2}([A-Za-z]{1,3}))?(?![^\W_])")
_AREAS = frozenset(
    "A AA AB AD AE AG B BA BB BD BE BG BH BK BL BM BN BP D DA DB DC DD DE DG DH DK DL DM DN DP DR DS DT DW "
    "E EA EB ED F G H K KB KH KT KU L M N P PA PB PG PS PT PY R S T W Z".split()
)
_VEHICLE = re.compile(r"\b(?:mobil|motor|truk|bus|angkot|taksi|travel|sopir|kendaraan|ambulans|stnk|bpkb|tilang|etle)")
_PLATE_WORD = re.compile(r"pelat|plat\b|plat(?:nya|no)|nopol|nomor polisi")
#: They follow a letter and a number, and are no part of a plate.
_NO_SUFFIX = frozenset(
    "KG KM CM MM M TH THN BLN HR JT RB RT RW KK PK VA KV KVA DAN DI KE YG DGN UTK DARI INI ITU JAM HVS SS PCS GR ML "
    "LT BTG ATAU ADA BTS WIB WIT".split()
)
