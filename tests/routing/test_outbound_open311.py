"""A body that runs a GeoReport server gets reports posted, and what it says of them comes back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nacl.public import PrivateKey

from lapor_chassis.database import create_engine
from lapor_chassis.migrate import upgrade
from lapor_chassis.web import background
from lapor_contracts.events import Point, ReportAnswered, ReportReceived
from lapor_contracts.vocabulary import AnswerKind, Status
from lapor_intake import adapters
from lapor_intake import service as intake_service
from lapor_intake.channels.open311.services import services
from lapor_intake.vault import LocalKey
from lapor_routing import service
from lapor_routing.domain.delivering import Means
from lapor_routing.outbound import connecting
from lapor_routing.outbound.connecting import Connect
from tests.routing.conftest import ROADS
from tests.routing.test_outbound import STRONGBOX, assign, bring, line, stage, waiting
from tests.support.agency_systems import GeoReport, geo_report
from tests.support.builders import TRACKING_KEY, closed, replied, sealed, status_changed
from tests.support.stage import Stage

SERVICE = service

__all__ = ["stage"]


@pytest.fixture
def city() -> Iterator[GeoReport]:
    """The server of a city's office."""
    with geo_report() as server:
        yield server


def connect(stage: Stage, server: GeoReport, **settings: Any) -> None:
    """Connect the roads office by Open311."""
    given = {"jurisdiction": "inhu.example", "services": {"jalan-rusak": "ROAD", "*": "OTHER"}, **settings}
    command = Connect(code=ROADS.code, means=Means.OPEN311, address=server.url, settings=given, key="kunci")
    with stage.transactions.begin() as tx:
        connecting.connect(command, tx, STRONGBOX)


def pass_ten_minutes(stage: Stage) -> None:
    """Until updates are fetched again."""
    stage.clock.advance(minutes=11)
    bring(stage)


def answers(stage: Stage) -> list[tuple[AnswerKind, str]]:
    """What reporters were told, by kind."""
    return [(said.answer_kind, said.text) for said in stage.announced(ReportAnswered)]


def test_a_report_is_posted_as_a_request_with_its_place_and_number(stage: Stage, city: GeoReport) -> None:
    connect(stage, city)

    routed = assign(
        stage,
        title="Jalan berlubang",
        category="jalan-rusak",
        point=Point(latitude=-0.374123, longitude=102.541234),
    )
    assign(stage, category="lain")
    bring(stage)

    first, second = city.requests.values()
    assert (first["service_code"], second["service_code"]) == ("ROAD", "OTHER")
    assert (first["lat"], first["long"]) == ("-0.374123", "102.541234")
    assert first["address_string"] == "Depan Pasar Rakyat, Kabupaten Indragiri Hulu"
    assert first["jurisdiction_id"] == "inhu.example"
    assert "Jalan berlubang" in first["description"]
    assert routed.tracking_id in first["description"]
    assert "lat" not in second


def test_what_a_closed_request_says_is_the_bodys_answer_once_and_an_open_one_says_nothing(
    stage: Stage, city: GeoReport
) -> None:
    connect(stage, city)
    assign(stage)
    bring(stage)

    city.statuses["1000"] = ("open", "Permintaan Anda kami terima.")
    pass_ten_minutes(stage)
    city.statuses["1000"] = ("closed", "Lubang sudah ditambal.")
    for _ in range(2):
        pass_ten_minutes(stage)

    assert answers(stage) == [(AnswerKind.SUBSTANTIVE, "Lubang sudah ditambal.")]
    assert {said.answered_by for said in stage.announced(ReportAnswered)} == {f"agency:{ROADS.code}"}


def test_a_request_closed_without_a_word_is_no_substantive_answer(stage: Stage, city: GeoReport) -> None:
    connect(stage, city)
    assign(stage)
    bring(stage)

    city.statuses["1000"] = ("closed", "")
    pass_ten_minutes(stage)

    assert [kind for kind, _ in answers(stage)] == [AnswerKind.INITIAL]


def test_a_server_that_gives_tokens_is_asked_for_the_number_later(stage: Stage) -> None:
    with geo_report(gives_tokens=True) as slow:
        connect(stage, slow)
        assign(stage)
        bring(stage)
        slow.statuses["1000"] = ("closed", "Sudah.")

        pass_ten_minutes(stage)
        pass_ten_minutes(stage)

    assert answers(stage) == [(AnswerKind.SUBSTANTIVE, "Sudah.")]


