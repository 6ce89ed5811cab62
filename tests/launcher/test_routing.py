"""``lapor routing``: the choice explained for a text, and measured on decided reports."""

import json
from pathlib import Path

from tests.launcher.conftest import Lapor

HEADER = "id,title,text,region_code,agency_code,accept_codes"
ROWS = [
    "1,Lampu jalan mati,Lampu PJU di jalan kami padam seminggu,35.78,PEMDA-35.78/OPD-DISHUB,PEMDA-35.78/OPD-DISHUB",
    "2,Paspor,Kuota antrian paspor selalu habis,,KEMENIMIPAS,KEMENIMIPAS|DJ-IMIGRASI",
    "3,Listrik,Token listrik tidak bisa masuk,64.71,BUMN-PERTAMINA,",
]


def decided(folder: Path, *rows: str, header: str = HEADER) -> str:
    """A file of decided reports."""
    file = folder / "diputus.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return str(file)


def test_a_text_is_explained_with_place_bodies_passages_and_what_would_become_of_it(lapor: Lapor) -> None:
    result = lapor(
        "routing", "explain", "Sampah menumpuk, tidak diangkut dari TPS desa Sidomulyo kec. Batu", COLUMNS="300"
    )

    assert result.exit_code == 0, result.output
    assert "tempat “sidomulyo” → Kota Batu" in result.output
    assert "35.79.01.2007" in result.output
    assert "Dinas Lingkungan Hidup Kota Batu" in result.output
    assert "“sampah menumpuk”" in result.output
    assert "diteruskan · routed alone" in result.output
    assert "rules 2-" in result.output


def test_an_unclear_report_in_a_file_would_go_to_the_coordinator(lapor: Lapor, tmp_path: Path) -> None:
    file = tmp_path / "laporan.txt"
    file.write_text("Sampah menumpuk\n\nSudah seminggu tidak diangkut di Bandung.\n", encoding="utf-8")

    told = json.loads(lapor("routing", "explain", str(file), "--json").stdout)

    assert told["routed_to"] is None
    assert told["place"] == ["32.04", "32.73"]
    assert {one["agency_code"] for one in told["candidates"]} >= {"PEMDA-32.04/OPD-DLH", "PEMDA-32.73/OPD-DLH"}
    assert "Kabupaten Bandung atau Kota Bandung" in told["doubt"]


def test_a_pin_says_where(lapor: Lapor) -> None:
    told = json.loads(lapor("routing", "explain", "Sampah menumpuk", "--point", "-7.25", "112.75", "--json").stdout)

    assert told["place"] == ["35.78"]
    assert told["routed_to"] == "PEMDA-35.78/OPD-DLH"


def test_a_region_that_does_not_exist_is_refused(lapor: Lapor) -> None:
    result = lapor("routing", "explain", "Sampah", "--region", "99.99")

    assert result.exit_code == 2
    assert "99.99 is no region" in result.output


def test_decided_reports_are_measured(lapor: Lapor, tmp_path: Path) -> None:
    result = lapor("routing", "evaluate", decided(tmp_path, *ROWS), "--json")

    assert result.exit_code == 0, result.output
    figures = json.loads(result.stdout.splitlines()[-1])
    assert (figures["n"], figures["top1"], figures["top3"]) == (3, 0.6667, 0.6667)
    assert figures["threshold"] == 0.8
    assert figures["coverage_at_97"] in (0, 0.3333, 0.6667)
    assert figures["model_version"] is None
    assert figures.keys() >= {"routed_alone", "precision_alone", "rules_version", "per_second"}
    assert "BUMN-PERTAMINA" in result.stdout, "the confusion is shown"


def test_a_row_that_cannot_be_measured_is_named(lapor: Lapor, tmp_path: Path) -> None:
    result = lapor("routing", "evaluate", decided(tmp_path, ROWS[0], "5,,,35.78,BPS,", "6,a,b,35.78,,", "7,a,b,1,BPS,"))

    assert result.exit_code == 0, result.output
    assert "row 3: neither title nor text" in result.stderr
    assert "row 4: no agency_code" in result.stderr
    assert "row 5: region_code 1 is no region" in result.stderr
    assert "2 reports" in result.stdout


def test_a_file_without_the_columns_is_refused(lapor: Lapor, tmp_path: Path) -> None:
    result = lapor("routing", "evaluate", decided(tmp_path, "1,jalan rusak", header="id,text"))

    assert result.exit_code == 1
    assert "lacks title, region_code, agency_code, accept_codes" in result.output
