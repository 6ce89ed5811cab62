"""Members of staff: a digest each working day, what is late at once, and of nobody's report what it says."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

import lapor_notification.service
from lapor_chassis.working_days import national_calendar
from lapor_contracts.vocabulary import Clock, Role
from lapor_notification.couriers import Message
from lapor_notification.domain.digests import Task, digest_of, next_digest
from lapor_notification.store import notices, reports, staff, work
from tests.notification.test_notices import Phones, on_stage, public
from tests.support.builders import (
    closed,
    deadline_set,
    escalation_raised,
    received,
    replied,
    routed,
    staff_contact_ended,
)
from tests.support.stage import WEDNESDAY, Stage

SERVICE = lapor_notification.service
JAKARTA = ZoneInfo("Asia/Jakarta")
EMAIL, CODE = "siti.canary@instansi.example", "PEMDA-12.71/OPD-DISHUB"
OFFICER = str(UUID(int=7))


def chooses(
    stage: Stage, wants: str, *roles: Role, officer: str = OFFICER, agency: str | None = CODE, **more: str
) -> int:
    """Somebody says how they want to be told; returns the status of the answer."""
    csrf = stage.open_session(*(roles or (Role.OFFICER,)), agency_code=agency, officer=OFFICER)
    given = {"csrf_token": csrf, "wants": wants, "email": EMAIL, "time_zone": "Asia/Jakarta", "language": "", **more}
    return stage.client.post("/pemberitahuan/saya", data=given).status_code


def link_in(letter: Message) -> str:
    """Where the letter says that one can confirm."""
    return re.findall(r"\S+(/pemberitahuan/saya/\w+)", letter.text)[0]


def confirms(stage: Stage, letter: Message, *, officer: str = OFFICER) -> int:
    """Somebody who is signed in presses the button behind the letter's link; returns the status of the answer."""
    csrf = stage.open_session(Role.OFFICER, agency_code=CODE, officer=officer)
    return stage.client.post(link_in(letter), data={"csrf_token": csrf}).status_code


def signs_up(stage: Stage, mailbox: Phones, wants: str, *roles: Role, agency: str | None = CODE) -> None:
    """Somebody says how they want to be told, and confirms their address."""
    assert chooses(stage, wants, *roles, agency=agency) == 303
    stage.run("send")
    assert confirms(stage, mailbox.taken.pop()) == 303


def to_next_morning(stage: Stage) -> None:
    """It is past 7 in Jakarta, a day later."""
    stage.clock.set(datetime.combine((stage.clock.now() + timedelta(days=1)).date(), datetime.min.time(), UTC))
    stage.clock.advance(minutes=5)
    stage.run("digests")
    stage.run("send")


def given_to(code: str = CODE, **changes: Any) -> Any:
    """A report that a body has."""
    return routed(agency_code=code, **changes)


def test_a_digest_names_what_is_new_due_late_and_answered_and_nothing_of_what_it_says(engine: sa.Engine) -> None:
    mailbox = Phones()
    stage = on_stage(engine, smtp=mailbox)
    signs_up(stage, mailbox, "digest")
    stage.clock.advance(hours=1)
    new, late, answered = (given_to(routed_at=stage.clock.now()) for _ in range(3))
    other = given_to("PEMDA-12.71/OPD-DPUPR", routed_at=stage.clock.now())
    for event in (new, late, answered, other):
        stage.hear(received(report_id=event.report_id, acknowledged=True, body="CANARY lubang"), event)
    stage.hear(
        deadline_set(report_id=late.report_id, clock=Clock.RESOLVE, due_at=WEDNESDAY),
        replied(report_id=answered.report_id, text="CANARY kapan", replied_at=stage.clock.now()),
    )

    to_next_morning(stage)

    (letter,) = mailbox.taken
    assert letter.to == EMAIL
    assert letter.subject == "LAPOR!: 3 baru, 0 jatuh tempo hari ini, 1 lewat tenggat"
    assert f"Lewat tenggat (1): {late.tracking_id}" in letter.text
    assert f"Dibalas pelapor (1): {answered.tracking_id}" in letter.text
    assert other.tracking_id not in letter.text
    assert "CANARY" not in letter.text
    assert "canary" not in str(stage.rows(staff))


