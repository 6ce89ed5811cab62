"""The front desk: every channel brings its reports here, and here they become durable and known to all."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import cast
from uuid import UUID

from lapor_chassis.errors import PermanentError
from lapor_chassis.refusals import Refusal
from lapor_chassis.telemetry import log
from lapor_chassis.tracking_ids import TrackingIds
from lapor_chassis.transactions import Transaction
from lapor_contracts.envelope import Envelope
from lapor_contracts.events import (
    ReportReceived,
    ReportReturned,
    ReportSubmitted,
    ReportSupplemented,
    SubmissionAccepted,
    SubmissionRefused,
)
from lapor_contracts.regions import regions
from lapor_intake import store, vault
from lapor_intake.domain import Fingerprints, Submission, Supplement, admit, admit_supplement
from lapor_intake.store import Known

_KEY_USED = Refusal(
    "Kunci ini sudah dipakai untuk laporan lain. (This Idempotency-Key was used for another report.)",
    code="idempotency-key-used",
)


@dataclass(frozen=True)
class Accepted:
    """A report that is stored; ``is_new`` where it was not before."""

    report_id: UUID
    tracking_id: str
    is_new: bool


@dataclass(frozen=True)
class Slip:
    """What the reporter takes home: the ID, the secret that opens the private thread, and where to look."""

    tracking_id: str
    receipt: str = field(repr=False)
    status_url: str
    page_url: str


@dataclass(frozen=True, eq=False)
class Waiting:
    """A submission from the broker, put off to the end of its batch, with the message that it came in."""

    event: ReportSubmitted
    submission: Submission
    envelope: Envelope
    sender: str | None
    reply_to: str | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Desk:
    """Takes reports in, with the keys that it takes to name them, to seal contacts and to recognise repeats."""

    tracking_ids: TrackingIds
    sealer: vault.ContactSealer
    fingerprints: Fingerprints
    public_url: str

    def slip(self, tracking_id: str) -> Slip:
        """What to hand to the reporter."""
        return Slip(
            tracking_id=tracking_id,
            receipt=self.tracking_ids.receipt(tracking_id),
            status_url=f"{self.public_url}/api/v1/reports/{tracking_id}",
            page_url=f"{self.public_url}/lacak/{tracking_id}",
        )

    def accept(self, submission: Submission, tx: Transaction) -> Accepted | Refusal:
        """Take a report in, or say which fields are wrong with it."""
        admitted = admit(submission, now=tx.now, regions=regions())
        if isinstance(admitted, Refusal):
            return admitted
        (outcome,) = self._store([admitted], tx)
        if isinstance(outcome, Accepted) and outcome.is_new:
            self._announce(admitted, outcome, tx)
            log.info("report received", report_id=str(outcome.report_id), channel=admitted.channel)
        return outcome

    def accept_submitted(self, event: ReportSubmitted, submission: Submission, tx: Transaction) -> None:
        """Take in what an adapter sent over the broker: with all others of its batch, in a few statements."""
        admitted = admit(submission, now=tx.now, regions=regions())
        if isinstance(admitted, Refusal):
            _refuse(event, admitted, tx)
            return
        envelope = cast(Envelope, tx.envelope)  # there is one, or there would be no event
        tx.once(self._accept_waiting, Waiting(event, admitted, envelope, tx.sender, tx.reply_to))

    def _accept_waiting(self, tx: Transaction, batch: Sequence[Waiting]) -> None:
        outcomes = self._store([waiting.submission for waiting in batch], tx)
        for waiting, outcome in zip(batch, outcomes, strict=True):
            tx.handling(waiting.envelope, sender=waiting.sender, reply_to=waiting.reply_to)
            if isinstance(outcome, Refusal):
                _refuse(waiting.event, outcome, tx)
                continue
            if outcome.is_new:
                self._announce(waiting.submission, outcome, tx)
            if waiting.reply_to:
                accepted = SubmissionAccepted(
                    report_id=outcome.report_id,
                    tracking_id=outcome.tracking_id,
                    idempotency_key=waiting.submission.idempotency_key,
                )
                tx.publish(accepted, key=waiting.reply_to)
        # One line for the batch: a line each would take a tenth of the time.
        log.info("submissions received", count=len(batch))

    def _store(self, submissions: Sequence[Submission], tx: Transaction) -> list[Accepted | Refusal]:
        """Store those that are not known yet; for each what became of it, in their order."""
        marked = [(submission, self.fingerprints.of(submission)) for submission in submissions]
        given = {submission.key: (submission, mark) for submission, mark in reversed(marked)}  # the first one counts
        known: dict[tuple[str, str], Known] = {}
        ours: set[UUID] = set()
        # Once in a million reports a tracking ID is taken already; what is not stored then gets another one.
        while missing := given.keys() - known.keys():
            # In one order for all, or two batches with the same keys could wait for each other for ever.
            for key in sorted(missing):
                report_id = tx.new_id()
                ours.add(report_id)
                store.add_unless_known(tx, *given[key], report_id=report_id, tracking_id=self.tracking_ids.new())
            known |= store.known_by_key(tx, missing)
        outcomes: list[Accepted | Refusal] = []
        for submission, mark in marked:
            stored = known[submission.key]
            if stored.fingerprint != mark:
                outcomes.append(_KEY_USED)
                continue
            outcomes.append(Accepted(stored.report_id, stored.tracking_id, is_new=stored.report_id in ours))
            ours.discard(stored.report_id)  # the same may stand in a batch twice
        return outcomes

    def _announce(self, submission: Submission, accepted: Accepted, tx: Transaction) -> None:
        report_id, tracking_id = accepted.report_id, accepted.tracking_id
        received = ReportReceived(
            report_id=report_id,
            tracking_id=tracking_id,
            received_at=tx.now,
            acknowledged=submission.acknowledged,
            **submission.content(),
        )
        tx.publish(received)
        if submission.reporter:
            vault.keep(tx, report_id, submission.reporter)
        if submission.reporter.can_be_reached:
            tx.publish(self.sealer.seal(report_id, tracking_id, submission.channel, submission.reporter))

    def supplement(self, tracking_id: str, receipt: str, given: Supplement, tx: Transaction) -> str | Refusal | None:
        """Complete a returned report; its tracking ID, or None where ID and receipt open nothing."""
        genuine = self.tracking_ids.read(tracking_id)
        opened = self.tracking_ids.opens(genuine or tracking_id, receipt)
        report_id = store.report_id_of(tx, genuine) if genuine and opened else None
        if genuine is None or report_id is None:
            return None
        admitted = admit_supplement(given, now=tx.now, regions=regions())
        if isinstance(admitted, Refusal):
            return admitted
        last = store.lock_last_return(tx, report_id)
        if last is None or last.supplement not in (None, admitted):
            return Refusal(
                "Laporan ini tidak sedang menunggu kelengkapan. (This report does not wait for completion.)",
                code="not-returned",
            )
        if last.supplement is None:
            supplement_id = tx.new_id()
            store.add_supplement(tx, supplement_id, admitted, return_id=last.return_id, supplemented_at=tx.now)
            tx.publish(
                ReportSupplemented(
                    report_id=report_id,
                    tracking_id=genuine,
                    supplement_id=supplement_id,
                    supplemented_at=tx.now,
                    body=admitted.body,
                    occurred_on=admitted.occurred_on,
                    region_code=admitted.region_code,
                    place=admitted.place,
                )
            )
        return genuine


def note_return(event: ReportReturned, tx: Transaction) -> None:
    """The report waits for completion from now on."""
    store.add_return(tx, event)


def _refuse(event: ReportSubmitted, refusal: Refusal, tx: Transaction) -> None:
    """Tell the adapter that waits; where none does, set the message aside for an operator."""
    fields = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in refusal.errors.items())
    reason = fields or refusal.reason
    if not tx.reply_to:
        raise PermanentError(f"submission {event.report_id}: {reason}")
    refused = SubmissionRefused(report_id=event.report_id, reason=reason, idempotency_key=event.idempotency_key)
    tx.publish(refused, key=tx.reply_to)
