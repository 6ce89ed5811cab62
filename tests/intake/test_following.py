"""Whoever follows a report: asked for, confirmed by the owner of the address alone, ended and forgotten."""

import re
from typing import Any

import pytest
from nacl.public import PrivateKey

from lapor_chassis.transactions import chassis_tables
from lapor_contracts.events import FollowConfirmed, FollowEnded, FollowRequested
from lapor_intake import service
from lapor_intake.following.store import followers
from lapor_intake.store import metadata
from tests.intake.conftest import opened
from tests.support.builders import tracking_id
from tests.support.stage import Stage

SERVICE = service
REPORT = "019b98d2-0001-7000-8000-000000000001"
EMAIL = "pendukung@warga.example"


class Follower:
    """Somebody who wants to hear of a report."""

    def __init__(self, stage: Stage, key: PrivateKey) -> None:
        self.stage, self.key = stage, key
        self.report = tracking_id(REPORT)

    def asks(self, report: str = "", address: str = EMAIL, visitor: str = "198.51.100.7") -> Any:
        """Send the form."""
        path, form = f"/ikuti/{report or self.report}", {"address": address}
        return self.stage.client.post(path, data=form, environ_base={"REMOTE_ADDR": visitor})

    def messages(self) -> list[Any]:
        """What notification would open of each request that intake let through."""
        return [opened(event, self.key) for event in self.stage.announced(FollowRequested)]

    @property
    def token(self) -> str:
        """The last one."""
        return str(self.messages()[-1]["token"])


@pytest.fixture
def follower(stage: Stage, notification_key: PrivateKey) -> Follower:
    return Follower(stage, notification_key)


def test_whoever_asks_is_sent_one_message_that_only_notification_can_open(follower: Follower, stage: Stage) -> None:
    answer = follower.asks()

    assert answer.status_code == 202
    assert "Periksa pesan Anda" in answer.text
    (event,) = stage.announced(FollowRequested)
    assert event.tracking_id == follower.report
    assert opened(event, follower.key) == {"via": "email", "email": EMAIL, "token": follower.token}
    assert EMAIL not in str(stage.rows(followers)) + str(stage.rows(chassis_tables(metadata).events))


def test_a_telephone_number_will_do_too(follower: Follower) -> None:
    follower.asks(address="0812 3456 7890")

    assert [(message["via"], message["phone"]) for message in follower.messages()] == [("sms", "+6281234567890")]


@pytest.mark.parametrize("address", ["", "siti", "siti@", "12", "a@b.id, c@d.id"])
def test_what_is_no_address_is_refused_with_its_reason(follower: Follower, address: str) -> None:
    answer = follower.asks(address=address)

    assert answer.status_code == 422
    assert "Mohon perbaiki" in answer.text
    assert follower.messages() == []


def test_what_is_answered_tells_nothing_of_the_report(follower: Follower) -> None:
    answers = [follower.asks(name) for name in (tracking_id("another"), "7K3M-9QXF-2TPB", "laporan", "x" * 30)]

    said = {re.sub(r"/lacak/\S+", "", answer.text) for answer in answers}
    assert {answer.status_code for answer in answers} == {202}
    assert len(said) == 1


def test_an_address_is_sent_one_message_for_a_report_in_a_day(follower: Follower, stage: Stage) -> None:
    for _ in range(3):
        follower.asks(visitor="203.0.113.9")
        follower.asks(address=EMAIL.upper())
    (first,) = stage.announced(FollowRequested)
    stage.clock.advance(hours=25)

    follower.asks()

    (second,) = stage.announced(FollowRequested)  # what was said before holds no address any more
    (ended,) = stage.announced(FollowEnded)
    assert ended.report_id == first.report_id != second.report_id


def test_strangers_cannot_have_an_address_flooded_by_naming_many_reports(follower: Follower) -> None:
    for number in range(20):
        follower.asks(tracking_id(f"report {number}"), visitor=f"203.0.113.{number}")

    assert len(follower.messages()) == 3


