"""What becomes of an SMS, whichever gateway brings it: a report, a command, or a part of something longer."""

import base64
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

import orjson

from lapor_chassis import gsm7
from lapor_chassis.refusals import Refusal
from lapor_chassis.service import Timer
from lapor_chassis.telemetry import log
from lapor_chassis.transactions import Transaction
from lapor_contracts.fields import FORBIDDEN, LONGEST_BODY
from lapor_contracts.vocabulary import Channel
from lapor_intake import commands
from lapor_intake.channels import receipts
from lapor_intake.channels.channel import Reception
from lapor_intake.channels.receipts import Receipt
from lapor_intake.channels.sms import store, words
from lapor_intake.channels.sms.parts import Part, joined
from lapor_intake.channels.sms.store import Long
from lapor_intake.domain import Reporter, Submission
from lapor_intake.handlers import Slip
from lapor_intake.vault import VaultError

#: Shorter than this nobody can say what is wrong where.
SHORTEST_TEXT = 10

HELP = (
    "LAPOR! Kirim: DAERAH spasi isi laporan (apa, di mana, kapan). "
    "Contoh: INHU lampu jalan mati di depan pasar Rengat sejak 3 Mei. Perintah: BANTUAN"
)
TOO_LONG = f"LAPOR! Pesan terlalu panjang: paling banyak {LONGEST_BODY} huruf. Mohon kirim lebih singkat."

_SOURCE = "sms"


@dataclass(frozen=True, kw_only=True)
class Sms:
    """An SMS as every gateway can say it."""

    gateway: str
    phone: str = field(repr=False)
    """The sender's number in E.164."""
    text: str = field(repr=False)
    to: str = ""
    gateway_id: str | None = None
    """What the gateway repeats when it brings the same SMS again."""
    part: Part | None = None


