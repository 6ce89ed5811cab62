"""What an operator changes about the words of notices."""

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_notification import store
from lapor_notification.domain import Rulebook
from lapor_notification.domain.samples import cases_of
from lapor_notification.domain.templates import MESSAGE_ANSWERED, TemplateName
from lapor_notification.store.wordings import Change, Parts
from lapor_notification.wording import PARTS, problems_of, shipped_parts


def editable(rules: Rulebook) -> list[TemplateName]:
    """The templates whose words are ours: an answer of intake's is passed on as it is."""
    return sorted(set(rules.templates) - {MESSAGE_ANSWERED})


def change_words(
    template: TemplateName, parts: Parts, *, rules: Rulebook, seen: int, by: str, reason: str, tx: Transaction
) -> Change | Refusal:
    """Let other words hold, if they may go out; ``seen`` is the version that whoever wrote them had in view."""
    kept = {name: text.replace("\r\n", "\n").strip() for name, text in parts.items() if text.strip() and name in PARTS}
    shipped = shipped_parts(template)
    problems = problems_of(kept, shipped, cases_of(template, rules))
    if problems:
        return Refusal(
            "Kata-kata ini belum dapat dikirim. (These words cannot go out.)", code="wrong_words", errors=problems
        )
    return _hold(template, None if kept == shipped else kept, seen=seen, by=by, reason=reason, tx=tx)


def go_back(
    template: TemplateName, version: int, *, seen: int, by: str, reason: str, tx: Transaction
) -> Change | Refusal:
    """Let an earlier version hold again, as a new one; 0 is the shipped one."""
    earlier = {change.version: change.parts for change in store.changes_of(tx, template)}
    if version and version not in earlier:
        return Refusal(f"Tidak ada versi {version}. (There is no such version.)", code="no_version")
    return _hold(template, earlier.get(version), seen=seen, by=by, reason=reason, tx=tx)


def _hold(
    template: TemplateName, parts: Parts | None, *, seen: int, by: str, reason: str, tx: Transaction
) -> Change | Refusal:
    change = Change(template, seen + 1, parts, tx.now, by, reason)
    changes = store.changes_of(tx, template)
    if (changes[0].version if changes else 0) != seen or not store.add_change(tx, change):
        return Refusal("Sudah diubah orang lain; periksa kembali. (Somebody else changed it.)", code="changed")
    return change
