"""A file with many bodies: looked through, shown, confirmed, and then carried out in batches."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction, Transactions
from lapor_routing import directory
from lapor_routing.directory import Import, ImportState
from lapor_routing.domain.agencies import Competence
from lapor_routing.domain.directory_changes import Change, propose
from lapor_routing.domain.sheet import Mistake, Sheet, read_sheet
from lapor_routing.handlers.directory import Editor, save

#: Bodies in one transaction.
BATCH = 1_000
#: So many changes of each kind are shown before somebody confirms.
SHOWN = 20
#: A file that nobody has confirmed is forgotten.
FORGOTTEN_AFTER = timedelta(days=1)

ALREADY_DECIDED = Refusal("Berkas ini sudah dikonfirmasi (this file was confirmed before).", code="already_decided")

#: What topics and categories there are, by code.
Subjects = Mapping[str, str]


@dataclass(frozen=True)
class Plan:
    """What a file would change."""

    changes: Sequence[Change]
    competent: Sequence[Competence]
    no_longer_competent: Sequence[Competence]

    @property
    def outline(self) -> dict[str, Any]:
        """What is shown of it: how many changes of each kind, and some of each."""
        counts = Counter(change.kind.value for change in self.changes)
        counts.update(competent=len(self.competent), no_longer_competent=len(self.no_longer_competent))
        shown: dict[str, list[dict[str, Any]]] = {}
        for change in self.changes:
            some = shown.setdefault(change.kind.value, [])
            if len(some) < SHOWN:
                before, after = change.differences
                some.append({"code": change.after.code, "name": change.after.name, "before": before, "after": after})
        return {"counts": {kind: count for kind, count in counts.items() if count}, "shown": shown}

    def __len__(self) -> int:
        return len(self.changes) + len(self.competent) + len(self.no_longer_competent)


def hand_in(text: str, tx: Transaction, *, editor: Editor, reason: str, subjects: Subjects) -> Import | list[Mistake]:
    """Look through a file and keep it until somebody confirms; or all that is wrong with it."""
    plan = _plan(text, tx, subjects)
    if isinstance(plan, list):
        return plan
    one = Import(
        id=tx.new_id(),
        state=ImportState.CHECKED,
        uploaded_at=tx.now,
        uploaded_by=editor.name,
        reason=reason,
        outline=plan.outline,
        total=len(plan),
        done=0,
    )
    directory.forget_unconfirmed(tx, tx.now - FORGOTTEN_AFTER)
    directory.add_import(tx, one, text)
    return one


def confirm(one: Import, tx: Transaction) -> Import | Refusal:
    """Let it be carried out."""
    if one.state is not ImportState.CHECKED or not directory.step(tx, one, state=ImportState.CONFIRMED):
        return ALREADY_DECIDED
    return replace(one, state=ImportState.CONFIRMED)


def carry_out(
    transactions: Transactions,
    *,
    subjects: Callable[[], Subjects],
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> int:
    """Carry out the oldest confirmed file; returns how much was done.

    What has been done no longer differs from the file, so after a kill only the rest is left. Should somebody else
    carry out the same file, whoever comes second to a batch stops.
    """
    with transactions.read() as connection:
        found = directory.next_confirmed(connection)
    if found is None:
        return 0
    one, text = found
    with transactions.begin() as tx:
        plan = _plan(text, tx, subjects())
        if isinstance(plan, list):
            mistakes = [str(mistake) for mistake in plan]
            directory.step(tx, one, state=ImportState.FAILED, content="", outline={**one.outline, "mistakes": mistakes})
            return 0
    did = 0
    for act, size in _batches(plan, Editor(name=one.uploaded_by), one.reason):
        with transactions.begin() as tx:
            if not directory.step(tx, one, done=one.done + size):
                return did
            act(tx)
        one, did = replace(one, done=one.done + size), did + size
        progress(one.done, max(one.total, one.done))
    with transactions.begin() as tx:
        directory.step(tx, one, state=ImportState.DONE, content="")
    return did


def _plan(text: str, tx: Transaction, subjects: Subjects) -> Plan | list[Mistake]:
    directory.lock(tx)
    known = directory.read_directory(tx)
    sheet = read_sheet(text, known, subjects)
    changes, faults = propose(sheet.bodies, known, tx.new_id)
    present = {(one.subject, one.region_code): one for one in known.competences}
    mistakes = [*sheet.mistakes, *sheet.mistakes_of(faults), *_rivals(sheet, present)]
    if mistakes:
        return mistakes
    wanted = {(one.subject, one.region_code): one for some in sheet.competences.values() for one in some}
    return Plan(
        changes=changes,
        competent=[one for key, one in wanted.items() if _owner(present, key) != one.agency_code],
        no_longer_competent=[
            one for key, one in present.items() if one.agency_code in sheet.competences and key not in wanted
        ],
    )


def _rivals(sheet: Sheet, present: Mapping[tuple[str, str], Competence]) -> Iterator[Mistake]:
    """Two bodies that would come first for the same."""
    taken = {key: one.agency_code for key, one in present.items() if one.agency_code not in sheet.competences}
    for code, some in sheet.competences.items():
        for one in some:
            other = taken.setdefault((one.subject, one.region_code), code)
            if other != code:
                what = f"{one.subject}@{one.region_code}: sudah pada {other} (another body has this)"
                yield Mistake(sheet.rows[code], "competences", what)


def _owner(present: Mapping[tuple[str, str], Competence], key: tuple[str, str]) -> str | None:
    return present[key].agency_code if key in present else None


def _batches(plan: Plan, editor: Editor, reason: str) -> Iterator[tuple[Callable[[Transaction], None], int]]:
    """What is done in one transaction each, and how much that is."""
    for start in range(0, len(plan.changes), BATCH):
        batch = plan.changes[start : start + BATCH]

        def change(tx: Transaction, batch: Sequence[Change] = batch) -> None:
            directory.lock(tx)
            save(tx, batch, editor, reason)

        yield change, len(batch)

    def finish(tx: Transaction) -> None:
        directory.lock(tx)
        directory.remove_competences(tx, plan.no_longer_competent)
        directory.save_competences(tx, plan.competent)

    yield finish, len(plan.competent) + len(plan.no_longer_competent)
