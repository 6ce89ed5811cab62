"""Turns reports into numbers: their words, pieces of words, matters and place, and whom the rules hold competent.

Everything is hashed. A model that was learned from these numbers holds none of the words that people wrote.
"""

import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Self

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from sklearn.feature_extraction import FeatureHasher
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.preprocessing import normalize

from lapor_routing.domain.choice import Report
from lapor_routing.domain.findings import Findings, find
from lapor_routing.domain.rules import PROVINCES, Rules
from lapor_routing.domain.weighing import together

Floats = npt.NDArray[np.float32]

#: So many numbers has each part of a report, one for all words that hash alike.
WORDS, PIECES, MATTERS, PLACES = 2**17, 2**18, 2**12, 2**12
#: Words together with what the report is about: "lampu" says one thing of a street and another of a school.
CROSSED = 2**18
#: So many numbers a report is turned into.
COLUMNS = WORDS + PIECES + CROSSED + PLACES + MATTERS
#: How much each part says.
SHARES = {"words": 0.5, "pieces": 0.5, "about": 0.6, "place": 0.02, "rules": 0.02}
#: How much the rules are believed before anything is learned.
BELIEVED = 0.25
#: A word that nobody else used says nothing about others.
FEWEST_REPORTS = 2


@dataclass(frozen=True)
class Rarity:
    """How rarely each word and each piece of a word is used: what everybody says tells nobody apart."""

    words: Floats = field(repr=False)
    pieces: Floats = field(repr=False)


@dataclass(frozen=True)
class Raw:
    """What was counted in reports, before anything is weighed."""

    words: sp.csr_matrix
    pieces: sp.csr_matrix
    about: sp.csr_matrix
    places: sp.csr_matrix
    competent: sp.csr_matrix

    def rows(self, which: slice) -> Self:
        """The same of some of the reports."""
        return type(self)(**{part.name: getattr(self, part.name)[which] for part in fields(self)})


_words = HashingVectorizer(analyzer=lambda words: words, n_features=WORDS, norm=None, alternate_sign=False)
_pieces = HashingVectorizer(
    analyzer="char_wb", ngram_range=(3, 5), n_features=PIECES, norm=None, alternate_sign=False, dtype=np.float32
)
_matters = FeatureHasher(MATTERS, alternate_sign=False, dtype=np.float32)
_places = FeatureHasher(PLACES, input_type="string", alternate_sign=False, dtype=np.float32)


def count(reports: Sequence[Report], rules: Rules) -> Raw:
    """What is in the reports."""
    texts = [f"{report.title}\n{report.body}" for report in reports]
    findings = [find(rules, title=report.title, body=report.body, place=None) for report in reports]
    return Raw(
        words=_dampened(_words.transform([_words_of(found) for found in findings])),
        pieces=_dampened(_pieces.transform(texts)),
        about=normalize(_matters.transform([dict(_about(found)) for found in findings])),
        places=normalize(_places.transform([list(_region_codes(report, rules)) for report in reports])),
        competent=_matters.transform([_competent(found, rules) for found in findings]),
    )


def rarity_in(raw: Raw) -> Rarity:
    """How rare words are in these reports."""
    return Rarity(_rarity(raw.words), _rarity(raw.pieces))


def encode(raw: Raw, rarity: Rarity) -> sp.csr_matrix:
    """A row of numbers for each report."""
    words = normalize(raw.words @ sp.diags(rarity.words))
    parts = {
        "words": words,
        "pieces": normalize(raw.pieces @ sp.diags(rarity.pieces)),
        "about": _crossed(words, raw.about),
        "place": raw.places,
        "rules": raw.competent,
    }
    weighed = [part * np.float32(math.sqrt(SHARES[name])) for name, part in parts.items()]
    return sp.hstack(weighed, format="csr", dtype=np.float32)


