"""Whether it is an advert, a test or a joke."""

from collections.abc import Iterator

from lapor_contracts.clues import Text, any_of, words_of
from lapor_verification.domain.checks.reading import Reading
from lapor_verification.domain.finding import Check, Hint

_TEST = any_of(r"tes+t?|test?ing|uji\s?coba|percobaan|cobain|lorem\s+ipsum|asdf\w*|qwert\w*|hello\s+world")
#: A message that is longer, or names a matter (a test of the blood, of applicants), is not taken for a test.
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

_LAUGHTER = any_of(r"(?:wk){2,}w?|(?:ha){3,}h?|(?:he){3,}h?|(?:hi){3,}h?|(?:xi){2,}|lol|ngakak")
#: Whoever laughs in a longer text has something to say all the same.
_LONGEST_JOKE = 20

SURE, LIKELY = 0.9, 0.7


def check(reading: Reading) -> Iterator[Hint]:
    """What nobody has to answer."""
    text, hint = reading.text, reading.lexicon.hint
    if len(text.words) <= _LONGEST_TEST and _TEST.search(text.text) and not reading.names_a_matter:
        yield hint(Check.SPAM, "test", SURE)
    if advertises(text):
        yield hint(Check.SPAM, "gambling_or_loans", SURE)
    elif reading.says(Check.SPAM, "advert") and not reading.names_a_matter:
        yield hint(Check.SPAM, "advert", LIKELY)
    if jokes(reading):
        yield hint(Check.SPAM, "joke", LIKELY)


def advertises(text: Text) -> bool:
    """Whether it sells gambling or loans; a complaint about them does not."""
    if _TRADE.isdisjoint(text.vocabulary):
        return False
    return bool(_PITCH.search(text.text)) or bool(_CALL.search(text.text))


def jokes(reading: Reading) -> bool:
    """Whether it is short, laughs or says that it jokes, and names no matter of complaint and no danger."""
    text = reading.text
    harms = reading.meanings.keys() & {Check.URGENCY, Check.SENSITIVITY}
    if len(text.words) > _LONGEST_JOKE or reading.names_a_matter or harms:
        return False
    return reading.says(Check.SPAM, "joke") or bool(_LAUGHTER.search(text.text))
