"""What is recognised by its letters: e-mail addresses, plates of vehicles, names after a salutation."""

import re
from collections.abc import Iterator

from lapor_chassis.redaction.spans import Span
from lapor_chassis.redaction.words import NOT_NAMES, PLACES, words
from lapor_contracts.vocabulary import Personal

_AT = re.compile(r"\s?[@＠]\s?|\s?[\[({]\s?at\s?[\])}]\s?|\sat\s", re.IGNORECASE)
#: "warga (at) example (dot) org": looked for only where a text has one of these.
_HIDDEN_SIGNS = (" at ", "(at)", "[at]", "{at}", "( at )", "[ at ]", "{ at }")
_LOCAL_PART_REVERSED = re.compile(r"[\w%+-](?:[\w.%+-]|'(?=\w)){0,63}")
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = re.compile(
    rf"{_LABEL}(?:\.{_LABEL}){{0,4}}\.[a-z]{{2,24}}(?![a-z0-9])|(?:gmail|yahoo|hotmail|outlook|ymail|icloud)\b",
    re.IGNORECASE,
)
#: As written by people who hide from machines: the dot is a word, or has blanks around it.
_HOST_IN_WORDS = re.compile(
    rf"{_LABEL}(?:\s?(?:[\[({{]\s?(?:dot|titik)\s?[\])}}]|\b(?:dot|titik)\b)\s?[a-z0-9]{{2,24}}){{1,4}}(?![a-z0-9])",
    re.IGNORECASE,
)
_HOST_SPACED = re.compile(
    rf"{_LABEL}(?:\s?\.\s?(?:com|net|org|web|co|go|ac|sch|or|desa|example|id)){{1,3}}(?![a-z0-9])", re.IGNORECASE
)

_PLATE = re.compile(r"(?<![^\W_])([A-Za-z]{1,2})[ .-]{0,2}([1-9]\d{0,3})(?:[ .-]{0,2}([A-Za-z]{1,3}))?(?![^\W_])")
_AREAS = words(
    """
    A AA AB AD AE AG B BA BB BD BE BG BH BK BL BM BN BP D DA DB DC DD DE DG DH DK DL DM DN DP DR DS DT DW E EA EB
    ED F G H K KB KH KT KU L M N P PA PB PG PS PT PY R S T W Z
    """
)
_VEHICLE = re.compile(r"\b(?:mobil|motor|truk|bus|angkot|taksi|travel|sopir|kendaraan|ambulans|stnk|bpkb|tilang|etle)")
_PLATE_WORD = re.compile(r"pelat|plat\b|plat(?:nya|no)|nopol|nomor polisi")
#: They follow a letter and a number, and are no part of a plate.
_NO_SUFFIX = words(
    """
    KG KM CM MM M TH THN BLN HR JT RB RT RW KK PK VA KV KVA DAN DI KE YG DGN UTK DARI INI ITU JAM HVS SS PCS GR ML
    LT BTG ATAU ADA BTS WIB WIT
    """
)


def emails(text: str) -> Iterator[Span]:
    """E-mail addresses, also those that are written so that machines do not find them."""
    lowered = text.lower()
    if "@" not in text and "＠" not in text and not any(sign in lowered for sign in _HIDDEN_SIGNS):
        return
    done = 0
    for at in _AT.finditer(text):
        sign = text[at.start() : at.end()]
        name = _LOCAL_PART_REVERSED.match(text[max(done, at.start() - 64) : at.start()][::-1])
        if name and (host := _host(text, at.end(), sign)):
            done = host.end()
            yield Span(at.start() - name.end(), done, Personal.EMAIL)


def _host(text: str, start: int, sign: str) -> re.Match[str] | None:
    """What stands for a host after ``sign``: the less the sign is one of an address, the more must the host be one."""
    if found := _HOST_IN_WORDS.match(text, start):
        return found
    if sign in "@＠":
        return _HOST_SPACED.match(text, start) or _HOST.match(text, start)
    return _HOST_SPACED.match(text, start) if sign.strip().lower() != "at" else None


