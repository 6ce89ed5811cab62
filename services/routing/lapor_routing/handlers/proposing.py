"""Learning from refusals: proposals are made from history; a coordinator decides, and can go back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction, Transactions
from lapor_routing.current import Snapshot
from lapor_routing.domain.corrections import LEAST, Example, Lessons, Proposal, ProposalState, Trial
from lapor_routing.domain.learned import Corrections
from lapor_routing.domain.rules import Rules
from lapor_routing.experience import Model, ask
from lapor_routing.handlers.desk import NOT_FOUND
from lapor_routing.store import proposals as store

#: So many reports are read at once.
BATCH = 500

_CHANGED = Refusal(
    "Aturan berubah sejak halaman ini dibuka; periksa kembali (the rules have changed meanwhile).", code="changed"
)


@dataclass(frozen=True, kw_only=True)
class DecideProposal:
    """A coordinator approves or rejects."""

    proposal_id: UUID
    state: ProposalState
    reason: str


def history(transactions: Transactions, since: datetime | None = None) -> Iterator[list[Example]]:
    """All reports of which it is known who was competent, the earliest first, some hundreds at a time."""
    after, more = None, True
    while more:
        with transactions.read() as connection:
            batch, after = store.read_history(connection, since, after, BATCH)
        yield batch
        more = after is not None


def propose(
    transactions: Transactions,
    snapshot: Snapshot,
    rules: Rules,
    *,
    model: Model | None = None,
    least: int = LEAST,
    since: datetime | None = None,
    progress: Callable[[int], None] = lambda count: None,
) -> list[Trial]:
    """Learn from all reports whose bodies are known, replay what that suggests, and keep what is worth it.

    A ``model`` that is asked when reports are routed is asked here too.

    ``progress`` hears how many more reports were read; each is read twice.
    """
    lessons = Lessons(rules, snapshot.directory, snapshot.corrections, least=least)
    for consider in (lessons.learn, lessons.replay):
        for batch in history(transactions, since):
            for example, predicted in zip(batch, ask(model, [one.report for one in batch]), strict=True):
                consider(example, predicted)
            progress(len(batch))
    found = lessons.found()
    with transactions.begin() as tx:
        store.add_proposals(tx, found)
    return found


def decide_proposal(command: DecideProposal, tx: Transaction, *, coordinator: str) -> Proposal | Refusal:
    """What is approved is in force within a minute, as a new version of the rules."""
    proposal = store.lock_proposal(tx, command.proposal_id)
    if proposal is None:
        return NOT_FOUND
    decided = proposal.becoming(command.state, by=coordinator, at=tx.now, reason=command.reason)
    if isinstance(decided, Refusal):
        return decided
    if decided.state is ProposalState.APPROVED:
        in_force = store.corrections_of(tx, store.present_version(tx)) or Corrections()
        if not store.add_version(tx, in_force.having(decided.correction), coordinator, command.reason):
            return _CHANGED
    store.save_decision(tx, decided)
    return decided


def go_back(version: int, seen: int, tx: Transaction, *, coordinator: str, reason: str) -> int | Refusal:
    """Let the corrections of an earlier version be in force again; ``seen`` is the one that was in force until now."""
    earlier = store.corrections_of(tx, version)
    if earlier is None:
        return NOT_FOUND
    if seen != store.present_version(tx) or not store.add_version(
        tx, Corrections(earlier, seen + 1), coordinator, f"↩ {version}: {reason}"
    ):
        return _CHANGED
    return seen + 1
