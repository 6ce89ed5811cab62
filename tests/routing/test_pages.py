"""What officers and coordinators see and press."""

import pytest

from lapor_contracts.events import ReportAnswered, ReportRefused, ReportRouted
from lapor_contracts.vocabulary import Role
from lapor_routing import service
from tests.routing.conftest import INHU, POWER, ROADS, TRAFFIC
from tests.routing.test_routing import NOBODYS
from tests.support.builders import verified
from tests.support.stage import Stage

SERVICE = service


@pytest.fixture
def routed(stage: Stage) -> ReportRouted:
    """A report that came to the road office."""
    stage.hear(verified(agency_code=ROADS.code, title="Jalan berlubang <di pasar>"))
    return stage.announced(ReportRouted)[0]


def test_an_officer_finds_the_report_in_the_inbox_and_reads_why_it_came(stage: Stage, routed: ReportRouted) -> None:
    stage.open_session(Role.OFFICER, agency_code=ROADS.code)

    inbox = stage.client.get("/instansi").text
    report = stage.client.get(f"/instansi/{routed.disposition_id}").text

    assert f"/instansi/{routed.disposition_id}" in inbox
    assert "Jalan berlubang &lt;di pasar&gt;" in inbox
    assert "Mengapa ke sini?" in report
    assert routed.evidence[0].detail.split("→")[0].strip() in report


def test_an_officer_answers(stage: Stage, routed: ReportRouted) -> None:
    csrf = stage.open_session(Role.OFFICER, agency_code=ROADS.code)
    address = f"/instansi/{routed.disposition_id}"

    response = stage.client.post(
        address, data={"csrf_token": csrf, "kind": "substantive", "answer_type": "done", "text": "Sudah ditambal."}
    )

    shown = stage.client.get(response.location).text
    assert response.status_code == 303
    assert stage.announced(ReportAnswered)[0].text == "Sudah ditambal."
    assert "Sudah ditambal." in shown
    assert "Jawaban sudah dikirim kepada pelapor." in shown


def test_an_empty_answer_comes_back_with_what_is_wrong(stage: Stage, routed: ReportRouted) -> None:
    csrf = stage.open_session(Role.OFFICER, agency_code=ROADS.code)

    response = stage.client.post(
        f"/instansi/{routed.disposition_id}", data={"csrf_token": csrf, "kind": "initial", "text": " "}
    )

    assert response.status_code == 422
    assert "Wajib diisi" in response.text
    assert not stage.announced(ReportAnswered)


def test_a_form_of_another_site_does_nothing(stage: Stage, routed: ReportRouted) -> None:
    stage.open_session(Role.OFFICER, agency_code=ROADS.code)

    response = stage.client.post(f"/instansi/{routed.disposition_id}", data={"kind": "initial", "text": "Halo"})

    assert response.status_code == 403
    assert not stage.announced(ReportAnswered)


def test_an_officer_looks_up_the_competent_body_and_sends_the_report_there(stage: Stage, routed: ReportRouted) -> None:
    csrf = stage.open_session(Role.OFFICER, agency_code=ROADS.code)
    address = f"/instansi/{routed.disposition_id}/penolakan"

    found = stage.client.get(f"{address}?cari=perhubungan").text
    response = stage.client.post(
        address, data={"csrf_token": csrf, "agency_code": TRAFFIC.code, "reason": "Soal rambu."}
    )

    assert f'value="{TRAFFIC.code}"' in found
    assert f'value="{ROADS.code}"' not in found
    assert (response.status_code, response.location) == (303, "/instansi?done=refused")
    assert stage.announced(ReportRefused)[0].named_agency_code == TRAFFIC.code
    assert "Laporan sudah dialihkan." in stage.client.get(response.location).text


def test_a_refusal_without_a_body_comes_back_with_what_is_wrong(stage: Stage, routed: ReportRouted) -> None:
    csrf = stage.open_session(Role.OFFICER, agency_code=ROADS.code)
    address = f"/instansi/{routed.disposition_id}/penolakan?cari=perhubungan"

    response = stage.client.post(address, data={"csrf_token": csrf, "reason": "Bukan kami."})

    assert response.status_code == 422
    assert "Wajib diisi" in response.text
    assert "Bukan kami." in response.text
    assert not stage.announced(ReportRefused)


def test_an_officer_passes_on_to_a_unit(stage: Stage) -> None:
    stage.hear(verified(agency_code=INHU.code))
    (routed,) = stage.announced(ReportRouted)
    csrf = stage.open_session(Role.OFFICER, agency_code=INHU.code)
    address = f"/instansi/{routed.disposition_id}/penerusan"

    offered = stage.client.get(address).text
    response = stage.client.post(address, data={"csrf_token": csrf, "agency_code": ROADS.code})

    assert ROADS.name in offered
    assert POWER.name not in offered
    assert response.status_code == 303
    assert stage.announced(ReportRouted)[-1].agency_code == ROADS.code


def test_the_officer_of_another_body_sees_nothing(stage: Stage, routed: ReportRouted) -> None:
    stage.open_session(Role.OFFICER, agency_code=POWER.code)

    assert "Jalan berlubang" not in stage.client.get("/instansi").text
    assert stage.client.get(f"/instansi/{routed.disposition_id}").status_code == 404


def test_a_stranger_is_asked_to_sign_in_first(stage: Stage, routed: ReportRouted) -> None:
    response = stage.client.get(f"/instansi/{routed.disposition_id}")

    assert (response.status_code, response.location) == (303, f"/masuk?next=%2Finstansi%2F{routed.disposition_id}")


def test_the_coordinator_decides_on_the_page(stage: Stage) -> None:
    report = verified(**NOBODYS)
    stage.hear(report)
    csrf = stage.open_session(Role.COORDINATOR)
    address = f"/koordinator/{report.report_id}"

    queue = stage.client.get("/koordinator").text
    found = stage.client.get(f"{address}?cari=listrik").text
    response = stage.client.post(
        address, data={"csrf_token": csrf, "agency_code": POWER.code, "reason": "Listrik urusan PLN."}
    )

    assert address in queue
    assert f'value="{POWER.code}"' in found
    assert (response.status_code, response.location) == (303, "/koordinator?done=assigned")
    assert stage.announced(ReportRouted)[0].agency_code == POWER.code


def test_the_coordinator_sees_what_speaks_for_each_candidate(stage: Stage) -> None:
    stage.hear(verified(agency_code=ROADS.code))
    (first,) = stage.announced(ReportRouted)
    for routed_to, named in ((ROADS, TRAFFIC), (TRAFFIC, ROADS)):
        csrf = stage.open_session(Role.OFFICER, agency_code=routed_to.code)
        address = f"/instansi/{stage.announced(ReportRouted)[-1].disposition_id}/penolakan"
        stage.client.post(address, data={"csrf_token": csrf, "agency_code": named.code, "reason": "Bukan kami."})
    stage.open_session(Role.COORDINATOR)

    shown = stage.client.get(f"/koordinator/{first.report_id}").text

    assert f'value="{ROADS.code}"' in shown
    assert f"{TRAFFIC.name}: Bukan kami." in shown
