"""People change the directory: on pages, within what is theirs to change, and without losing a name or a report."""

import io
import re
import time
from typing import Any

import pytest

from lapor_contracts.events import AgencyChanged, ReportRouted
from lapor_contracts.vocabulary import Role
from lapor_routing import directory, service
from lapor_routing.domain.agencies import Agency, AgencyKind
from lapor_routing.handlers.directory import Editor, add_body, amend_body, close_body
from lapor_routing.reference.agencies import AgencyRow
from tests.routing.conftest import BODIES, INHU, POWER, ROADS, TRAFFIC
from tests.support.builders import verified
from tests.support.stage import Stage

SERVICE = service

COORDINATOR = Editor(name="koordinator")


def codes_for(stage: Stage, text: str) -> list[str]:
    """Whom the public search finds."""
    return [body["code"] for body in stage.client.get("/api/v1/agencies", query_string={"q": text}).json["items"]]


def press(stage: Stage, address: str, csrf: str, **fields: Any) -> Any:
    """Send a form."""
    return stage.client.post(f"/direktori{address}", data={"csrf_token": csrf, **fields})


def load_shipped(stage: Stage) -> None:
    """What each new version of the service does."""
    with stage.transactions.begin() as tx:
        directory.load_directory(tx, [AgencyRow(body, (body.name,)) for body in BODIES])


def test_a_renamed_body_is_found_by_both_names_and_stays_renamed(stage: Stage) -> None:
    csrf = stage.open_session(Role.COORDINATOR)
    form = {"name": "Dinas Bina Marga", "parent_code": INHU.code, "region_code": "14.02", "reason": "Perda 3/2026"}

    response = press(stage, f"/ubah/{ROADS.code}", csrf, **form)
    load_shipped(stage)

    assert response.status_code == 303
    assert codes_for(stage, "bina marga") == codes_for(stage, "penataan ruang indragiri") == [ROADS.code]
    shown = stage.client.get(response.location).text
    assert "<h1>Dinas Bina Marga</h1>" in shown
    assert "Perda 3/2026" in shown
    assert f"<s>{ROADS.name}</s>" in shown
    (said,) = stage.announced(AgencyChanged)
    assert (said.agency_code, said.name, said.active) == (ROADS.code, "Dinas Bina Marga", True)


def test_a_name_that_was_wrong_is_taken_away_and_nothing_else_with_it(stage: Stage) -> None:
    csrf = stage.open_session(Role.COORDINATOR)
    press(stage, f"/tutup/{TRAFFIC.code}", csrf, successor_codes=ROADS.code, reason="Digabung", confirmed="true")
    form = {"name": ROADS.name, "parent_code": INHU.code, "region_code": "14.02", "reason": "Perda 3/2026"}
    press(stage, f"/ubah/{ROADS.code}", csrf, **form, aliases="Bina Marga\r\n\r\nUrusan Perhubungan Laut")

    shown = stage.client.get(f"/direktori/ubah/{ROADS.code}").text
    press(stage, f"/ubah/{ROADS.code}", csrf, **form, aliases="Bina Marga")

    assert "Bina Marga\nUrusan Perhubungan Laut</textarea>" in shown
    assert codes_for(stage, "urusan laut") == []
    assert codes_for(stage, "bina marga") == codes_for(stage, "perhubungan indragiri") == [ROADS.code]
    assert codes_for(stage, "pekerjaan umum") == [ROADS.code]


def test_a_new_unit_of_a_unit_can_be_found_and_chosen(stage: Stage) -> None:
    csrf = stage.open_session(Role.COORDINATOR)
    code = f"{ROADS.code}/UPTD-RENGAT"
    form = {"code": code, "name": "UPTD Jalan Rengat", "kind": "regional_office", "parent_code": ROADS.code}

    response = press(stage, "/tambah", csrf, **form, region_code="14.02.01.1001")

    assert response.status_code == 303
    assert codes_for(stage, "uptd rengat") == [code]
    assert "UPTD Jalan Rengat" in stage.client.get(f"/direktori/{ROADS.code}").text
    assert press(stage, "/tambah", csrf, **form).status_code == 422


