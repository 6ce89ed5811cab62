"""The front desk: every channel brings its reports here, and here they become durable and known to all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from typing import cast
from uuid import UUID

from lapor_chassis.attempts import Attempts
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
from lapor_intake import store
from lapor_intake.admission import ANYBODY, TRUSTED, Admission, Visitor
from lapor_intake.attachments.keeping import Attachments
from lapor_intake.contacts import ContactSealer, stop_of
from lapor_intake.domain import (
    Admitted,
    Fingerprints,
    Submission,
    Supplement,
    admit,
    admit_supplement,
    cleaned_supplement,
)
from lapor_intake.store import Known
from lapor_intake.vault import Record, Vault

_KEY_USED = Refusal(
    "Kunci ini sudah dipakai untuk laporan lain. (This Idempotency-Key was used for another report.)",
    code="idempotency-key-used",
)


GUESSING = Refusal("Terlalu banyak kode rahasia yang salah, tunggu sebentar (too many wrong receipts).", "guessing")


@dataclass(frozen=True)
class Accepted:
    """A report that is stored; ``is_new`` where it was not before."""

    report_id: UUID
    tracking_id: str
    is_new: bool
    receipt: str | None = field(default=None, repr=False)
    """None where it is not known (any more)."""
    receipt_hash: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Slip:
    """What the reporter takes home: the ID, the secret that opens the private thread, and where to look."""

    tracking_id: str
    receipt: str | None = field(repr=False)
    status_url: str
    page_url: str


@dataclass(frozen=True)
class Opened:
    """A report that somebody's receipt opened: they are its reporter."""

    report_id: UUID
    tracking_id: str


@dataclass(frozen=True, eq=False)
class Waiting:
    """A submission from the broker, put off to the end of its batch, with the message that it came in."""

    event: ReportSubmitted
    admitted: Admitted
    envelope: Envelope
    sender: str | None
    reply_to: str | None


