"""Files that reporters add to a report some time after it came in, for whichever body holds it then."""

from collections.abc import Collection
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import ReportSupplemented
from lapor_intake.attachments import store
from lapor_intake.disclosure.store import subject_of
from lapor_intake.handlers import Desk, Opened

#: Of one reporter, for one report.
MOST = 20
_TOO_MANY = Refusal(
    f"Paling banyak {MOST} lampiran untuk satu laporan. (At most {MOST} attachments for a report.)",
    code="too_many_files",
    errors={"attachments": [f"Paling banyak {MOST} lampiran untuk satu laporan. / At most {MOST} for a report."]},
)
_NOTHING = Refusal(
    "Pilih setidaknya satu berkas. (Choose at least one file.)",
    code="invalid",
    errors={"attachments": ["Pilih setidaknya satu berkas. / Choose at least one file."]},
)
_SEALED = Refusal(
    "Laporan ini tidak dapat ditambahi lampiran. (This report takes no attachments.)", code="takes_no_files"
)


def add_files(
    desk: Desk, report_id: UUID, tracking_id: str, files: Collection[UUID], tx: Transaction
) -> Refusal | None:
    """Give a report these files, for somebody who is known to be its reporter. Sent twice, they are given once.

    Whether the report is still open is not known here: what comes too late stands in its thread all the same.
    """
    if not files:
        return _NOTHING
    if subject_of(tx, tracking_id).is_sealed:
        return _SEALED
    known = store.of_reporter(tx, report_id)
    new = [file for file in files if file not in known]
    if len(known) + len(new) > MOST:
        return _TOO_MANY
    if refusal := desk.attachments.lacking(tx, new):
        # Another tab was quicker by as long as we waited.
        return None if store.of_reporter(tx, report_id).issuperset(files) else refusal
    if new:
        tx.publish(
            ReportSupplemented(
                report_id=report_id,
                tracking_id=tracking_id,
                supplement_id=tx.new_id(),
                supplemented_at=tx.now,
                attachments=desk.attachments.claim(tx, new, report_id),
            )
        )
    return None


def add_own_files(
    desk: Desk, tracking_id: str, receipt: str, files: Collection[UUID], tx: Transaction, *, address: str
) -> str | Refusal | None:
    """The same for whoever shows the receipt; the report's tracking ID, or None where ID and receipt open nothing."""
    own = desk.opened(tracking_id, receipt, tx, address=address)
    if not isinstance(own, Opened):
        return own
    return add_files(desk, own.report_id, own.tracking_id, files, tx) or own.tracking_id
