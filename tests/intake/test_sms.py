"""Reports by SMS, as a gateway brings them."""

import re
from typing import Any

import pytest
from nacl.public import PrivateKey

from lapor_contracts.events import ContactSealed, ReportReceived
from lapor_contracts.vocabulary import Channel
from lapor_intake import service, store
from lapor_intake.channels.sms import HELP, Message, answer, read
from lapor_intake.handlers import Slip
from tests.intake.conftest import GATEWAY_TOKEN, kept, opened
from tests.support.stage import Stage

SERVICE = service
URL = "/channels/sms/kannel"
TRACKING_ID = re.compile(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}")


def sms(**changes: Any) -> dict[str, str]:
    """An SMS with the parameters of a gateway."""
    return {
        "sender": "+6281234567890",
        "to": "1708",
        "text": "INHU jalan rusak di Rengat",
        "id": "sms-1",
        "ts": "2026-01-07 03:00:00",
        **changes,
    }


@pytest.mark.parametrize(
    ("text", "region_code", "keyword", "body"),
    [
        pytest.param("INHU jalan rusak", "14.02", None, "jalan rusak", id="keyword"),
        pytest.param("inhu jalan rusak", "14.02", None, "jalan rusak", id="small letters"),
        pytest.param("Inhu, jalan rusak", "14.02", None, "jalan rusak", id="with a comma"),
        pytest.param("INHO jalan rusak", "14.02", None, "jalan rusak", id="misspelt"),
        pytest.param("INHU JALAN RUSAK", "14.02", None, "JALAN RUSAK", id="all in capitals"),
        pytest.param("Indragiri Hulu jalan rusak", "14.02", None, "jalan rusak", id="two words"),
        pytest.param("kota bandung banjir", "32.73", None, "banjir", id="the city, not the regency"),
        pytest.param("INHU\njalan rusak\ndan gelap", "14.02", None, "jalan rusak\ndan gelap", id="on lines"),
        pytest.param("PLN listrik mati", None, "PLN", "PLN listrik mati", id="an agency"),
        pytest.param("Jalan rusak di Rengat", None, None, "Jalan rusak di Rengat", id="no keyword"),
        pytest.param("lambat sekali", None, None, "lambat sekali", id="one letter off LAMBAR, but a word"),
        pytest.param("TAKUT LEWAT SINI", None, "TAKUT", "TAKUT LEWAT SINI", id="capitals forgive no letter"),
        pytest.param("Batu besar di jalan", None, None, "Batu besar di jalan", id="a stone, not the city"),
        pytest.param("BATU jalan rusak", "35.79", None, "jalan rusak", id="the city, not a stone"),
        pytest.param("bel\x07 rusak", None, None, "bel rusak", id="control characters are dropped"),
        pytest.param("INHU", "14.02", None, "", id="nothing but a keyword"),
        pytest.param(" ", None, None, "", id="nothing"),
    ],
)
def test_the_first_words_may_say_for_whom_it_is(
    text: str, region_code: str | None, keyword: str | None, body: str
) -> None:
    assert read(text) == Message(region_code, keyword, body)


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_sms_is_answered_with_its_tracking_id_in_one_sms(stage: Stage, method: str) -> None:
    where = {"query_string": sms()} if method == "get" else {"data": sms()}

    response = getattr(stage.client, method)(URL, **where)

    assert response.status_code == 200
    assert response.content_type == "text/plain; charset=utf-8"
    assert len(response.text) <= 160
    (stored,) = stage.rows(store.reports)
    assert TRACKING_ID.search(response.text).group() == stored["tracking_id"]


def test_the_region_and_the_sender_are_known(stage: Stage, notification_key: PrivateKey) -> None:
    stage.client.get(URL, query_string=sms(sender="081234567890"))

    (received,) = stage.announced(ReportReceived)
    assert (received.channel, received.region_code, received.body) == (Channel.SMS, "14.02", "jalan rusak di Rengat")
    assert received.acknowledged
    (sealed,) = stage.announced(ContactSealed)
    assert opened(sealed, notification_key) == {"via": "sms", "phone": "+6281234567890"}
    assert kept(stage)[0].phone == "+6281234567890"


def test_an_agency_as_the_keyword_is_passed_on(stage: Stage) -> None:
    stage.client.get(URL, query_string=sms(text="PLN listrik padam sejak pagi"))

    (received,) = stage.announced(ReportReceived)
    assert received.keyword == "PLN"
    assert received.body == "PLN listrik padam sejak pagi"


def test_a_gateway_that_sends_again_gets_the_same_answer_for_one_report(stage: Stage) -> None:
    first = stage.client.get(URL, query_string=sms())

    again = stage.client.get(URL, query_string=sms(ts="2026-01-07 03:05:00"))

    assert again.text == first.text
    assert len(stage.rows(store.reports)) == len(stage.announced(ReportReceived)) == 1


def test_a_gateway_that_counts_from_one_again_loses_no_report(stage: Stage) -> None:
    stage.client.get(URL, query_string=sms())

    stage.client.get(URL, query_string=sms(text="INHU lampu jalan mati"))

    assert len(stage.rows(store.reports)) == 2


@pytest.mark.parametrize("text", ["", "INHU", "tes", "x" * 10_001])
def test_who_says_too_little_or_too_much_is_told_how_to_report(stage: Stage, text: str) -> None:
    response = stage.client.post(URL, data=sms(text=text))

    assert (response.status_code, response.text) == (200, HELP)
    assert len(HELP) <= 160
    assert stage.rows(store.reports) == []


@pytest.mark.parametrize("sender", ["", "TELKOMSEL", "3636"])
def test_without_the_number_of_a_person_there_is_no_report(stage: Stage, sender: str) -> None:
    response = stage.client.get(URL, query_string=sms(sender=sender))

    assert response.status_code == 400
    assert response.content_type == "text/plain; charset=utf-8"
    assert stage.rows(store.reports) == []


def test_the_sender_may_be_called_from(stage: Stage) -> None:
    given = sms()
    given["from"] = given.pop("sender")

    assert stage.client.get(URL, query_string=given).status_code == 200


@pytest.mark.parametrize(
    ("token", "status"), [(None, 403), ("", 403), ("wrong", 403), ("salah ç", 403), (GATEWAY_TOKEN, 200)]
)
def test_only_a_gateway_that_knows_the_token_is_heard(guarded_stage: Stage, token: str | None, status: int) -> None:
    given = sms() if token is None else sms(token=token)

    assert guarded_stage.client.get(URL, query_string=given).status_code == status


def test_the_token_may_stand_in_a_header(guarded_stage: Stage) -> None:
    response = guarded_stage.client.get(URL, query_string=sms(), headers={"X-Lapor-Token": GATEWAY_TOKEN})

    assert response.status_code == 200


@pytest.mark.parametrize("address", ["https://lapor.example", "https://" + "x" * 90, "https://lapor.example/~a"])
def test_whatever_our_address_is_the_answer_fits_in_one_sms(address: str) -> None:
    slip = Slip("7K3M-9QXF-2TPA", "1234-5678-9012-3456", "", f"{address}/lacak/7K3M-9QXF-2TPA")

    text = answer(slip)

    assert len(text) <= 160
    assert "~" not in text  # takes two places in the GSM alphabet
    assert slip.tracking_id in text
    assert slip.receipt in text
