"""LAPOR!'s categories: asked for by anybody, loaded from files, given to reports."""

import uuid
from typing import Any

import pytest

from lapor_contracts.events import ReportVerified
from lapor_contracts.vocabulary import Kind, Role
from lapor_verification import service, store
from lapor_verification.domain.categories import Category, Status, Tree, read_categories
from lapor_verification.store.tree import shipped_categories
from tests.support.builders import received
from tests.support.stage import Stage
from tests.verification.test_handlers import incomplete

SERVICE = service

SHIPPED = Tree(shipped_categories())
HEADER = "code,parent,name,status\n"


def test_the_shipped_tree_is_whole() -> None:
    categories = list(SHIPPED)

    assert len(categories) == 963
    assert sum(category.status is Status.RETIRED for category in categories) == 194
    assert all(not category.parent or SHIPPED.get(category.parent) for category in categories)
    assert read_categories(_written(categories), SHIPPED) == (categories, [])


def _written(categories: list[Category]) -> str:
    cell = '"{}"'.format
    rows = (",".join(map(cell, (one.code, one.parent, one.name, one.status))) for one in categories)
    return HEADER + "\n".join(rows)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("LK08.007", "LK08.007"),
        (" lk08.007 ", "LK08.007"),
        ("Jalan Berlubang", "LK08.007"),
        ("pekerjaan umum dan penataan ruang > infrastruktur jalan > jalan berlubang", "LK08.007"),
        ("LK02.067", None),
        ("Jalan yang rusak sekali", None),
        ("", None),
    ],
)
def test_a_category_is_chosen_by_code_name_or_path_unless_it_is_retired(text: str, code: str | None) -> None:
    chosen = SHIPPED.chosen(text)

    assert (chosen.code if chosen else None) == code


@pytest.mark.parametrize(
    ("rows", "agency", "wrong"),
    [
        ("LK08.900,LK08,Jalan lain,active", None, []),
        ("SBY-1,LK08.007,Tambal,active\nSBY-2,SBY-1,Tambal cepat,active", "PEMDA-35.78", []),
        ("lk 1,LK08,Jalan,active", None, [(2, "code")]),
        ("LK08.900,LK08,,active", None, [(2, "name")]),
        ("LK08.900,LK08,Jalan,lama", None, [(2, "status")]),
        ("LK08.900,LK99,Jalan,active", None, [(2, "parent")]),
        ("LK08.900,LK02,Jalan,active", None, [(2, "parent")]),
        ("A,B,Satu,active\nB,A,Dua,active", None, [(2, "parent"), (3, "parent")]),
        ("A,,Satu,active\nA,,Dua,active", None, [(3, "code")]),
        ("SBY-1,,Akar,active", "PEMDA-35.78", [(2, "parent")]),
        ("LK08.007,LK08.006,Jalan Berlubang,retired", "PEMDA-35.78", [(2, "code")]),
        ("LK08.900,LK08,Jalan,active,lebih", None, [(2, "after the last")]),
        ("LK08.900", None, [(2, "name"), (2, "status")]),
    ],
)
def test_a_file_says_in_which_row_and_column_it_is_wrong(
    rows: str, agency: str | None, wrong: list[tuple[int, str]]
) -> None:
    faults = read_categories(HEADER + rows, SHIPPED, agency)[1]

    assert [(fault.row, fault.column) for fault in faults] == wrong


@pytest.mark.parametrize("text", ["", "kode,nama\nA,B\n", "\n\n"])
def test_a_file_without_its_columns_is_refused(text: str) -> None:
    categories, faults = read_categories(text, SHIPPED)

    assert categories == []
    assert {fault.row for fault in faults} == {1}


def test_a_spreadsheet_may_part_cells_by_semicolons() -> None:
    (category,), faults = read_categories("\ufeffcode;parent;name;status\nLK08.900;LK08;Jalan, baru;active\n", SHIPPED)

    assert (category.name, faults) == ("Jalan, baru", [])


def load(stage: Stage, text: str, agency: str | None = None) -> store.Loaded:
    with stage.transactions.begin() as tx:
        tree = store.lock_tree(tx)
        read, faults = read_categories(HEADER + text, tree, agency)
        assert faults == []
        return store.load_categories(tx, tree, read, agency)


