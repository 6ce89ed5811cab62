"""Who reports is in the vault and nowhere else: planted through every channel, looked for everywhere."""

import logging

import pytest
import sqlalchemy as sa
import structlog

from lapor_contracts.events import ReporterGiven
from lapor_intake import adapters, service, store
from tests.intake.conftest import kept
from tests.support.builders import submitted
from tests.support.stage import Stage

SERVICE = service

NAME = "Kenari Sangkar"
EMAIL = "kenari@sangkar.example"
PHONES = {"api": "0811000001", "web": "0811000002", "sms": "0811000003", "http": "0811000004", "broker": "0811000005"}
#: However a number is written, this part of it is the same.
CANARIES = ["Kenari", "sangkar", *(phone[1:] for phone in PHONES.values())]


def plant(stage: Stage) -> None:
    """Report through every channel, and once wrongly through each."""
    with stage.transactions.begin() as tx:
        secret = adapters.add(tx, "medan")
    headers = {"Authorization": f"Bearer {secret}"}
    for wrong in ("", "x"):
        body = {"body": "Jalan rusak di Rengat", "region_code": wrong or "14.02"}
        person = {"name": NAME, "email": EMAIL}
        api = {**body, "reporter": {**person, "phone": PHONES["api"]}}
        stage.client.post("/api/v1/reports", json=api, headers={"Idempotency-Key": "k"})
        stage.client.post("/lapor", data={**body, **person, "key": "k", "phone": PHONES["web"]})
        stage.client.get(
            "/channels/sms/kannel",
            query_string={"sender": PHONES["sms"] + wrong, "text": "INHU jalan rusak", "id": "1"},
        )
        http = {**body, "idempotency_key": "k-1", "reporter": {**person, "phone": PHONES["http"]}}
        stage.client.post("/api/v1/submissions", json=http, headers=headers)
        reporter = ReporterGiven(**person, phone=PHONES["broker"] + wrong)
        stage.receive(stage.letter(submitted(idempotency_key="k-2", reporter=reporter)), sender="medan", reply_to="q")


def test_a_reporter_stands_in_the_vault_and_nowhere_else(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    with structlog.testing.capture_logs() as logs, caplog.at_level(logging.DEBUG):
        plant(stage)

    elsewhere = {table.name: repr(stage.rows(table)) for table in store.metadata.sorted_tables}
    elsewhere |= {"log": repr(logs), "library log": caplog.text}
    leaks = [(place, word) for place, text in elsewhere.items() for word in CANARIES if word in text]
    assert leaks == []
    assert sorted(str(record.phone) for record in kept(stage)) == sorted(f"+62{phone[1:]}" for phone in PHONES.values())


def test_a_failing_database_does_not_tell_who_reports(stage: Stage) -> None:
    with stage.transactions.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE vault RENAME TO vault_away"))
    try:
        with structlog.testing.capture_logs() as logs:
            response = stage.client.post(
                "/api/v1/reports", json={"body": "Jalan rusak", "reporter": {"name": NAME, "email": EMAIL}}
            )
        outcome = stage.receive(stage.letter(submitted(reporter=ReporterGiven(name=NAME, email=EMAIL))), sender="m")
    finally:
        with stage.transactions.engine.begin() as connection:
            connection.execute(sa.text("ALTER TABLE vault_away RENAME TO vault"))

    assert response.status_code == 500
    told = repr([str(entry.get("exc_info")) for entry in logs]) + repr(logs) + response.text + repr(outcome)
    assert [word for word in CANARIES if word in told] == []
    assert stage.rows(store.reports) == []
