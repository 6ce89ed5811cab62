"""A body that runs a GeoReport server gets reports posted, and what it says of them comes back."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from nacl.public import PrivateKey

from lapor_chassis.database import create_engine
from lapor_chassis.migrate import upgrade
from lapor_chassis.web import background
from lapor_contracts.events import Attachment, Point, ReportAnswered, ReportReceived
from lapor_contracts.vocabulary import AnswerKind, Status
from lapor_intake import adapters
from lapor_intake import service as intake_service
from lapor_intake.channels.open311.services import services
from lapor_intake.vault import LocalKey
from lapor_routing import service
from lapor_routing.domain.delivering import Means
from lapor_routing.outbound import connecting
from lapor_routing.outbound.connecting import Connect
from lapor_routing.outbound.tables import deliveries
from tests.routing.conftest import ROADS
from tests.routing.test_outbound import STRONGBOX, assign, bring, line, stage, waiting
from tests.support.agency_systems import GeoReport, geo_report
from tests.support.builders import TRACKING_KEY, closed, replied, sealed, status_changed
from tests.support.stage import Stage
from tests.support.until import until

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


def test_a_reports_files_are_named_in_the_request(stage: Stage, city: GeoReport) -> None:
    connect(stage, city)
    photos = [Attachment(id=uuid4(), media_type="image/jpeg", size=9) for _ in range(2)]

    assign(stage, attachments=tuple(photos))
    bring(stage)

    (request,) = city.requests.values()
    assert f"/api/v1/attachments/{photos[0].id}/shared?pass=" in request["media_url"]
    for photo in photos:
        assert f"/api/v1/attachments/{photo.id}/shared?pass=" in request["description"]


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


@pytest.mark.parametrize("settings", [{}, {"updates": True}], ids=["statuses", "updates"])
def test_a_server_that_answers_in_xml_alone_is_understood(stage: Stage, settings: dict[str, bool]) -> None:
    with geo_report(form="xml") as server:
        connect(stage, server, xml=True, **settings)
        assign(stage)
        bring(stage)
        server.statuses["1000"] = ("closed", "Lubang sudah ditambal & diratakan.")
        server.updates = [
            {
                "service_request_id": "1000",
                "update_id": "1",
                "updated_datetime": (stage.clock.now() + timedelta(minutes=5)).isoformat(),
                "status": "closed",
                "description": "Lubang sudah ditambal & diratakan.",
            }
        ]

        pass_ten_minutes(stage)

    assert len(server.requests) == 1
    assert answers(stage) == [(AnswerKind.SUBSTANTIVE, "Lubang sudah ditambal & diratakan.")]


BOMB = b'<!DOCTYPE a [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><requests><request>&b;</request></requests>'


@pytest.mark.parametrize(
    ("body", "trouble"),
    [
        pytest.param(b"[" * 100_000, "neither in JSON nor in XML", id="brackets without end"),
        pytest.param(
            b'[{"status": "closed"' + b" " * 10_000_000 + b"}]", "neither in JSON nor in XML", id="ten megabytes"
        ),
        pytest.param(b"<a>" * 500_000, "neither in JSON nor in XML", id="elements without end"),
        pytest.param(BOMB, "a document type", id="a bomb of entities"),
        pytest.param(b'<?xml version="1.0" encoding="rot13"?><a/>', "neither in JSON nor in XML", id="no encoding"),
        pytest.param(b"\xff\xfe", "neither in JSON nor in XML", id="no text"),
        pytest.param(b"null", "", id="nothing"),
        pytest.param(b'[{"service_request_id": {"a": []}, "status": ["closed"]}, 7, null]', "", id="other types"),
    ],
)
def test_a_server_that_answers_nonsense_does_no_harm(stage: Stage, city: GeoReport, body: bytes, trouble: str) -> None:
    connect(stage, city)
    assign(stage)
    bring(stage)

    city.raw = body
    pass_ten_minutes(stage)

    assert answers(stage) == []
    assert trouble in line(stage).health.trouble
    assert bool(trouble) == bool(line(stage).health.trouble)


def test_a_number_that_cannot_be_kept_as_it_is_does_not_make_us_post_the_report_again_and_again(
    stage: Stage, city: GeoReport
) -> None:
    connect(stage, city)
    assign(stage)

    city.raw = b'[{"service_request_id": "10\\u000000", "service_notice": ""}]'
    for _ in range(3):
        bring(stage)
        stage.clock.advance(minutes=3)

    assert waiting(stage) == 0
    assert [row["reference"] for row in stage.rows(deliveries)] == ["1000"]


def test_a_slow_server_with_many_open_requests_is_asked_by_one_round_only(stage: Stage, city: GeoReport) -> None:
    connect(stage, city)
    for _ in range(51):  # more than are asked for at once
        assign(stage)
    while waiting(stage):
        bring(stage)
        stage.clock.advance(seconds=1)
    asked, slow = [], threading.Event()

    def get(path: str, query: dict[str, str]) -> tuple[int, Any]:
        asked.append(query)
        stage.clock.advance(minutes=1.5)  # as long as a slow server may take for two answers
        slow.wait(10)
        return 200, []

    city.get = get  # type: ignore[method-assign]
    stage.clock.advance(minutes=11)
    stage.run("agencies")
    slow.set()
    until(lambda: len(asked) == 2)
    stage.run("agencies")
    bring(stage)

    assert len(asked) == 2


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


def test_a_server_that_nobody_has_asked_yet_has_not_worked_yet(stage: Stage, city: GeoReport) -> None:
    connect(stage, city)
    pass_ten_minutes(stage)
    before = line(stage).succeeded_at

    assign(stage)
    bring(stage)

    assert (before, line(stage).succeeded_at) == (None, stage.clock.now())


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