def test_with_updates_the_conversation_goes_both_ways(stage: Stage, city: GeoReport) -> None:
    connect(stage, city, updates=True)
    routed = assign(stage)
    bring(stage)
    moment = (stage.clock.now() + timedelta(minutes=5)).isoformat()
    known = {"service_request_id": "1000", "updated_datetime": moment}
    city.updates = [
        {**known, "update_id": "1", "status": "open", "description": "Sedang dikerjakan."},
        {**known, "update_id": "2", "status": "closed", "description": "Selesai ditambal."},
        {**known, "update_id": "3", "status": "closed", "description": "Bukan milik kami.", "service_request_id": "77"},
    ]

    pass_ten_minutes(stage)
    stage.hear(replied(report_id=routed.report_id, text="Masih ada satu lubang."))
    stage.hear(closed(report_id=routed.report_id))
    bring(stage)

    assert answers(stage) == [
        (AnswerKind.INITIAL, "Sedang dikerjakan."),
        (AnswerKind.SUBSTANTIVE, "Selesai ditambal."),
    ]
    assert [(one["service_request_id"], one["status"]) for one in city.received] == [
        ("1000", "OPEN"),
        ("1000", "CLOSED"),
    ]
    assert city.received[0]["description"] == "Masih ada satu lubang."


def test_a_whistleblowers_report_is_posted_to_no_such_server(stage: Stage, city: GeoReport) -> None:
    connect(stage, city)

    assign(stage, sealed=sealed(agency_code=ROADS.code))
    bring(stage)

    assert city.requests == {}


def test_a_server_that_lets_us_in_no_more_keeps_what_is_due(stage: Stage, city: GeoReport) -> None:
    command = Connect(code=ROADS.code, means=Means.OPEN311, address=city.url, key="salah")
    with stage.transactions.begin() as tx:
        connecting.connect(command, tx, STRONGBOX)

    assign(stage)
    bring(stage)

    assert waiting(stage) == 1
    assert line(stage).health.trouble == "answers HTTP 403"


def test_a_server_that_is_none_is_trouble_that_a_coordinator_sees(stage: Stage, city: GeoReport) -> None:
    city.get = lambda *_: (200, "bukan daftar")  # type: ignore[method-assign]
    connect(stage, city)
    assign(stage)
    bring(stage)

    pass_ten_minutes(stage)
    assert answers(stage) == []
    city.get = lambda *_: (404, [])  # type: ignore[method-assign]
    pass_ten_minutes(stage)

    assert line(stage).health.trouble == "answers HTTP 404 when asked for requests"


def test_another_lapor_is_such_a_server(stage: Stage, tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path}/intake.db")
    upgrade("intake", engine)
    theirs = Stage(
        intake_service,
        engine,
        database_url=str(engine.url),
        tracking_key=TRACKING_KEY,
        vault_key=LocalKey(b"another key for tests, 32 bytes."),
        notification_public_key=bytes(PrivateKey.generate().public_key),
        attachments=str(tmp_path / "attachments"),
        open311_needs_key=True,
    )
    with theirs.transactions.begin() as tx:
        key = adapters.add(tx, "lapor-nasional")
    with background(theirs.client.application, 0) as address:
        command = Connect(
            code=ROADS.code,
            means=Means.OPEN311,
            address=f"{address}/open311/v2",
            settings={"services": {"*": next(iter(services()))}},
            key=key,
        )
        with stage.transactions.begin() as tx:
            connecting.connect(command, tx, STRONGBOX)
        assign(stage, title="Jalan berlubang", body="Dua motor terjatuh.")
        bring(stage)
        (taken,) = theirs.announced(ReportReceived)
        theirs.hear(
            status_changed(
                report_id=taken.report_id,
                tracking_id=taken.tracking_id,
                status=Status.CLOSED,
                agency_code="X",
                agency_name="X",
                text="Sudah ditambal.",
            )
        )

        pass_ten_minutes(stage)
    engine.dispose()

    assert "Dua motor terjatuh." in taken.body
    assert answers(stage) == [(AnswerKind.SUBSTANTIVE, "Selesai / Closed: X. Sudah ditambal.")]