def believed(bodies: Sequence[str]) -> sp.csr_matrix:
    """How much each number says for each body before anything is learned: for whom the rules speak, it speaks."""
    weight = BELIEVED / math.sqrt(SHARES["rules"])
    said = _matters.transform([{called_by_rules(body): weight} for body in bodies])
    return sp.hstack([sp.csr_matrix((len(bodies), COLUMNS - MATTERS)), said], dtype=np.float32).T.tocsr()


def called_by_rules(code: str) -> str:
    """``OPD-DISHUB`` for a city's office, ``OPD-DISHUB@PROV`` for a province's, ``POLRES`` for a region's."""
    government, _, kind = code.rpartition("/")
    if government:
        return kind if "." in government else f"{kind}@{PROVINCES}"
    return re.sub(r"-\d\d(\.\d\d)*$", "", code)


def _words_of(found: Findings) -> list[str]:
    return [word for text in found.texts for word in text.words]


def _about(found: Findings) -> Iterator[tuple[str, float]]:
    """The topics, fields of work and bodies that the rules find in a report."""
    for kind, pointed in (("topic", found.topics), ("field", found.fields), ("body", found.bodies)):
        for code, phrases in pointed.items():
            yield f"{kind} {code}", together(phrases.values())


def _competent(found: Findings, rules: Rules) -> dict[str, float]:
    """Who is competent for all that, wherever it be."""
    wrong: dict[str, float] = {}
    for code, phrases in found.topics.items():
        for body, share in rules.topics[code].competent.items():
            wrong[body] = wrong.get(body, 1.0) * (1.0 - share * together(phrases.values()))
    for pointed in (found.fields, found.bodies):
        for body, phrases in pointed.items():
            wrong[body] = wrong.get(body, 1.0) * (1.0 - together(phrases.values()))
    return {body: 1.0 - share for body, share in wrong.items()}


def region_of(report: Report, rules: Rules) -> str | None:
    """Where a report is from: as was given, or as pinned on the map."""
    return report.region_code or (rules.district_at(report.point) if report.point else None)


def _region_codes(report: Report, rules: Rules) -> Iterator[str]:
    """The village, the kecamatan, the regency; each where it is known."""
    code = region_of(report, rules) or ""
    return (code[:length] for length in (5, 8, 13) if len(code) >= length)


def _dampened(counts: sp.csr_matrix) -> sp.csr_matrix:
    """A word said ten times says more than one said once, and not ten times as much."""
    counts = counts.astype(np.float32)
    counts.data = 1.0 + np.log(counts.data)
    return counts


def _rarity(counts: sp.csr_matrix) -> Floats:
    users = np.bincount(counts.indices, minlength=counts.shape[1])
    rare = np.log((1.0 + counts.shape[0]) / (1.0 + users)) + 1.0
    return np.where(users < FEWEST_REPORTS, 0.0, rare).astype(np.float32)


def _crossed(words: sp.csr_matrix, matters: sp.csr_matrix) -> sp.csr_matrix:
    """Each word of a report together with each of its matters."""
    columns, values, ends = [np.empty(0, np.int32)], [np.empty(0, np.float32)], [0]
    for row in range(words.shape[0]):
        said, meant = slice(*words.indptr[row : row + 2]), slice(*matters.indptr[row : row + 2])
        pairs = words.indices[said].astype(np.uint64)[:, None] * np.uint64(MATTERS) + matters.indices[meant].astype(
            np.uint64
        )
        # Fibonacci hashing: the upper bits of the product spread well.
        hashed = (pairs * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - CROSSED.bit_length() + 1)
        columns.append(hashed.ravel().astype(np.int32))
        values.append(np.outer(words.data[said], matters.data[meant]).ravel())
        ends.append(ends[-1] + hashed.size)
    shape = (words.shape[0], CROSSED)
    return sp.csr_matrix((np.concatenate(values), np.concatenate(columns), ends), shape=shape, dtype=np.float32)
