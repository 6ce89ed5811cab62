"""A model that has learned from decided reports: which bodies are probable for a report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.special import expit, softmax

from lapor_routing.domain.choice import Report
from lapor_routing.domain.learned import Prediction
from lapor_routing.learning.encoding import COLUMNS, Floats, Rarity, count, encode, region_of
from lapor_routing.reference.rules import shipped_rules

#: So many bodies are named for each report.
NAMED = 10
#: Offices of which each village or kecamatan has one: which of them is meant follows from the place.
OF_ITS_PLACE = frozenset({"OPD-KELURAHAN", "OPD-KECAMATAN"})
#: A region counts as learned from so many reports on.
LEARNED_FROM = 30
#: Length of a regency's or a city's code.
REGENCY = 5

UNKNOWN = np.float32(-1e9)


@dataclass(frozen=True)
class Weights:
    """What was learned: how much each number of a report says for each body."""

    columns: npt.NDArray[np.int32]
    """The numbers that say anything, ascending."""
    values: Floats
    """A row for each of these columns, a column for each body."""
    start: Floats
    """How probable each body is before anything is known."""

    def scores(self, encoded: sp.csr_matrix) -> Floats:
        """For each report how much speaks for each body."""
        known = sp.csr_matrix(
            (encoded.data, self._row_of[encoded.indices], encoded.indptr), (encoded.shape[0], len(self._table))
        )
        scores: Floats = known @ self._table + self.start
        return scores

    @cached_property
    def _table(self) -> Floats:
        """With a last row for numbers that say nothing."""
        return np.vstack([self.values, np.zeros_like(self.start)])

    @cached_property
    def _row_of(self) -> npt.NDArray[np.int32]:
        rows = np.full(COLUMNS, len(self.columns), np.int32)
        rows[self.columns] = np.arange(len(self.columns), dtype=np.int32)
        return rows


@dataclass(frozen=True)
class Calibration:
    """From scores to probabilities, as they came true for reports that the model had not seen."""

    sharpness: float = 8.0
    """How much a higher score makes a body more probable than another."""
    slope: float = 5.0
    """How much a wider lead of the first body makes it more probable to be right."""
    offset: float = 0.0

    def confidence(self, scores: Floats) -> Floats:
        """How probable it is that the first body is right."""
        return np.asarray(expit(self.slope * lead(scores) + self.offset), np.float32)

    def probabilities(self, scores: Floats) -> Floats:
        """That of the first body follows from its lead; the others share what is left."""
        shares = softmax(self.sharpness * scores, axis=1)
        rows, first = np.arange(len(scores)), scores.argmax(axis=1)
        right = self.confidence(scores)
        others = 1.0 - shares[rows, first]
        shares *= ((1.0 - right) / np.maximum(others, 1e-9))[:, None]
        shares[rows, first] = right
        return shares


@dataclass(frozen=True)
class Model:
    """A learned model, ready to be asked."""

    bodies: tuple[str, ...]
    regions: Mapping[str, tuple[int, ...]]
    """The bodies that it knows in each region, by their position."""
    rarity: Rarity
    weights: Weights
    calibration: Calibration
    figures: Mapping[str, float]
    """How well it did on reports that it had not seen."""
    rules_version: str
    """The rules whose findings it learned from."""
    seen: npt.NDArray[np.uint64] = field(repr=False)
    """Fingerprints of the reports that it learned from."""
    version: str = ""

    def speaks_for(self, region_code: str | None) -> bool:
        """Whether it has learned from this region; elsewhere it is silent."""
        return (region_code or "")[:REGENCY] in self.regions

    def predict(self, reports: Sequence[Report]) -> list[tuple[Prediction, ...]]:
        """The probable bodies for each report, the most probable first; none where it has not learned."""
        rules = shipped_rules()
        places = [region_of(report, rules) for report in reports]
        told: list[tuple[Prediction, ...]] = [()] * len(reports)
        asked = [position for position, place in enumerate(places) if self.speaks_for(place)]
        if asked:
            regions = [str(places[position])[:REGENCY] for position in asked]
            encoded = encode(count([reports[position] for position in asked], rules), self.rarity)
            shares = self.calibration.probabilities(self.silenced(self.weights.scores(encoded), regions))
            for position, region, probable in zip(asked, regions, shares, strict=True):
                told[position] = self._named(region, probable)
        return told

    def silenced(self, scores: Floats, regions: Sequence[str]) -> Floats:
        """Nothing speaks for a body in a region where it has handled no report."""
        elsewhere = np.ones(scores.shape, bool)
        for row, region in enumerate(regions):
            elsewhere[row, list(self.regions.get(region, ()))] = False
        return np.where(elsewhere, UNKNOWN, scores)

    def _named(self, region: str, shares: Floats) -> tuple[Prediction, ...]:
        ranked = np.argsort(-shares, kind="stable")[:NAMED]
        return tuple(
            Prediction(self._as_asked(self.bodies[body], region), round(float(shares[body]), 4))
            for body in ranked
            if body in self.regions[region]
        )

    @staticmethod
    def _as_asked(code: str, region: str) -> str:
        """The type of office alone where the place says which one is meant."""
        body, _, kind = code.rpartition("/")
        return kind if kind in OF_ITS_PLACE and body == f"PEMDA-{region}" else code


def lead(scores: Floats) -> Floats:
    """How far the best body of each report is ahead of the next."""
    if scores.shape[1] < 2:
        return np.ones(len(scores), np.float32)
    two = np.partition(scores, -2, axis=1)[:, -2:]
    return np.minimum(two[:, 1] - two[:, 0], 1.0)
