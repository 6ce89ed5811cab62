"""The directory knows every body, is loaded again without harm, and is found by any name, old or new."""

import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

import lapor_routing.service
from lapor_chassis.transactions import Transactions
from lapor_routing import directory
from lapor_routing.reference.agencies import AgencyRow, agency_rows
from lapor_routing.reference.rows import SHIPPED, ReferenceDataError
from lapor_routing.tables import metadata

SERVICE = lapor_routing.service


@pytest.fixture(scope="module")
def rows() -> list[AgencyRow]:
    return agency_rows()


@pytest.fixture
def transactions(engine: sa.Engine) -> Transactions:
    return Transactions(engine, metadata, source="lapor/routing")


@pytest.fixture
def few(rows: list[AgencyRow]) -> list[AgencyRow]:
    """All national bodies, and the offices of four regions."""
    return [row for row in rows if not row.type_code or row.agency.region_code in {"14", "14.02", "32.04", "32.73"}]


@pytest.fixture
def loaded(transactions: Transactions, few: list[AgencyRow]) -> Iterator[sa.Connection]:
    with transactions.begin() as tx:
        directory.load_directory(tx, few)
    with transactions.read() as connection:
        yield connection


def _called(row: AgencyRow, name: str) -> AgencyRow:
    return replace(row, agency=replace(row.agency, name=name), names=(name,))


def codes_for(connection: sa.Connection, text: str, limit: int = 100) -> list[str]:
    return [agency.code for agency in directory.search_agencies(connection, text, limit=limit)[0]]


def test_the_whole_country_is_loaded_in_reasonable_time(transactions, rows):
    reported = []
    started = time.monotonic()

    with transactions.begin() as tx:
        loaded = directory.load_directory(tx, rows, progress=lambda done, total: reported.append((done, total)))

    assert time.monotonic() - started < 20
    assert loaded.added == loaded.total == len(rows) > 28_000
    assert reported[-1] == (len(rows), len(rows))
    with transactions.read() as connection:
        assert len(directory.read_directory(connection)) == len(rows)


def test_loading_again_changes_nothing(transactions, few):
    with transactions.begin() as tx:
        first = directory.load_directory(tx, few)

    with transactions.begin() as tx:
        again = directory.load_directory(tx, few)

    assert (again.added, again.changed) == (0, 0)
    assert again.version == first.version == 1


def test_a_renamed_body_is_found_by_its_new_name_only(transactions, few):
    before = [_called(row, "Kementerian Uji Coba") if row.agency.code == "KEMENPAR" else row for row in few]
    with transactions.begin() as tx:
        directory.load_directory(tx, before)

    with transactions.begin() as tx:
        loaded = directory.load_directory(tx, few)

    assert (loaded.added, loaded.changed, loaded.version) == (0, 1, 2)
    with transactions.read() as connection:
        assert codes_for(connection, "uji coba") == []
        assert "KEMENPAR" in codes_for(connection, "kementerian pariwisata")


def test_a_body_that_the_files_no_longer_name_stays(transactions, few):
    with transactions.begin() as tx:
        directory.load_directory(tx, few)

    with transactions.begin() as tx:
        directory.load_directory(tx, few[1:])

    with transactions.read() as connection:
        assert directory.agency(connection, few[0].agency.code) == few[0].agency


@pytest.mark.parametrize(
    ("text", "code"),
    [
        pytest.param("PEMDA-14.02/OPD-DINKES", "PEMDA-14.02/OPD-DINKES", id="by its code"),
        pytest.param("pemda-14.02", "PEMDA-14.02", id="by the beginning of its code"),
        pytest.param("Dinas Kesehatan Indragiri Hulu", "PEMDA-14.02/OPD-DINKES", id="by its name"),
        pytest.param("dinkes inhu", "PEMDA-14.02/OPD-DINKES", id="by what people call it"),
        pytest.param("hulu kese", "PEMDA-14.02/OPD-DINKES", id="by words cut short, in any order"),
        pytest.param("tirtawening", "PEMDA-32.73/OPD-PDAM", id="by an own name"),
        pytest.param("polres indragiri hulu", "POLRES-14.02", id="the local office of a national body"),
        pytest.param("pln", "BUMN-PLN", id="a state company"),
        pytest.param("kbri kuala", "KBRI-KUALALUMPUR", id="a mission abroad"),
        pytest.param("KEMENPUPR", "KEMENPU", id="by the code of the body it succeeded"),
        pytest.param("kementerian pekerjaan umum dan perumahan rakyat", "KEMENPKP", id="by the name of that body"),
        pytest.param("kemenkominfo", "KOMDIGI", id="by an old short name"),
    ],
)
def test_a_body_is_found(loaded, text, code):
    assert code in codes_for(loaded, text)


