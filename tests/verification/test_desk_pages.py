"""The pages of the verifier's desk: taking over, second opinions, appeals, many at once, texts."""

import re
import uuid
from datetime import timedelta
from typing import Any

import pytest

from lapor_contracts.events import (
    AppealDecided,
    ReportArchived,
    ReportEdited,
    ReportMerged,
    ReportReceived,
    ReportVerified,
)
from lapor_contracts.vocabulary import Role
from lapor_verification import service
from lapor_verification.domain.case import State
from tests.support.builders import appealed, received
from tests.support.stage import WEDNESDAY, Stage
from tests.verification.test_desk import OFF_TOPIC, UNCLEAR, Officer, waits
from tests.verification.test_handlers import case_of

SERVICE = service


class Desk:
    """Ani, who has signed in."""

    def __init__(self, stage: Stage, *roles: Role) -> None:
        self._stage = stage
        self._csrf = stage.open_session(*(roles or (Role.VERIFIER,)), officer="ani")

    def get(self, path: str) -> Any:
        return self._stage.client.get(f"/verifikasi{path}")

    def send(self, path: str, **fields: Any) -> Any:
        return self._stage.client.post(f"/verifikasi{path}", data={"csrf_token": self._csrf, **fields})


@pytest.fixture
def ani(stage: Stage) -> Desk:
    return Desk(stage)


@pytest.fixture
def budi(stage: Stage) -> Officer:
    return Officer(stage, "budi")


def test_who_works_through_a_sifted_queue_goes_on_to_its_next_case(stage: Stage, ani: Desk) -> None:
    waits(stage, kind="aspiration"), waits(stage, kind="complaint"), waits(stage, kind="aspiration")
    first = ani.send("/berikutnya?kind=aspiration").location

    second = ani.send(f"{first.removeprefix('/verifikasi').replace('?', '/verifikasi?')}", version="1")
    last = ani.send(f"{second.location.removeprefix('/verifikasi').split('?')[0]}/verifikasi?kind=aspiration")

    assert first != second.location
    assert "kind=aspiration" in second.location
    assert "nothing=1" in last.location
    assert "Tidak ada lagi kasus" in stage.client.get(last.location).text


def test_a_case_in_a_colleagues_hands_shows_who_may_do_what(stage: Stage, ani: Desk, budi: Officer) -> None:
    report_id = waits(stage)
    budi.put(f"/{report_id}/holder")

    page = ani.get(f"/{report_id}").text

    assert "Seorang rekan mengerjakan kasus ini" in page
    assert "Verifikasi dan teruskan" not in page
    assert "Ambil alih" not in page
    assert ani.send(f"/{report_id}/ambil").status_code == 409
    assert ani.send(f"/{report_id}/alih", confirmed="true").status_code == 403


def test_a_coordinator_confirms_before_taking_a_case_over(stage: Stage, budi: Officer) -> None:
    report_id = waits(stage)
    budi.put(f"/{report_id}/holder")
    coordinator = Desk(stage, Role.COORDINATOR)

    assert "Ambil alih" in coordinator.get(f"/{report_id}").text
    assert coordinator.send(f"/{report_id}/alih").status_code == 422
    assert coordinator.send(f"/{report_id}/alih", confirmed="true").status_code == 303
    assert case_of(stage, report_id).taken_by == "ani"


def test_a_second_verifier_agrees_on_the_page(stage: Stage, ani: Desk, budi: Officer) -> None:
    report_id = waits(stage)
    budi.post(f"/{report_id}/archive", **OFF_TOPIC)
    assert OFF_TOPIC["reason"] in ani.get(f"/{report_id}").text

    assert ani.send(f"/{report_id}/tinjau", agreed="false").status_code == 422
    assert ani.send(f"/{report_id}/tinjau", agreed="true", version="2").status_code == 303

    assert [event.archived_by for event in stage.announced(ReportArchived)] == ["ani"]


def test_an_appeal_is_read_and_decided_on_the_page(stage: Stage, ani: Desk, budi: Officer) -> None:
    report_id = waits(stage)
    budi.post(f"/{report_id}/archive", **UNCLEAR)
    stage.hear(appealed(report_id=report_id, text="Loketnya di <b>Samsat</b> Rengat."))
    assert "Loketnya di &lt;b&gt;Samsat" in ani.get(f"/{report_id}").text

    assert ani.send(f"/{report_id}/keberatan", granted="true").status_code == 422
    ani.send(f"/{report_id}/keberatan", granted="true", reason="Tempatnya jelas.")

    assert [event.granted for event in stage.announced(AppealDecided)] == [True]
    assert case_of(stage, report_id).state is State.WAITING


def test_a_report_that_is_found_by_its_number_shows_where_it_stands(stage: Stage, ani: Desk) -> None:
    report = received()
    stage.hear(report)

    page = ani.get(f"?tracking_id={report.tracking_id}").text

    table = page[page.index("<table") : page.index("</table>")]
    assert "Terverifikasi" in table
    assert 'type="checkbox" name="case"' not in page


def test_the_copies_of_a_report_are_merged_into_the_earliest_unless_another_is_named(stage: Stage, ani: Desk) -> None:
    later, first = waits(stage, received_at=WEDNESDAY + timedelta(hours=1)), waits(stage)

    page = ani.send("/banyak", case=[f"{each}.1" for each in (later, first)], action="gabung").text

    assert f'value="{case_of(stage, first).report.tracking_id}"' in page


