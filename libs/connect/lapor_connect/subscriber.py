"""Work on the reports that were given to an agency, in the agency's own system."""

import contextlib
import heapq
import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pika
from pika import exceptions
from pika.adapters.blocking_connection import BlockingChannel, BlockingConnection

from lapor_connect.broker import Publisher, cloud_event, refusal_of
from lapor_connect.patience import Pauses

REPLIES = "lapor.replies"
ASSIGNED = "disposition.assigned.v1"
#: What happens to an assignment later: its reporter writes, or nothing more is to be done.
NEWS = frozenset({"disposition.replied.v1", "disposition.ended.v1"})
REPLIED = "agency.replied.v1"

#: How many assignments are on hand at once. Those whose callback failed are among them while they wait.
ON_HAND = 20
#: Seconds between two looks at whether to stop and at what has waited long enough.
TICK = 0.5

log = logging.getLogger("lapor_connect")


@dataclass(frozen=True)
class Assignment:
    """A report that is now the agency's. Answers may be given at once or, by its ids, much later."""

    report_id: str
    disposition_id: str
    data: Mapping[str, Any]
    """As sent: tracking_id, kind, title, body, occurred_on, region_code, place, category, secret, assigned_at, the
    ``reason`` if somebody gave one, and attachments, each with the ``url`` at which it can be fetched for thirty days.

    Of news: ``text`` and ``replied_at`` where the reporter wrote, ``reason`` and ``ended_at`` at the end.
    """
    _reply: Callable[[str, str, dict[str, Any]], None] = field(repr=False, compare=False)
    type: str = ASSIGNED
    """What happened: ``disposition.assigned.v1``; as news ``disposition.replied.v1`` or ``disposition.ended.v1``."""

    def answer(
        self,
        text: str,
        substantive: bool = True,
        *,
        outcome: str | None = None,
        planned_on: date | None = None,
        legal_basis: str = "",
        needed_agency: str | None = None,
        evidence: Sequence[str] = (),
    ) -> None:
        """Answer the reporter. An answer that is not substantive only says that work has begun.

        The ``outcome`` of a substantive one is ``done``, ``planned`` (by ``planned_on``), ``explained``,
        ``refused_by_law`` (by its ``legal_basis``) or ``other_body`` (with the code of the ``needed_agency``).
        ``evidence`` names files by the ids that ``POST /api/v1/evidence/TRACKING-ID`` gave.
        """
        said = {
            "answer_type": outcome,
            "planned_on": planned_on.isoformat() if planned_on else None,
            "legal_basis": legal_basis,
            "needed_agency_code": needed_agency,
            "evidence": list(evidence),
        }
        given = {name: value for name, value in said.items() if value}
        self._say(text, answer_kind="substantive" if substantive else "initial", **given)

    def refuse(self, to: str, reason: str) -> None:
        """Not ours: name the body (its code) that is competent, and why."""
        self._say(reason, refused_to=to)

    def pass_on(self, unit: str, note: str) -> None:
        """Pass it on to a unit of the agency's own (its code)."""
        self._say(note, passed_to=unit)

    def _say(self, text: str, **what: Any) -> None:
        self._reply(self.report_id, self.disposition_id, {**what, "text": text})


Callback = Callable[[Assignment], object]


