"""The probe as a real worker process: ``python -m tests.chassis.probe_worker AMQP_URI DATABASE_URL [DIES]``."""

from lapor_launcher import greenlets

greenlets.prepare()

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy.exc import OperationalError

from lapor_chassis.amqp import declare
from lapor_chassis.database import create_engine
from lapor_chassis.telemetry import configure_logging
from lapor_chassis.topology import topology
from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.worker import container
from tests.chassis import probe


class BeforeSettling(Transactions):
    """Something happens after the broker has confirmed, before the outbox knows it."""

    def happens(self) -> None:
        """What it is."""
        raise NotImplementedError

    @contextmanager
    def begin(self, *, lease: timedelta = timedelta(0)) -> Iterator[Transaction]:
        """The first transaction is the batch; the second would take the events out of the outbox."""
        if getattr(self, "began", False) and not lease:
            self.began = False
            self.happens()
        self.began = bool(lease)
        with super().begin(lease=lease) as tx:
            yield tx


class DiesBeforeSettling(BeforeSettling):
    """It is killed."""

    def happens(self) -> None:
        """Without a word."""
        os._exit(9)


class LosesDatabaseBeforeSettling(BeforeSettling):
    """The database goes away."""

    def happens(self) -> None:
        """As psycopg says it."""
        raise OperationalError("", {}, ConnectionError())


def main(amqp_uri: str, database_url: str, dies: str = "never") -> None:
    """Be a worker."""
    configure_logging(as_json=False)
    kinds = {"before settling": DiesBeforeSettling, "database before settling": LosesDatabaseBeforeSettling}
    kind = kinds.get(dies, Transactions)
    said = (lambda: os._exit(9)) if dies == "after commit" else (lambda: None)
    transactions = kind(create_engine(database_url), probe.metadata, source="lapor/probe", published=said)
    service = probe.build(None, transactions)
    declare(amqp_uri, topology([service]))
    running = container(service, transactions, amqp_uri)
    running.start()
    print("up", flush=True)
    running.wait()


main(*sys.argv[1:])
