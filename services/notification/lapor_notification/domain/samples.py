"""Every value that may stand in a template, for previews and for the check of what somebody wrote."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from lapor_contracts.vocabulary import ArchiveReason, Command, Missing, Status
from lapor_notification.domain.notices import Data
from lapor_notification.domain.rules import Rulebook
from lapor_notification.domain.templates import (
    COMMAND_ANSWERED,
    DIGEST,
    MESSAGE_ANSWERED,
    RECEIVED,
    STAFF_CONFIRM,
    TemplateName,
)

_ASKED = [[], *[[one.value] for one in Missing], [one.value for one in Missing]]

#: The first is what a preview shows; the longest is among them.
SAMPLES: Mapping[str, Sequence[str | list[str]]] = {
    "tracking_id": ["7K3M-9QXF-2TPA"],
    "parent_tracking_id": ["0P4F-4E3C-V0ZA"],
    "receipt": ["1234-5678-9012-3456", ""],
    "agency_name": [
        "Dinas Perhubungan Kota Medan",
        "PLN",
        "Dinas Penanaman Modal, Pelayanan Terpadu Satu Pintu, Usaha Kecil – Kabupaten Pangkajene; " * 2 + "UPT",
        "Kantor “Pengaduan” Señor […] 火 €",
        "",
    ],
    "due_on": ["31-12-2026"],
    "planned_on": ["31-12-2026"],
    "missing": _ASKED[::-1],
    "asks": _ASKED[::-1],
    "reason_code": [reason.value for reason in ArchiveReason],
    "command": [command.value for command in Command],
    "status": [*(status.value for status in Status), ""],
    "done": ["yes", ""],
    "refused": ["", "needs_reason", "too_late", "wrong_status"],
    "token": ["7K3M9QXF2TPA0V"],
    **{name: [["7K3M-9QXF-2TPA", "0P4F-4E3C-V0ZA"], []] for name in ("new", "due", "overdue", "replied", "escalated")},
    **{f"{name}_count": ["2", "4999"] for name in ("new", "due", "overdue", "replied", "escalated")},
    "text": ["LAPOR! Kirim: STATUS nomor-laporan."],
}
#: What is in no event that a rule speaks of.
_MORE: Mapping[TemplateName, frozenset[str]] = {
    RECEIVED: frozenset({"receipt"}),
    COMMAND_ANSWERED: frozenset({"tracking_id", "command", "done", "refused", "status", "agency_name", "due_on"}),
    DIGEST: frozenset(
        name for sort in ("new", "due", "overdue", "replied", "escalated") for name in (sort, f"{sort}_count")
    ),
    STAFF_CONFIRM: frozenset({"token"}),
    MESSAGE_ANSWERED: frozenset({"tracking_id", "text"}),
}


def variables_of(template: TemplateName, rules: Rulebook) -> list[str]:
    """What may stand in a template."""
    more = _MORE.get(template, frozenset({"token"}) if template in rules.to_followers() else frozenset())
    return sorted(rules.variables(template) | more)


def cases_of(template: TemplateName, rules: Rulebook) -> Iterator[Data]:
    """Each combination of what may stand in a template; the first one is for a preview."""
    names = variables_of(template, rules)
    for values in product(*(SAMPLES[name] for name in names)):
        yield dict(zip(names, values, strict=True))