def test_a_digest_comes_once_and_not_where_there_is_nothing_to_say(engine: sa.Engine) -> None:
    mailbox = Phones()
    stage = on_stage(engine, smtp=mailbox)
    signs_up(stage, mailbox, "digest")
    to_next_morning(stage)
    assert mailbox.taken == []
    stage.hear(given_to(routed_at=stage.clock.now() + timedelta(hours=1)))

    to_next_morning(stage)
    stage.run("digests")
    stage.run("send")
    to_next_morning(stage)

    assert len(mailbox.taken) == 1


def test_what_is_new_is_not_lost_among_all_that_a_large_body_has_had_for_long(engine: sa.Engine) -> None:
    mailbox = Phones()
    stage = on_stage(engine, smtp=mailbox)
    signs_up(stage, mailbox, "digest")
    long_ago = {"agency_code": CODE, "tracking_id": "0P4F-4E3C-V0ZA", "given_at": WEDNESDAY - timedelta(days=9)}
    with stage.transactions.begin() as tx:
        tx.write(work, [{"report_id": UUID(int=number), **long_ago} for number in range(5_000)])
    event = given_to(report_id=UUID(int=2**128 - 1), routed_at=stage.clock.now() + timedelta(hours=1))
    stage.hear(event)

    to_next_morning(stage)

    assert f"Baru (1): {event.tracking_id}" in mailbox.taken[0].text


def test_what_is_closed_or_somebody_elses_by_now_is_in_no_digest(engine: sa.Engine) -> None:
    mailbox = Phones()
    stage = on_stage(engine, smtp=mailbox)
    signs_up(stage, mailbox, "digest")
    later = stage.clock.now() + timedelta(hours=1)
    done, moved = given_to(routed_at=later), given_to("PEMDA-12.71/OPD-DPUPR", routed_at=later, hop=2)
    stage.clock.advance(hours=2)
    stage.hear(closed(report_id=done.report_id), done, moved)
    stage.hear(
        given_to(report_id=moved.report_id, tracking_id=moved.tracking_id, routed_at=later - timedelta(minutes=1))
    )

    to_next_morning(stage)

    assert mailbox.taken == []


def test_a_whistleblowers_report_is_in_no_digest_and_told_to_nobody(engine: sa.Engine) -> None:
    mailbox, report_id = Phones(), uuid4()
    stage = on_stage(engine, smtp=mailbox)
    signs_up(stage, mailbox, "at_once", Role.APPROVER)
    stage.hear(public(report_id))
    with stage.transactions.begin() as tx:
        tx.execute(reports.update().values(secrecy="sealed"))
    stage.hear(given_to(report_id=report_id, routed_at=stage.clock.now() + timedelta(hours=1)))
    stage.hear(escalation_raised(report_id=report_id, to_agency_code=CODE))

    to_next_morning(stage)

    assert mailbox.taken == []


@pytest.mark.parametrize(
    ("to", "role", "agency", "told"),
    [
        pytest.param(CODE, Role.APPROVER, CODE, True, id="the body's approver"),
        pytest.param(CODE, Role.ADMINISTRATOR, CODE, True, id="its administrator"),
        pytest.param(CODE, Role.OFFICER, CODE, False, id="not an officer at the desk"),
        pytest.param("KEMEN-PU", Role.APPROVER, CODE, False, id="not another body's"),
        pytest.param(None, Role.COORDINATOR, None, True, id="the coordinators"),
        pytest.param(CODE, Role.COORDINATOR, None, False, id="not the coordinators where a body is named"),
    ],
)
def test_what_is_late_is_told_to_whom_it_came(
    engine: sa.Engine, to: str | None, role: Role, agency: str | None, told: bool
) -> None:
    mailbox = Phones()
    stage = on_stage(engine, smtp=mailbox)
    signs_up(stage, mailbox, "at_once", role, agency=agency)
    event = escalation_raised(to_agency_code=to)
    stage.hear(public(event.report_id), event)

    stage.hear(event)
    stage.run("send")

    assert [event.tracking_id in letter.subject for letter in mailbox.taken] == ([True] if told else [])


