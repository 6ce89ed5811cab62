"""Photos and other files that came with a message: fetched from the platform afterwards, for the report they belong to.

A message brings only the name or the address of its file. So the report is taken at once, and the file follows as a
supplement when it is here; or a note does, where it cannot be had.
"""

import http.client
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Self
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import UUID, uuid5

import orjson
import sqlalchemy as sa

from lapor_chassis.columns import UtcDateTime
from lapor_chassis.refusals import Refusal
from lapor_chassis.telemetry import log
from lapor_chassis.transactions import Transaction
from lapor_contracts.events import Attachment, ReportSupplemented
from lapor_contracts.vocabulary import Channel
from lapor_intake import commands
from lapor_intake.attachments.keeping import MOST_OF_A_REPORT
from lapor_intake.channels.channel import Reception
from lapor_intake.domain import Reporter
from lapor_intake.store import metadata, reports
from lapor_intake.vault import Record, Sealed

chat_files = sa.Table(
    "chat_files",
    metadata,
    sa.Column("file_id", sa.Uuid, primary_key=True),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("mark", sa.String(32), nullable=False, index=True),
    sa.Column("report_id", sa.Uuid, sa.ForeignKey(reports.c.report_id), index=True),
    sa.Column("due_at", UtcDateTime),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("key_id", sa.Text, nullable=False),
    sa.Column("wrapped_key", sa.LargeBinary),
    sa.Column("sealed", sa.LargeBinary),
    sa.Index("ix_chat_files_due", "channel", "due_at"),
    comment="Files of messages: where each is to be fetched, encrypted, until it is here or given up.",
)

#: How long a photo waits for the message that says what it shows.
PATIENCE = timedelta(hours=1)
MOST_ATTEMPTS = 6
FIRST_PAUSE = timedelta(seconds=30)
#: How long a file that a killed process was fetching is left alone.
LEASE = timedelta(minutes=5)
#: Seconds for each exchange with a platform.
TIMEOUT = 10
_AT_ONCE = 5

LONGEST_ADDRESS = 4_000

#: Where Meta keeps the files of messages. Nobody else's address is asked, whatever a delivery says.
_META = re.compile(r"(?:[a-z0-9-]+\.)*(?:fbcdn\.net|fbsbx\.com|facebook\.com|cdninstagram\.com|whatsapp\.net)")

NOTE = "(Satu lampiran dari pelapor tidak dapat diambil. / An attachment of the reporter's could not be fetched.)"
UNFIT = "(Satu lampiran dari pelapor tidak dapat diterima. / An attachment of the reporter's could not be taken.)"


@dataclass(frozen=True)
class Trouble:
    """Why a file did not come; ``is_final`` where asking again cannot help."""

    reason: str
    is_final: bool = False


@dataclass(frozen=True, kw_only=True)
class Graph:
    """Meta's Graph API, which knows where files are: ``https://TOKEN@graph.facebook.com/v25.0``."""

    origin: SplitResult
    token: str = field(repr=False)

    @classmethod
    def from_url(cls, text: str) -> Self:
        """Read the setting."""
        url = urlsplit(text)
        if url.scheme not in ("http", "https") or not url.hostname or not url.username:
            raise ValueError("must look like https://TOKEN@graph.facebook.com/v25.0")
        bare = url._replace(netloc=url.netloc.rpartition("@")[2], path=url.path.rstrip("/"))
        return cls(origin=bare, token=unquote(url.username))

    def address_of(self, name: str) -> "str | Trouble":
        """Where a file is at present."""
        answer = self.download(f"{self.origin.geturl()}/{name}", longest=64 * 1024, as_us=True)
        if isinstance(answer, Trouble):
            return answer
        try:
            return str(orjson.loads(answer)["url"])
        except (orjson.JSONDecodeError, TypeError, KeyError):
            return Trouble("Meta gave no address")

    def download(self, address: str, *, longest: int, as_us: bool) -> bytes | Trouble:
        """What lies at an address of Meta's; one byte more than ``longest`` at the most.

        A file that a message only names is given to us alone (``as_us``); to all others its address is enough.
        """
        try:
            url = urlsplit(address)
            is_metas = url.scheme == "https" and url.port in (None, 443) and bool(_META.fullmatch(url.hostname or ""))
        except ValueError:
            return Trouble("no address", is_final=True)
        if url[:2] != self.origin[:2] and not is_metas:
            return Trouble("not an address of Meta's", is_final=True)
        return _get(url, {"Authorization": f"Bearer {self.token}"} if as_us else {}, longest)


def _get(url: SplitResult, headers: Mapping[str, str], longest: int) -> bytes | Trouble:
    """``http.client`` and no more: it follows no redirect to where nobody was to be asked."""
    connect = http.client.HTTPSConnection if url.scheme == "https" else http.client.HTTPConnection
    connection = connect(url.hostname or "", url.port, timeout=TIMEOUT)
    try:
        connection.request("GET", url._replace(scheme="", netloc="", fragment="").geturl(), headers=dict(headers))
        response = connection.getresponse()
        if response.status == http.HTTPStatus.OK:
            return response.read(longest + 1)
        return Trouble(f"Meta answered HTTP {response.status}", is_final=response.status in (400, 404, 410))
    except (OSError, ValueError, http.client.HTTPException) as error:
        return Trouble(f"Meta did not answer ({type(error).__name__})")
    finally:
        connection.close()


@dataclass(frozen=True)
class Wanted:
    """A file that is to be fetched."""

    file_id: UUID
    report_id: UUID
    tracking_id: str
    attempts: int
    where: Sealed


