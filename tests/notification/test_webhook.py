"""News of a report for the app by which it came, signed as Standard Webhooks says."""

import json
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from standardwebhooks import Webhook

import lapor_notification.service
from lapor_notification.couriers import Webhooks
from lapor_notification.domain import State
from tests.notification.test_notices import Phones, contact, on_stage, states
from tests.support.builders import received, routed
from tests.support.push_service import PushService

SERVICE = lapor_notification.service
SECRET = "whsec_" + "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def webhooks(folder: Path, *lines: str) -> Webhooks:
    """As an operator sets them."""
    path = folder / "webhooks.txt"
    path.write_text("\n".join(("# apps that tell their users themselves", *lines)))
    return Webhooks.from_file(str(path))


def test_an_app_tells_its_user_itself_and_knows_that_it_is_us(engine: sa.Engine, tmp_path: Path) -> None:
    sms, event = Phones(), routed()
    with PushService() as app:
        apps = webhooks(tmp_path, f"jaki {app.origin}/kabar?from=lapor {SECRET}")
        stage = on_stage(engine, sms=sms, webhooks=apps)
        stage.hear(received(report_id=event.report_id, acknowledged=True), contact(event.report_id, app="jaki"), event)
        stage.run("send")

    (got,) = app.got
    headers = {name.lower(): value for name, value in got.headers.items()}
    said: Any = json.loads(got.content)
    expected = Webhook(SECRET).sign(headers["webhook-id"], stage.clock.now(), got.content.decode())
    assert headers["webhook-signature"] == expected
    assert headers["webhook-timestamp"] == str(int(stage.clock.now().timestamp()))
    assert (got.path, sms.taken, states(stage)) == ("/kabar?from=lapor", [], [State.SENT])
    assert (said["type"], said["data"]["tracking_id"]) == ("notice.routed", event.tracking_id)


def test_the_user_of_an_app_without_a_webhook_is_reached_by_another_way(engine: sa.Engine, tmp_path: Path) -> None:
    sms, event = Phones(), routed()
    stage = on_stage(engine, sms=sms, webhooks=webhooks(tmp_path))
    stage.hear(received(report_id=event.report_id, acknowledged=True), contact(event.report_id, app="jaki"), event)

    stage.run("send")

    assert (len(sms.taken), states(stage)) == (1, [State.SENT])


@pytest.mark.parametrize("line", ["jaki", "jaki ftp://jaki.example whsec_abcd", "jaki https://jaki.example secret"])
def test_a_wrong_line_is_found_at_the_start(tmp_path: Path, line: str) -> None:
    with pytest.raises(ValueError, match=r"line 2|begins with"):
        webhooks(tmp_path, line)