@dataclass(frozen=True, kw_only=True)
class SmsDesk:
    """Takes SMS in. ``patience`` is how long the parts of a long one wait for each other."""

    reception: Reception
    patience: timedelta

    def receive(self, sms: Sms, *, at_once: bool = True) -> str:
        """Take an SMS in; the answer to its sender, empty where there is none (yet).

        A gateway that takes no answer says ``at_once=False``: then notification answers.
        """
        with self.reception.transactions.begin() as tx:
            if sms.part:
                return self._add(sms, sms.part, tx, at_once=at_once)
            marks = {}
            if sms.gateway_id:
                # The text belongs to it, because gateways that were restarted count their ids from one again.
                marks[self._mark(sms.gateway, sms.gateway_id, sms.phone, _coded(sms.text))] = store.REMEMBERED
            return self._take(sms.phone, sms.text, marks, tx.new_id(), tx, at_once=at_once)[1]

    def hear(self, receipt: Receipt | None) -> None:
        """Pass on what a gateway says of a message of ours; what says nothing of one is passed over."""
        if receipt:
            with self.reception.transactions.begin() as tx:
                receipts.report([receipt], tx)

    def timer(self, gateway: str) -> Timer:
        """Makes reports of long SMS whose time is over, and forgets what is past."""
        return Timer(f"{gateway}_parts", every=5, run=self.take_overdue)

    def take_overdue(self) -> int:
        """Take the next long SMS whose time is over, with its gaps; returns how many things were done."""
        with self.reception.transactions.begin() as tx:
            long = store.lock_due(tx)
            if long is None:
                return store.forget(tx)
            try:
                held = self._opened(long)
            except VaultError as error:
                log.error("parts of an SMS are lost", reason=str(error))
                store.save_long(tx, replace(long, sealed=None, due_at=tx.now + store.REMEMBERED))
            else:
                self._take_long(long, held, tx, at_once=False)
            return 1

    def _take(
        self,
        phone: str,
        text: str,
        marks: Mapping[str, timedelta],
        message_id: UUID,
        tx: Transaction,
        *,
        at_once: bool,
    ) -> tuple[UUID, str]:
        """Do what a whole SMS wants; the id under which it is known, and the answer."""
        text = FORBIDDEN.sub("", text).strip()
        wish = commands.read(text, self.reception.desk.tracking_ids)
        message = words.read(text)
        answer = "" if wish else _hint(message)
        if answer and at_once:
            return message_id, answer  # nothing that need be remembered
        if wish is None:
            marks = {**marks, self._mark("said", phone, text): store.SAID_TWICE}
        message_id = store.first_id(tx, marks, message_id)
        reporter = Reporter(phone=phone)
        if wish:
            answer = commands.obey(
                wish,
                desk=self.reception.desk,
                channel=Channel.SMS,
                reporter=reporter,
                command_id=message_id,
                tx=tx,
            )
        elif not answer:
            answer = self._report(message, reporter, message_id, tx, at_once=at_once)
        if not at_once:
            commands.tell(
                answer, desk=self.reception.desk, channel=Channel.SMS, reporter=reporter, message_id=message_id, tx=tx
            )
            answer = ""
        return message_id, answer

    def _report(
        self, message: words.Message, reporter: Reporter, message_id: UUID, tx: Transaction, *, at_once: bool
    ) -> str:
        desk = self.reception.desk
        submission = Submission(
            source=_SOURCE,
            idempotency_key=str(message_id),
            channel=Channel.SMS,
            body=message.body,
            region_code=message.region_code,
            agency_code=message.agency_code,
            keyword=message.keyword,
            reporter=reporter,
            acknowledged=at_once,
        )
        outcome = desk.accept(submission, tx)
        if isinstance(outcome, Refusal):
            return refusal(outcome)
        # Else the notice that it was received brings them.
        return received(desk.slip(outcome.tracking_id, outcome.receipt)) if at_once else commands.FOLLOWS

    def _add(self, sms: Sms, part: Part, tx: Transaction, *, at_once: bool) -> str:
        """Put a part to the others; with the last one the message is taken."""
        mark = self._mark("parts", sms.gateway, sms.phone, sms.to, part.reference, part.total)
        new = Long(mark, tx.new_id(), part.total, tx.now + self.patience)
        long = store.lock_long(tx, new)
        number, print_ = str(part.number), self._mark(_coded(sms.text))
        if long.seen.get(number) == print_:
            return self._repeated(long, tx) if long.answered_part == part.number else commands.FOLLOWS
        if long.is_taken:
            long = new  # the telephone has begun to count anew
        elif number in long.seen:
            self._take_long(long, self._opened(long), tx, at_once=False)
            long = new
        held = self._opened(long)
        held = Held(sms.phone, {**held.texts, number: _coded(sms.text)})
        long = replace(long, seen={**long.seen, number: print_})
        if len(long.seen) == part.total:
            return self._take_long(replace(long, answered_part=part.number), held, tx, at_once=at_once)
        sealed = self.reception.desk.vault.seal(orjson.dumps(held), mark.encode())
        store.save_long(tx, replace(long, sealed=sealed))
        return commands.FOLLOWS

    def _take_long(self, long: Long, held: "Held", tx: Transaction, *, at_once: bool) -> str:
        text = joined({int(number): _decoded(coded) for number, coded in held.texts.items()}, long.total)
        message_id, answer = self._take(held.phone, text, {}, long.message_id, tx, at_once=at_once)
        store.save_long(tx, replace(long, message_id=message_id, sealed=None, due_at=tx.now + store.REMEMBERED))
        return answer

    def _opened(self, long: Long) -> "Held":
        if long.sealed is None:
            return Held("", {})
        return Held(**orjson.loads(self.reception.desk.vault.unseal(long.sealed, long.mark.encode())))

    def _repeated(self, long: Long, tx: Transaction) -> str:
        """What was answered when the last part came for the first time."""
        desk = self.reception.desk
        known = desk.find(_SOURCE, str(long.message_id), tx)
        return received(desk.slip(known.tracking_id, known.receipt)) if known else commands.FOLLOWS

    def _mark(self, *values: object) -> str:
        return self.reception.fingerprints.of("sms", *values)


@dataclass(frozen=True)
class Held:
    """What is kept, sealed, of a long SMS that is not complete."""

    phone: str = field(repr=False)
    texts: Mapping[str, str] = field(repr=False)
    """By number, in base64."""


def _hint(message: words.Message) -> str:
    """What to tell whoever wrote what can be no report; empty where it can be one."""
    if len(message.body) < SHORTEST_TEXT:
        return HELP
    return TOO_LONG if len(message.body) > LONGEST_BODY else ""


def received(slip: Slip) -> str:
    """What the reporter reads: the tracking ID, in one SMS whatever our address is."""
    receipt = f" Kode rahasia: {slip.receipt}." if slip.receipt else ""
    short = f"LAPOR! Laporan Anda diterima. Nomor: {slip.tracking_id}.{receipt}"
    full = f"{short} Lacak: {slip.page_url}"
    length = gsm7.septets(full)
    return full if length is not None and length <= gsm7.ONE_IN_GSM else short


def refusal(outcome: Refusal) -> str:
    """Why a report was not taken, in one SMS."""
    if outcome.retry_after is None:
        return HELP
    minutes = math.ceil(outcome.retry_after / 60)
    return f"LAPOR! Terlalu banyak laporan saat ini. Laporan ini belum kami terima: kirim lagi dalam {minutes} menit."


def _coded(text: str) -> str:
    """A telephone may tear an emoji apart; half of one has no other form."""
    return base64.b64encode(text.encode("utf-16-be", "surrogatepass")).decode()


def _decoded(coded: str) -> str:
    return base64.b64decode(coded).decode("utf-16-be", "surrogatepass")