def test_the_body_above_is_written_by_its_name_or_code(stage: Stage) -> None:
    csrf = stage.open_session(Role.ADMINISTRATOR, agency_code=INHU.code)
    unit = {"code": f"{ROADS.code}/UPTD-RENGAT", "name": "UPTD Jalan Rengat", "kind": "regional_office"}

    unclear = press(stage, "/tambah", csrf, **unit, parent_code="Dinas")
    added = press(stage, "/tambah", csrf, **unit, parent_code="Pekerjaan Umum Indragiri")
    moved = press(
        stage,
        f"/ubah/{unit['code']}",
        csrf,
        name=unit["name"],
        parent_code="Dinas Perhubungan Kabupaten",
        reason="Perbup",
    )

    assert [one.status_code for one in (unclear, added, moved)] == [422, 303, 303]
    assert all(words in unclear.text for words in (ROADS.code, TRAFFIC.code, 'value="Dinas"'))
    with stage.transactions.read() as connection:
        assert [one.code for one in directory.units_of(connection, TRAFFIC.code)] == [unit["code"]]


def test_merged_bodies_leave_their_names_their_units_and_their_reports_to_one(stage: Stage) -> None:
    stage.hear(verified(agency_code=INHU.code))
    csrf = stage.open_session(Role.COORDINATOR)

    asked = stage.client.get(f"/direktori/tutup/{INHU.code}?cari=listrik&successor_codes={POWER.code}").text
    response = press(
        stage, f"/tutup/{INHU.code}", csrf, successor_codes=POWER.code, reason="Digabung", confirmed="true"
    )
    stage.clock.advance(minutes=2)
    stage.run("closed-bodies")

    assert f'value="{POWER.code}" checked' in asked
    assert re.search(r"\b1\s+laporan terbuka", asked)
    assert response.status_code == 303
    assert codes_for(stage, "pemerintah indragiri") == [POWER.code]
    assert {one.agency_code for one in stage.announced(ReportRouted)[-1:]} == {POWER.code}
    with stage.transactions.read() as connection:
        assert {unit.code for unit in directory.units_of(connection, POWER.code)} == {ROADS.code, TRAFFIC.code}


@pytest.mark.parametrize("successors", [[], [TRAFFIC.code, POWER.code]], ids=["closed", "split"])
def test_what_nobody_alone_takes_over_waits_for_the_coordinator(stage: Stage, successors: list[str]) -> None:
    stage.hear(verified(agency_code=ROADS.code, title="Jalan yang tertinggal"))
    csrf = stage.open_session(Role.COORDINATOR)

    form = {"successor_codes": successors, "reason": "Perampingan", "confirmed": "true"}
    response = press(stage, f"/tutup/{ROADS.code}", csrf, **form)
    stage.clock.advance(minutes=2)
    stage.run("closed-bodies")

    assert response.status_code == 303
    assert "Jalan yang tertinggal" in stage.client.get("/koordinator").text
    assert set(codes_for(stage, ROADS.code)) == set(successors)


def test_a_body_with_units_is_not_split_before_they_have_gone(stage: Stage) -> None:
    csrf = stage.open_session(Role.COORDINATOR)

    response = press(stage, f"/tutup/{INHU.code}", csrf, reason="Pemekaran", confirmed="true")

    assert response.status_code == 422
    assert "Masih ada 2 unit" in response.text


def test_what_was_closed_by_mistake_is_opened_again(stage: Stage) -> None:
    csrf = stage.open_session(Role.COORDINATOR)
    press(stage, f"/tutup/{ROADS.code}", csrf, reason="Salah tekan", confirmed="true")

    response = press(stage, f"/buka/{ROADS.code}", csrf, reason="Ternyata salah")

    assert response.status_code == 303
    assert ROADS.code in codes_for(stage, "penataan ruang")
    assert [one.active for one in stage.announced(AgencyChanged)] == [False, True]


def test_an_administrator_keeps_the_units_below_in_order_and_touches_nothing_else(stage: Stage) -> None:
    csrf = stage.open_session(Role.ADMINISTRATOR, agency_code=INHU.code)
    form = {"name": "Dinas Bina Marga", "parent_code": INHU.code, "region_code": "14.02", "reason": "Perbup"}

    own = press(stage, f"/ubah/{ROADS.code}", csrf, **form)
    given_away = press(stage, f"/ubah/{ROADS.code}", csrf, **{**form, "parent_code": POWER.code})
    above = press(stage, f"/ubah/{INHU.code}", csrf, **form)
    other = press(stage, f"/ubah/{POWER.code}", csrf, **form)
    root = press(stage, "/tambah", csrf, code="BARU", name="Baru", kind="ministry")

    assert [one.status_code for one in (own, given_away, above, other, root)] == [303, 409, 403, 403, 403]
    assert stage.client.get("/direktori/impor").status_code == 403
    assert stage.client.get(f"/direktori/kewenangan/{ROADS.code}").status_code == 403


