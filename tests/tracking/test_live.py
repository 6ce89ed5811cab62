"""The page of a report hears that there is something new, and by what it asks nobody learns more than it shows."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from lapor_chassis.tracking_ids import TrackingIds
from lapor_tracking import service
from tests.support import builders
from tests.tracking.case import Case, later

SERVICE = service


def asks(case: Case, known: str = "", watch_pass: str = "") -> Any:
    """As the browser's EventSource does."""
    headers = {"Last-Event-ID": known} if known else {}
    query = {"izin": watch_pass} if watch_pass else {}
    return case.stage.client.get(f"/lacak/{case.tracking_id}/perubahan", headers=headers, query_string=query)


def version(answer: Any) -> str | None:
    """What the page shows now; None if that is what it knows."""
    found = re.search(r"^id: (\d+)$", answer.text, re.MULTILINE)
    return found and found[1]


def address_on(page: Any) -> str:
    """Where a page asks for news."""
    (found,) = re.findall(r'data-live="([^"]+)"', page.text)
    return unescape(found)


def test_a_page_hears_once_of_each_thing_that_happens(case: Case) -> None:
    case.told()
    address = address_on(case.stage.client.get(f"/lacak/{case.tracking_id}"))
    unchanged = case.stage.client.get(address)
    case.stage.hear(builders.answered(report_id=case.report_id, answered_at=later(8)))

    news = case.stage.client.get(address)

    assert version(unchanged) is None
    assert version(news)
    assert version(asks(case, known=version(news) or "")) is None


def test_the_answer_is_given_at_once_and_says_when_to_ask_again(case: Case) -> None:
    case.told()

    answer = asks(case)

    assert answer.content_type == "text/event-stream; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    (pause,) = re.findall(r"^retry: (\d+)$", answer.text, re.MULTILINE)
    assert 15_000 <= int(pause) <= 25_000
    assert answer.text.endswith("\n\n")


@pytest.mark.parametrize("kind", ["unknown", "mistyped", "secret", "secret with a wrong pass"])
def test_what_the_public_may_not_see_is_answered_alike(case: Case, kind: str) -> None:
    if "secret" in kind:
        case.told(secret=True)
    typed = "7K3M-9QXF-2TPB" if kind == "mistyped" else case.tracking_id
    query = {"izin": "0" * 32} if "pass" in kind else {}

    answer = case.stage.client.get(f"/lacak/{typed}/perubahan", query_string=query)

    assert answer.status_code == 404


def test_the_reporter_of_a_secret_report_hears_of_it_without_the_receipt_in_any_address(case: Case) -> None:
    case.told(secret=True)
    address = address_on(case.send(action="open"))

    case.stage.hear(builders.answered(report_id=case.report_id, answered_at=later(8)))

    assert version(case.stage.client.get(address))
    assert case.receipt.replace("-", "") not in address.replace("-", "")


def test_a_pass_is_good_for_this_report_and_until_tomorrow(case: Case) -> None:
    other = Case(case.stage).told(secret=True)
    case.told(secret=True)
    ids, today = TrackingIds(builders.TRACKING_KEY), case.stage.clock.now().date()

    answers = [
        asks(case, watch_pass=ids.watch_pass(report.tracking_id, today - timedelta(days=age))).status_code
        for report, age in ((case, 0), (case, 1), (case, 2), (other, 0))
    ]

    assert answers == [200, 200, 404, 404]


def test_the_public_does_not_learn_that_somebody_asked_who_the_reporter_is(case: Case) -> None:
    case.told()
    before, watched = version(asks(case)), address_on(case.send(action="open"))

    case.stage.hear(builders.identity_requested(report_id=case.report_id, requested_at=later(8)))

    assert version(asks(case)) == before
    assert version(case.stage.client.get(watched))


def test_other_words_for_the_public_are_news_too(case: Case) -> None:
    case.told()
    before = version(asks(case))

    case.stage.hear(builders.edited(report_id=case.report_id, edited_at=later(8)))

    assert version(asks(case)) != before
