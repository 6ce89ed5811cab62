"""What happens when reports that come in are compared with earlier ones."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from lapor_chassis.transactions import Transaction
from lapor_verification import store
from lapor_verification.domain.case import Case, State
from lapor_verification.domain.policy import Policy
from lapor_verification.domain.repeats import (
    Earlier,
    Traits,
    as_hint,
    bands_of,
    following,
    most_sharing,
    similar,
    traits_of,
    weighed,
)


@dataclass(frozen=True)
class Compared:
    """Cases after they were compared with earlier ones."""

    cases: Sequence[Case]
    signed: Mapping[UUID, tuple[Traits, Sequence[int]]]
    """By what each is found itself; a secret one by nothing."""
    parents: Mapping[UUID, Earlier]
    """Whom those follow that are merged."""


def compare(tx: Transaction, cases: Sequence[Case], policy: Policy, *, supports: bool = True) -> Compared:
    """Keep what very likely repeats an earlier report for a person; let it follow that one where its reporter asks so.

    That is asked once: with ``supports`` false, of cases that were looked at before, it is not.

    Two statements for all of them, and three more where somebody supports a report. Two that come in at the same moment
    by two instances do not see each other: both go on, as any two do that the machine does not find alike.
    """
    traits = {case.report_id: traits_of(case.report) for case in cases if not case.report.secret}
    signed = {report_id: (each, bands_of(each)) for report_id, each in traits.items()}
    sure = {case.report_id: signed[case.report_id][1] for case in cases if _may_be_held(case)}
    earlier = store.find_earlier(tx.execute, tx.dialect, sure, store.NEAR)
    supported = _supported(tx, cases) if supports and policy.merges_alone else {}
    together = _Together()
    compared, parents = [], {}
    for given in cases:
        case = given
        if own := signed.get(case.report_id):
            if parent := supported.get(case.report.supports or ""):
                parents[case.report_id] = parent
                case = following(case)
            elif case.report_id in sure:
                case = _with_repeats(
                    case, own[0], [*earlier[case.report_id], *together.nearest(case.report_id, own[1])], policy
                )
            together.add(_as_earlier(case, own[0], parents.get(case.report_id)), own[1])
        compared.append(case)
    return Compared(compared, signed, parents)


def _may_be_held(case: Case) -> bool:
    return case.state is State.VERIFIED and not case.report.secret


class _Together:
    """The reports of one batch, by their bands: they are not in the database yet."""

    def __init__(self) -> None:
        self._known: dict[UUID, Earlier] = {}
        self._sharing: dict[int, list[UUID]] = defaultdict(list)

    def add(self, each: Earlier, bands: Sequence[int]) -> None:
        self._known[each.report_id] = each
        for band in bands:
            self._sharing[band].append(each.report_id)

    def nearest(self, report_id: UUID, bands: Sequence[int]) -> list[Earlier]:
        """As the store finds those of earlier batches."""
        latest = {band: self._sharing[band][-store.NEAR.latest :] for band in bands}
        return [self._known[other] for other in most_sharing(report_id, bands, latest, store.NEAR.most)]


def _with_repeats(case: Case, traits: Traits, earlier: Iterable[Earlier], policy: Policy) -> Case:
    found = similar(case.report_id, traits, earlier)
    return weighed(case, as_hint(found[0]), policy) if found else case


def _as_earlier(case: Case, traits: Traits, parent: Earlier | None) -> Earlier:
    if parent:
        return replace(parent, report_id=case.report_id, traits=traits)
    return Earlier(
        report_id=case.report_id,
        traits=traits,
        parent_id=case.report_id,
        tracking_id=case.report.tracking_id,
        state=case.state,
        is_closed=False,
    )


def _supported(tx: Transaction, cases: Sequence[Case]) -> Mapping[str, Earlier]:
    """The reports that others come in to support, as long as they may be followed; they stay so until the commit."""
    names = {case.report.supports for case in cases if case.report.supports and not case.report.secret}
    if not names:
        return {}
    before = store.read_named(tx.execute, tx.dialect, names)
    store.lock_cases(tx, (each.parent_id for each in before.values()))
    now = store.read_named(tx.execute, tx.dialect, names)
    return {
        name: each for name, each in now.items() if each.may_be_followed and each.parent_id == before[name].parent_id
    }