def test_officers_look_and_do_not_touch_and_strangers_do_neither(stage: Stage) -> None:
    stage.open_session(Role.OFFICER, agency_code=ROADS.code)

    assert stage.client.get("/direktori").status_code == 200
    assert stage.client.get(f"/direktori/{ROADS.code}").status_code == 200
    assert stage.client.get(f"/direktori/ubah/{ROADS.code}").status_code == 403
    stage.client.delete_cookie("lapor_session")
    assert stage.client.get("/direktori").status_code == 303


def test_a_competence_is_set_for_a_place_and_belongs_to_one_body(stage: Stage) -> None:
    csrf = stage.open_session(Role.COORDINATOR)
    form = {"subject": "T02.01", "region_code": "14.02", "note": "Perbup 7/2025"}

    first = press(stage, f"/kewenangan/{ROADS.code}", csrf, **form)
    rival = press(stage, f"/kewenangan/{TRAFFIC.code}", csrf, **form)
    unknown = press(stage, f"/kewenangan/{ROADS.code}", csrf, subject="T99.99", region_code="99")

    assert [one.status_code for one in (first, rival, unknown)] == [303, 422, 422]
    assert "Perbup 7/2025" in stage.client.get(f"/direktori/{ROADS.code}").text
    page = stage.client.get(f"/direktori/kewenangan/{ROADS.code}").text
    assert '<option value="T02.01">' in page
    assert '<option value="14.02">Kabupaten Indragiri Hulu</option>' in page
    press(stage, f"/kewenangan/{ROADS.code}", csrf, subject="T02.01", region_code="14.02", ends="true")
    assert press(stage, f"/kewenangan/{TRAFFIC.code}", csrf, **form).status_code == 303


def hand_in(stage: Stage, csrf: str, text: str) -> Any:
    """Hand a file in on the page."""
    return stage.client.post(
        "/direktori/impor",
        data={"csrf_token": csrf, "reason": "SOTK 2026", "file": (io.BytesIO(text.encode()), "direktori.csv")},
    )


def test_a_file_is_shown_before_it_is_carried_out_and_comes_out_as_it_went_in(stage: Stage) -> None:
    csrf = stage.open_session(Role.COORDINATOR)
    exported = stage.client.get("/direktori/ekspor.csv").text
    changed = exported.replace("Dinas Perhubungan Kabupaten", "Dishub Kabupaten") + (
        "X-1,Balai Uji,,state_institution,,,active,,,Balai Percobaan|Lab Uji,T02.01@14.02\r\n"
        f"X-2,Loka Uji,,state_institution,X-1,,former,{POWER.code},,,\r\n"
    )

    preview = stage.client.get(hand_in(stage, csrf, changed).location)
    before = codes_for(stage, "balai uji")
    confirmed = stage.client.post(preview.request.path, data={"csrf_token": csrf})
    stage.run("directory-imports")

    assert before == []
    assert "Balai Uji" in preview.text
    assert re.search(r"Berganti nama.*?<dd>1</dd>", preview.text, re.DOTALL)
    assert confirmed.status_code == 303
    assert "Sudah selesai" in stage.client.get(preview.request.path).text
    assert codes_for(stage, "lab uji") == ["X-1"]
    assert codes_for(stage, "dishub kabupaten") == codes_for(stage, "perhubungan indragiri") == [TRAFFIC.code]
    again = stage.client.get(hand_in(stage, csrf, stage.client.get("/direktori/ekspor.csv").text).location)
    assert "Tidak ada yang berubah" in again.text
    assert "T02.01@14.02" in stage.client.get("/direktori/ekspor.csv").text


def test_a_file_with_one_wrong_row_changes_nothing_and_names_it(stage: Stage) -> None:
    csrf = stage.open_session(Role.COORDINATOR)

    response = hand_in(stage, csrf, "code,name,kind,parent_code\nX-1,Satu,ministry,\nX-2,Dua,ministry,TIDAK-ADA\n")

    assert response.status_code == 422
    assert "baris 3, kolom parent_code" in response.text
    assert codes_for(stage, "satu") == []
    assert stage.rows(directory.directory_imports) == []


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"code,name\x00"], ids=["empty", "not UTF-8", "null"])
def test_what_is_no_text_is_refused_in_words(stage: Stage, content: bytes) -> None:
    csrf = stage.open_session(Role.COORDINATOR)

    response = stage.client.post(
        "/direktori/impor", data={"csrf_token": csrf, "reason": "Uji", "file": (io.BytesIO(content), "x.csv")}
    )

    assert response.status_code == 422


