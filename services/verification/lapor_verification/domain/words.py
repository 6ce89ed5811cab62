"""What the words of a text give away: a test, an advert, no sense. Patterns for how people really write."""

import re

from lapor_contracts.clues import Text, any_of, words_of

_TEST = any_of(r"tes+t?|test?ing|uji\s?coba|percobaan|cobain|lorem\s+ipsum|asdf\w*|qwert\w*|hello\s+world")
#: A message longer than this is not taken for a test merely because it holds such a word.
_LONGEST_TEST = 10

_TRADE = words_of(
    "slot judol judi togel casino poker pinjol pinjaman kredit investasi follower followers gacor maxwin scatter rtp"
)
#: What only adverts say.
_PITCH = any_of(
    r"gacor|maxwin|rtp\s+(?:live|slot)|scatter\s+hitam|bonus\s+new\s+member|slot\s?\d+|bandar\s+(?:togel|slot)",
    r"(?:slot|judi|togel|casino|poker)\s+(?:online\s+)?(?:terpercaya|resmi|terbaik)",
    r"pinjaman\s+(?:tanpa\s+(?:jaminan|agunan)|cepat\s+cair)|pinjol\s+cepat\s+cair|jasa\s+pinjol",
)
#: What calls somebody to act. A complaint names the trade too ("saya diteror pinjol"), but does not call.
_CALL = any_of(
    r"(?:daftar|order|join|chat|hubungi|hub)\.?\s+(?:sekarang|segera|disini|di\s+sini|wa|whatsapp|admin|kami|cs|grup)",
    r"klik|promo|diskon|cashback|wa\.me|bit\.ly|t\.me",
)

_LONG_RUN = re.compile(r"([^\W\d_])\1{14}")
_VOWELS = frozenset("aeiou")


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
