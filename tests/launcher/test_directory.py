"""The directory and its officers, from the terminal."""

from pathlib import Path

import pytest

from lapor_contracts.vocabulary import Role
from tests.launcher.conftest import Lapor

HEADER = "code,name,kind,parent_code"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A ministry and its unit."""
    path = tmp_path / "direktori.csv"
    path.write_text(f"{HEADER}\nKEM-UJI,Kementerian Uji,ministry,\nKEM-UJI/1,Ditjen Uji,ministry_unit,KEM-UJI\n")
    return path


def test_a_file_is_tried_then_brought_in_and_comes_out_again(lapor: Lapor, file: Path) -> None:
    tried = lapor("agency", "import", str(file), "--dry-run")
    before = lapor("agency", "export", "sebelum.csv")
    brought = lapor("agency", "import", str(file), "--reason", "Perpres 1/2026")
    lapor("agency", "export", "sesudah.csv")
    again = lapor("agency", "import", "sesudah.csv", "--dry-run")

    assert [one.exit_code for one in (tried, before, brought, again)] == [0, 0, 0, 0]
    assert "added: 2" in tried.output
    assert "0 bodies" in before.output
    assert "Done: 2 changes" in brought.output
    assert "KEM-UJI/1,Ditjen Uji,,ministry_unit,KEM-UJI" in Path("sesudah.csv").read_text("utf-8-sig")
    assert "added" not in again.output


def test_a_file_with_a_wrong_row_is_refused_whole(lapor: Lapor, file: Path) -> None:
    file.write_text(file.read_text() + "KEM-LAIN,Kementerian Lain,kementerian,\n")

    refused = lapor("agency", "import", str(file))

    assert refused.exit_code == 1
    assert "direktori.csv, baris 4, kolom kind" in refused.output
    assert "0 bodies" in lapor("agency", "export", "sesudah.csv").output


def test_whatever_somebody_may_do_an_operator_can_grant(lapor: Lapor, file: Path) -> None:
    lapor("agency", "import", str(file))
    roles = [option for role in Role for option in ("--role", role.value)]

    added = lapor("officer", "add", "semua.uji", *roles, "--agency", "KEM-UJI")

    assert added.exit_code == 0, added.output


def test_an_officer_goes_away_comes_back_and_leaves(lapor: Lapor, file: Path) -> None:
    lapor("agency", "import", str(file))
    for name in ("admin.uji", "petugas.uji"):
        lapor("officer", "add", name, "--role", "officer", "--agency", "KEM-UJI")
    days = ("--from", "2020-01-01", "--until", "2999-12-31")

    away = lapor("officer", "absent", "admin.uji", *days, "--substitute", "petugas.uji")
    listed = lapor("officer", "list", "--agency", "KEM-UJI").output
    back = lapor("officer", "absent", "admin.uji")
    gone = lapor("officer", "deactivate", "petugas.uji")

    assert [one.exit_code for one in (away, back, gone)] == [0, 0, 0]
    assert "away until 2999-12-31" in listed
    final = lapor("officer", "list").output
    assert "away" not in final
    assert "inactive" in final
    assert lapor("officer", "absent", "siapa", *days).exit_code == 1
    assert lapor("officer", "absent", "admin.uji", *days, "--substitute", "petugas.uji").exit_code == 1
