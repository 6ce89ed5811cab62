"""People change the directory: a coordinator all of it, a body's administrator what stands below that body."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import AgencyChanged
from lapor_routing import directory
from lapor_routing.domain.agencies import Agency, Competence, Directory
from lapor_routing.domain.directory_changes import (
    Change,
    ChangeKind,
    closed,
    fault_of_region,
    may_arrange,
    propose,
    reopened,
)

UNKNOWN_BODY = Refusal("Instansi tidak ditemukan (there is no such body).", code="not_found")
NOT_YOURS = Refusal(
    "Hanya unit di bawah instansi Anda yang dapat Anda atur (you arrange only the units below your own body).",
    code="not_yours",
)
NO_CHANGE = Refusal(
    "Tidak ada yang berubah (nothing would change).",
    code="no_change",
    errors={"name": ["Tidak ada yang berubah (nothing would change)."]},
)


@dataclass(frozen=True, kw_only=True)
class Editor:
    """Who changes the directory. Without a body it is the coordinator, who may change all of it."""

    name: str
    agency_code: str | None = None


def add_body(body: Agency, tx: Transaction, *, editor: Editor, reason: str = "") -> Sequence[Change] | Refusal:
    """A new body."""
    directory.lock(tx)
    known = directory.read_around(tx, filter(None, (body.code, body.parent_code)))
    if known.get(body.code):
        taken = "Kode ini sudah dipakai (this code is taken)."
        return Refusal(taken, code="exists", errors={"code": [taken]})
    return _carry_out(tx, body, known, editor, reason)


def amend_body(
    code: str, wanted: Mapping[str, Any], tx: Transaction, *, editor: Editor, reason: str
) -> Sequence[Change] | Refusal:
    """A body is called otherwise, or stands elsewhere. Its old name still finds it."""
    return _change(tx, code, lambda body: replace(body, **wanted), editor, reason, [wanted.get("parent_code")])


def close_body(
    code: str, successor_codes: Sequence[str], tx: Transaction, *, editor: Editor, reason: str
) -> Sequence[Change] | Refusal:
    """A body is no more: one other takes over (a merger), several do (a split), or nobody does."""
    return _change(tx, code, lambda body: closed(body, successor_codes), editor, reason, successor_codes)


def reopen_body(code: str, tx: Transaction, *, editor: Editor, reason: str) -> Sequence[Change] | Refusal:
    """A body was closed by mistake. What was handed over meanwhile stays where it is."""
    return _change(tx, code, reopened, editor, reason, ())


def save(tx: Transaction, changes: Sequence[Change], editor: Editor, reason: str) -> None:
    """Write the changes down and tell those whom they concern."""
    directory.save_changes(tx, changes, editor.name, reason)
    for change in changes:
        if change.kind is ChangeKind.MOVED:
            continue  # whose unit a body is, is nobody else's business
        tx.publish(
            AgencyChanged(
                report_id=change.id,
                changed_at=tx.now,
                agency_code=change.after.code,
                name=change.after.name,
                active=change.after.active,
                successor_codes=change.after.successor_codes,
                verifies_itself=change.after.verifies_itself,
            )
        )


def make_competent(competence: Competence, tx: Transaction, *, subjects: Mapping[str, str]) -> Competence | Refusal:
    """From now on the body comes first for this in this place. The coordinator's to say: it takes from others."""
    directory.lock(tx)
    errors: dict[str, list[str]] = {}
    if competence.subject not in subjects:
        errors["subject"] = ["Bukan kode topik atau kategori (no topic or category has this code)."]
    if competence.region_code and (wrong := fault_of_region(competence.region_code)):
        errors["region_code"] = [wrong]
    body = directory.agency(tx, competence.agency_code)
    if body is None or not body.active:
        return UNKNOWN_BODY
    other = directory.competent_for(tx, competence.subject, competence.region_code)
    if other and other.agency_code != competence.agency_code:
        errors["subject"] = [f"Sudah ditetapkan untuk {other.agency_code} (another body has this already)."]
    if errors:
        return Refusal("Kewenangan ini belum benar (this competence is not right).", errors=errors)
    directory.save_competences(tx, [competence])
    return competence


def end_competence(competence: Competence, tx: Transaction) -> Competence:
    """The rules alone decide again."""
    directory.lock(tx)
    directory.remove_competences(tx, [competence])
    return competence


def _change(
    tx: Transaction,
    code: str,
    make: Callable[[Agency], Agency],
    editor: Editor,
    reason: str,
    others: Iterable[str | None],
) -> Sequence[Change] | Refusal:
    directory.lock(tx)
    known = directory.read_around(tx, filter(None, (code, *others)))
    body = known.get(code)
    return _carry_out(tx, make(body), known, editor, reason) if body else UNKNOWN_BODY


def _carry_out(
    tx: Transaction, wanted: Agency, known: Directory, editor: Editor, reason: str
) -> Sequence[Change] | Refusal:
    changes, faults = propose([wanted], known, tx.new_id)
    if faults:
        errors = {name: [text] for wrong in faults.values() for name, text in wrong.items()}
        return Refusal("Perubahan ini belum benar (this change is not right).", errors=errors)
    if not changes:
        return NO_CHANGE
    own = editor.agency_code
    if own and not all(may_arrange(change, own, known) for change in changes):
        return NOT_YOURS
    save(tx, changes, editor, reason)
    return changes
