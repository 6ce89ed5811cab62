"""The operator lets whistleblowers choose a body; the body opens and seals without a browser."""

import json
from pathlib import Path

import pytest

from lapor_chassis.sealing import new_keypair, open_sealed, private_pem, public_key_of, read_private_pem, seal
from tests.launcher.conftest import Lapor
from tests.support.builders import tracking_id

ID = tracking_id()


@pytest.fixture
def loaded(lapor: Lapor) -> Lapor:
    """The command, where the directory is loaded."""
    assert lapor("directory", "load").exit_code == 0
    return lapor


def test_a_bodys_private_key_is_printed_once_and_the_body_can_be_chosen(loaded: Lapor) -> None:
    said = loaded("oversight", "add", "KPK", "--name", "Komisi Pemberantasan Korupsi").output
    listed = loaded("oversight", "list").output

    key = read_private_pem(said[said.index("-----BEGIN") :])
    assert public_key_of(key) in listed
    assert "Komisi Pemberantasan Korupsi" in listed
    assert "PRIVATE" not in listed


def test_the_private_key_can_be_written_to_a_file_that_only_its_owner_reads(loaded: Lapor, tmp_path: Path) -> None:
    said = loaded("oversight", "add", "KPK", "--name", "KPK", "--key-file", "kpk.pem").output

    file = tmp_path / "kpk.pem"
    assert read_private_pem(file.read_text())
    assert file.stat().st_mode & 0o077 == 0
    assert "PRIVATE" not in said


def test_a_file_that_is_there_is_not_written_over_and_nobody_is_added(loaded: Lapor, tmp_path: Path) -> None:
    (tmp_path / "kpk.pem").write_text("another key")

    result = loaded("oversight", "add", "KPK", "--name", "KPK", "--key-file", "kpk.pem")

    assert result.exit_code == 1
    assert "kpk.pem: File exists" in result.output
    assert "KPK" not in loaded("oversight", "list").output


@pytest.mark.parametrize(
    ("code", "why"),
    [("TIDAK-ADA", "there is no such body in the directory"), ("tidak sah", "String does not match")],
)
def test_a_body_that_is_unknown_is_refused(loaded: Lapor, code: str, why: str) -> None:
    result = loaded("oversight", "add", code, "--name", "Siapa")

    assert result.exit_code == 1
    assert why in result.output


def test_a_body_keeps_its_key_until_it_is_removed(loaded: Lapor) -> None:
    loaded("oversight", "add", "KPK", "--name", "KPK")

    assert "remove it first" in loaded("oversight", "add", "KPK", "--name", "KPK").output
    assert loaded("oversight", "remove", "KPK").exit_code == 0
    assert "is no oversight body" in loaded("oversight", "remove", "KPK").output
    assert loaded("oversight", "add", "KPK", "--name", "KPK").exit_code == 0


def test_a_report_is_opened_and_answered_without_a_browser(lapor: Lapor, tmp_path: Path) -> None:
    key, public = new_keypair()
    reporter, reporters = new_keypair()
    report = json.dumps({"reported": "Dinas X", "body": "Setoran setiap bulan."})
    papers = {
        "tracking_id": ID,
        "oversight_key": public,
        "reporter_key": reporters,
        "report": seal(report, public, ID),
        "messages": [{"replied_at": "2026-01-07T03:00:00+00:00", "text": seal("Ada saksi.", public, ID)}],
    }
    (tmp_path / "laporan.json").write_text(json.dumps(papers))
    (tmp_path / "kpk.pem").write_text(private_pem(key))
    (tmp_path / "jawaban.txt").write_text("Kami periksa.\n")

    shown = lapor("oversight", "open", "laporan.json", "--key", "kpk.pem").output
    sealed = lapor("oversight", "seal", "laporan.json", "jawaban.txt").output

    assert "Terlapor: Dinas X" in shown
    assert "Isi: Setoran setiap bulan." in shown
    assert "Ada saksi." in shown
    assert open_sealed(sealed, reporter, ID) == "Kami periksa."


def test_what_cannot_be_opened_is_said_in_one_sentence(lapor: Lapor, tmp_path: Path) -> None:
    _, public = new_keypair()
    stranger, _ = new_keypair()
    papers = {"tracking_id": ID, "reporter_key": public, "report": seal("{}", public, ID), "messages": []}
    (tmp_path / "laporan.json").write_text(json.dumps(papers))
    (tmp_path / "lain.pem").write_text(private_pem(stranger))
    (tmp_path / "bukan.json").write_text("[]")
    (tmp_path / "bukan.pem").write_text("kunci")

    def why(*arguments: str) -> str:
        result = lapor("oversight", "open", *arguments)
        assert result.exit_code == 1
        return result.output

    assert "cannot be opened with this key" in why("laporan.json", "--key", "lain.pem")
    assert "is not what the page" in why("bukan.json", "--key", "lain.pem")
    assert "holds no private key" in why("laporan.json", "--key", "bukan.pem")
