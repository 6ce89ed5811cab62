"""``lapor import``: files of reports, taken in once however often they are brought."""

import csv
import os
import re
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

import pytest

from lapor_intake.bulk import EXPORT
from tests.launcher.conftest import Lapor
from tests.support.until import until

HEADER = "key,body,name,phone,region_code"


def write(path: Path, lines: Iterable[str], *, encoding: str = "utf-8") -> Path:
    """A file with these lines."""
    path.write_bytes("".join(f"{line}\n" for line in lines).encode(encoding))
    return path


def reports(number: int) -> list[str]:
    """A file with so many reports."""
    rows = (f"{n},Jalan nomor {n} rusak sejak kemarin,Siti Rahayu,0812-0000-1111,14.02" for n in range(number))
    return [HEADER, *rows]


def stored(folder: Path, question: str = "SELECT count(*) FROM reports") -> int:
    """What is in intake's database."""
    with closing(sqlite3.connect(folder / "var" / "intake.db")) as connection:
        return int(connection.execute(question).fetchone()[0])


def test_all_rows_become_reports(lapor: Lapor, tmp_path: Path) -> None:
    result = lapor("import", str(write(tmp_path / "laporan.csv", reports(1_200))))

    assert result.exit_code == 0, result.output
    assert result.output.startswith("1,200 taken, 0 known already, 0 refused, ")
    assert re.search(r"\d a second$", result.output.strip())
    assert stored(tmp_path) == 1_200
    assert not (tmp_path / "laporan.refused.csv").exists()


def test_the_same_file_again_changes_nothing(lapor: Lapor, tmp_path: Path) -> None:
    file = str(write(tmp_path / "laporan.csv", reports(600)))
    lapor("import", file)

    result = lapor("import", file)

    assert result.exit_code == 0
    assert result.output.startswith("0 taken, 600 known already, 0 refused")
    assert stored(tmp_path) == 600


def test_rows_without_keys_are_known_by_what_they_say(lapor: Lapor, tmp_path: Path) -> None:
    file = str(write(tmp_path / "laporan.csv", ["body", "Jalan rusak di Rengat", "Lampu mati di Rengat"]))
    lapor("import", file)

    result = lapor("import", file)

    assert result.output.startswith("0 taken, 2 known already")


def test_keys_of_another_source_are_other_reports(lapor: Lapor, tmp_path: Path) -> None:
    lapor("import", str(write(tmp_path / "a.csv", ["key,body", "1,Jalan rusak di Rengat"])))
    other = str(write(tmp_path / "b.csv", ["key,body", "1,Lampu mati di Medan"]))

    refused = lapor("import", other)
    taken = lapor("import", other, "--source", "medan")

    assert (refused.exit_code, taken.exit_code) == (1, 0)
    assert stored(tmp_path) == 2


def test_refused_rows_stand_in_a_file_with_line_and_reason_and_without_persons(lapor: Lapor, tmp_path: Path) -> None:
    lines = [
        HEADER,
        "1,Jalan rusak di Rengat,Siti Rahayu,0812-0000-1111,14.02",
        "2,,Siti Rahayu,0812-0000-1111,14.02",
        "3,Jalan rusak di Rengat,Siti Rahayu,0812,14.02",
        "4,Jalan rusak di Rengat,Siti Rahayu,0812-0000-1111,99.99",
    ]

    result = lapor("import", str(write(tmp_path / "laporan.csv", lines)))

    assert result.exit_code == 1
    assert result.output.startswith("1 taken, 0 known already, 3 refused")
    with (tmp_path / "laporan.refused.csv").open(newline="") as file:
        header, *refused = csv.reader(file)
    assert header == ["line", "reason"]
    assert [(line, reason.partition(":")[0]) for line, reason in refused] == [
        ("3", "body"),
        ("4", "reporter.phone"),
        ("5", "region_code"),
    ]
    for text in (result.output, (tmp_path / "laporan.refused.csv").read_text()):
        assert "Siti" not in text
        assert "0812" not in text