class AgencySubscriber:
    """Takes an agency's assignments from its queue, and brings its answers back."""

    def __init__(
        self,
        agency_code: str,
        amqp_uri: str,
        *,
        patience: float = 60.0,
        retry_after: float = 30.0,
        first_pause: float = 0.5,
    ) -> None:
        """``patience`` is how many seconds an answer goes on trying while the broker is away; ``retry_after`` how
        many pass before an assignment whose callback failed is brought again.
        """
        self._code = agency_code
        self._parameters = pika.URLParameters(amqp_uri)
        self._publisher = Publisher(amqp_uri, patience=patience, first_pause=first_pause)
        self._retry_after, self._first_pause = retry_after, first_pause
        self._stopped = threading.Event()

    def run(self, callback: Callback, news: Callback = lambda _: None) -> None:
        """Call ``callback`` with each assignment, until `stop`; through cuts of the connection too.

        ``news`` is called with an assignment whose reporter has written, or about which nothing more is to be done.

        An assignment is acknowledged after the callback has returned, and brought again where it raised. After a
        crash it comes a second time: the same answer to it is then the same answer.
        Raises `Refused` if the broker lets this user never in.
        """
        pauses = Pauses(self._first_pause)
        with ThreadPoolExecutor(1, thread_name_prefix=f"agency {self._code}") as worker:
            while not self._stopped.is_set():
                try:
                    with BlockingConnection(self._parameters) as connection:
                        self._consume(connection, callback, news, worker, pauses)
                except exceptions.AMQPError as error:
                    if refusal := refusal_of(error):
                        raise refusal from error
                    log.warning("connection lost, trying again: %s", error or type(error).__name__)
                    self._stopped.wait(pauses.following())

    def stop(self) -> None:
        """End `run`; may be called from any thread. What is not acknowledged stays in the queue."""
        self._stopped.set()

    def assignment(self, report_id: str, disposition_id: str) -> Assignment:
        """An earlier assignment, for an answer that comes days later: keep its two ids in your own system."""
        return Assignment(report_id, disposition_id, {}, self._reply)

    def close(self) -> None:
        """Close the connection over which answers are sent."""
        self._publisher.close()

    def _consume(
        self,
        connection: BlockingConnection,
        callback: Callback,
        news: Callback,
        worker: ThreadPoolExecutor,
        pauses: Pauses,
    ) -> None:
        def call(assignment: Assignment) -> None:
            (callback if assignment.type == ASSIGNED else news)(assignment)

        channel = connection.channel()
        channel.basic_qos(prefetch_count=ON_HAND)
        desk = _Desk(channel, worker, call, self._read, self._retry_after)
        for method, _properties, body in channel.consume(f"agency.{self._code}", inactivity_timeout=TICK):
            pauses.reset()
            if method is not None and body is not None:
                desk.work_on(method.delivery_tag, body)
            desk.give_back()
            if self._stopped.is_set():
                return

    def _read(self, body: bytes) -> Assignment:
        document = json.loads(body)
        if document["type"] not in {ASSIGNED, *NEWS}:
            raise ValueError(document["type"])
        data = document["data"]
        return Assignment(data["report_id"], data["disposition_id"], data, self._reply, document["type"])

    def _reply(self, report_id: str, disposition_id: str, content: dict[str, Any]) -> None:
        # The id follows from the content: given again after a crash, it is no second answer.
        content_text = json.dumps(content, sort_keys=True)
        data = {
            **content,
            "report_id": report_id,
            "disposition_id": disposition_id,
            "agency_code": self._code,
            "reply_id": str(uuid.uuid5(uuid.UUID(disposition_id), content_text)),
        }
        self._publisher.publish(REPLIES, lambda: cloud_event(REPLIED, f"agency/{self._code}", report_id, data))


@dataclass
class _Desk:
    """What is on hand over one connection: it is all given back by the broker when the connection ends."""

    channel: BlockingChannel
    worker: ThreadPoolExecutor
    callback: Callback
    read: Callable[[bytes], Assignment]
    retry_after: float
    failed: list[tuple[float, int]] = field(default_factory=list)
    """When to give back, and what: the earliest first."""

    def work_on(self, tag: int, body: bytes) -> None:
        """Have the callback do it, and acknowledge it if it did."""
        try:
            assignment = self.read(body)
        except (ValueError, KeyError, TypeError) as unreadable:
            log.error("an assignment cannot be read, set aside: %s", type(unreadable).__name__)
            self.channel.basic_reject(tag, requeue=False)
            return
        # In another thread, so that the connection stays alive however long the callback takes.
        work = self.worker.submit(self.callback, assignment)
        work.add_done_callback(lambda _: _wake(self.channel.connection))
        while not work.done():
            self.channel.connection.process_data_events(time_limit=TICK)
        if error := work.exception():
            log.error("callback failed, again in %g s: %s", self.retry_after, assignment.disposition_id, exc_info=error)
            heapq.heappush(self.failed, (time.monotonic() + self.retry_after, tag))
        else:
            self.channel.basic_ack(tag)

    def give_back(self) -> None:
        """What failed and has waited long enough goes back to the queue; its neighbours were not held up."""
        while self.failed and self.failed[0][0] <= time.monotonic():
            self.channel.basic_nack(heapq.heappop(self.failed)[1], requeue=True)


def _wake(connection: BlockingConnection) -> None:
    """Let the thread that serves ``connection`` look up from waiting, if it is still there."""
    with contextlib.suppress(exceptions.AMQPError):
        connection.add_callback_threadsafe(lambda: None)
