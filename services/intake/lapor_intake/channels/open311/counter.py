"""Where requests and updates are taken in."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid5

from lapor_chassis.redaction import clean
from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_chassis.web.problems import Problem, refused
from lapor_contracts import vocabulary
from lapor_contracts.events import ReporterCommanded
from lapor_intake import adapters
from lapor_intake.admission import TRUSTED
from lapor_intake.channels.channel import Reception
from lapor_intake.channels.open311 import store
from lapor_intake.channels.open311.forms import RequestForm, UpdateForm, read, submission_of
from lapor_intake.domain import Supplement
from lapor_intake.vault import Record

#: For so long the same content from the same client is the same request: the standard has no key for it.
REPEATED_WITHIN = timedelta(minutes=10)

#: In these a body has the report, and reads what the reporter adds.
HELD = frozenset({vocabulary.Status.ROUTED, vocabulary.Status.IN_PROGRESS, vocabulary.Status.REPORTER_REPLIED})

Given = Iterable[tuple[str, str]]


@dataclass(frozen=True, kw_only=True, eq=False)
class Counter:
    """Takes what clients send."""

    reception: Reception
    needs_key: bool
    """Whether only clients are let in that have a key."""

    def take_request(self, given: Given, stated_key: str | None) -> dict[str, Any]:
        """Make it a report. ``stated_key`` is the client's own key for it, where there is one."""
        given, desk = list(given), self.reception.desk
        client = self._client(given, self.needs_key)
        asked = read(RequestForm, given)
        source = _source(client)
        key = stated_key or self._key_of_content(source, given)
        submission = submission_of(asked, source=source, idempotency_key=key)
        visitor = TRUSTED if client else self.reception.visitor(key, None)
        with self.reception.transactions.begin() as tx:
            outcome = desk.accept(submission, tx, visitor)
            if not isinstance(outcome, Refusal) and outcome.is_new:
                store.add_request(tx, outcome.report_id, asked.get("lat"), asked.get("long"))
        if isinstance(outcome, Refusal):
            raise refused(outcome)
        # A public request can be sent again by anybody, and that alone makes nobody its reporter.
        is_theirs = outcome.is_new or client or stated_key
        slip = desk.slip(outcome.tracking_id, outcome.receipt if is_theirs else None)
        return {
            "service_request_id": slip.tracking_id,
            "service_notice": _notice(slip.page_url, slip.receipt),
            "account_id": asked.get("account_id"),
        }

    def take_update(self, given: Given) -> dict[str, Any]:
        """The reporter adds something: what was asked for, or else a reply to the body that holds the report.

        Only the client that handed the request in speaks for its reporter.
        """
        given, desk = list(given), self.reception.desk
        client = self._client(given, needed=True)
        asked = read(UpdateForm, given)
        text: str = asked["description"]
        tracking_id = desk.tracking_ids.read(asked["service_request_id"])
        with self.reception.transactions.begin() as tx:
            report_id = store.handed_in(tx, tracking_id, _source(client)) if tracking_id else None
            if report_id is None or tracking_id is None:
                raise unknown_request()
            update_id = uuid5(report_id, asked.get("update_id") or text)
            supplemented = desk.supplemented(report_id, tracking_id, Supplement(body=text), tx)
            if isinstance(supplemented, Refusal):  # nothing was asked for
                if store.status_of(tx, report_id) not in HELD:
                    raise Problem(HTTPStatus.CONFLICT, detail="No body has this request, so nobody would read this.")
                self._reply(report_id, tracking_id, update_id, text, tx)
        return {"update_id": str(update_id)}

    def _client(self, given: Given, needed: bool) -> str | None:
        """The name of the client whose key was shown."""
        key = next((value for name, value in given if name == "api_key"), "")
        if not key and not needed:
            return None
        with self.reception.transactions.read() as connection:
            name = adapters.known_by(connection, key)
        if name is None:
            raise Problem(HTTPStatus.FORBIDDEN, detail="api_key: missing or not known.")
        return name

    def _key_of_content(self, source: str, given: Given) -> str:
        """The same for the same content within ten minutes."""
        mark = self.reception.fingerprints.of("open311", source, sorted(given))
        now = self.reception.transactions.clock.now()
        count = int(now.timestamp() // REPEATED_WITHIN.total_seconds())
        with self.reception.transactions.read() as connection:
            was_just_taken = store.is_taken(connection, source, f"{mark}/{count - 1}", now - REPEATED_WITHIN)
        return f"{mark}/{count - was_just_taken}"

    def _reply(self, report_id: UUID, tracking_id: str, update_id: UUID, text: str, tx: Transaction) -> None:
        """Let tracking pass it on, as it does with replies that come by message; the client shows what comes of it."""
        desk = self.reception.desk
        reporter = desk.vault.open(tx, report_id) or Record()
        tx.publish(
            ReporterCommanded(
                report_id=report_id,
                tracking_id=tracking_id,
                command_id=update_id,
                commanded_at=tx.now,
                command=vocabulary.Command.REPLY,
                text=clean(text, reporter.parts).text,
                is_reporter=True,
                sealed="",
                key_id=desk.sealer.key_id,
            )
        )


def unknown_request() -> Problem:
    """Unknown and secret are the same: not found."""
    return Problem(HTTPStatus.NOT_FOUND, detail="service_request_id: there is no such request.")


def _source(client: str | None) -> str:
    """Clients have their keys apart from each other's, and from those of other channels."""
    return f"open311/{client}" if client else "open311"


def _notice(page_url: str, receipt: str | None) -> str:
    told = f"Ikuti laporan Anda di {page_url} (Follow your report there)."
    return f"{told} Kode rahasia untuk membalas (secret code, to reply): {receipt}" if receipt else told