@dataclass(frozen=True, kw_only=True, eq=False)
class Desk:
    """Takes reports in, with the keys that it takes to name them, to seal contacts and to recognise repeats."""

    tracking_ids: TrackingIds
    sealer: ContactSealer
    vault: Vault
    fingerprints: Fingerprints
    attachments: Attachments
    admission: Admission
    attempts: Attempts
    public_url: str
    telling_apps: Collection[str] = ()
    """Partners' apps that tell their users themselves."""

    def slip(self, tracking_id: str, receipt: str | None = None) -> Slip:
        """What to hand to the reporter."""
        return Slip(
            tracking_id=tracking_id,
            receipt=receipt,
            status_url=f"{self.public_url}/api/v1/reports/{tracking_id}",
            page_url=f"{self.public_url}/lacak/{tracking_id}",
        )

    def accept(self, submission: Submission, tx: Transaction, visitor: Visitor = ANYBODY) -> Accepted | Refusal:
        """Take a report in, or say which fields are wrong with it, or that there are too many."""
        admitted = admit(submission, now=tx.now, regions=regions())
        if isinstance(admitted, Refusal):
            return admitted
        if refusal := self._too_many(admitted.submission, visitor, tx) or self._lacking(admitted.submission, tx):
            return refusal
        (outcome,) = self._store([admitted], tx)
        if isinstance(outcome, Refusal):
            return outcome
        if not outcome.is_new:
            return replace(outcome, receipt=self._receipt_given(outcome, tx))
        self._announce(admitted, outcome, tx)
        log.info("report received", report_id=str(outcome.report_id), channel=submission.channel)
        return outcome

    def accept_many(self, submissions: Sequence[Submission], tx: Transaction) -> list[Accepted | Refusal]:
        """Take many in with a few statements; for each what became of it, in their order."""
        admitted = [admit(submission, now=tx.now, regions=regions()) for submission in submissions]
        stored = iter(self._store([one for one in admitted if isinstance(one, Admitted)], tx))
        outcomes: list[Accepted | Refusal] = []
        for one in admitted:
            if isinstance(one, Refusal):
                outcomes.append(one)
                continue
            outcome = next(stored)
            if isinstance(outcome, Accepted) and outcome.is_new:
                self._announce(one, outcome, tx)
            outcomes.append(outcome)
        return outcomes

    def _too_many(self, submission: Submission, visitor: Visitor, tx: Transaction) -> Refusal | None:
        marks = self.fingerprints.of_reporter(submission.reporter)
        exceeded = self.admission.exceeded(visitor, marks)
        if exceeded is None:
            return None
        # Asked only now, so that a flood costs no query as long as there is room.
        is_known = exceeded.spares_the_known and store.has_reported(tx, marks)
        is_repeat = bool(store.known_by_key(tx, [submission.key]))
        return None if is_known or is_repeat else exceeded.refusal()

    def _lacking(self, submission: Submission, tx: Transaction) -> Refusal | None:
        """Why it cannot name its attachments. A repeat may: they are its own already."""
        refusal = self.attachments.lacking(tx, submission.attachments)
        is_repeat = refusal is not None and store.known_by_key(tx, [submission.key])
        return None if is_repeat else refusal

    def find(self, source: str, idempotency_key: str, tx: Transaction) -> Accepted | None:
        """The report that was handed in under this key, to answer the same again."""
        key = (source, idempotency_key)
        known = store.known_by_key(tx, [key]).get(key)
        if known is None:
            return None
        found = Accepted(known.report_id, known.tracking_id, is_new=False)
        return replace(found, receipt=self._receipt_given(found, tx))

    def _receipt_given(self, accepted: Accepted, tx: Transaction) -> str | None:
        """The receipt that was handed out before, as long as the reporter is not forgotten."""
        record = self.vault.open(tx, accepted.report_id)
        if record is None:
            return None
        return record.receipt or self.tracking_ids.derived_receipt(accepted.tracking_id)

    def accept_submitted(self, event: ReportSubmitted, submission: Submission, tx: Transaction) -> None:
        """Take in what an adapter sent over the broker: with all others of its batch, in a few statements."""
        if submission.attachments:  # one by one: two of a batch may name the same
            _answer(event, self.accept(submission, tx, TRUSTED), tx)
            return
        admitted = admit(submission, now=tx.now, regions=regions())
        if isinstance(admitted, Refusal):
            _refuse(event, admitted, tx)
            return
        envelope = cast(Envelope, tx.envelope)  # there is one, or there would be no event
        tx.once(self._accept_waiting, Waiting(event, admitted, envelope, tx.sender, tx.reply_to))

    def _accept_waiting(self, tx: Transaction, batch: Sequence[Waiting]) -> None:
        outcomes = self._store([waiting.admitted for waiting in batch], tx)
        for waiting, outcome in zip(batch, outcomes, strict=True):
            tx.handling(waiting.envelope, sender=waiting.sender, reply_to=waiting.reply_to)
            if isinstance(outcome, Accepted) and outcome.is_new:
                self._announce(waiting.admitted, outcome, tx)
            _answer(waiting.event, outcome, tx)
        # One line for the batch: a line each would take a tenth of the time.
        log.info("submissions received", count=len(batch))

    def _store(self, reports: Sequence[Admitted], tx: Transaction) -> list[Accepted | Refusal]:
        """Store those that are not known yet; for each what became of it, in their order."""
        marked = [(report, self.fingerprints.of(report.submission)) for report in reports]
        given = {report.submission.key: (report, mark) for report, mark in reversed(marked)}  # the first one counts
        known: dict[tuple[str, str], Known] = {}
        receipts: dict[UUID, str] = {}
        # Once in a million reports a tracking ID is taken already; what is not stored then gets another one.
        while missing := given.keys() - known.keys():
            rows = []
            # In one order for all, or two batches with the same keys could wait for each other for ever.
            for key in sorted(missing):
                report_id, tracking_id = tx.new_id(), self.tracking_ids.new()
                sealing = given[key][0].submission.sealing
                drawn = sealing.receipt if sealing else self.tracking_ids.new_receipt(tracking_id)
                receipts[report_id] = drawn
                row = store.report_row(
                    *given[key],
                    report_id=report_id,
                    tracking_id=tracking_id,
                    receipt_hash=self.tracking_ids.hash_of(tracking_id, drawn),
                    received_at=tx.now,
                )
                rows.append(row)
            known |= store.add_unless_known(tx, rows)
            if others := missing - known.keys():
                known |= store.known_by_key(tx, others)
        outcomes: list[Accepted | Refusal] = []
        for report, mark in marked:
            stored = known[report.submission.key]
            if stored.fingerprint != mark:
                outcomes.append(_KEY_USED)
                continue
            receipt = receipts.pop(stored.report_id, None)  # taken out: the same may stand in a batch twice
            is_new = receipt is not None
            outcomes.append(Accepted(stored.report_id, stored.tracking_id, is_new, receipt, stored.receipt_hash))
        return outcomes

    def _announce(self, admitted: Admitted, accepted: Accepted, tx: Transaction) -> None:
        report_id, tracking_id = accepted.report_id, accepted.tracking_id
        submission, reporter = admitted.submission, admitted.submission.reporter
        received = ReportReceived(
            report_id=report_id,
            tracking_id=tracking_id,
            received_at=tx.now,
            acknowledged=submission.acknowledged,
            marks=admitted.marks,
            asks=submission.asks,
            point=submission.point,
            supports=submission.supports,
            receipt_hash=accepted.receipt_hash,
            sealed=submission.sealing.of(tracking_id) if submission.sealing else None,
            attachments=self.attachments.claim(tx, submission.attachments, report_id),
            **admitted.content(),
        )
        tx.publish(received)
        record = Record(
            name=reporter.name,
            phone=reporter.phone,
            email=reporter.email,
            account=reporter.account,
            handle=reporter.handle,
            address=reporter.address,
            receipt=None if submission.sealing else accepted.receipt,
            title=submission.title,
            body=submission.body,
            place=submission.place,
        )
        self.vault.keep(tx, report_id, record)
        # A whistleblower's address must not lead to the report, so it is answered to no command from there either.
        if not submission.sealing:
            store.add_marks(tx, report_id, self.fingerprints.of_reporter(reporter))
        if submission.asks:
            store.add_return(tx, tx.new_id(), report_id, tx.now)
        app = submission.app if submission.app in self.telling_apps else None
        if reporter.can_be_reached or app:
            untold = None if submission.acknowledged else accepted.receipt
            stop = self.stop_of(report_id)
            channel = submission.channel
            tx.publish(self.sealer.seal(report_id, tracking_id, channel, reporter, untold, stop=stop, app=app))

    def opened(self, tracking_id: str, receipt: str, tx: Transaction, *, address: str) -> Opened | Refusal | None:
        """The report of whoever shows its receipt, or None where ID and receipt open nothing.

        None costs the same work whether there is such a report or not: one query and one hash.
        """
        genuine = self.tracking_ids.read(tracking_id)
        name = genuine or tracking_id
        if wait := self.attempts.seconds_to_wait(name, address):
            return replace(GUESSING, retry_after=wait)
        found = store.find_locked(tx, name)
        opened = self.tracking_ids.opens(name, receipt, found.receipt_hash if found else None)
        if genuine is None or found is None or not opened:
            self.attempts.note_wrong(name, address)
            return None
        return Opened(found.report_id, genuine)

    def supplement(
        self, tracking_id: str, receipt: str, given: Supplement, tx: Transaction, *, address: str
    ) -> str | Refusal | None:
        """Complete a returned report; its tracking ID, or None where ID and receipt open nothing."""
        own = self.opened(tracking_id, receipt, tx, address=address)
        return self.supplemented(own.report_id, own.tracking_id, given, tx) if isinstance(own, Opened) else own

    def stop_of(self, report_id: UUID) -> str:
        """What ends the notices of a report, for whoever got one."""
        return stop_of(report_id, self.fingerprints)

    def supplemented(self, report_id: UUID, tracking_id: str, given: Supplement, tx: Transaction) -> str | Refusal:
        """Complete a returned report for somebody who is known to be its reporter."""
        admitted = admit_supplement(given, now=tx.now, regions=regions())
        if isinstance(admitted, Refusal):
            return admitted
        parts = [part for record in self.vault.open_all(tx, report_id) for part in record.parts]
        said, marks = cleaned_supplement(admitted, parts)
        last = store.lock_last_return(tx, report_id)
        was_said = last is not None and last.supplement == said
        waits = last is not None and last.supplement is None and not store.has_ended(tx, report_id)
        if last is None or not (waits or was_said):
            return Refusal(
                "Laporan ini tidak sedang menunggu kelengkapan. (This report does not wait for completion.)",
                code="not-returned",
            )
        if waits:
            if refusal := self.attachments.lacking(tx, said.attachments):
                return refusal
            supplement_id = tx.new_id()
            store.add_supplement(tx, supplement_id, said, return_id=last.return_id, supplemented_at=tx.now)
            self.vault.keep(tx, report_id, Record(body=admitted.body, place=admitted.place), record_id=supplement_id)
            tx.publish(
                ReportSupplemented(
                    report_id=report_id,
                    tracking_id=tracking_id,
                    supplement_id=supplement_id,
                    supplemented_at=tx.now,
                    body=said.body,
                    occurred_on=said.occurred_on,
                    region_code=said.region_code,
                    place=said.place,
                    attachments=self.attachments.claim(tx, said.attachments, report_id),
                    marks=marks,
                )
            )
        return tracking_id


