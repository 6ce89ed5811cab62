"""Officers give files to a report; an answer names them, and then others see them."""

from collections.abc import Sequence
from uuid import UUID

import sqlalchemy as sa

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import Attachment, EvidenceAdded, ReportAnswered, ReportRecalled
from lapor_intake.attachments import store
from lapor_intake.attachments.keeping import Attachments
from lapor_intake.disclosure.store import subject_of

#: Of one body, for one report.
MOST = 20
_TOO_MUCH = Refusal(
    f"Paling banyak {MOST} bukti untuk satu laporan. (At most {MOST} files of evidence for a report.)",
    code="too_much_evidence",
    errors={"attachment": [f"Paling banyak {MOST} bukti. / At most {MOST} files."]},
)


def about(connection: sa.Connection | Transaction, tracking_id: str) -> UUID | None:
    """The report that may have evidence: a whistleblower's is as one that does not exist."""
    subject = subject_of(connection, tracking_id)
    return None if subject.is_sealed else subject.report_id


def given(connection: sa.Connection, report_id: UUID, agency_code: str) -> list[Attachment]:
    """What a body has given of a report."""
    return list(store.evidence_of(connection, report_id, agency_code).values())


def give(
    attachments: Attachments,
    tracking_id: str,
    file_ids: Sequence[UUID],
    tx: Transaction,
    *,
    by: str,
    agency_code: str,
) -> tuple[Attachment, ...] | Refusal | None:
    """Keep these as a body's evidence; None where there is no such report. Given twice, they are given once."""
    report_id = about(tx, tracking_id)
    if report_id is None:
        return None
    known = store.evidence_of(tx, report_id, agency_code)
    new = [one for one in file_ids if one not in known]
    if len(known) + len(new) > MOST:
        return _TOO_MUCH
    if refusal := attachments.lacking(tx, new):
        return refusal
    files = attachments.claim(tx, new, report_id, agency_code)
    if files:
        tx.publish(
            EvidenceAdded(
                report_id=report_id,
                tracking_id=tracking_id,
                added_at=tx.now,
                added_by=by,
                agency_code=agency_code,
                attachments=files,
            )
        )
    return tuple(known[one] for one in file_ids if one in known) + files


def note_answer(event: ReportAnswered, tx: Transaction) -> None:
    """What an answer names its reporter sees, and everybody where the report is public."""
    if event.attachments:
        named, is_public = [file.id for file in event.attachments], not (event.secret or event.sealed)
        store.name_evidence(tx, event.report_id, named, event.answered_at, public=is_public)


def note_recall(event: ReportRecalled, tx: Transaction) -> None:
    """A verifier may make the report secret now: until it is answered anew, its evidence is not public."""
    store.hide_evidence(tx, event.report_id, event.recalled_at)