def test_one_network_cannot_send_messages_to_everybody(follower: Follower) -> None:
    answers = [follower.asks(address=f"warga{number}@example.id").status_code for number in range(70)]

    assert answers.count(429) == 10
    assert len(follower.messages()) == 60


def test_a_program_that_looks_at_the_link_confirms_nothing(follower: Follower, stage: Stage) -> None:
    follower.asks()

    answer = stage.client.get(f"/ikuti/konfirmasi/{follower.token}")

    assert "Ya, ikuti" in answer.text
    assert stage.announced(FollowConfirmed) == []


def test_the_button_confirms_once_however_often_it_is_pressed(follower: Follower, stage: Stage) -> None:
    follower.asks()

    answers = [stage.client.post(f"/ikuti/konfirmasi/{follower.token.lower()}") for _ in range(2)]

    assert ["Anda mengikuti laporan ini" in answer.text for answer in answers] == [True, True]
    (event,) = stage.announced(FollowConfirmed)
    assert (event.report_id, event.tracking_id) == (stage.announced(FollowRequested)[0].report_id, follower.report)


def test_whoever_follows_a_report_is_not_asked_to_confirm_again(follower: Follower, stage: Stage) -> None:
    follower.asks()
    stage.client.post(f"/ikuti/konfirmasi/{follower.token}")
    stage.clock.advance(days=30)

    answer = follower.asks()

    assert answer.status_code == 202
    assert len(follower.messages()) == 1


def test_a_link_that_nobody_was_sent_opens_nothing(stage: Stage) -> None:
    answers = [
        stage.client.open(f"/ikuti/{page}/00000000000000", method=method).status_code
        for page, method in (("konfirmasi", "GET"), ("konfirmasi", "POST"), ("berhenti", "POST"))
    ]

    assert answers == [404, 404, 404]


def test_what_is_not_confirmed_in_a_week_is_forgotten(follower: Follower, stage: Stage) -> None:
    follower.asks()
    token = follower.token
    stage.clock.advance(days=7, minutes=1)

    assert stage.run("end_unconfirmed") == 1

    assert [event.tracking_id for event in stage.announced(FollowEnded)] == [follower.report]
    assert stage.announced(FollowRequested) == []  # what was said holds no address any more
    assert stage.client.post(f"/ikuti/konfirmasi/{token}").status_code == 404


def test_whoever_has_enough_of_it_is_forgotten(follower: Follower, stage: Stage) -> None:
    follower.asks()
    token = follower.token
    stage.client.post(f"/ikuti/konfirmasi/{token}")

    answers = [
        stage.client.get(f"/ikuti/berhenti/{token}"),
        stage.client.post(f"/ikuti/berhenti/{token}", data={"List-Unsubscribe": "One-Click"}),
        stage.client.post(f"/ikuti/berhenti/{token}"),
    ]

    assert ["tidak lagi mengikuti" in answer.text for answer in answers] == [False, True, True]
    assert len(stage.announced(FollowEnded)) == 1
    assert stage.announced(FollowRequested) == []
    assert [row["mark"] for row in stage.rows(followers)] == [None]


def test_programs_follow_reports_too(follower: Follower, stage: Stage) -> None:
    asked = stage.client.post("/api/v1/follows", json={"tracking_id": follower.report, "address": EMAIL})
    token = {"token": follower.token}

    confirmed = stage.client.post("/api/v1/follows/confirmation", json=token)
    ended = stage.client.post("/api/v1/follows/end", json=token)
    too_late = stage.client.post("/api/v1/follows/confirmation", json=token)

    assert [answer.status_code for answer in (asked, confirmed, ended, too_late)] == [202, 200, 200, 404]
    assert confirmed.json == {"tracking_id": follower.report}


@pytest.mark.parametrize("given", [{}, {"address": EMAIL}, {"tracking_id": "x", "address": EMAIL}, {"more": 1}])
def test_a_program_is_told_what_it_left_out(stage: Stage, given: dict[str, Any]) -> None:
    answer = stage.client.post("/api/v1/follows", json=given)

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["errors"]
