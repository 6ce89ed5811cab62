"""What the columns of a file of reports mean."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lapor_contracts.vocabulary import Channel, Kind
from lapor_intake.bulk import EXPORT, NoHeaderError, Refused, Row, form_of, rows, submission

OWN = (
    "key,channel,kind,title,body,occurred_on,region_code,place,agency,category,anonymous,secret,"
    "name,phone,email,address"
)


def read(*lines: str) -> list[Row | Refused]:
    """All rows of a file with these lines."""
    ended = [f"{line}\n" for line in lines]
    return list(rows(ended, form_of(ended)))


def reasons(*lines: str) -> list[tuple[int, str]]:
    """The refused rows."""
    return [(row.line, row.reason) for row in read(*lines) if isinstance(row, Refused)]


def exported(**cells: str) -> dict[str, Any]:
    """What is read in a row of LAPOR!'s export; the names of its columns with ``_`` for what is no letter."""
    given = {
        "Tracking_ID": "5049672",
        "Tanggal_Laporan_Masuk": "6 Jan 2026",
        "Klasifikasi_Laporan": "PENGADUAN",
        "Judul_Laporan": "Jalan rusak",
        "Isi_Laporan_Awal": "Jalan di depan pasar rusak",
        "Status_Laporan": "Terverifikasi",
        **cells,
    }
    columns = list(EXPORT)
    values = [given.get("".join(c if c.isalnum() else "_" for c in column).strip("_"), "") for column in columns]
    (row,) = read(";".join(columns), ";".join(values))
    assert isinstance(row, Row), row
    return row.values


def test_our_own_columns_are_read_as_they_are_called() -> None:
    (row,) = read(
        OWN,
        "17,letter,aspiration,Lampu,Mohon lampu jalan,2026-01-03,14.02,Jl. 2,PLN,Jalan,ya,tidak,Siti,0812,s@w.id,Jl. 1",
    )

    assert isinstance(row, Row)
    taken = submission(row.values, source="import", key="x")
    assert (taken.source, taken.idempotency_key, taken.channel) == ("import", "17", Channel.LETTER)
    assert (taken.kind, taken.occurred_on, taken.region_code) == (Kind.ASPIRATION, date(2026, 1, 3), "14.02")
    assert (taken.agency_code, taken.category, taken.anonymous, taken.secret) == ("PLN", "Jalan", True, False)
    assert (taken.reporter.name, taken.reporter.address) == ("Siti", "Jl. 1")
    assert "Siti" not in repr(row)


def test_the_body_is_enough() -> None:
    (row,) = read("body,ours", "Jalan rusak,whatever")

    assert isinstance(row, Row)
    taken = submission(row.values, source="import", key="of the content")
    assert (taken.idempotency_key, taken.channel, taken.body) == ("of the content", Channel.PARTNER, "Jalan rusak")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_any_usual_separator_will_do(separator: str) -> None:
    (row,) = read(separator.join(["key", "body"]), separator.join(["1", "Jalan rusak"]))

    assert isinstance(row, Row)
    assert row.values == {"key": "1", "body": "Jalan rusak"}


def test_a_text_of_several_lines_is_one_row_and_lines_are_counted_as_in_an_editor() -> None:
    assert reasons("key,body", '1,"Jalan', 'rusak"', "", "2,", "3,Jalan") == [
        (5, "body: Missing data for required field."),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x,,,,,,,,,,,,,,,", "body: Missing data for required field."),
        ("x,pigeon,,,Jalan,,,,,,,,,,,", "channel: Must be one of"),
        ("x,,,,Jalan,3 Mei,,,,,,,,,,", "occurred_on: Not a valid date."),
        ("x,,,,Jalan,,14-02,,,,,,,,,", "region_code: "),
        ("x,,,,Jalan,,,,,,maybe,,,,,", "anonymous: Not a valid boolean."),
        (f"x,,,,{'J' * 10_001},,,,,,,,,,,", "body: Length must be between 1 and 10000."),
        (f"x,,,,Jalan,,,,,,,,{'Siti' * 100},,,", "name: Longer than maximum length 300."),
    ],
)
def test_a_refused_row_is_told_by_its_column_and_not_by_what_it_holds(row: str, said: str) -> None:
    ((line, reason),) = reasons(OWN, row)

    assert line == 2
    assert reason.startswith(said)
    assert "Siti" not in reason


