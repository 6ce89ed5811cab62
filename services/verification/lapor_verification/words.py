"""What the words of a text give away: a place, a time, an advert. Patterns for how people really write.

Every report passes here, so a look-up of words in a set comes before a pattern that reads the whole text.
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


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{'|'.join(patterns)})\b")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PLACE = _any(
    r"(?:jalan|jln|jl|gang|gg|komplek|kompleks|perum|perumahan|blok|terminal|stasiun|pelabuhan|bandara|pasar|jembatan)"
    r"\.?\s+(?!rusak|ini|itu|yang|yg|dan|ber|mati|umum|utama|raya\s+rusak)\w+",
    r"r[tw]\.?\s*\d+",
    r"(?:desa|kelurahan|kel|kecamatan|kec|kabupaten|kab|kota|provinsi|prov|kampung|kp|dusun|nagari|distrik|pulau)"
    r"\.?\s+(?!ini|itu|kami|saya|yang|yg|kita|dan)\w+",
    r"km\.?\s*\d+",
)
_AGENCY_NAMES = _words(
    "bpjs pln pdam perumda perumdam telkom telkomsel indihome pertamina pgn kai krl transjakarta bpn bkn kpu bawaslu"
    " disdukcapil dukcapil dishub dinsos dinkes disdik dlh pupr satpol damkar bpom ojk kua kpp djp bulog taspen asabri"
    " garuda pelni asdp damri kominfo komdigi kemenag kemensos kemenkes kemenhub kemendikbud kemnaker kemenkeu rsud"
    " samsat imigrasi pemkot pemkab pemprov pemda basarnas bpbd bmkg polri tni"
)
_AGENCY = _any(
    r"(?:dinas|kementerian|kantor|badan|polsek|polres|polda|puskesmas|rs|rumah\s+sakit|sdn?|smpn?|sman?|smkn?"
    r"|universitas|kejaksaan|pengadilan|bank)\s+(?!ini|itu|yang|yg|terkait|setempat|terdekat)\w+",
)
_TIME_WORDS = _words(
    "kemarin kmrn kmarin tadi semalam barusan sekarang skrg skg sejak semenjak sering selalu"
    " sejam sehari seminggu sebulan setahun berhari berminggu berbulan bertahun"
    " januari februari maret april juni juli agustus september oktober november desember"
    " senin selasa rabu kamis jumat sabtu ahad"
    # What lasts is so today, and needs no date: a street that is still broken, a card that has not come yet.
    " masih belum blm rusak mati padam bocor berlubang berlobang mampet tersumbat menumpuk longsor"
    " ambles macet mangkrak"
)
_TIME = _any(
    r"(?:hari|pagi|siang|sore|malam|minggu|bulan|bln|tahun|thn)\s+(?:ini|lalu|itu|(?:yang|yg)\s+lalu)",
    r"(?:setiap|tiap|selama|sudah|sdh|udah|hampir|lebih\s+dari|sekitar)\s+(?:\w+\s+)?"
    r"(?:jam|hari|malam|pagi|minggu|mgg|bulan|bln|tahun|thn|musim|lama)",
    r"(?:\d+|satu|dua|tiga|empat|lima|enam|tujuh|delapan|sembilan|sepuluh|beberapa)\s*"
    r"(?:jam|hari|minggu|bulan|bln|tahun|thn)",
    r"(?:pukul|jam|pkl|tanggal|tgl)\.?\s*\d+|\d{1,2}[/.-]\d{1,2}(?:[/.-]\d{2,4})?|\d{4}-\d{2}-\d{2}",
    r"saat\s+ini|baru\s+saja|terus\s+menerus|dari\s+dulu",
)
_TEST = _any(r"tes+t?|test?ing|uji\s?coba|percobaan|cobain|lorem\s+ipsum|asdf\w*|qwert\w*|hello\s+world")
#: A message longer than this is not taken for a test merely because it holds such a word.
_LONGEST_TEST = 10

_TRADE = _words(
    "slot judol judi togel casino poker pinjol pinjaman kredit investasi follower followers gacor maxwin scatter rtp"
)
#: What only adverts say.
_PITCH = _any(
    r"gacor|maxwin|rtp\s+(?:live|slot)|scatter\s+hitam|bonus\s+new\s+member|slot\s?\d+|bandar\s+(?:togel|slot)",
    r"(?:slot|judi|togel|casino|poker)\s+(?:online\s+)?(?:terpercaya|resmi|terbaik)",
    r"pinjaman\s+(?:tanpa\s+(?:jaminan|agunan)|cepat\s+cair)|pinjol\s+cepat\s+cair|jasa\s+pinjol",
)
#: What calls somebody to act. A complaint names the trade too ("saya diteror pinjol"), but does not call.
_CALL = _any(
    r"(?:daftar|order|join|chat|hubungi|hub)\.?\s+(?:sekarang|segera|disini|di\s+sini|wa|whatsapp|admin|kami|cs|grup)",
    r"klik|promo|diskon|cashback|wa\.me|bit\.ly|t\.me",
)

_ANNOUNCES = _any(r"di|ke|dari|daerah|wilayah|sekitar|warga|pemkot|pemkab|pemprov|wali\s?kota|bupati|gubernur")
_LONG_RUN = re.compile(r"([^\W\d_])\1{14}")
_VOWELS = frozenset("aeiou")


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


def is_only_links(text: Text) -> bool:
    """Whether there are links and hardly a word beside them."""
    return text.has_links and len(text.words) < 3


def repeats_itself(text: Text) -> bool:
    """Whether one letter or a few words are said over and over."""
    if len(text.words) >= 6:
        # A long honest text repeats its common words too; a tiny vocabulary over many words is no story.
        return len(text.vocabulary) <= max(2, len(text.words) // 8)
    letters = "".join(text.words)
    return (len(letters) >= 12 and len(set(letters)) <= 4) or bool(_LONG_RUN.search(text.text))


def is_gibberish(text: Text) -> bool:
    """Whether fewer than half of the words can be spoken: "sdfg hjkl qwrt"."""
    spoken = sum(not _VOWELS.isdisjoint(word) for word in text.vocabulary)
    return spoken * 2 < len(text.vocabulary)


def is_a_test(text: Text) -> bool:
    """Whether somebody only tries whether it works."""
    return len(text.words) <= _LONGEST_TEST and bool(_TEST.search(text.text))


def advertises(text: Text) -> bool:
    """Whether it sells gambling or loans; a complaint about them does not."""
    if _TRADE.isdisjoint(text.vocabulary):
        return False
    return bool(_PITCH.search(text.text)) or bool(_CALL.search(text.text))