def test_who_wants_digests_reads_of_what_is_late_in_the_next_one(engine: sa.Engine) -> None:
    mailbox = Phones()
    stage = on_stage(engine, smtp=mailbox)
    signs_up(stage, mailbox, "digest", Role.APPROVER)
    event = given_to("PEMDA-12.71/OPD-UNIT", routed_at=WEDNESDAY)
    later = stage.clock.now() + timedelta(hours=1)
    stage.hear(public(event.report_id), event)
    stage.hear(escalation_raised(report_id=event.report_id, to_agency_code=CODE, raised_at=later))
    stage.run("send")
    assert mailbox.taken == []

    to_next_morning(stage)

    assert f"karena terlambat (1): {event.tracking_id}" in mailbox.taken[0].text


def test_who_may_sign_in_no_more_is_forgotten(engine: sa.Engine) -> None:
    mailbox = Phones()
    stage = on_stage(engine, smtp=mailbox)
    signs_up(stage, mailbox, "digest")
    stage.hear(given_to(routed_at=stage.clock.now() + timedelta(hours=1)), staff_contact_ended(report_id=UUID(OFFICER)))

    to_next_morning(stage)

    assert mailbox.taken == []
    assert [(row["sealed"], row["offered"]) for row in stage.rows(staff)] == [(None, None)]


def test_what_waits_for_somebody_who_may_sign_in_no_more_goes_nowhere(engine: sa.Engine) -> None:
    mailbox = Phones()
    stage = on_stage(engine, smtp=mailbox)
    signs_up(stage, mailbox, "at_once", Role.APPROVER)
    late = escalation_raised(to_agency_code=CODE)
    stage.hear(public(late.report_id), late)

    stage.hear(staff_contact_ended(report_id=UUID(OFFICER)))
    stage.run("send")

    assert mailbox.taken == []
    assert [row["sealed"] for row in stage.rows(notices)] == [None] * 2


def test_who_wanted_nothing_for_a_while_reads_of_what_is_new_since_they_want_it_again(engine: sa.Engine) -> None:
    mailbox = Phones()
    stage = on_stage(engine, smtp=mailbox)
    signs_up(stage, mailbox, "digest")
    chooses(stage, "none")
    stage.hear(given_to(routed_at=stage.clock.now() + timedelta(hours=1)))
    stage.clock.advance(days=5)
    signs_up(stage, mailbox, "digest")
    event = given_to(routed_at=stage.clock.now() + timedelta(hours=1))
    stage.hear(event)

    to_next_morning(stage)

    assert f"Baru (1): {event.tracking_id}" in mailbox.taken[0].text


def test_an_address_is_needed_kept_and_thrown_away(engine: sa.Engine) -> None:
    stage = on_stage(engine)

    assert chooses(stage, "digest", email="") == 422
    assert chooses(stage, "digest", email="nobody") == 422
    assert chooses(stage, "often") == 422
    assert chooses(stage, "digest") == 303
    assert chooses(stage, "at_once", email="") == 303
    assert EMAIL not in stage.client.get("/pemberitahuan/saya").text
    assert chooses(stage, "none") == 303
    assert [(row["wants"], row["sealed"], row["offered"]) for row in stage.rows(staff)] == [("none", None, None)]


def test_an_address_gets_nothing_but_one_letter_before_it_is_confirmed(engine: sa.Engine) -> None:
    mailbox = Phones()
    stage = on_stage(engine, smtp=mailbox)
    chooses(stage, "at_once", Role.APPROVER)
    late = escalation_raised(to_agency_code=CODE)
    stage.hear(public(late.report_id), given_to(report_id=late.report_id, routed_at=stage.clock.now()), late)

    to_next_morning(stage)
    stage.open_session(Role.APPROVER, agency_code=CODE, officer=OFFICER)
    looked = stage.client.get(link_in(mailbox.taken[0])).status_code
    to_next_morning(stage)

    assert [(letter.template, letter.to, letter.unsubscribe) for letter in mailbox.taken] == [
        ("staff_confirm", EMAIL, None)
    ]
    assert looked == 200
    assert link_in(mailbox.taken[0]).rpartition("/")[2] not in str([stage.rows(notices), stage.rows(staff)])