def test_the_export_has_twenty_one_columns() -> None:
    assert len(EXPORT) == 21


def test_the_export_is_read_below_whatever_stands_above_its_header() -> None:
    columns = list(EXPORT)
    cells = {"Tracking ID": "5049672", "Isi Laporan Awal": "Jalan rusak"}

    found = read("Judul Laporan;Daftar", "", ";".join(columns), ";".join(cells.get(name, "") for name in columns))

    assert [row.line for row in found] == [4]


def test_of_the_export_the_reporters_own_words_count() -> None:
    values = exported(Isi_Laporan_Akhir="disunting", Nama_Pelapor="Siti Rahayu", Kategori="Jalan & Jembatan")

    assert (values["key"], values["title"], values["body"]) == ("5049672", "Jalan rusak", "Jalan di depan pasar rusak")
    assert (values["name"], values["kind"], values["channel"]) == ("Siti Rahayu", Kind.COMPLAINT, Channel.PARTNER)
    assert "occurred_on" not in values


@pytest.mark.parametrize(
    ("column", "cell", "field", "value"),
    [
        ("Klasifikasi_Laporan", "ASPIRASI", "kind", Kind.ASPIRATION),
        ("Klasifikasi_Laporan", "Permintaan Informasi", "kind", Kind.INFORMATION_REQUEST),
        ("Klasifikasi_Laporan", "Pengaduan Berkadar Pengawasan", "kind", Kind.COMPLAINT),
        ("Sumber_Laporan", "Website", "channel", Channel.WEB),
        ("Sumber_Laporan", "SMS 1708", "channel", Channel.SMS),
        ("Sumber_Laporan", "Tatap Muka", "channel", Channel.COUNTER),
        ("Sumber_Laporan", "Merpati", "channel", Channel.PARTNER),
        ("Tipe_Laporan__Anonim_Rahasia", "Anonim", "anonymous", True),
        ("Tipe_Laporan__Anonim_Rahasia", "Anonim, Rahasia", "secret", True),
        ("Tipe_Laporan__Anonim_Rahasia", "-", "anonymous", False),
        ("Kota_Kabupaten", "Kabupaten Indragiri Hulu", "region_code", "14.02"),
        ("Kota_Kabupaten", "KAB. INDRAGIRI HULU", "region_code", "14.02"),
        ("Provinsi", "Riau", "region_code", "14"),
        ("Kelurahan", "Sekip Hulu", "place", "Sekip Hulu"),
        ("Instansi_Terdisposisi", "Dinas Perhubungan", "agency", "Dinas Perhubungan"),
    ],
)
def test_words_of_the_export_become_ours(column: str, cell: str, field: str, value: object) -> None:
    assert exported(**{column: cell})[field] == value


@pytest.mark.parametrize("name", ["-", "Anonim", "ANONIM", ""])
def test_who_has_no_name_in_the_export_has_none(name: str) -> None:
    assert "name" not in exported(Nama_Pelapor=name)


@pytest.mark.parametrize("status", ["Ditutup oleh Sistem", "Selesai", "Diarsipkan oleh Admin", "Digabung"])
def test_what_is_at_its_end_is_not_opened_again(status: str) -> None:
    columns = list(EXPORT)
    cells = {"Tracking ID": "1", "Isi Laporan Awal": "Jalan rusak", "Status Laporan": status}

    ((line, reason),) = reasons(";".join(columns), ";".join(cells.get(name, "") for name in columns))

    assert (line, reason) == (2, "Status Laporan: sudah selesai atau diarsipkan. (It is at its end already.)")


@pytest.mark.parametrize("head", [[], ["x,y,z"], ["Tracking ID;Judul"], ["\x00"]])
def test_a_file_without_a_header_that_we_know_is_not_read(head: Sequence[str]) -> None:
    with pytest.raises(NoHeaderError):
        form_of(head)


@given(st.lists(st.text(alphabet='ab,;"\n\r\t\x00é1-', max_size=40), max_size=20))
def test_whatever_stands_in_a_file_is_read_or_refused(lines: list[str]) -> None:
    found = read("key,body,anonymous,occurred_on", *lines)

    assert all(isinstance(row, Row | Refused) for row in found)
