"""An officer with many open cases finds what is to be done, does it at once, and takes a list of it along."""

import csv
import re
from datetime import timedelta
from io import BytesIO, StringIO
from typing import Any
from uuid import uuid4

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from lapor_contracts.events import ReportAnswered, ReportRouted
from lapor_contracts.vocabulary import Clock, Kind, Role
from lapor_routing import service, store
from lapor_routing.http.desk import ON_THE_TABLE
from lapor_routing.store import tables
from tests.routing.conftest import INHU, POWER, ROADS, TRAFFIC
from tests.routing.desks import Officer, routed_to
from tests.support.builders import deadline_set, replied, verified
from tests.support.stage import WEDNESDAY, Stage

SERVICE = service


def due(routed: ReportRouted, hours: float) -> Any:
    at = WEDNESDAY + timedelta(hours=hours)
    return deadline_set(report_id=routed.report_id, clock=Clock.FIRST_ANSWER, due_at=at, agency_code=routed.agency_code)


def listed(stage: Stage, **wanted: str) -> list[str]:
    """The tracking IDs that an officer of the regency is shown."""
    query = "&".join(f"{name}={value}" for name, value in wanted.items())
    return [entry["tracking_id"] for entry in Officer(stage, INHU.code).get(f"dispositions?{query}").json["items"]]


def test_what_is_due_first_stands_on_top_and_what_has_no_date_below(stage: Stage) -> None:
    undated, later, sooner = (routed_to(stage, ROADS.code) for _ in range(3))
    stage.hear(due(later, 48), due(sooner, 5))

    assert listed(stage) == [sooner.tracking_id, later.tracking_id, undated.tracking_id]
    assert listed(stage, limit="1") == [sooner.tracking_id]


@pytest.mark.parametrize(
    ("wanted", "changes"),
    [
        ({"kind": "aspiration"}, {"kind": Kind.ASPIRATION}),
        ({"urgent": "true"}, {"urgent": True}),
        ({"supervised": "true"}, {"supervised": True}),
        ({"region_code": "14.02"}, {"region_code": "14.02.05"}),
        ({"category": "LK08"}, {"category": "LK08.007"}),
        ({"agency_code": TRAFFIC.code}, {"agency_code": TRAFFIC.code}),
    ],
    ids=lambda value: next(iter(value)),
)
def test_an_inbox_is_sifted(stage: Stage, wanted: dict[str, str], changes: dict[str, Any]) -> None:
    routed_to(stage, ROADS.code, region_code=None)
    given = {"agency_code": ROADS.code, "region_code": None, **changes}
    meant = routed_to(stage, given.pop("agency_code"), **given)

    assert listed(stage, **wanted) == [meant.tracking_id]


def test_an_inbox_shows_alone_what_is_late_or_what_the_reporter_replied_to(stage: Stage) -> None:
    late, answered, _ = (routed_to(stage, ROADS.code) for _ in range(3))
    stage.hear(due(late, 1), replied(report_id=answered.report_id))
    stage.clock.set(WEDNESDAY + timedelta(hours=2))

    assert listed(stage, late="true") == [late.tracking_id]
    assert listed(stage, replied="true") == [answered.tracking_id]
    assert listed(stage, tracking_id=late.tracking_id.lower().replace("-", "")) == [late.tracking_id]


def test_an_inbox_is_sifted_by_several_things_at_once(stage: Stage) -> None:
    routed_to(stage, ROADS.code, region_code="14.02.05", category="LK02.001")
    routed_to(stage, ROADS.code, region_code="14.02.06", category="LK08.007")
    meant = routed_to(stage, ROADS.code, region_code="14.02.05", category="LK08.007")

    assert listed(stage, region_code="14.02.05", category="LK08") == [meant.tracking_id]


def test_places_and_categories_are_offered_by_name_and_kept_in_a_view(stage: Stage) -> None:
    routed_to(stage, ROADS.code, title="Jalan berlubang", region_code="14.02.05", category="LK08.007")
    routed_to(stage, ROADS.code, title="Lampu mati", region_code="14.02.06", category="LK08.007")
    csrf = stage.open_session(Role.OFFICER, agency_code=INHU.code)

    address = "/instansi?category=LK08.007&region_code=14.02.05"
    saved = {"csrf_token": csrf, "name": "Jalan di sini"}
    stage.client.post(address.replace("?", "/tampilan?"), data=saved)
    page = stage.client.get(address).text

    assert ("Jalan berlubang" in page, "Lampu mati" in page) == (True, False)
    assert re.search(r'<option value="14.02.05">Kec. \w+', page)
    assert re.search(r'<option value="LK08.007">[^<]*Jalan', page)
    assert '<option value="35.78">' not in page  # a regency's officers need its own kecamatan, no other place
    assert f'{address.replace("&", "&amp;")}" aria-current="page">Jalan di sini' in page