def test_what_was_put_right_leaves_no_old_reasons_behind(lapor: Lapor, tmp_path: Path) -> None:
    lapor("import", str(write(tmp_path / "laporan.csv", ["key,body", "1,"])))

    result = lapor("import", str(write(tmp_path / "laporan.csv", ["key,body", "1,Jalan rusak di Rengat"])))

    assert result.exit_code == 0
    assert not (tmp_path / "laporan.refused.csv").exists()


def test_a_trial_says_what_would_be_refused_and_stores_nothing(lapor: Lapor, tmp_path: Path) -> None:
    lines = ["key,body,region_code", "1,Jalan rusak di Rengat,14.02", "2,Jalan rusak,99.99"]

    result = lapor("import", "--dry-run", str(write(tmp_path / "laporan.csv", lines)))

    assert result.exit_code == 1
    assert result.output.startswith("Nothing was stored: 1 taken, 0 known already, 1 refused")
    assert stored(tmp_path) == 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_letters_are_read_as_they_were_written(lapor: Lapor, tmp_path: Path, encoding: str) -> None:
    lines = ["key;body", "1;Jalan di Desa Pagaralang – rusak, é"]

    lapor("import", str(write(tmp_path / "laporan.csv", lines, encoding=encoding)))

    assert stored(tmp_path, "SELECT count(*) FROM reports WHERE body = 'Jalan di Desa Pagaralang – rusak, é'") == 1


def test_the_export_of_lapor_is_taken_in_but_for_what_is_at_its_end(lapor: Lapor, tmp_path: Path) -> None:
    cells = {"Isi Laporan Awal": "Jalan rusak", "Kota/Kabupaten": "Kabupaten Indragiri Hulu", "Sumber Laporan": "SMS"}
    rows = [
        {**cells, "Tracking ID": "1", "Status Laporan": "Terverifikasi"},
        {**cells, "Tracking ID": "2", "Status Laporan": "Ditutup oleh Sistem"},
    ]
    lines = ["Daftar Laporan", ";".join(EXPORT), *(";".join(row.get(name, "") for name in EXPORT) for row in rows)]

    result = lapor("import", str(write(tmp_path / "laporan.csv", lines)))

    assert result.output.startswith("1 taken, 0 known already, 1 refused")
    assert stored(tmp_path, "SELECT count(*) FROM reports WHERE channel = 'sms' AND region_code = '14.02'") == 1


@pytest.mark.parametrize("lines", [[], ["a,b,c", "1,2,3"]])
def test_a_file_of_another_kind_is_not_touched(lapor: Lapor, tmp_path: Path, lines: list[str]) -> None:
    result = lapor("import", str(write(tmp_path / "laporan.csv", lines)))

    assert result.exit_code == 1
    assert "laporan.csv: no row of column names" in result.output


@pytest.mark.system
def test_a_killed_import_goes_on_where_it_was(lapor: Lapor, tmp_path: Path) -> None:
    file = write(tmp_path / "laporan.csv", reports(6_000))
    lapor("migrate", "intake")
    command = [sys.executable, "-m", "lapor_launcher", "import", str(file)]
    as_on_a_terminal = {**os.environ, "FORCE_COLOR": "1"}
    with subprocess.Popen(command, cwd=tmp_path, env=as_on_a_terminal, stderr=subprocess.PIPE) as first:
        until(lambda: stored(tmp_path) > 2_000, 60)
        first.send_signal(signal.SIGKILL)
        assert first.stderr
        shown = first.stderr.read().decode()
    before = stored(tmp_path)

    result = lapor("import", str(file))

    assert 0 < before < 6_000
    assert " a second " in shown
    assert result.output.startswith(f"{6_000 - before:,} taken, {before:,} known already")
    assert stored(tmp_path) == 6_000
    assert stored(tmp_path, "SELECT count(*) FROM events WHERE type = 'report.received.v1'") == 6_000
    assert stored(tmp_path, "SELECT count(DISTINCT report_id) FROM vault") == 6_000
