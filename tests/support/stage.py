"""A service on a stage: real database, real batches, real web application; only the bus is played by the test."""

import uuid
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any, TypeVar

import sqlalchemy as sa
from flask.testing import FlaskClient
from prometheus_client import CollectorRegistry

from lapor_chassis.batches import Fate, Incoming, Outcome, process
from lapor_chassis.service import as_service
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import create_app
from lapor_chassis.web.access import COOKIE
from lapor_contracts.envelope import Envelope, decode, encode
from lapor_contracts.events import Event
from lapor_contracts.vocabulary import Role
from tests.support.staff import VERIFY_KEY, token

E = TypeVar("E", bound=Event)

#: A Wednesday, no holiday within the week; 10 o'clock in Jakarta.
WEDNESDAY = datetime(2026, 1, 7, 3, 0, tzinfo=UTC)


class SettableClock:
    """A clock that shows what the test says."""

    def __init__(self, now: datetime = WEDNESDAY) -> None:
        self._now = now

    def now(self) -> datetime:
        """The moment that was set."""
        return self._now

    def set(self, now: datetime) -> None:
        """It is ``now`` from here on."""
        self._now = now

    def advance(self, **duration: float) -> None:
        """Let time pass: ``advance(days=1)``."""
        self._now += timedelta(**duration)


class Stage:
    """One service under test."""

    def __init__(self, module: ModuleType, engine: sa.Engine, **settings: Any) -> None:
        wanted = as_service(module)
        self.clock = SettableClock()
        self.settings = wanted.Settings(**settings)
        self.transactions = Transactions(engine, wanted.metadata, source=f"lapor/{wanted.NAME}", clock=self.clock)
        self.service = wanted.build(self.settings, self.transactions)
        self._client: FlaskClient | None = None

    def hear(self, *events: Event, sender: str | None = None, reply_to: str | None = None) -> list[Outcome]:
        """Let the service handle events as one batch; fails where one of them did not work."""
        outcomes = self.receive(*(self.letter(event) for event in events), sender=sender, reply_to=reply_to)
        assert all(outcome.fate is Fate.DONE for outcome in outcomes), outcomes
        return outcomes

    def receive(self, *bodies: bytes | str, sender: str | None = None, reply_to: str | None = None) -> list[Outcome]:
        """Let the service handle messages as they come off the wire, whatever becomes of them."""
        messages = [Incoming(body, sender=sender, reply_to=reply_to) for body in bodies]
        return process(self.service, self.transactions, messages)[0]

    def letter(self, event: Event, *, event_id: uuid.UUID | None = None) -> bytes:
        """The event as a message, under a new id unless one is given."""
        envelope = Envelope(
            id=event_id or uuid.uuid4(),
            source="test",
            time=self.clock.now(),
            event=event,
            correlation_id=str(event.report_id),
        )
        return encode(envelope)

    def announced(self, kind: type[E] | None = None, *, about: uuid.UUID | None = None) -> list[E]:
        """What the service has said so far, in order; of one kind or all, about one report or all."""
        events = self.transactions.tables.events
        query = sa.select(events.c.body).order_by(events.c.id)
        if about:
            query = query.where(events.c.report_id == about)
        with self.transactions.read() as connection:
            bodies = connection.execute(query).scalars().all()
        said: list[Any] = [decode(body).event for body in bodies]
        return [event for event in said if kind is None or isinstance(event, kind)]

    def run(self, timer: str) -> int:
        """Run a timer until it has nothing left to do; returns how much it did."""
        (found,) = (one for one in self.service.timers if one.name == timer)
        done = 0
        while did := found.run():
            done += did
        return done

    def rows(self, table: sa.Table) -> list[dict[str, Any]]:
        """All rows of a table."""
        with self.transactions.read() as connection:
            return [dict(row) for row in connection.execute(sa.select(table)).mappings()]

    @property
    def client(self) -> FlaskClient:
        """A client of the service's web application."""
        if self._client is None:
            app = create_app(self.service, verify_key=VERIFY_KEY, clock=self.clock, registry=CollectorRegistry())
            self._client = app.test_client()
        return self._client

    def signed_in(self, *roles: Role, agency_code: str | None = None, officer: str = "officer-1") -> dict[str, str]:
        """Headers of a member of staff who signed in just now."""
        signed = token(*roles, now=self.clock.now(), agency_code=agency_code, officer=officer)
        return {"Authorization": f"Bearer {signed}"}

    def open_session(self, *roles: Role, agency_code: str | None = None, officer: str = "officer-1") -> str:
        """Let the client have a session on pages; returns what its forms must hold as ``csrf_token``."""
        signed = token(*roles, now=self.clock.now(), agency_code=agency_code, officer=officer)
        self.client.set_cookie(COOKIE, signed)
        return VERIFY_KEY.read(signed, now=self.clock.now()).csrf
