"""Numbers that lead to a person: identity and family cards, taxes, telephones, bank accounts.

A number is recognised by its form, by the word before it ("rek", "NPWP"), or by both. One expression finds all runs of
digits that are long enough; everything else looks at the few runs that a text has, so that the time is linear.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from lapor_chassis.redaction.spans import Span
from lapor_contracts.regions import regions
from lapor_contracts.vocabulary import Personal

#: What people write between the digits of one number, invisible characters too.
BETWEEN = r"[\s.\-‐-―_/()\u200b-\u200d\u2060\ufeff]"
_RUN = re.compile(rf"\d(?:{BETWEEN}{{0,3}}\d){{6,}}")
_GROUP = re.compile(r"\d+")

#: How far back the word may stand that says what a number is.
_REACH = 48
#: No number has fewer or more digits, or is written in more parts.
_FEWEST, _MOST, _MOST_GROUPS = 7, 17, 7

#: The last of these before a number decides; those of things are nobody's, and may look like a person's.
_WORDS = re.compile(
    r"""
      (?P<family_card> \bkk\b | kartu\ keluarga )
    | (?P<tax_number> npwp | wajib\ pajak )
    | (?P<nik> \bn\.?i\.?k(?![a-z]) | ktp | kependudukan )
    | (?P<bank_account> \b(?:no)?rek(?:ening)?\b | \b(?:bca|bri|bni|btn|bsi|bpd|bjb|cimb|mandiri|danamon|permata|niaga
        |mega|maybank|panin|ocbc|muamalat|seabank|jago|jenius|atm)\b | \bbank\b )
    | (?P<phone> te?le?po?n | \bte?lp | \bhp | handphone | \bwa\b | whats\ ?app | \bsms\b | \bhub | kontak | contact
        | \bcp\b | \bfax | indihome | \bcall\b | nomor(?:nya|\ saya|\ kami|\ dia|\ pelaku) )
    | (?P<nobodys> pelanggan | \bid\ ?pel | meter(?:an)?\b | token | resi\b | \breg\b | registrasi | pendaftaran
        | peserta | antrean | tiket | \bid\ laporan | no(?:mor)?\.?\ (?:laporan|surat|perkara) | shm | sppt | \bnop\b
        | billing | faktur | bpjs | \bkis\b | nisn | \bnip\b | nuptk | npsn | imei | flazz | e-?money | \bno\.?\ sim\b
        | rangka | \bsn\b | voucher | booking(?:\ kai)? | \brp\b | invoice | pesanan | titik | koordinat )
    """,
    re.VERBOSE,
)
#: Between "ID pelanggan" and its number; anything more, and the number is another one.
_STILL_NOBODYS = re.compile(r"(?:\W|pln|pdam|kesehatan|listrik|air|saya|kami|no(?:mor)?|nya|dari|id)*")
_DIGITS_TOLD = re.compile(r"1[56] (?:digit|angka)")
_HOLDER_AFTER = re.compile(r"\W{0,3}(?:a\.?n\b|a/n|atas nama|bca|bri|bni|btn|bsi|mandiri|bank)\b")

_MOBILE = re.compile(r"(?:(?:00)?62)?0?8[1-9]\d{7,10}")
_AREA_CODE = re.compile(r"0(?:21|22|24|31|61|[2-7,9]\d\d)")
_AMOUNT = re.compile(r"\d{1,3}(?:\.\d{3})+|\d*0000")
_TAX_FORM = [2, 3, 3, 1, 3, 3]


@dataclass(frozen=True)
class _Candidate:
    """Neighbouring groups of digits that may be one number, and what stands around them."""

    groups: Sequence[str]
    raw: str
    called: str
    has_plus: bool
    is_first: bool
    after: str

    @cached_property
    def digits(self) -> str:
        """All of them, without what stands between."""
        return "".join(self.groups)


def numbers(text: str) -> Iterator[Span]:
    """Numbers of persons, in their order."""
    for run in _RUN.finditer(text):
        called = _called(text, run.start())
        if called != "nobodys":
            yield from _in_run(text, list(_GROUP.finditer(text, *run.span())), called)


def _in_run(text: str, parts: list[re.Match[str]], called: str) -> Iterator[Span]:
    """A run may hold several numbers; of those that begin in one place the longest is meant."""
    groups = [ascii_digits(part.group()) for part in parts]
    first = 0
    while first < len(groups):
        start = parts[first].start()
        for last in range(min(first + _MOST_GROUPS, len(groups)), first, -1):
            if not _FEWEST <= sum(map(len, groups[first:last])) <= _MOST:
                continue
            end = parts[last - 1].end()
            plus = text.rfind("+", max(0, start - 2), start)
            number = _Candidate(
                groups=groups[first:last],
                raw=text[start:end],
                called=called,
                has_plus=plus >= 0,
                is_first=first == 0,
                after=text[end : end + 16].lower(),
            )
            if kind := _kind(number):
                yield Span(plus if number.has_plus and kind is Personal.PHONE else start, end, kind)
                first = last
                break
        else:
            first += 1


def _kind(number: _Candidate) -> Personal | None:
    count = len(number.digits)
    if (count in (15, 16) and number.called == "tax_number") or [*map(len, number.groups)] == _TAX_FORM:
        return Personal.TAX_NUMBER
    if count == 16 and number.called == "family_card":
        return Personal.FAMILY_CARD
    if 15 <= count <= 17 and number.called == "nik" and number.is_first and "/" not in number.raw:
        return Personal.NIK  # even with a slip of the finger it leads to its owner
    if 8 <= count <= 16 and _is_account(number):
        return Personal.BANK_ACCOUNT
    if count == 16 and is_nik(number.digits):
        return Personal.NIK
    return Personal.PHONE if count <= 15 and _is_phone(number) else None


def is_nik(digits: str) -> bool:
    """Whether 16 digits can be an identity number: region, date of birth (a woman's day plus 40), serial number.

    It is given for life, and regencies and districts get other codes when they are split; of the region only the
    province, and that regencies are numbered from 01 and cities from 71, can be held against it.
    """
    regency, day, month = int(digits[2:4]), int(digits[6:8]) % 40, int(digits[8:10])
    return (
        digits[:2] in _provinces()
        and (1 <= regency <= 29 or 71 <= regency <= 79)
        and int(digits[6:8]) <= 71
        and 1 <= month <= 12
        and 1 <= day <= (29, 30, 31)[(month != 2) + (month in (1, 3, 5, 7, 8, 10, 12))]
        and digits[12:] != "0000"
    )


def _is_account(number: _Candidate) -> bool:
    """Called one, or followed by its holder or bank. Parts must be those of an account, and not of a date or a sum."""
    if _AMOUNT.fullmatch(number.raw):
        return False
    if len(number.groups) > 1 and (len(number.digits) < 10 or not 3 <= len(number.groups[0]) < 8):
        return False
    if number.called == "bank_account":
        return number.is_first
    return len(number.groups) == 1 and _HOLDER_AFTER.match(number.after) is not None and not _is_phone(number)


def _is_phone(number: _Candidate) -> bool:
    digits, first, called = number.digits, number.groups[0], number.called == "phone"
    if number.has_plus and len(digits) >= 8:
        return True
    if len(number.groups) > 1 and (len(first) >= 10 or (len(first) < 3 and first != "62")):
        return False  # a whole number and what follows it; times and dates
    if _MOBILE.fullmatch(digits):
        return digits[0] != "8" or called
    if _AREA_CODE.match(digits) and 9 <= len(digits) <= 12:
        return called or (2 <= len(number.groups) <= 3 and _AREA_CODE.fullmatch(first) is not None)
    return called and number.is_first and len(digits) <= 8 and len(number.groups) <= 2 and digits[0] in "23456789"


def _called(text: str, start: int) -> str:
    """What the words before a number say that it is."""
    before = _DIGITS_TOLD.sub("", text[max(0, start - _REACH) : start].lower())
    last = next(reversed([*_WORDS.finditer(before)]), None)
    if last is None or last.lastgroup is None:
        return ""
    between = before[last.end() :]
    if any(map(str.isdigit, between)) or (last.lastgroup == "nobodys" and not _STILL_NOBODYS.fullmatch(between)):
        return ""
    return last.lastgroup


def ascii_digits(digits: str) -> str:
    """Digits of any script as those of ASCII."""
    return digits if digits.isascii() else "".join(str(unicodedata.decimal(digit)) for digit in digits)


@cache
def _provinces() -> frozenset[str]:
    return frozenset(code for code in regions() if len(code) == 2)
