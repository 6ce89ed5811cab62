"""An inbox and the coordinator's queue hear when they would show something else, and only then."""

from datetime import timedelta

from lapor_contracts.vocabulary import Clock, Role
from lapor_routing import service
from tests.routing.conftest import INHU, POWER, ROADS
from tests.routing.desks import routed_to
from tests.routing.test_pages import NOBODYS
from tests.support.builders import deadline_set, verified
from tests.support.live import OpenPage
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service


def test_an_inbox_hears_of_each_report_that_comes_and_of_each_new_date(stage: Stage) -> None:
    stage.open_session(Role.OFFICER, agency_code=INHU.code)
    inbox = OpenPage(stage.client, "/instansi")
    quiet = inbox.hears_news()

    routed = routed_to(stage, ROADS.code)
    arrived = [inbox.hears_news(), inbox.hears_news()]
    due = {"report_id": routed.report_id, "agency_code": routed.agency_code, "clock": Clock.FIRST_ANSWER}
    stage.hear(deadline_set(**due, due_at=WEDNESDAY + timedelta(days=3)))

    assert not quiet
    assert arrived == [True, False]
    assert inbox.hears_news()


def test_what_another_body_gets_or_the_filters_leave_out_is_no_news(stage: Stage) -> None:
    stage.open_session(Role.OFFICER, agency_code=INHU.code)
    inbox, urgent = OpenPage(stage.client, "/instansi"), OpenPage(stage.client, "/instansi?urgent=on&_external=1")

    routed_to(stage, POWER.code)
    elsewhere = inbox.hears_news()
    routed_to(stage, ROADS.code)

    assert not elsewhere
    assert inbox.hears_news()
    assert not urgent.hears_news()
    assert urgent.address.startswith("/instansi/perubahan?")


def test_the_coordinators_queue_hears_of_what_nobody_could_settle(stage: Stage) -> None:
    stage.open_session(Role.COORDINATOR)
    queue = OpenPage(stage.client, "/koordinator")

    stage.hear(verified(**NOBODYS))

    assert [queue.hears_news(), queue.hears_news()] == [True, False]


def test_whoever_is_not_signed_in_any_more_hears_nothing(stage: Stage) -> None:
    answers = [stage.client.get(path).status_code for path in ("/instansi/perubahan", "/koordinator/perubahan")]

    assert answers == [303, 303]