def plates(text: str) -> Iterator[Span]:
    """Plates of vehicles: area, number, and mostly a suffix.

    So is much else written in capitals ("PP 12 TAHUN", "B 20 KG"); where the form alone does not say enough, the
    words before it must speak of a vehicle.
    """
    for plate in _PLATE.finditer(text):
        area, number, suffix = plate.groups(default="")
        if area.upper() not in _AREAS:
            continue
        before = text[max(0, plate.start() - 40) : plate.start()].lower()
        said = _PLATE_WORD.search(before if suffix else before[-16:])
        if suffix.upper() in _NO_SUFFIX:
            is_plate = False
        elif said or not suffix or len(number + suffix) < 4 or area.isupper() != suffix.isupper():
            is_plate = said is not None
        elif len(number) < 3:
            is_plate = area.isupper() and _VEHICLE.search(before[-20:]) is not None
        else:
            is_plate = area.isupper() or _VEHICLE.search(before) is not None
        if is_plate:
            yield Span(*plate.span(), Personal.PLATE)


#: Where a name may begin. Capitals are rare, so this is the quickest way to the few places worth a look.
_BEFORE_A_CAPITAL = re.compile(r" {1,2}(?=[A-Z])")
_WORD_AT_END = re.compile(r"([A-Za-z]+)(\.?)$")
_NAME = re.compile(r"[A-Z](?:[^\W\d_A-Z]+(?:['’][A-Za-z]+)?|\.)(?: [A-Z](?:[^\W\d_A-Z]+(?:['’][A-Za-z]+)?|\.)){0,4}")
_IN_CAPITALS = re.compile(r"[A-Z]{3,}\b")
_WORD_OR_STROKE = re.compile(r"\w+|[/&-]")

#: After these a dot ends the sentence.
_SALUTATIONS = words(
    """
    bapak pak ibu bu saudara saudari tuan nyonya nona mas mbak kang bang ustadz ustad ustaz ustadzah pendeta romo haji
    hajjah bernama
    """
)
_ABBREVIATIONS = words("bpk sdr sdri ny tn pdt prof drs dra ir hj kh dr h")
#: Without a dot: hours, "dari", and much else.
_ONLY_WITH_A_DOT = words("h dr")


def names(text: str) -> Iterator[Span]:
    """Names after a salutation. A suggestion: offices, places and ordinary words are left out as far as known."""
    for gap in _BEFORE_A_CAPITAL.finditer(text):
        word = _WORD_AT_END.search(text, max(0, gap.start() - 10), gap.start())
        if word is None or not _is_salutation(word):
            continue
        name = _NAME.match(text, gap.end()) or (_IN_CAPITALS.match(text, gap.end()) if word[1].isupper() else None)
        if name and not _is_nobodys(text[max(0, word.start() - 32) : word.start()].lower()):
            yield from _of_persons(name)


def _is_salutation(word: re.Match[str]) -> bool:
    said, dot = word[1].lower(), word[2]
    if said in _ABBREVIATIONS:
        return bool(dot) or word[1] == "Dr" or said not in _ONLY_WITH_A_DOT
    return not dot and said in _SALUTATIONS


def _is_nobodys(before: str) -> bool:
    """Whether a place is named after the person ("Jalan Prof. Dr. H. …"), or many are meant ("Bapak/Ibu …")."""
    said = _WORD_OR_STROKE.findall(before)
    while said and (said[-1] in _SALUTATIONS or said[-1] in _ABBREVIATIONS):
        said.pop()
    return bool(said) and (said[-1] in PLACES or said[-1] in "/&-")


def _of_persons(name: re.Match[str]) -> Iterator[Span]:
    """The name without the titles before it, up to the first word that is none."""
    start, end, is_whole = name.start(), name.start(), False
    for word in re.finditer(r"\S+", name[0]):
        said = word[0].lower().rstrip(".")
        if said in NOT_NAMES:
            break
        if said in _SALUTATIONS or said in _ABBREVIATIONS:
            if is_whole:
                break
            start = name.start() + word.end() + 1
            continue
        end, is_whole = name.start() + word.end(), is_whole or len(said) > 1
    if is_whole:
        yield Span(start, end, Personal.NAME)
