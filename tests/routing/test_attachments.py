"""What officers, and bodies' own systems, are given of the files that came with a report."""

import uuid

from lapor_contracts.events import Attachment, DispositionAssigned, DispositionReplied, LinkedAttachment, ReportRouted
from lapor_contracts.vocabulary import Role
from lapor_routing import service
from lapor_routing.outbound.store import connect
from lapor_routing.outbound.telling import ADDED
from tests.routing.conftest import ROADS, TRAFFIC
from tests.routing.desks import told
from tests.support.builders import supplemented, verified
from tests.support.stage import Stage

SERVICE = service
PHOTO = Attachment(id=uuid.uuid4(), media_type="image/png", size=1_200_000)


def test_an_officer_sees_the_attachments_of_the_own_bodys_reports(stage: Stage) -> None:
    stage.hear(verified(agency_code=ROADS.code, attachments=(PHOTO,)))
    (routed,) = stage.announced(ReportRouted)
    officer = stage.signed_in(Role.OFFICER, agency_code=ROADS.code)
    stranger = stage.signed_in(Role.OFFICER, agency_code=TRAFFIC.code)
    address = f"/api/v1/dispositions/{routed.disposition_id}"

    shown = stage.client.get(address, headers=officer).json
    stage.open_session(Role.OFFICER, agency_code=ROADS.code)
    page = stage.client.get(f"/instansi/{routed.disposition_id}").text

    expected = {"id": str(PHOTO.id), "media_type": "image/png", "size": 1_200_000}
    assert shown["report"]["attachments"] == [expected]
    assert f'<img src="/api/v1/attachments/{PHOTO.id}"' in page
    assert str(PHOTO.id) not in stage.client.get(address, headers=stranger).text


def test_a_bodys_own_system_is_told_of_them(stage: Stage) -> None:
    with stage.transactions.begin() as tx:
        connect(tx, ROADS.code)

    stage.hear(verified(agency_code=ROADS.code, attachments=(PHOTO,)), verified(agency_code=ROADS.code))

    first, second = told(stage)
    assert isinstance(first, DispositionAssigned)
    assert isinstance(second, DispositionAssigned)
    assert (first.attachments, second.attachments) == ((LinkedAttachment(**vars(PHOTO)),), ())


def test_a_photo_that_follows_its_report_is_seen_too_whichever_is_heard_first(stage: Stage) -> None:
    early = Attachment(id=uuid.uuid4(), media_type="application/pdf", size=9)
    report = verified(agency_code=ROADS.code, attachments=(early,))
    stage.hear(supplemented(report_id=report.report_id, attachments=(early,)))
    stage.hear(report)
    stage.hear(supplemented(report_id=report.report_id, attachments=(PHOTO,)))
    (routed,) = stage.announced(ReportRouted)
    officer = stage.signed_in(Role.OFFICER, agency_code=ROADS.code)

    shown = stage.client.get(f"/api/v1/dispositions/{routed.disposition_id}", headers=officer).json

    assert [file["id"] for file in shown["report"]["attachments"]] == [str(early.id), str(PHOTO.id)]


def test_a_bodys_own_system_is_told_of_a_photo_that_follows(stage: Stage) -> None:
    with stage.transactions.begin() as tx:
        connect(tx, ROADS.code)
    report = verified(agency_code=ROADS.code)
    stage.hear(report)

    stage.hear(supplemented(report_id=report.report_id, attachments=(PHOTO,)))

    *_, news = told(stage)
    assert isinstance(news, DispositionReplied)
    assert (news.attachments, news.text) == ((LinkedAttachment(**vars(PHOTO)),), ADDED)