@pytest.mark.parametrize(
    ("wanted", "index"),
    [({"region_code": "14.02.05"}, "reports_by_region_code"), ({"category": "LK08.007"}, "reports_by_category")],
    ids=["place", "category"],
)
def test_a_large_inbox_is_sifted_by_an_index(stage: Stage, wanted: dict[str, str], index: str) -> None:
    routed_to(stage, ROADS.code, region_code="14.02.05", category="LK08.007")
    with stage.transactions.begin() as tx:
        (report,), (turn,) = stage.rows(tables.reports), stage.rows(tables.dispositions)
        ids = [uuid4() for _ in range(3_000)]
        elsewhere = {"region_code": "35.78", "category": "LK02.001"}
        tx.execute(sa.insert(tables.reports), [report | elsewhere | {"id": one} for one in ids])
        tx.execute(sa.insert(tables.dispositions), [turn | {"id": uuid4(), "report_id": one} for one in ids])
        tx.execute(sa.text("ANALYZE"))
    sift = store.Sift(states=ON_THE_TABLE, **wanted)
    asked: list[Any] = []

    with stage.transactions.read() as connection:
        sa.event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
        found = store.list_inbox(connection, [ROADS.code], ROADS.code, sift, None, 25)
        statement, parameters = asked[0]
        postgresql = connection.dialect.name == "postgresql"
        plan = connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all() if postgresql else [index]

    assert [entry.report_id for entry in found] == [report["id"]]
    assert index in "".join(plan)


@pytest.mark.parametrize("nonsense", ["state=nowhere", "region_code=x", "category=", "late=perhaps", "cursor=zzz"])
def test_a_filter_that_cannot_be_is_refused(stage: Stage, nonsense: str) -> None:
    assert Officer(stage, INHU.code).get(f"dispositions?{nonsense}").status_code == 422


def test_an_officer_saves_filters_under_a_name_and_forgets_them(stage: Stage) -> None:
    csrf = stage.open_session(Role.OFFICER, agency_code=INHU.code)

    stage.client.post("/instansi/tampilan?urgent=on", data={"csrf_token": csrf, "name": "Yang mendesak"})

    page = stage.client.get("/instansi").text
    assert "Yang mendesak" in page
    assert "/instansi?urgent=on" in page
    (row,) = stage.rows(store.views.views)
    stage.client.post(f"/instansi/tampilan/{row['id']}/hapus", data={"csrf_token": csrf})
    assert "Yang mendesak" not in stage.client.get("/instansi").text


def test_nobody_saves_more_views_than_they_can_find_again(stage: Stage) -> None:
    csrf = stage.open_session(Role.OFFICER, agency_code=INHU.code)

    codes = [
        stage.client.post("/instansi/tampilan?late=on", data={"csrf_token": csrf, "name": f"Tampilan {n}"}).status_code
        for n in range(21)
    ]

    assert codes == [303] * 20 + [409]


def download(stage: Stage, form: str) -> Any:
    stage.open_session(Role.OFFICER, agency_code=INHU.code)
    return stage.client.get(f"/instansi/unduh.{form}")


def test_an_inbox_is_taken_along_as_a_file_without_whoever_is_named_in_it(stage: Stage) -> None:
    routed_to(stage, ROADS.code, title="Pak Sutrisno Wibowo menutup jalan", region_code="14.02")
    routed_to(stage, ROADS.code, title="=HYPERLINK(1)")
    routed_to(stage, ROADS.code, title="Sangat rahasia", secret=True)

    rows = list(csv.DictReader(StringIO(download(stage, "csv").data.decode("utf-8-sig"))))
    sheet = load_workbook(BytesIO(download(stage, "xlsx").data)).active

    titles = [row["Judul"] for row in rows]
    assert titles[1:] == ["'=HYPERLINK(1)", ""]
    assert "Wibowo" not in titles[0]
    assert "jalan" in titles[0]
    assert rows[0]["Wilayah"] == "Kabupaten Indragiri Hulu"
    assert [cell.value for cell in sheet["B"]][2] == "'=HYPERLINK(1)"
    assert sheet.max_row == 4


@pytest.mark.parametrize(
    "title",
    ["=1+1", "+62 8", "-2", "@SUM(A1)", " =1+1", "Jalan rusak;=HYPERLINK(1)", "Jalan rusak; +1", "\uff1d1+1", "\t=1"],
)
def test_what_a_spreadsheet_would_compute_is_text_also_where_semicolons_part_the_cells(
    stage: Stage, title: str
) -> None:
    routed_to(stage, ROADS.code, title=title)

    text = download(stage, "csv").data.decode("utf-8-sig")
    sheet = load_workbook(BytesIO(download(stage, "xlsx").data)).active

    cells = [cell for part in ",;" for row in csv.reader(StringIO(text), delimiter=part) for cell in row]
    assert [cell for cell in cells if re.match(r"[\s\"]*[=+@\uff1d-]", cell)] == []
    assert [cell.data_type for row in sheet.iter_rows() for cell in row if cell.data_type == "f"] == []


