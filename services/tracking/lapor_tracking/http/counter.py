"""Where reporters and the public ask: who may look at a report, and what they may do with it."""

from dataclasses import dataclass, field
from functools import partial

from flask import request

from lapor_chassis.attempts import Attempts
from lapor_chassis.refusals import Refusal
from lapor_chassis.sealing import SEAL, SealError, keypair_from_receipt, open_sealed
from lapor_chassis.tracking_ids import TrackingIds
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Problem
from lapor_tracking import handlers, store
from lapor_tracking.domain.audiences import Audience, changing
from lapor_tracking.domain.steps import Step
from lapor_tracking.domain.timeline import UNHEARD, Timeline
from lapor_tracking.handlers import Wish
from lapor_tracking.store import Rules
from lapor_tracking.view import Reader, View, show


@dataclass(frozen=True)
class Visit:
    """Somebody who may look at a report: everyone may, or its reporter."""

    tracking_id: str
    receipt: str | None = field(default=None, repr=False)
    """The reporter's: it was checked."""


@dataclass(frozen=True, kw_only=True)
class Counter:
    """Where reporters and the public ask: the API and the pages stand at the same one."""

    transactions: Transactions
    ids: TrackingIds
    rules: Rules
    public_url: str
    attempts: Attempts

    def admit(self, typed: str, receipt: str | None, *, address: str) -> Visit | None:
        """Let somebody look at a report, or not.

        An ID that is mistyped or nobody's, a secret report without its receipt and a wrong receipt all give None, after
        the same work: one query and one hash. So nobody learns which of them it was, or that there is such a report.
        """
        tracking_id = self.ids.read(typed)
        name = tracking_id or typed
        if receipt is not None and (wait := self.attempts.seconds_to_wait(name, address)):
            raise Problem(429, headers={"Retry-After": str(wait)})
        with self.transactions.read() as connection:
            lock = store.find_lock(connection, name)
        opened = self.ids.opens(name, receipt or "", lock.receipt_hash if lock else None)
        if receipt is None:
            return Visit(name) if tracking_id and lock and not lock.secret else None
        if tracking_id and lock and opened:
            return Visit(tracking_id, receipt)
        # What intake has said but nobody has heard yet is on its way: its reporter is not sent away.
        is_unheard = lock is None or lock.receipt_hash is None
        if tracking_id and is_unheard and (opened or self.ids.may_be_receipt(tracking_id, receipt)):
            return Visit(tracking_id)
        self.attempts.note_wrong(name, address)
        return None

    def view(self, visit: Visit) -> View:
        """The report as it is now."""
        with self.transactions.read() as connection:
            timeline = store.find_timeline(connection, visit.tracking_id, self.rules) or UNHEARD
            calendar = self.rules.at(connection).calendar
            supporters = store.count_supporters(connection, [visit.tracking_id]).get(visit.tracking_id, 0)
        shown = partial(
            show, visit.tracking_id, timeline, self.transactions.clock.now(), calendar, supporters=supporters
        )
        if visit.receipt is None:
            return shown()
        return shown(audience=Audience.REPORTER, reader=_reader(visit.receipt, visit.tracking_id, timeline))

    def version(self, typed: str, watch_pass: str = "") -> str | None:
        """Which state of the report its page shows: another one once there is something new to see.

        None where there is nothing that whoever asks may hear of. A pass is as good as a receipt here.
        """
        name = self.ids.read(typed) or typed
        is_reporter = self.ids.may_watch(name, watch_pass, self.transactions.clock.now().date())
        audience = Audience.REPORTER if is_reporter else Audience.PUBLIC
        with self.transactions.read() as connection:
            found = store.find_version(connection, name, changing(audience))
        if found is None or (found[0] and not is_reporter):
            return None
        return str(found[1])

    def watch_pass(self, visit: Visit) -> str:
        """For the page of whoever showed the receipt; empty for everybody else."""
        return self.ids.watch_pass(visit.tracking_id, self.transactions.clock.now().date()) if visit.receipt else ""

    def do(self, visit: Visit, wish: Wish) -> Step | Refusal:
        """Do something in the reporter's name."""
        if visit.receipt is None:
            return handlers.too_early(wish.act)
        with self.transactions.begin() as tx:
            return handlers.do(visit.tracking_id, wish, tx, rules=self.rules)


def _reader(receipt: str, tracking_id: str, timeline: Timeline) -> Reader:
    """Opens what was sealed for a whistleblower, with the key that the receipt gives: in memory, for this answer."""
    if timeline.oversight_key is None:
        return str
    key, _ = keypair_from_receipt(receipt, tracking_id)

    def read(text: str) -> str | None:
        try:
            return open_sealed(text, key, tracking_id)
        except SealError:
            return None if text.startswith(SEAL) else text

    return read


def address_of_request() -> str:
    """Where the request comes from, as far as we know."""
    return request.remote_addr or ""


def admitted(counter: Counter, typed: str, receipt: str | None) -> Visit:
    """Who may look, or the one 404 for whoever may not."""
    visit = counter.admit(typed, receipt, address=address_of_request())
    if visit is None:
        raise nothing_to_show()
    return visit


def nothing_to_show() -> Problem:
    """The one answer to whoever may not look, whatever the reason."""
    return Problem(
        404,
        "Laporan tidak ditemukan",
        detail="No report can be shown under this tracking ID and receipt. A secret report is shown with its "
        "receipt only; one that was handed in a moment ago may need another moment.",
    )
