"""Learns from decided reports, and says how well: on the latest of them, which are kept apart for that."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import scipy.sparse as sp
from scipy.optimize import minimize
from scipy.special import expit, log_softmax
from sklearn.linear_model import Ridge

from lapor_routing.domain.choice import Report
from lapor_routing.domain.rules import Rules
from lapor_routing.learning.encoding import FEWEST_REPORTS, Floats, Raw, believed, count, encode, rarity_in, region_of
from lapor_routing.learning.model import (
    LEARNED_FROM,
    OF_ITS_PLACE,
    REGENCY,
    Calibration,
    Model,
    Weights,
    lead,
)
from lapor_routing.reference.local_topics import local_topics

#: This share of the reports, the latest, is kept apart to measure and to calibrate with.
KEPT_APART = 0.15
#: Fewer decided reports teach nothing that could be measured.
FEWEST = 100
#: How strongly a single report is kept from having the say. Chosen on reports of earlier months than those measured.
DAMPING = 1.2
#: A topic of a region's own list says as much as so many reports that its office handled.
REPORTS_IN_A_TOPIC = 2.0
#: A model's weights take no more than this.
MOST_NUMBERS = 60_000_000
#: Of reports routed alone so many should be right.
WANTED_PRECISION = 0.97
#: Two models are compared on so many reports that neither has seen; with fewer, each by its own figures.
ENOUGH_TO_COMPARE = 100


class TrainingError(ValueError):
    """Nothing can be learned from this; the text says why."""


@dataclass(frozen=True)
class Example:
    """A report whose competent body is known."""

    report: Report
    agency_code: str
    accepted: frozenset[str]
    """All bodies that count as right."""

    @property
    def body(self) -> str:
        """The body to learn; of each village's or kecamatan's office only the kind, and whose it is."""
        government, _, kind = self.agency_code.rpartition("/")
        if kind in OF_ITS_PLACE and government.startswith("PEMDA-"):
            return f"PEMDA-{government.removeprefix('PEMDA-')[:REGENCY]}/{kind}"
        return self.agency_code

    @property
    def fingerprint(self) -> int:
        """Tells a report again without telling what it says."""
        text = f"{self.report.title}\n{self.report.body}\n{self.report.region_code}"
        return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big")


@dataclass(frozen=True)
class Trained:
    """What came of a training."""

    model: Model
    """Learned from all reports; its figures are those of the one that had not seen the latest."""
    trial: Model
    """The one that had not seen them."""
    kept_apart: Sequence[Example]


def train(examples: Sequence[Example], rules: Rules, say: Callable[[str], None]) -> Trained:
    """A model from decided reports in the order in which they came."""
    bodies = Counter(example.body for example in examples)
    if len(examples) < FEWEST or len(bodies) < 2:
        raise TrainingError(f"{len(examples)} reports of {len(bodies)} bodies; at least {FEWEST} of 2 are needed")
    say(f"reading {len(examples):,} reports of {len(bodies):,} bodies")
    raw = count([example.report for example in examples], rules)
    cut = len(examples) - round(KEPT_APART * len(examples))
    say(f"learning from the first {cut:,}")
    early, late = examples[:cut], examples[cut:]
    trial = _fit(early, raw.rows(slice(0, cut)), rules)
    scores = _scores(trial, late, raw.rows(slice(cut, None)), rules)
    calibration = _calibrate(trial.bodies, late, scores)
    figures = measure(trial, late, scores)
    if sure := round(figures["coverage_at_97"] * len(late)):
        figures["threshold_at_97"] = float(np.sort(calibration.confidence(scores))[-sure])
    trial = replace(trial, calibration=calibration, figures=figures)
    say(f"on the latest {len(late):,}, not seen before: " + told(figures))
    say("learning from all")
    model = replace(_fit(examples, raw, rules), calibration=calibration, figures=figures)
    return Trained(model, trial, late)


def is_better(old: Model, trained: Trained, rules: Rules) -> tuple[bool, str]:
    """Whether an older model is better than the new one, and how that is known.

    Both are asked about the latest reports, as far as the old one has not learned from them.
    """
    seen = set(old.seen.tolist())
    unseen = [example for example in trained.kept_apart if example.fingerprint not in seen]
    if len(unseen) < ENOUGH_TO_COMPARE:
        ours, theirs = trained.model.figures, old.figures
        how = "each on the reports that were kept apart for it"
    else:
        raw = count([example.report for example in unseen], rules)
        ours, theirs = (measure(m, unseen, _scores(m, unseen, raw, rules)) for m in (trained.trial, old))
        how = f"both on the same {len(unseen):,} reports that neither had seen"
    return theirs["top1"] > ours["top1"], f"{how}: the old one {told(theirs)}; the new one {told(ours)}"


def told(figures: Mapping[str, float]) -> str:
    """The figures in words."""
    return (
        f"right body first {figures['top1']:.1%}, among three {figures['top3']:.1%}, "
        f"{figures['coverage_at_97']:.0%} sure enough for {WANTED_PRECISION:.0%} right"
    )


def measure(model: Model, examples: Sequence[Example], scores: Floats) -> dict[str, float]:
    """How often the right body came first, and among the first three."""
    ranked = np.argsort(-scores, axis=1, kind="stable")[:, :3]
    right = np.array(
        [
            [model.bodies[body] in example.accepted or model.bodies[body] == example.body for body in row]
            for example, row in zip(examples, ranked, strict=True)
        ]
    )
    first = right[np.argsort(-lead(scores), kind="stable"), 0]
    precision = np.cumsum(first) / np.arange(1, len(first) + 1)
    enough = np.flatnonzero(precision >= WANTED_PRECISION)
    return {
        "reports": float(len(examples)),
        "top1": float(right[:, 0].mean()),
        "top3": float(right.any(axis=1).mean()),
        "coverage_at_97": float((enough[-1] + 1) / len(first)) if len(enough) else 0.0,
    }


def _scores(model: Model, examples: Sequence[Example], raw: Raw, rules: Rules) -> Floats:
    regions = [(region_of(example.report, rules) or "")[:REGENCY] for example in examples]
    return model.silenced(model.weights.scores(encode(raw, model.rarity)), regions)


def _fit(examples: Sequence[Example], raw: Raw, rules: Rules) -> Model:
    bodies = sorted({example.body for example in examples})
    position = {body: index for index, body in enumerate(bodies)}
    regions, rarity = _regions(examples, position, rules), rarity_in(raw)
    if not regions:
        raise TrainingError(f"no region has {LEARNED_FROM} reports; the column region_code says where each is from")
    topics = [topic for topic in local_topics(regions) if topic.agency_code in position]
    listed = [Report(title=topic.name, body="", region_code=topic.region_code) for topic in topics]
    encoded = encode(raw, rarity)
    if listed:
        encoded = sp.vstack([encoded, encode(count(listed, rules), rarity)], format="csr")
    users = np.bincount(encoded.indices, minlength=encoded.shape[1])
    before = believed(bodies)
    columns = np.flatnonzero((users >= FEWEST_REPORTS) | (before.getnnz(axis=1) > 0)).astype(np.int32)
    known = [example.body for example in examples] + [topic.agency_code for topic in topics]
    target = np.zeros((len(known), len(bodies)), np.float32)
    target[np.arange(len(known)), [position[body] for body in known]] = 1.0
    weight = np.repeat([1.0, REPORTS_IN_A_TOPIC], [len(examples), len(topics)])
    # What is learned is the difference from what the rules say: where nothing was reported yet, they stand.
    missed = target - (encoded @ before).toarray()
    ridge = Ridge(alpha=DAMPING, solver="sparse_cg", tol=1e-3).fit(encoded[:, columns], missed, sample_weight=weight)
    values = np.ascontiguousarray(np.atleast_2d(ridge.coef_).T + before[columns].toarray(), dtype=np.float32)
    columns, values = _strongest(columns, values)
    return Model(
        bodies=tuple(bodies),
        regions=regions,
        rarity=rarity,
        weights=Weights(columns, values, np.asarray(ridge.intercept_, np.float32)),
        calibration=Calibration(),
        figures={},
        rules_version=rules.version,
        seen=np.array(sorted({example.fingerprint for example in examples}), np.uint64),
    )


def _strongest(columns: npt.NDArray[np.int32], values: Floats) -> tuple[npt.NDArray[np.int32], Floats]:
    """As many numbers as a file may hold: of many bodies, only those that say most."""
    most = MOST_NUMBERS // values.shape[1]
    if len(columns) <= most:
        return columns, values
    kept = np.sort(np.argsort(-np.abs(values).max(axis=1))[:most])
    return columns[kept], values[kept]


def _regions(examples: Sequence[Example], position: Mapping[str, int], rules: Rules) -> dict[str, tuple[int, ...]]:
    """The bodies that have handled each region's reports, for regions with enough of them."""
    handled: dict[str, list[int]] = defaultdict(list)
    for example in examples:
        if place := region_of(example.report, rules):
            handled[place[:REGENCY]].append(position[example.body])
    return {code: tuple(sorted(set(known))) for code, known in handled.items() if len(known) >= LEARNED_FROM}


def _calibrate(bodies: Sequence[str], examples: Sequence[Example], scores: Floats) -> Calibration:
    """The probabilities that would have come true for these reports."""
    position = {body: index for index, body in enumerate(bodies)}
    known = np.array([example.body in position for example in examples])
    truth = np.array([position.get(example.body, 0) for example in examples])
    first, leads = scores.argmax(axis=1), lead(scores)
    right = np.array(
        [bodies[body] in example.accepted | {example.body} for body, example in zip(first, examples, strict=True)]
    )

    def surprise(sharpness: npt.NDArray[np.float64]) -> float:
        shares = log_softmax(sharpness[0] * scores[known], axis=1)
        return -float(shares[np.arange(known.sum()), truth[known]].mean())

    def miss(line: npt.NDArray[np.float64]) -> float:
        likely = np.clip(expit(line[0] * leads + line[1]), 1e-6, 1 - 1e-6)
        return -float(np.where(right, np.log(likely), np.log(1 - likely)).mean())

    start = Calibration()
    sharpness = minimize(surprise, [start.sharpness], method="Nelder-Mead").x[0]
    slope, offset = minimize(miss, [start.slope, start.offset], method="Nelder-Mead").x
    return Calibration(float(sharpness), float(slope), float(offset))