def test_an_officer_sees_how_many_reports_there_are_beyond_the_first_page(stage: Stage) -> None:
    stage.hear(*(verified(agency_code=ROADS.code, supervised=n % 3 == 0) for n in range(27)))
    stage.open_session(Role.OFFICER, agency_code=ROADS.code)

    whole, some = (stage.client.get(f"/instansi{query}").text for query in ("", "?supervised=on"))

    assert "<strong>27</strong>" in whole
    assert "<strong>9</strong>" in some
    assert "data-choose-all" in whole
    assert whole.count(ROADS.name) == 0  # there is no other unit from which to tell it apart


def test_the_last_day_of_a_limit_is_in_the_file_as_it_is_on_the_page(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code)
    midnight_in_jakarta = WEDNESDAY + timedelta(days=2, hours=14)
    stage.hear(
        deadline_set(
            report_id=routed.report_id,
            clock=Clock.FIRST_ANSWER,
            due_at=midnight_in_jakarta,
            agency_code=ROADS.code,
        )
    )

    (row,) = csv.DictReader(StringIO(download(stage, "csv").data.decode("utf-8-sig")))

    assert row["Tenggat"] == "2026-01-09 23:59"
    assert "Jumat, 9 Januari 2026" in stage.client.get("/instansi").text


def test_nobody_takes_along_the_inbox_of_another_body(stage: Stage) -> None:
    routed_to(stage, POWER.code, title="Lampu padam")

    assert "Lampu padam" not in download(stage, "csv").data.decode()


def many(stage: Stage, action: str, chosen: list[Any], **form: str) -> Any:
    csrf = stage.open_session(Role.OFFICER, agency_code=INHU.code)
    data = {"csrf_token": csrf, "disposition": [str(one) for one in chosen], **form}
    return stage.client.post(f"/instansi/banyak/{action}", data=data)


def test_many_reports_get_the_same_first_answer_and_each_its_own_result(stage: Stage) -> None:
    one, two, others = (routed_to(stage, code).disposition_id for code in (ROADS.code, ROADS.code, POWER.code))

    done = many(stage, "tanggapi", [one, two, others], text="Tim sedang menuju lokasi.", confirmed="on")

    assert "2 dikerjakan, 0 ditolak." in done.text
    assert {event.disposition_id for event in stage.announced(ReportAnswered)} == {one, two}


def test_the_same_answer_to_many_wants_to_be_confirmed(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code)

    asked = many(stage, "tanggapi", [routed.disposition_id], text="Tim sedang menuju lokasi.")

    assert asked.status_code == 422
    assert routed.tracking_id in asked.text
    assert not stage.announced(ReportAnswered)


def test_many_reports_go_to_a_unit_and_what_cannot_is_told_why(stage: Stage) -> None:
    movable, answered = (routed_to(stage, INHU.code) for _ in range(2))
    many(stage, "tanggapi", [answered.disposition_id], text="Sedang.", confirmed="on")
    Officer(stage, INHU.code).post(
        f"dispositions/{answered.disposition_id}/answers", kind="substantive", answer_type="done", text="Selesai."
    )

    done = many(stage, "teruskan", [movable.disposition_id, answered.disposition_id], agency_code=ROADS.code)

    assert "1 dikerjakan, 1 ditolak." in done.text
    assert stage.announced(ReportRouted)[-1].agency_code == ROADS.code


@pytest.mark.parametrize("chosen", [[], ["x"], [uuid4() for _ in range(101)]], ids=["none", "nonsense", "too many"])
def test_a_choice_that_cannot_be_is_refused(stage: Stage, chosen: list[Any]) -> None:
    assert many(stage, "ambil", chosen).status_code == 422


def test_the_boxes_of_the_inbox_lead_to_a_page_that_lists_what_was_chosen(stage: Stage) -> None:
    routed = routed_to(stage, ROADS.code, title="Jalan berlubang")
    csrf = stage.open_session(Role.OFFICER, agency_code=INHU.code)
    assert f'value="{routed.disposition_id}"' in stage.client.get("/instansi").text

    page = stage.client.post(
        "/instansi/banyak",
        data={"csrf_token": csrf, "disposition": str(routed.disposition_id), "action": "teruskan"},
    )

    assert "Jalan berlubang" in page.text
    assert ROADS.name in page.text
