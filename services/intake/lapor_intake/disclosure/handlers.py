"""What becomes of a request: asked, decided, looked at, over. Each step stands in the audit log."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.sign_in import Staff
from lapor_chassis.telemetry import log
from lapor_chassis.tracking_ids import TrackingIds
from lapor_chassis.transactions import Transaction, Transactions
from lapor_contracts.events import IdentityDisclosed, IdentityRequested
from lapor_intake import audit
from lapor_intake.audit import Act, Action
from lapor_intake.disclosure import store
from lapor_intake.disclosure.domain import Consent, Disclosure, State
from lapor_intake.vault import Record, Vault

#: Expired requests that are closed at a time.
_BATCH = 100

#: Who did it where nobody did: the clock.
SYSTEM = "system"

_NOT_GENUINE = Refusal(
    "Permintaan belum dapat diterima.",
    code="invalid",
    errors={"tracking_id": ["Ini bukan nomor laporan. / This is not a tracking ID."]},
)


@dataclass(frozen=True)
class Look:
    """What the officer sees, this time: the reporter, and the texts as they were given."""

    disclosure: Disclosure
    records: tuple[Record, ...] = field(repr=False)


@dataclass(frozen=True, kw_only=True, eq=False)
class Registry:
    """Keeps the requests, with what it takes to read an ID and to open the vault."""

    tracking_ids: TrackingIds
    vault: Vault
    lasts: timedelta

    def ask(self, given: Mapping[str, str], officer: Staff, tx: Transaction) -> Disclosure | Refusal:
        """Write the request down, whatever is or is not kept of this reporter. Asked twice, it is one request."""
        tracking_id = self.tracking_ids.read(given["tracking_id"])
        if tracking_id is None:
            return _NOT_GENUINE
        wanted = Disclosure(
            disclosure_id=tx.new_id(),
            tracking_id=tracking_id,
            report_id=store.subject_of(tx, tracking_id).report_id,
            requested_by=officer.id,
            username=officer.username,
            requested_at=tx.now,
            agency_code=officer.agency_code,
            reason=given["reason"],
            legal_basis=given["legal_basis"],
        )
        kept = store.add(tx, wanted)
        if kept == wanted:
            if kept.report_id:
                tx.publish(
                    IdentityRequested(
                        report_id=kept.report_id,
                        tracking_id=tracking_id,
                        request_id=kept.disclosure_id,
                        requested_at=tx.now,
                        agency_code=kept.agency_code,
                    )
                )
            audit.append(tx, _act(Action.REQUESTED, officer.id, kept, legal_basis=kept.legal_basis))
        return kept

    def decide(
        self, disclosure_id: UUID, custodian: Staff, tx: Transaction, *, agreed: bool, note: str
    ) -> Disclosure | Refusal | None:
        """One custodian agrees or refuses; the second who agrees lets the officer look. None: no such request."""
        asked = store.lock(tx, disclosure_id)
        if asked is None:
            return None
        decided = asked.decide(
            Consent(custodian=custodian.id, agreed=agreed, note=note, decided_at=tx.now),
            lasts=self.lasts,
            is_sealed=store.subject_of(tx, asked.tracking_id).is_sealed,
        )
        if isinstance(decided, Refusal) or decided == asked:
            return decided
        store.save(tx, decided)
        acts = [_act(Action.AGREED if agreed else Action.REFUSED, custodian.id, decided)]
        if decided.state is State.OPEN and decided.until:
            acts.append(_act(Action.OPENED, SYSTEM, decided, officer=decided.requested_by, until=str(decided.until)))
            if decided.report_id:
                tx.publish(
                    IdentityDisclosed(
                        report_id=decided.report_id,
                        tracking_id=decided.tracking_id,
                        request_id=decided.disclosure_id,
                        disclosed_at=tx.now,
                        until=decided.until,
                        agency_code=decided.agency_code,
                        legal_basis=decided.legal_basis,
                    )
                )
        audit.append(tx, *acts)
        return decided

    def look(self, disclosure_id: UUID, officer: Staff, tx: Transaction) -> Look | Refusal | None:
        """What the officer may see; that it was looked at, or that it was tried, is kept in either case."""
        disclosure = store.lock(tx, disclosure_id)
        if disclosure is None:
            return None
        if denied := disclosure.look(officer.id, tx.now):
            audit.append(tx, _act(Action.LOOK_DENIED, officer.id, disclosure, because=denied.code))
            return denied
        records = self.vault.open_all(tx, disclosure.report_id) if disclosure.report_id else ()
        shown = sorted({name for record in records for name in record.known if name != "receipt"})
        audit.append(tx, _act(Action.LOOKED, officer.id, disclosure, shown=shown))
        return Look(disclosure, tuple(replace(record, receipt=None) for record in records))


def end(tx: Transaction, report_ids: Collection[UUID]) -> list[Act]:
    """These identities are forgotten: nothing comes of requests about them any more. Returns what to write down."""
    ended = [replace(one, state=State.ENDED) for one in store.lock_alive(tx, report_ids)]
    for disclosure in ended:
        store.save(tx, disclosure)
    return [_act(Action.ENDED, SYSTEM, disclosure) for disclosure in ended]


def expire(transactions: Transactions) -> int:
    """Close requests whose time to look is over; returns how many."""
    with transactions.begin() as tx:
        over = [replace(one, state=State.EXPIRED) for one in store.lock_overdue(tx, _BATCH)]
        for disclosure in over:
            store.save(tx, disclosure)
        audit.append(tx, *(_act(Action.EXPIRED, SYSTEM, disclosure) for disclosure in over))
    if over:
        log.info("disclosures expired", count=len(over))
    return len(over)


def _act(action: Action, actor: str, disclosure: Disclosure, **details: object) -> Act:
    return Act(
        actor=actor,
        action=action,
        subject=disclosure.tracking_id,
        details={"disclosure": str(disclosure.disclosure_id), **details},
    )
