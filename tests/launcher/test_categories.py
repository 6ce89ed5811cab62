"""The operator brings categories out and in as files."""

import csv
from pathlib import Path

import pytest

from tests.launcher.conftest import Lapor


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text(encoding="utf-8-sig").splitlines()))


def test_the_whole_tree_comes_out_and_goes_in_again_unchanged(lapor: Lapor, tmp_path: Path) -> None:
    said = lapor("categories", "export", "pohon.csv").output
    again = lapor("categories", "import", "pohon.csv").output

    assert "963 categories" in said
    assert "0 new, 0 changed; version 0" in again
    assert rows_of(tmp_path / "pohon.csv")[0] == {"code": "LK01", "parent": "", "name": "Agama", "status": "active"}


def test_an_agencys_own_categories_go_in_and_come_out_alone(lapor: Lapor, tmp_path: Path) -> None:
    lapor("directory", "load")
    (tmp_path / "sby.csv").write_text("code,parent,name,status\nSBY-01,LK08.007,Tambal cepat,active\n")

    said = lapor("categories", "import", "sby.csv", "--agency", "PEMDA-35.78").output
    lapor("categories", "export", "lagi.csv", "--agency", "PEMDA-35.78")

    assert "1 new, 0 changed; version 1" in said
    assert [row["code"] for row in rows_of(tmp_path / "lagi.csv")] == ["SBY-01"]
    assert "963 categories" in lapor("categories", "export", "pohon.csv").output


def test_a_wrong_row_is_named_and_nothing_is_changed(lapor: Lapor, tmp_path: Path) -> None:
    (tmp_path / "salah.csv").write_text("code,parent,name,status\nSBY-01,LK08.007,Tambal,active\nSBY-02,LK99,X,lama\n")

    result = lapor("categories", "import", "salah.csv")

    assert result.exit_code == 1
    assert "salah.csv, row 3, column parent: LK99 is no category" in result.output
    assert "salah.csv, row 3, column status: is 'lama', not one of active, retired" in result.output
    assert "nothing was changed: 2 mistakes" in result.output
    assert "963 categories" in lapor("categories", "export", "pohon.csv").output


@pytest.mark.parametrize(
    ("agency", "why"),
    [("PEMDA-35.87", "there is no such body in the directory"), ("tidak sah", "String does not match")],
)
@pytest.mark.parametrize("way", ["import", "export"])
def test_a_body_that_nobody_knows_has_no_categories(
    lapor: Lapor, tmp_path: Path, way: str, agency: str, why: str
) -> None:
    (tmp_path / "sby.csv").write_text("code,parent,name,status\nSBY-01,LK08.007,Tambal cepat,active\n")

    result = lapor("categories", way, "sby.csv", "--agency", agency)

    assert result.exit_code == 1
    assert why in result.output
    assert rows_of(tmp_path / "sby.csv")[0]["code"] == "SBY-01"
