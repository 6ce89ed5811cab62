"""What people may make of the directory, and how a file tells them where it is wrong."""

from dataclasses import replace
from io import StringIO
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor_routing.domain.agencies import Agency, AgencyKind, Competence, Directory
from lapor_routing.domain.directory_changes import Change, ChangeKind, closed, may_arrange, propose, reopened
from lapor_routing.domain.sheet import COLUMNS, read_sheet, write_sheet
from tests.routing.conftest import BODIES, FORMER, HOME_AFFAIRS, INHU, POWER, ROADS, TRAFFIC

DIRECTORY = Directory(BODIES)
PARKS = Agency("PEMDA-14.02/OPD-DLH", "Dinas Lingkungan Hidup", AgencyKind.REGIONAL_OFFICE, parent_code=INHU.code)
SUBJECTS = {"T01.01": "Jalan rusak", "T04.02": "Pohon tumbang"}


def proposed(*wanted: Agency, directory: Directory = DIRECTORY) -> tuple[list[Change], Any]:
    """What would change, and what is wrong with it."""
    numbers = count(1)
    changes, faults = propose(wanted, directory, lambda: UUID(int=next(numbers)))
    return list(changes), faults


@pytest.mark.parametrize(
    ("wanted", "kind"),
    [
        pytest.param(PARKS, ChangeKind.ADDED, id="a new body"),
        pytest.param(replace(ROADS, name="Dinas Bina Marga"), ChangeKind.RENAMED, id="another name"),
        pytest.param(replace(ROADS, parent_code=POWER.code), ChangeKind.MOVED, id="below another one"),
        pytest.param(replace(ROADS, verifies_itself=True), ChangeKind.AMENDED, id="verifies itself"),
        pytest.param(closed(ROADS, [TRAFFIC.code]), ChangeKind.MERGED, id="one takes over"),
        pytest.param(closed(ROADS, [TRAFFIC.code, POWER.code]), ChangeKind.SPLIT, id="two take over"),
        pytest.param(closed(ROADS, []), ChangeKind.CLOSED, id="nobody takes over"),
        pytest.param(reopened(FORMER), ChangeKind.REOPENED, id="there again"),
    ],
)
def test_a_change_is_called_by_what_it_does(wanted: Agency, kind: ChangeKind) -> None:
    (change,), faults = proposed(wanted)

    assert (change.kind, faults) == (kind, {})
    assert replace(change.after, aliases=wanted.aliases) == wanted


def test_what_is_as_it_was_is_no_change() -> None:
    assert proposed(*BODIES) == ([], {})


def test_history_holds_what_differs_and_nothing_else() -> None:
    (change,), _ = proposed(replace(ROADS, name="Dinas Bina Marga"))

    before, after = {"name": ROADS.name, "aliases": ()}, {"name": "Dinas Bina Marga", "aliases": (ROADS.name,)}
    assert change.differences == (before, after)


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        pytest.param(replace(PARKS, code="dinas taman"), "code", id="a code in small letters"),
        pytest.param(replace(PARKS, name="  "), "name", id="no name"),
        pytest.param(replace(PARKS, name="Dinas\x00"), "name", id="an unreadable name"),
        pytest.param(replace(PARKS, name="D" * 301), "name", id="an endless name"),
        pytest.param(replace(PARKS, parent_code="TIDAK-ADA"), "parent_code", id="nobody above"),
        pytest.param(replace(PARKS, parent_code=FORMER.code), "parent_code", id="below a former body"),
        pytest.param(replace(PARKS, region_code="14.99"), "region_code", id="no such region"),
        pytest.param(replace(HOME_AFFAIRS, parent_code=ROADS.code), "parent_code", id="below what stands below it"),
        pytest.param(replace(ROADS, parent_code=ROADS.code), "parent_code", id="below itself"),
        pytest.param(closed(ROADS, [ROADS.code]), "successor_codes", id="taking over from itself"),
        pytest.param(closed(ROADS, [FORMER.code]), "successor_codes", id="a former body takes over"),
        pytest.param(replace(ROADS, successor_codes=(POWER.code,)), "successor_codes", id="a successor, not closed"),
        pytest.param(closed(INHU, []), "successor_codes", id="units left behind"),
        pytest.param(replace(ROADS, aliases=("Bina | Marga",)), "aliases", id="another name with a bar"),
        pytest.param(replace(ROADS, aliases=(" ",)), "aliases", id="another name that says nothing"),
        pytest.param(closed(INHU, [POWER.code, HOME_AFFAIRS.code]), "successor_codes", id="units nobody inherits"),
    ],
)
def test_what_cannot_be_names_the_field(wanted: Agency, field: str) -> None:
    _, faults = proposed(wanted)

    assert list(faults[wanted.code]) == [field]


def test_the_units_of_a_body_go_with_it_to_the_one_that_takes_over() -> None:
    changes, faults = proposed(closed(INHU, [POWER.code]))

    assert not faults
    assert {change.after.code: change.after.parent_code for change in changes if change.kind is ChangeKind.MOVED} == {
        ROADS.code: POWER.code,
        TRAFFIC.code: POWER.code,
    }


def test_the_unit_that_takes_over_from_its_own_body_stands_where_that_stood() -> None:
    _, faults = proposed(closed(INHU, [ROADS.code]), replace(ROADS, parent_code=HOME_AFFAIRS.code))

    assert not faults