def note_return(event: ReportReturned, tx: Transaction) -> None:
    """The report waits for completion from now on."""
    store.add_return(tx, cast(UUID, tx.event_id), event.report_id, event.returned_at)


def _answer(event: ReportSubmitted, outcome: Accepted | Refusal, tx: Transaction) -> None:
    """Tell the adapter, where it waits, what became of its submission."""
    if isinstance(outcome, Refusal):
        _refuse(event, outcome, tx)
    elif tx.reply_to:
        accepted = SubmissionAccepted(
            report_id=outcome.report_id,
            tracking_id=outcome.tracking_id,
            idempotency_key=event.idempotency_key,
        )
        tx.publish(accepted, key=tx.reply_to)


def _refuse(event: ReportSubmitted, refusal: Refusal, tx: Transaction) -> None:
    """Tell the adapter that waits; where none does, set the message aside for an operator."""
    fields = "; ".join(f"{name}: {' '.join(texts)}" for name, texts in refusal.errors.items())
    reason = fields or refusal.reason
    if not tx.reply_to:
        raise PermanentError(f"submission {event.report_id}: {reason}")
    refused = SubmissionRefused(report_id=event.report_id, reason=reason, idempotency_key=event.idempotency_key)
    tx.publish(refused, key=tx.reply_to)