def ask(stage: Stage, **query: Any) -> Any:
    return stage.client.get("/api/v1/categories", query_string=query).json


def test_anybody_goes_down_the_tree_page_by_page(stage: Stage) -> None:
    roots, cursor = [], None
    while cursor or not roots:
        page = ask(stage, parent="", limit=10, **({"cursor": cursor} if cursor else {}))
        roots += page["items"]
        cursor = page["next"]

    below = ask(stage, parent="LK08")["items"]

    assert len({root["code"] for root in roots}) == len(roots) > 25
    assert all(not root["parent"] for root in roots)
    assert {category["parent"] for category in below} == {"LK08"}
    assert any(category["has_below"] for category in below)


def test_words_lead_to_categories_by_their_beginnings_and_never_to_retired_ones(stage: Stage) -> None:
    found = ask(stage, q="jalan berlub")["items"]
    retired = ask(stage, q="corona")["items"]

    assert [category["code"] for category in found] == ["LK08.007"]
    assert found[0]["path"].endswith("Infrastruktur Jalan > Jalan Berlubang")
    assert retired == []


def test_each_load_is_a_version_and_what_was_retired_keeps_its_name(stage: Stage) -> None:
    first = load(stage, "LK08.900,LK08,Trotoar baru,active\nLK08.007,LK08.006,Jalan Berlubang,retired")
    same = load(stage, "LK08.900,LK08,Trotoar baru,active")
    second = load(stage, "SBY-1,LK08.900,Trotoar Surabaya,active", "PEMDA-35.78")

    assert [(each.added, each.changed, each.version) for each in (first, same, second)] == [
        (1, 1, 1),
        (0, 0, 1),
        (1, 0, 2),
    ]
    with stage.transactions.read() as connection:
        tree = store.read_tree(connection)
    assert tree.path("LK08.007").endswith("Jalan Berlubang")
    assert tree.chosen("LK08.007") is None
    (own,) = ask(stage, q="trotoar surabaya")["items"]
    assert (own["agency_code"], ask(stage)["version"]) == ("PEMDA-35.78", 2)


def test_an_agencys_own_categories_are_for_reports_that_were_sent_to_it(stage: Stage) -> None:
    load(stage, "SBY-1,LK08.006,Jalan Berlubang,active", "PEMDA-35.78")
    reports = {
        code: incomplete(agency_code=code) for code in (None, "PEMDA-35.78", "PEMDA-35.78/OPD-DPU", "PEMDA-35.7")
    }
    stage.hear(*reports.values())
    for report in reports.values():
        recall(stage, report.report_id)

    by_code = {code: verify(stage, report.report_id, category="SBY-1").status_code for code, report in reports.items()}

    assert by_code == {None: 422, "PEMDA-35.78": 201, "PEMDA-35.78/OPD-DPU": 201, "PEMDA-35.7": 422}


def recall(stage: Stage, report_id: uuid.UUID) -> None:
    """Take it back where it passed alone."""
    path = f"/api/v1/cases/{report_id}/recall"
    stage.client.post(path, json={"reason": "Kategorinya kurang."}, headers=stage.signed_in(Role.VERIFIER))


def test_an_agencys_name_for_a_category_takes_no_national_one_from_others(stage: Stage) -> None:
    load(stage, "SBY-1,LK08.006,Jalan Berlubang,active", "PEMDA-35.78")
    with stage.transactions.read() as connection:
        tree = store.read_tree(connection)

    chosen = tree.chosen("jalan berlubang")

    assert chosen == tree.get("LK08.007")
    assert tree.chosen("jalan berlubang", "PEMDA-35.78") is None
    assert [each["code"] for each in ask(stage, q="jalan berlub", agency_code="")["items"]] == ["LK08.007"]
    own = ask(stage, q="jalan berlub", agency_code="PEMDA-35.78")["items"]
    assert [each["code"] for each in own] == ["LK08.007", "SBY-1"]


@pytest.mark.parametrize("query", ["cursor=x", "limit=0", "q=" + "a" * 101])
def test_a_wrong_question_is_a_problem_and_no_error(stage: Stage, query: str) -> None:
    assert stage.client.get(f"/api/v1/categories?{query}").status_code == 422