def test_many_are_verified_and_each_keeps_the_marks_of_the_machine(stage: Stage, ani: Desk) -> None:
    urgent = waits(stage, body="Kemarin kabel listrik putus dan menjuntai di depan loket, anak hampir tersengat.")
    chosen = [f"{each}.1" for each in (urgent, waits(stage))]

    ani.send("/banyak/verifikasi", case=chosen, region_code="14.02")

    assert [(event.region_code, event.urgent) for event in stage.announced(ReportVerified)] == [
        ("14.02", True),
        ("14.02", False),
    ]


def test_what_becomes_of_many_is_listed_one_by_one(stage: Stage, ani: Desk, budi: Officer) -> None:
    free, held = waits(stage), waits(stage)
    budi.put(f"/{held}/holder")
    chosen = [f"{free}.1", f"{held}.1"]
    assert "2 laporan" in ani.send("/banyak", case=chosen, action="arsipkan").text

    again = ani.send("/banyak/arsipkan", case=chosen, reason_code="spam", reason="Salinan {{apa}}.", confirmed="true")
    done = ani.send("/banyak/arsipkan", case=chosen, reason_code="spam", reason="Salinan.", confirmed="true")

    assert again.status_code == 422
    assert "Lengkapi dahulu" in again.text
    assert "1 dikerjakan, 1 ditolak" in done.text
    assert case_of(stage, held).report.tracking_id in done.text
    assert "Kasus ini sedang dikerjakan rekan Anda" in done.text


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/banyak", {"action": "arsipkan"}),
        ("/banyak", {"action": "hapus", "case": f"{uuid.uuid4()}.1"}),
        ("/banyak", {"action": "arsipkan", "case": "semua"}),
        ("/banyak", {"action": "arsipkan", "case": [f"{uuid.uuid4()}.1" for _ in range(201)]}),
        ("/banyak/verifikasi", {}),
    ],
)
def test_a_choice_that_is_none_is_refused(ani: Desk, path: str, fields: dict[str, Any]) -> None:
    assert ani.send(path, **fields).status_code == 422


def test_the_edit_for_the_public_is_shown_beside_the_original(stage: Stage, ani: Desk) -> None:
    report_id = waits(stage)

    ani.send(f"/{report_id}/teks-publik", title="Pungli di loket", body="Petugas meminta uang.", reason="Diringkas.")
    page = ani.get(f"/{report_id}/teks-publik").text
    ani.send(f"/{report_id}/teks-publik", original="true", title="Pungli di loket", reason="Asli lebih baik.")

    assert "<ins>" in page
    assert "<del>" in page
    assert "Kemarin petugas loket meminta uang kepada saya tanpa kuitansi." in page
    assert [(event.title, event.body) for event in stage.announced(ReportEdited)] == [
        ("Pungli di loket", "Petugas meminta uang."),
        (None, None),
    ]
    assert ani.send(f"/{report_id}/teks-publik", original="true", reason="Lagi.").status_code == 409


def test_coordinators_write_texts_that_verifiers_begin_with(stage: Stage, ani: Desk) -> None:
    report_id = waits(stage)
    assert ani.get("/teks-siap/baru").status_code == 403
    coordinator = Desk(stage, Role.COORDINATOR)

    assert coordinator.send("/teks-siap/baru", purpose="return", title="Loket").status_code == 422
    coordinator.send("/teks-siap/baru", purpose="return", title="Loket", text="Loket nomor {{berapa}}?")
    coordinator.send("/teks-siap/return-when", purpose="return", title="Waktu", text="Kapan …?", retired="true")

    page = coordinator.get(f"/{report_id}").text
    assert "Loket nomor {{berapa}}?" in page
    assert "Kapan …?" not in page
    assert coordinator.get("/teks-siap/lain").status_code == 404


CAMPAIGN = "Tolak pembangunan menara di Jalan Mawar RT 03 RW 05 Rengat karena merusak rumah warga sejak bulan lalu."


def copy(**changes: Any) -> ReportReceived:
    """One of many letters with the same words."""
    given = {"title": "Tolak menara", "body": CAMPAIGN, "place": None, "region_code": "14.02", **changes}
    return received(**given)


def test_from_one_copy_of_a_campaign_all_are_chosen_and_merged(stage: Stage, ani: Desk) -> None:
    letters = [copy() for _ in range(30)]
    secret, other = copy(secret=True), copy(body=CAMPAIGN.replace("menara", "pasar").replace("Mawar", "Melati"))
    stage.hear(*letters, secret, other)
    for letter in [*letters, other]:
        if case_of(stage, letter.report_id).state is State.VERIFIED:
            recall(stage, letter)
    parent = letters[0]

    page = ani.get(f"/{letters[1].report_id}/salinan").text
    chosen = re.findall(r'name="case" value="([^"]+)"', page)
    done = ani.send("/banyak/gabung", case=chosen, parent=parent.tracking_id, confirmed="true")

    assert {uuid.UUID(key.partition(".")[0]) for key in chosen} == {letter.report_id for letter in letters}
    assert "29 dikerjakan, 1 ditolak" in done.text
    assert {event.parent_report_id for event in stage.announced(ReportMerged)} == {parent.report_id}


def recall(stage: Stage, letter: ReportReceived) -> None:
    """A verifier takes back what passed alone."""
    Officer(stage, "citra").post(f"/{letter.report_id}/recall", reason="Bagian dari satu kampanye.")