@dataclass(frozen=True, eq=False)
class Files:
    """The files that come with the messages of one channel."""

    reception: Reception
    channel: Channel
    graph: Graph | None

    def note(self, tx: Transaction, message_id: UUID, mark: str, where: Sequence[str], report_id: UUID | None) -> None:
        """Remember to fetch these; they wait for a report of the same sender where there is none yet."""
        due_at = tx.now + (PATIENCE if report_id is None else timedelta(0))
        sensible = [address for address in where if len(address) <= LONGEST_ADDRESS]
        for number, address in enumerate(sensible[: self._room(tx, report_id)]):
            file_id = uuid5(message_id, str(number))
            sealed = self.reception.desk.vault.seal(address.encode(), file_id.bytes)
            row = {
                "file_id": file_id,
                "channel": self.channel.value,
                "mark": mark,
                "report_id": report_id,
                "due_at": due_at,
                "attempts": 0,
                "key_id": sealed.key_id,
                "wrapped_key": sealed.wrapped_key,
                "sealed": sealed.content,
            }
            tx.add(chat_files, row)

    def give(self, tx: Transaction, mark: str, report_id: UUID) -> None:
        """The files that this sender sent just before belong to this report."""
        waiting = (chat_files.c.channel == self.channel.value) & (chat_files.c.mark == mark)
        waiting &= chat_files.c.report_id.is_(None)
        tx.execute(chat_files.update().where(waiting).values(report_id=report_id, due_at=tx.now))

    def fetch(self) -> int:
        """Fetch some of what is due; how many were looked at."""
        wanted = self._take()
        for one in wanted:
            self._fetch(one)
        return len(wanted)

    def _room(self, tx: Transaction, report_id: UUID | None) -> int:
        if report_id is None:
            return MOST_OF_A_REPORT
        known = tx.execute(sa.select(sa.func.count()).where(chat_files.c.report_id == report_id)).scalar_one()
        return max(0, MOST_OF_A_REPORT - int(known))

    def _take(self) -> list[Wanted]:
        columns = chat_files.c
        with self.reception.transactions.begin() as tx:
            due = (columns.channel == self.channel.value) & (columns.due_at <= tx.now)
            tx.execute(chat_files.delete().where(due, columns.report_id.is_(None)))
            found = tx.execute(
                sa.select(chat_files, reports.c.tracking_id)
                .join(reports, reports.c.report_id == columns.report_id)
                .where(due)
                .order_by(columns.due_at)
                .limit(_AT_ONCE)
                .with_for_update(skip_locked=True, of=chat_files)
            ).all()
            if found:
                taken = columns.file_id.in_([row.file_id for row in found])
                tx.execute(chat_files.update().where(taken).values(due_at=tx.now + LEASE))
        return [
            Wanted(
                row.file_id,
                row.report_id,
                row.tracking_id,
                row.attempts,
                Sealed(row.key_id, row.wrapped_key, row.sealed),
            )
            for row in found
        ]

    def _fetch(self, wanted: Wanted) -> None:
        found = self._content(self.reception.desk.vault.unseal(wanted.where, wanted.file_id.bytes).decode())
        if isinstance(found, Trouble):
            log.warning("file not fetched", report_id=str(wanted.report_id), reason=found.reason)
            if found.is_final or wanted.attempts + 1 >= MOST_ATTEMPTS:
                self._end(wanted, note=NOTE)
            else:
                self._put_off(wanted)
            return
        taken = self.reception.attachments.take_in(found, ("chat", str(wanted.file_id)))
        if isinstance(taken, Refusal):
            self._end(wanted, note=UNFIT, refusal=taken)
        else:
            self._end(wanted, attachment=taken)

    def _content(self, where: str) -> bytes | Trouble:
        if self.graph is None:
            return Trouble("LAPOR_INTAKE_META_GRAPH_URL is not set", is_final=True)
        is_named = "://" not in where
        address = self.graph.address_of(where) if is_named else where
        if isinstance(address, Trouble):
            return address
        return self.graph.download(address, longest=self.reception.attachments.largest, as_us=is_named)

    def _put_off(self, wanted: Wanted) -> None:
        with self.reception.transactions.begin() as tx:
            due_at: datetime = tx.now + FIRST_PAUSE * 4**wanted.attempts
            again = {"attempts": wanted.attempts + 1, "due_at": due_at}
            tx.execute(chat_files.update().where(chat_files.c.file_id == wanted.file_id).values(again))

    def _end(
        self,
        wanted: Wanted,
        *,
        attachment: Attachment | None = None,
        note: str | None = None,
        refusal: Refusal | None = None,
    ) -> None:
        """Give the report what was fetched, or say there that nothing was; once, whoever else was fetching it."""
        with self.reception.transactions.begin() as tx:
            done = {"due_at": None, "wrapped_key": None, "sealed": None}
            open_still = (chat_files.c.file_id == wanted.file_id) & chat_files.c.due_at.is_not(None)
            ended = tx.execute(chat_files.update().where(open_still).values(done).returning(chat_files.c.file_id))
            if ended.scalar() is None:
                return
            given = [attachment.id] if attachment else []
            tx.publish(
                ReportSupplemented(
                    report_id=wanted.report_id,
                    tracking_id=wanted.tracking_id,
                    supplement_id=wanted.file_id,
                    supplemented_at=tx.now,
                    body=note,
                    attachments=self.reception.attachments.claim(tx, given, wanted.report_id),
                )
            )
            if refusal:
                self._tell(refusal, wanted, tx)

    def _tell(self, refusal: Refusal, wanted: Wanted, tx: Transaction) -> None:
        desk = self.reception.desk
        known = desk.vault.open(tx, wanted.report_id) or Record()
        reporter = Reporter(phone=known.phone, account=known.account)
        if reporter:
            commands.tell(
                refusal.reason,
                desk=desk,
                channel=self.channel,
                reporter=reporter,
                message_id=wanted.file_id,
                tx=tx,
            )