def test_until_a_new_address_is_confirmed_the_one_before_it_is_written_to(engine: sa.Engine) -> None:
    mailbox = Phones()
    stage = on_stage(engine, smtp=mailbox)
    signs_up(stage, mailbox, "at_once", Role.APPROVER)
    chooses(stage, "at_once", Role.APPROVER, email="siti.baru@instansi.example")
    stage.run("send")
    question = mailbox.taken.pop()

    for confirmed in (False, True):
        if confirmed:
            assert [confirms(stage, question) for _ in range(2)] == [303, 303]
        event = escalation_raised(to_agency_code=CODE)
        stage.hear(public(event.report_id), event)
        stage.run("send")

    assert [letter.to for letter in mailbox.taken] == [EMAIL, "siti.baru@instansi.example"]


def test_nobody_else_confirms_an_address_and_nobody_after_a_week(engine: sa.Engine) -> None:
    mailbox = Phones()
    stage = on_stage(engine, smtp=mailbox)
    chooses(stage, "digest")
    stage.run("send")
    (letter,) = mailbox.taken

    by_another = confirms(stage, letter, officer=str(UUID(int=8)))
    stage.clock.advance(days=8)
    stage.run("forget_offers")
    too_late = confirms(stage, letter)

    assert (by_another, too_late) == (404, 404)
    assert [(row["sealed"], row["offered"]) for row in stage.rows(staff)] == [(None, None)]


def test_a_letter_whose_link_is_good_no_more_is_not_sent(engine: sa.Engine) -> None:
    mailbox = Phones()
    stage = on_stage(engine, smtp=mailbox)
    chooses(stage, "digest")
    stage.clock.advance(days=8)  # while the mail server was away

    stage.run("forget_offers")
    stage.run("send")

    assert mailbox.taken == []
    assert [row["sealed"] for row in stage.rows(notices)] == [None]


def test_whatever_the_order_the_same_work_is_known(engine: sa.Engine) -> None:
    stage = on_stage(engine)
    first = given_to(routed_at=WEDNESDAY)
    second = given_to("KEMEN-PU", report_id=first.report_id, tracking_id=first.tracking_id, hop=2)
    second = type(second)(**{**vars(second), "routed_at": WEDNESDAY + timedelta(hours=1)})
    stage.hear(second, first)
    stage.hear(first)

    assert [row["agency_code"] for row in stage.rows(work)] == ["KEMEN-PU"]


@pytest.mark.parametrize(
    ("at", "zone", "expected"),
    [
        pytest.param("2026-01-07T23:59", "Asia/Jakarta", "2026-01-08T00:00", id="a minute before 7"),
        pytest.param("2026-01-08T00:00", "Asia/Jakarta", "2026-01-09T00:00", id="at 7: the next day"),
        pytest.param("2026-01-09T03:00", "Asia/Jakarta", "2026-01-12T00:00", id="over the weekend"),
        pytest.param("2026-01-07T21:59", "Asia/Jayapura", "2026-01-07T22:00", id="7 in Jayapura"),
        pytest.param("2026-03-18T03:00", "Asia/Jakarta", "2026-03-25T00:00", id="over Nyepi, Idulfitri and its leave"),
    ],
)
def test_a_digest_comes_on_working_days_at_seven_where_its_reader_works(at: str, zone: str, expected: str) -> None:
    found = next_digest(datetime.fromisoformat(f"{at}+00:00"), ZoneInfo(zone), national_calendar())

    assert found == datetime.fromisoformat(f"{expected}+00:00")


def test_of_very_many_reports_a_digest_names_some_and_counts_all() -> None:
    tasks = [Task(tracking_id=f"{number:04}", given_at=WEDNESDAY) for number in range(100)]

    data = digest_of(tasks, since=WEDNESDAY - timedelta(days=1), now=WEDNESDAY, zone=JAKARTA)

    assert data
    assert (len(data["new"]), data["new_count"]) == (20, "100")