@pytest.fixture
def report_id(stage: Stage) -> uuid.UUID:
    report = incomplete(category="Urusan saya")
    stage.hear(report)
    return report.report_id


def verify(stage: Stage, report_id: uuid.UUID, **content: Any) -> Any:
    headers = stage.signed_in(Role.VERIFIER)
    return stage.client.post(f"/api/v1/cases/{report_id}/verification", json=content, headers=headers)


@pytest.mark.parametrize(
    ("given", "category"),
    [
        ({}, "Urusan saya"),
        ({"category": "Urusan saya"}, "Urusan saya"),
        ({"category": "pungutan liar"}, "LK12.053"),
    ],
)
def test_a_report_gets_a_known_code_or_keeps_its_reporters_words(
    stage: Stage, report_id: uuid.UUID, given: dict[str, str], category: str
) -> None:
    assert verify(stage, report_id, **given).status_code == 201

    (event,) = stage.announced(ReportVerified)
    assert event.category == category


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"category": "Tidak ada"}, "category"),
        ({"supervised": True}, "supervision_reason"),
        ({"supervised": True, "supervision_reason": "  "}, "supervision_reason"),
        ({"supervised": True, "supervision_reason": "Dugaan.", "kind": "aspiration"}, "supervised"),
        ({"supervised": True, "supervision_reason": "a" * 301}, "supervision_reason"),
    ],
)
def test_what_a_verifier_cannot_give_is_named(
    stage: Stage, report_id: uuid.UUID, given: dict[str, Any], field: str
) -> None:
    response = verify(stage, report_id, **given)

    assert response.status_code == 422
    assert field in response.json["errors"]
    assert stage.announced() == []


def test_the_class_of_supervision_travels_with_its_reason(stage: Stage, report_id: uuid.UUID) -> None:
    verify(stage, report_id, supervised=True, supervision_reason="Dugaan pungutan liar.", urgent=True)

    (event,) = stage.announced(ReportVerified)
    assert (event.kind, event.supervised, event.supervision_reason) == (Kind.COMPLAINT, True, "Dugaan pungutan liar.")
    assert (event.urgent, event.sensitive) == (True, False)


def test_a_verifier_names_the_body_from_which_a_whistleblowers_report_is_kept(
    stage: Stage, report_id: uuid.UUID
) -> None:
    verify(stage, report_id, reported_agency_code="PEMDA-14.02/OPD-DISHUB")

    (event,) = stage.announced(ReportVerified)
    assert event.reported_agency_code == "PEMDA-14.02/OPD-DISHUB"


def test_the_form_suggests_categories_and_comes_back_with_what_was_wrong(stage: Stage) -> None:
    report = incomplete()
    stage.hear(report)
    form = {"csrf_token": stage.open_session(Role.VERIFIER), "version": "1", "kind": "complaint"}

    page = stage.client.get(f"/verifikasi/{report.report_id}").text
    wrong = stage.client.post(
        f"/verifikasi/{report.report_id}/verifikasi", data={**form, "category": "Asal", "note": "Catatan saya"}
    )
    right = stage.client.post(f"/verifikasi/{report.report_id}/verifikasi", data={**form, "category": "Pungutan Liar"})

    assert 'list="categories"' in page
    assert "963" not in page
    assert page.count("<option") < 700  # regions, and not the whole tree
    assert wrong.status_code == 422
    assert 'href="#category"' in wrong.text
    assert "Catatan saya" in wrong.text
    assert right.status_code == 303
    with stage.client.get("/verifikasi/categories.js") as script:
        assert script.mimetype == "text/javascript"


def test_a_report_is_counted_under_its_category_or_the_one_that_its_words_speak_for(stage: Stage) -> None:
    stage.hear(received(category="LK08.006"), received(category="Jalanan kami"))

    filed, found = stage.announced(ReportVerified)

    assert (filed.counted_as, filed.counted_as_name) == ("LK08.006", SHIPPED.path("LK08.006"))
    assert (found.counted_as, found.category) == ("LK08.007", "Jalanan kami")