def test_a_file_that_is_no_longer_right_when_it_is_carried_out_says_so(stage: Stage) -> None:
    csrf = stage.open_session(Role.COORDINATOR)
    address = hand_in(stage, csrf, f"code,name,kind,parent_code\nX-1,Satu,regional_office,{ROADS.code}\n").location
    press(stage, f"/tutup/{ROADS.code}", csrf, reason="Ditutup", confirmed="true")

    stage.client.post(address, data={"csrf_token": csrf})
    stage.run("directory-imports")

    assert "baris 2, kolom parent_code" in stage.client.get(address).text
    assert codes_for(stage, "satu") == []


def test_a_hundred_thousand_bodies_come_in_and_are_searched_at_once(stage: Stage) -> None:
    csrf = stage.open_session(Role.COORDINATOR)
    rows = "".join(
        f"DESA-{number:06},Kelurahan {'Suka' if number % 2 else 'Mulya'} {number:06},regional_office,"
        f"{INHU.code if number < 100 else f'DESA-{number // 100:06}'}\n"
        for number in range(SIZE)
    )

    started = time.monotonic()
    address = hand_in(stage, csrf, f"code,name,kind,parent_code\n{rows}").location
    stage.client.post(address, data={"csrf_token": csrf})
    stage.run("directory-imports")
    taken = time.monotonic() - started

    assert "Sudah selesai" in stage.client.get(address).text
    assert taken < 120
    for text, first in (
        (f"suka {SIZE - 1:06}", f"DESA-{SIZE - 1:06}"),
        ("kelurahan suka", "DESA-000001"),
        (f"DESA-{SIZE - 1:06}", f"DESA-{SIZE - 1:06}"),
    ):
        started = time.monotonic()
        assert codes_for(stage, text)[0] == first
        assert time.monotonic() - started < 1


#: What `make test` has time for; measured with 100,000 as well.
SIZE = 5_000


def test_a_shipped_body_that_people_had_added_first_stays_theirs(stage: Stage) -> None:
    theirs = Agency("BNN", "Badan Narkotika (versi kami)", AgencyKind.STATE_INSTITUTION)
    with stage.transactions.begin() as tx:
        add_body(theirs, tx, editor=COORDINATOR)
        amend_body("BNN", {"verifies_itself": True}, tx, editor=COORDINATOR, reason="Permohonan")
        close_body(POWER.code, [INHU.code], tx, editor=COORDINATOR, reason="Uji")

    with stage.transactions.begin() as tx:
        shipped = (*BODIES, Agency("BNN", "Badan Narkotika Nasional", AgencyKind.STATE_INSTITUTION))
        directory.load_directory(tx, [AgencyRow(body, (body.name,)) for body in shipped])

    with stage.transactions.read() as connection:
        known = directory.read_directory(connection)
    assert known.get("BNN") == Agency(theirs.code, theirs.name, theirs.kind, verifies_itself=True)
    assert [body.code for body in known.present(POWER.code)] == [INHU.code]
    assert [one.verifies_itself for one in stage.announced(AgencyChanged) if one.agency_code == "BNN"] == [False, True]


@pytest.mark.parametrize(
    ("region_code", "expected"),
    [("14.02", POWER.code), ("14.02.01.1001", POWER.code), ("14.03", None)],
    ids=["in the region", "in a village of it", "elsewhere"],
)
def test_who_was_made_competent_for_a_topic_in_a_place_comes_first_there(
    stage: Stage, region_code: str, expected: str | None
) -> None:
    csrf = stage.open_session(Role.COORDINATOR)
    press(stage, f"/kewenangan/{POWER.code}", csrf, subject="T02.01", region_code="14.02", note="Perjanjian PJU")
    stage.clock.advance(minutes=2)

    text = "PJU mati sejak Senin, lampu jalan padam."
    stage.hear(verified(title="Lampu jalan mati", body=text, region_code=region_code))

    routed = stage.announced(ReportRouted)
    assert [one.agency_code for one in routed] == ([expected] if expected else [])
    assert all(one.evidence[0].kind == "competence" for one in routed)
