"""What the words of a text give away: a place, a body, a time. Patterns for how people really write.

Intake asks back for what verification would miss, so both ask here. Every report passes, so a look-up of words in a set
comes before a pattern that reads the whole text.
"""

import re
from collections.abc import Iterator
from functools import cache, cached_property

from lapor_contracts.regions import regions

_WORD = re.compile(r"[^\W\d_]{2,}")
_LINK = re.compile(r"(?:https?://|www\.)\S+|[\w-]+\.(?:com|net|org|id|co|ly|me|link|xyz|site|info)\b(?:/\S*)?")
_MARK_OF_A_LINK = re.compile(r"://|www\.|\.(?:com|net|org|id|co|ly|me|link|xyz|site|info)\b")


class Text:
    """A text with its words, in lower case, without links and numbers."""

    def __init__(self, text: str) -> None:
        self.text = text.lower()
        self.has_links = bool(_MARK_OF_A_LINK.search(self.text))
        self.words = _WORD.findall(_LINK.sub(" ", self.text) if self.has_links else self.text)

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        """Each of its words once."""
        return frozenset(self.words)


def any_of(*patterns: str) -> re.Pattern[str]:
    """Matches where one of the patterns stands as words of its own."""
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


def words_of(text: str) -> frozenset[str]:
    """A list of words, as a set."""
    return frozenset(text.split())


_PLACE = any_of(
    r"(?:jalan|jln|jl|gang|gg|komplek|kompleks|perum|perumahan|blok|terminal|stasiun|pelabuhan|bandara|pasar|jembatan)"
    r"\.?\s+(?!rusak|ini|itu|yang|yg|dan|ber|mati|umum|utama|raya\s+rusak)\w+",
    r"r[tw]\.?\s*\d+",
    r"(?:desa|kelurahan|kel|kecamatan|kec|kabupaten|kab|kota|provinsi|prov|kampung|kp|dusun|nagari|distrik|pulau)"
    r"\.?\s+(?!ini|itu|kami|saya|yang|yg|kita|dan)\w+",
    r"km\.?\s*\d+",
)
_AGENCY_NAMES = words_of(
    "bpjs pln pdam perumda perumdam telkom telkomsel indihome pertamina pgn kai krl transjakarta bpn bkn kpu bawaslu"
    " disdukcapil dukcapil dishub dinsos dinkes disdik dlh pupr satpol damkar bpom ojk kua kpp djp bulog taspen asabri"
    " garuda pelni asdp damri kominfo komdigi kemenag kemensos kemenkes kemenhub kemendikbud kemnaker kemenkeu rsud"
    " samsat imigrasi pemkot pemkab pemprov pemda basarnas bpbd bmkg polri tni"
)
_AGENCY = any_of(
    r"(?:dinas|kementerian|kantor|badan|polsek|polres|polda|puskesmas|rs|rumah\s+sakit|sdn?|smpn?|sman?|smkn?"
    r"|universitas|kejaksaan|pengadilan|bank)\s+(?!ini|itu|yang|yg|terkait|setempat|terdekat)\w+",
)
_TIME_WORDS = words_of(
    "kemarin kmrn kmarin tadi semalam barusan sekarang skrg skg sejak semenjak sering selalu"
    " sejam sehari seminggu sebulan setahun berhari berminggu berbulan bertahun"
    " januari februari maret april juni juli agustus september oktober november desember"
    " senin selasa rabu kamis jumat sabtu ahad"
    # What lasts is so today, and needs no date: a street that is still broken, a card that has not come yet.
    " masih belum blm rusak mati padam bocor berlubang berlobang mampet tersumbat menumpuk longsor"
    " ambles macet mangkrak"
)
_TIME = any_of(
    r"(?:hari|pagi|siang|sore|malam|minggu|bulan|bln|tahun|thn)\s+(?:ini|lalu|itu|(?:yang|yg)\s+lalu)",
    r"(?:setiap|tiap|selama|sudah|sdh|udah|hampir|lebih\s+dari|sekitar)\s+(?:\w+\s+)?"
    r"(?:jam|hari|malam|pagi|minggu|mgg|bulan|bln|tahun|thn|musim|lama)",
    r"(?:\d+|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|beberapa)\s*"
    r"(?:jam|hari|minggu|bulan|bln|tahun|thn)",
    r"(?:pukul|jam|pkl|tanggal|tgl)\.?\s*\d+|\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|\d{4}-\d{2}-\d{2}",
    r"saat\s+ini|baru\s+saja|terus\s+menerus|dari\s+dulu",
)
_ANNOUNCES = any_of(r"di|ke|dari|daerah|wilayah|sekitar|warga|pemkot|pemkab|pemprov|wali\s?kota|bupati|gubernur")


def names_a_place(text: Text) -> bool:
    """Whether it names a street, a village, a city …: "di Jl. Mawar", "RT 03", "di Pekanbaru"."""
    return bool(_PLACE.search(text.text)) or any(name in _region_names() for name in _announced(text.text))


def _announced(text: str) -> Iterator[str]:
    """What may be a name after a word that announces a place.

    Without that word "batu" (a stone, a city) or "serang" (to attack, a city) would be places.
    """
    for cue in _ANNOUNCES.finditer(text):
        following = _WORD.findall(text, cue.end(), cue.end() + 60)
        for length in (1, 2, 3):
            yield " ".join(following[:length])


@cache
def _region_names() -> frozenset[str]:
    return frozenset(
        name.lower() for region in regions().values() for name in (region.name, region.short_name, *region.aliases)
    )


def names_an_agency(text: Text) -> bool:
    """Whether it names a body or an office: "PLN", "Dinas Pendidikan", "SDN 3"."""
    return not _AGENCY_NAMES.isdisjoint(text.vocabulary) or bool(_AGENCY.search(text.text))


def names_a_time(text: Text) -> bool:
    """Whether it says when, how often or how long, or that something lasts."""
    return not _TIME_WORDS.isdisjoint(text.vocabulary) or bool(_TIME.search(text.text))
