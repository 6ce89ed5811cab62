"""Asking to follow a report, confirming it, and ending it: by the same rules on the pages and in the API.

Whether there is such a report, and whether the public may see it, intake does not ask: tracking knows, and says so to
notification. So whoever asks is told the same, after the same work, whatever they typed.
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from lapor_chassis.addresses import forget_addresses
from lapor_chassis.refusals import Refusal
from lapor_chassis.tracking_ids import ALPHABET, TrackingIds
from lapor_chassis.transactions import Transaction, Transactions
from lapor_contracts.events import FollowConfirmed, FollowEnded, FollowRequested
from lapor_contracts.vocabulary import Channel
from lapor_intake.admission import Admission
from lapor_intake.contacts import ContactSealer
from lapor_intake.domain import Fingerprints, Reporter, is_email, normal_phone
from lapor_intake.following import store
from lapor_intake.following.store import Follower
from lapor_intake.store import metadata

#: How long an address is kept whose owner has not confirmed anything.
PATIENCE = timedelta(days=7)
_DAY = timedelta(days=1)
#: Messages that one address is sent in a day because somebody, perhaps a stranger, typed it.
MOST_A_DAY = 3
#: 70 bits: nobody guesses them, and the link that they end fits an SMS.
_TOKEN_LENGTH = 14
_BATCH = 100


@dataclass(frozen=True, kw_only=True)
class Following:
    """Takes in who wants to follow what, with the keys that it takes to recognise an address and to seal it."""

    tracking_ids: TrackingIds
    fingerprints: Fingerprints
    sealer: ContactSealer
    admission: Admission

    def ask(self, typed: str, reach: str, tx: Transaction, *, visitor: str) -> Refusal | None:
        """Somebody at this network address wants whoever is reached there to hear of a report; or why that cannot be.

        Nobody can annoy others with it: one message for an address, report and day, few for an address and day, and
        nothing more before its owner confirms.
        """
        reporter = _reached(reach)
        if reporter is None:
            wrong = "Bukan alamat surel atau nomor telepon. / Neither an e-mail address nor a telephone number."
            return Refusal("Alamat tidak dikenali.", code="invalid", errors={"address": [wrong]})
        if exceeded := self.admission.exceeded_by_follow(visitor):
            return exceeded.refusal()
        tracking_id = self.tracking_ids.read(typed)
        (mark,) = self.fingerprints.of_reporter(reporter)
        known = store.requests_of(tx, mark, since=tx.now - _DAY, tracking_id=tracking_id or typed)
        asked_lately = [one for one in known if one.requested_at > tx.now - _DAY]
        before = next((one for one in known if one.tracking_id == tracking_id), None)
        is_heard = before is not None and (before.confirmed_at is not None or before in asked_lately)
        if tracking_id is None or is_heard or len(asked_lately) >= MOST_A_DAY:
            return None
        if before:
            _end(store.end_follower(tx, before.follower_id), tx)
        self._invite(tracking_id, reporter, mark, tx)
        return None

    def _invite(self, tracking_id: str, reporter: Reporter, mark: str, tx: Transaction) -> None:
        follower_id, token = tx.new_id(), "".join(secrets.choice(ALPHABET) for _ in range(_TOKEN_LENGTH))
        if store.add(tx, follower_id, tracking_id, mark=mark, token_hash=self._hash_of(token)):
            tx.publish(
                FollowRequested(
                    report_id=follower_id,
                    tracking_id=tracking_id,
                    requested_at=tx.now,
                    sealed=self.sealer.sealed(Channel.WEB, reporter, token=token),
                    key_id=self.sealer.key_id,
                )
            )

    def find(self, token: str, connection: sa.Connection | Transaction) -> Follower | None:
        """Who was sent this token, unless they are forgotten."""
        follower = store.find(connection, self._hash_of(token))
        return follower if follower and follower.ended_at is None else None

    def confirm(self, token: str, tx: Transaction) -> Follower | None:
        """The address is theirs. Said twice, it is done once; None where the token is not (or no longer) good."""
        if confirmed := store.confirm(tx, self._hash_of(token)):
            tx.publish(
                FollowConfirmed(report_id=confirmed.follower_id, tracking_id=confirmed.tracking_id, confirmed_at=tx.now)
            )
        return confirmed or self.find(token, tx)

    def end(self, token: str, tx: Transaction) -> Follower | None:
        """They want to hear no more. Said twice, it is done once; None where nobody was sent this token."""
        ended = store.end(tx, self._hash_of(token))
        if ended:
            _end([ended], tx)
        return ended or store.find(tx, self._hash_of(token))

    def _hash_of(self, token: str) -> str:
        return self.fingerprints.of("follower's token", token.strip().upper())


def end_unconfirmed(transactions: Transactions) -> int:
    """Forget the addresses that nobody has confirmed in time; returns how many there were."""
    with transactions.begin() as tx:
        return _end(store.end_unconfirmed(tx, before=tx.now - PATIENCE, limit=_BATCH), tx)


def end_with(tracking_ids: Collection[str], tx: Transaction) -> None:
    """Forget the addresses of those who follow reports that ended so long ago that their reporters are forgotten."""
    _end(store.end_all(tx, tracking_ids), tx)


def _end(ended: Collection[Follower], tx: Transaction) -> int:
    if ended:
        forget_addresses(tx, metadata, [follower.follower_id for follower in ended])
    for follower in ended:
        tx.publish(FollowEnded(report_id=follower.follower_id, tracking_id=follower.tracking_id, ended_at=tx.now))
    return len(ended)


def _reached(text: str) -> Reporter | None:
    """Whoever is reached at what somebody typed: an e-mail address or a telephone number."""
    text = text.strip()
    if is_email(text):
        return Reporter(email=text)
    phone = normal_phone(text)
    return Reporter(phone=phone) if phone else None