@pytest.mark.parametrize("text", ["zzz", "dinkes zzz", "%", "!!!", "'; drop table agencies; --"])
def test_what_nobody_is_called_finds_nobody(loaded, text):
    assert codes_for(loaded, text) == []


def test_former_bodies_are_kept_but_not_offered(loaded):
    former = directory.agency(loaded, "KEMENPUPR")

    assert former is not None
    assert not former.active
    assert "KEMENPUPR" not in codes_for(loaded, "KEMENPUPR")
    assert {body.code for body in directory.read_directory(loaded).present("KEMENPUPR")} == {"KEMENPU", "KEMENPKP"}


def test_a_long_list_comes_page_by_page(loaded):
    everything = codes_for(loaded, "bandung", limit=1_000)
    pages, cursor = [], None
    while True:
        found, cursor = directory.search_agencies(loaded, "bandung", cursor, 20)
        pages.append([agency.code for agency in found])
        if cursor is None:
            break

    assert [code for page in pages for code in page] == everything
    assert {len(page) for page in pages[:-1]} == {20}


def test_the_units_of_a_body_are_those_directly_below_it(loaded):
    units = [unit.code for unit in directory.units_of(loaded, "PEMDA-14.02")]

    assert "PEMDA-14.02/OPD-DINKES" in units
    assert "POLRES-14.02" not in units
    assert "PEMDA-14.02" in {unit.code for unit in directory.units_of(loaded, "PEMDA-14")}


def test_an_empty_directory_has_no_version(transactions):
    with transactions.read() as connection:
        assert directory.directory_version(connection) == 0
        assert len(directory.read_directory(connection)) == 0


def test_an_office_stands_below_its_government_and_is_named_after_it(rows):
    by_code = {row.agency.code: row.agency for row in rows}

    office = by_code["PEMDA-14.02/OPD-DINKES"]
    assert office.name == "Dinas Kesehatan Kabupaten Indragiri Hulu"
    assert office.parent_code == "PEMDA-14.02"
    assert by_code["PEMDA-14.02"].parent_code == "PEMDA-14"
    assert by_code["PEMDA-82/OPD-DINKES"].time_zone == "Asia/Jayapura"
    assert by_code["PEMDA-31.74/OPD-DINKES"].name == "Suku Dinas Kesehatan Kota Administrasi Jakarta Selatan"
    assert "PEMDA-31.74/OPD-PDAM" not in by_code


def test_every_code_stands_once_and_every_parent_is_in_the_directory(rows):
    codes = [row.agency.code for row in rows]

    assert len(codes) == len(set(codes))
    assert {row.agency.parent_code for row in rows} - {None} <= set(codes)


@pytest.mark.parametrize(
    ("file", "old", "new", "message"),
    [
        pytest.param("agencies.csv", "KEMENSOS,ministry", "KEMENSOS,x", "kind: is 'x'", id="an unknown kind"),
        pytest.param("agencies.csv", "\nKEMENSOS,", "\nkemensos,", "code: is 'kemensos'", id="a wrong code"),
        pytest.param("agencies.csv", "\nKEMENSOS,", "\nKEMENKES,", "code: is the same as in", id="a repeated code"),
        pytest.param("agencies.csv", "KEMENPU|KEMENPKP", "XY", "successor_codes: names XY", id="an unknown successor"),
        pytest.param("agencies.csv", "KEMENDAGRI,11,", "KEMENDAGRI,99,", "region_code: is 99", id="an unknown region"),
        pytest.param("offices.csv", "PEMDA-32.73/", "PEMDA-99/", "code: is PEMDA-99/OPD-PDAM", id="no such office"),
        pytest.param("agency_types.csv", "city", "town", "regions: names 'town'", id="an unknown kind of region"),
    ],
)
def test_a_wrong_row_is_named_with_file_and_column(tmp_path: Path, file, old, new, message):
    for name in ("agencies.csv", "agency_types.csv", "offices.csv"):
        shutil.copy(str(SHIPPED / name), tmp_path)
    text = (tmp_path / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ReferenceDataError, match=rf"{file}, row \d+, column ") as raised:
        agency_rows(tmp_path)

    assert message in str(raised.value)
