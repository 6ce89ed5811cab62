"""What of notices those see who must see to it when reporters are not reached."""

from uuid import uuid4

import pytest
import sqlalchemy as sa

import lapor_notification.service
from lapor_contracts.vocabulary import Role
from lapor_notification.couriers import SmsGateway
from tests.notification.test_notices import PHONE, contact, on_stage
from tests.support import gateways
from tests.support.builders import routed

SERVICE = lapor_notification.service


def test_an_operator_finds_the_notices_that_were_given_up(engine: sa.Engine) -> None:
    event = routed()
    with gateways.SmsGateway() as gateway:
        gateway.answer_with(400)
        stage = on_stage(engine, sms=SmsGateway.from_url(gateway.url))
        stage.hear(contact(event.report_id), event, routed())
        stage.run("send")

    answer = stage.client.get("/api/v1/notices?state=given_up", headers=stage.signed_in(Role.OPERATOR))

    (item,) = answer.json["items"]
    assert (item["tracking_id"], item["template"], item["reason"]) == (
        event.tracking_id,
        "routed",
        "the gateway answered HTTP 400",
    )
    assert PHONE[1:] not in answer.text


def test_notices_are_listed_page_by_page(engine: sa.Engine) -> None:
    stage = on_stage(engine)
    report_id = uuid4()
    stage.hear(*[routed(report_id=report_id) for _ in range(3)], routed())
    address, headers = f"/api/v1/notices?report_id={report_id}&limit=2", stage.signed_in(Role.COORDINATOR)

    first = stage.client.get(address, headers=headers).json
    second = stage.client.get(f"{address}&cursor={first['next']}", headers=headers).json

    assert [len(page["items"]) for page in (first, second)] == [2, 1]
    assert second["next"] is None


@pytest.mark.parametrize(("role", "status"), [(Role.VERIFIER, 403), (Role.OFFICER, 403), (None, 401)])
def test_notices_are_not_for_everybody(engine: sa.Engine, role: Role | None, status: int) -> None:
    stage = on_stage(engine)

    answer = stage.client.get("/api/v1/notices", headers=stage.signed_in(role) if role else {})

    assert answer.status_code == status


@pytest.mark.parametrize("query", ["state=lost", "report_id=7", "limit=1000", "cursor=x"])
def test_a_question_that_makes_no_sense_is_refused_by_name(engine: sa.Engine, query: str) -> None:
    stage = on_stage(engine)

    answer = stage.client.get(f"/api/v1/notices?{query}", headers=stage.signed_in(Role.OPERATOR))

    assert answer.status_code == 422
    assert query.split("=")[0] in answer.json["errors"]
