"""The verifiers' queue hears when it would show something else: a report more, or a colleague who has taken one."""

from lapor_contracts.vocabulary import Role
from lapor_verification import service
from tests.support.live import OpenPage
from tests.support.stage import Stage
from tests.verification.test_pages import incomplete

SERVICE = service


def test_a_queue_hears_of_new_reports_and_of_what_colleagues_take(stage: Stage) -> None:
    csrf = stage.open_session(Role.VERIFIER, officer="officer-7")
    queue = OpenPage(stage.client, "/verifikasi")

    stage.hear(incomplete())
    arrived = [queue.hears_news(), queue.hears_news()]
    stage.client.post("/verifikasi/berikutnya", data={"csrf_token": csrf})

    assert arrived == [True, False]
    assert queue.hears_news()
