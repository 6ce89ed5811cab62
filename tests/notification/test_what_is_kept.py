"""What this service keeps of people, and for how long: never an address, nothing of a whistleblower."""

import base64
import logging
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
import structlog

import lapor_notification.service
from lapor_contracts.events import Event, NoticeFailed, SealedContent
from lapor_contracts.vocabulary import ClosedBy, Role
from lapor_notification.couriers import MailServer, SmsGateway
from lapor_notification.keys import open_contact, private_key
from lapor_notification.store import contacts, metadata, notices
from tests.notification.test_notices import EMAIL, KEYS, PHONE, Phones, contact, on_stage, states
from tests.support import gateways
from tests.support.builders import (
    answered,
    archived,
    closed,
    extension_granted,
    identity_disclosed,
    identity_forgotten,
    merged,
    received,
    returned,
    routed,
)

SERVICE = lapor_notification.service


def test_a_whistleblower_is_told_that_there_is_news_and_no_list_shows_it(engine: sa.Engine) -> None:
    event = routed(agency_name="Komisi Pemberantasan Korupsi", sealed=True)
    phones = Phones()
    stage = on_stage(engine, sms=phones, public_url="https://lapor.example")
    stage.hear(contact(event.report_id), event)

    stage.run("send")

    assert [message.text for message in phones.taken] == [
        "LAPOR! Ada kabar untuk Anda. Buka dengan nomor dan kode Anda: https://lapor.example/lacak"
    ]
    assert "Korupsi" not in str(stage.rows(notices))
    listed = stage.client.get("/api/v1/notices", headers=stage.signed_in(Role.OPERATOR))
    assert listed.json["items"] == []


@pytest.mark.parametrize("is_known_first", [True, False], ids=["known before", "known only afterwards"])
@pytest.mark.parametrize("step", [extension_granted, returned, archived, merged, identity_disclosed])
def test_of_a_whistleblowers_report_nothing_is_kept_but_that_there_is_news(
    engine: sa.Engine, step: Callable[..., Event], is_known_first: bool
) -> None:
    report_id, stage = uuid4(), on_stage(engine)
    sealed = SealedContent(content="c2VhbGVk", agency_code="KPK", oversight_key="0" * 64, reporter_key="1" * 64)
    report = received(report_id=report_id, secret=True, sealed=sealed)
    happened = step(report_id=report_id)

    for event in (report, happened) if is_known_first else (happened, report):
        stage.hear(event)

    kept = {row["template"]: row["data"] for row in stage.rows(notices)}
    assert kept["news"] == {"tracking_id": happened.tracking_id}
    assert kept.keys() == {"news", "received"}


def test_an_address_is_nowhere_but_on_the_envelope(
    engine: sa.Engine, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    by_sms, by_mail, by_file = uuid4(), uuid4(), uuid4()
    with (
        gateways.SmsGateway() as gateway,
        gateways.mail_server(answers={"RCPT": f"550 <{EMAIL}> unknown"}) as server,
        structlog.testing.capture_logs() as logs,
    ):
        stage = on_stage(engine, sms=SmsGateway.from_url(gateway.url), smtp=MailServer.from_url(server.url))
        gateway.answer_with(503, 202, 400)
        for report_id in (by_sms, by_mail):
            way = {"via": "email", "email": EMAIL, "phone": ""} if report_id is by_mail else {}
            steps = [received, returned, archived, routed, answered]
            stage.hear(contact(report_id, **way), *[step(report_id=report_id) for step in steps])
            stage.hear(closed(report_id=report_id, closed_by=ClosedBy.SILENCE))
        for _ in range(8):
            stage.run("send")
            stage.clock.advance(hours=4)
        with_file = on_stage(engine, sink=tmp_path / "notices.jsonl")
        with_file.clock.set(stage.clock.now())
        with_file.hear(contact(by_file, email=EMAIL), routed(report_id=by_file))
        with_file.run("send")

    kept = [stage.rows(table) for table in metadata.sorted_tables]
    ours = [record.getMessage() for record in caplog.records if record.name != "mail.log"]  # the played server's own
    seen = "".join([str(kept), str(stage.announced()), str(logs), *ours, *capfd.readouterr()])
    seen += (tmp_path / "notices.jsonl").read_text()
    assert len(gateway.sent) == 3  # two steps were overtaken while the gateway was away
    assert len(stage.announced(NoticeFailed)) == 7
    for secret in (PHONE, PHONE[3:], "canary", base64.b64encode(PHONE.encode()).decode()):
        assert secret not in seen


def test_only_ciphertext_of_a_contact_is_kept(engine: sa.Engine) -> None:
    stage = on_stage(engine)
    event = contact(uuid4())

    stage.hear(event)

    (row,) = stage.rows(contacts)
    assert row["sealed"] == event.sealed
    assert open_contact(row["sealed"], private_key(KEYS.private)).by_preference() == [("sms", PHONE)]


def test_a_forgotten_reporters_contact_is_gone_and_nobody_is_told_any_more(engine: sa.Engine) -> None:
    event, phones = routed(), Phones()
    stage = on_stage(engine, sms=phones)
    stage.hear(contact(event.report_id), event, identity_forgotten(report_id=event.report_id))

    stage.run("send")

    assert (phones.taken, states(stage)) == ([], ["unreachable"])
    assert [(row["sealed"], row["key_id"]) for row in stage.rows(contacts)] == [(None, None)]


def test_a_contact_that_comes_after_it_was_forgotten_is_not_kept(engine: sa.Engine) -> None:
    event, phones = routed(), Phones()
    stage = on_stage(engine, sms=phones)
    stage.hear(identity_forgotten(report_id=event.report_id))
    stage.hear(identity_forgotten(report_id=event.report_id), contact(event.report_id), event)

    stage.run("send")

    assert (phones.taken, states(stage)) == ([], ["unreachable"])
    assert [row["sealed"] for row in stage.rows(contacts)] == [None]