@given(st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)), max_size=12))
def test_however_bodies_are_moved_nobody_ever_stands_below_itself(moves: list[tuple[int, int]]) -> None:
    bodies = [Agency(f"B{number}", f"Badan {number}", AgencyKind.STATE_INSTITUTION) for number in range(8)]
    directory = Directory(bodies)

    for moved, above in moves:
        changes, faults = proposed(replace(bodies[moved], parent_code=f"B{above}"), directory=directory)
        if not faults and changes:
            bodies[moved] = changes[0].after
            directory = Directory(bodies)

    assert not any(directory.is_below(body.code, body.code) for body in directory)
    for body in directory:
        assert body.code not in {above.code for above in directory.above(body.code)}


@pytest.mark.parametrize(
    ("wanted", "administrator_of", "may"),
    [
        pytest.param(PARKS, INHU.code, True, id="a new unit of one's own body"),
        pytest.param(replace(ROADS, name="Bina Marga"), INHU.code, True, id="a unit's name"),
        pytest.param(closed(ROADS, [TRAFFIC.code]), INHU.code, True, id="two units become one"),
        pytest.param(replace(INHU, name="Kabupaten Baru"), INHU.code, False, id="one's own body"),
        pytest.param(replace(ROADS, name="Bina Marga"), TRAFFIC.code, False, id="a neighbour"),
        pytest.param(replace(ROADS, name="Bina Marga"), HOME_AFFAIRS.code, False, id="what governs itself"),
        pytest.param(replace(ROADS, parent_code=POWER.code), INHU.code, False, id="a unit given away"),
        pytest.param(closed(ROADS, [POWER.code]), INHU.code, False, id="work given to strangers"),
        pytest.param(replace(ROADS, verifies_itself=True), INHU.code, False, id="who verifies"),
        pytest.param(
            replace(PARKS, kind=AgencyKind.LOCAL_GOVERNMENT), INHU.code, False, id="a government of one's own making"
        ),
    ],
)
def test_an_administrator_arranges_the_units_below_the_own_body(
    wanted: Agency, administrator_of: str, may: bool
) -> None:
    (change,), _ = proposed(wanted)

    assert may_arrange(change, administrator_of, DIRECTORY) is may


def test_the_smallest_region_that_fits_says_who_is_competent() -> None:
    directory = Directory(
        BODIES,
        competences=[
            Competence("T04.02", POWER.code),
            Competence("T04.02", INHU.code, "14.02"),
            Competence("T04.02", ROADS.code, "14.02.01"),
        ],
    )

    assert [
        found.agency_code if (found := directory.competent_for("T04.02", region)) else None
        for region in (None, "32", "14.02", "14.02.05.2001", "14.02.01.1001")
    ] == [POWER.code, POWER.code, INHU.code, INHU.code, ROADS.code]
    assert directory.competent_for("T01.01", "14.02") is None


def test_what_is_written_to_a_file_reads_as_what_it_was() -> None:
    file, competence = StringIO(newline=""), Competence("T01.01", ROADS.code, "14.02")
    called = [replace(body, aliases=("Yang dahulu", body.code)) for body in BODIES]
    write_sheet(file, called, [competence])

    sheet = read_sheet(file.getvalue(), DIRECTORY, SUBJECTS)

    assert (sheet.mistakes, sheet.bodies) == ([], called)
    assert sheet.competences[ROADS.code] == [competence]


def test_a_file_from_an_indonesian_spreadsheet_is_read() -> None:
    header, row = "\ufeffcode;name;kind;verifies_itself", 'PEMDA-14.02/X;"Unit; X";regional_office;ya'

    sheet = read_sheet(f"{header}\r\n{row}\r\n;;;\r\n", DIRECTORY, SUBJECTS)

    assert sheet.mistakes == []
    assert [(body.name, body.verifies_itself) for body in sheet.bodies] == [("Unit; X", True)]


def test_columns_that_a_file_lacks_leave_what_is_known() -> None:
    sheet = read_sheet(f"code,name\n{ROADS.code},Bina Marga\n", DIRECTORY, SUBJECTS)

    assert list(sheet.bodies) == [replace(ROADS, name="Bina Marga")]
    assert not sheet.competences


@pytest.mark.parametrize(
    ("row", "column"),
    [
        pytest.param("X1,Satu,,,office,,,,,,", "kind", id="an unknown kind"),
        pytest.param("X1,Satu,,ministry,,,gone,,,,", "status", id="an unknown status"),
        pytest.param("X1,Satu,,ministry,,,,,mungkin,,", "verifies_itself", id="neither yes nor no"),
        pytest.param("X1,Satu,,ministry,,,,,,,T99", "competences", id="no such topic"),
        pytest.param("X1,Satu,,ministry,,,,,,,T01.01@99", "competences", id="no such region"),
        pytest.param("KEMENDAGRI,Lagi,,ministry,,,,,,,", "code", id="a row repeated"),
        pytest.param("X1,Satu", "code", id="cells missing"),
    ],
)
def test_a_mistake_in_a_file_is_named_with_row_and_column(row: str, column: str) -> None:
    text = f"{','.join(COLUMNS)}\nKEMENDAGRI,Kementerian Dalam Negeri,,ministry,,,,,,,\n{row}\n"

    (mistake,) = read_sheet(text, DIRECTORY, SUBJECTS).mistakes

    assert (mistake.row, mistake.column) == (3, column)


@pytest.mark.parametrize("text", ["", "\n", "nama,kode\n", "code,name,telepon\nX,Y,1\n"])
def test_a_file_without_the_right_columns_says_which(text: str) -> None:
    mistakes = read_sheet(text, DIRECTORY, SUBJECTS).mistakes

    assert {mistake.row for mistake in mistakes} == {1}
