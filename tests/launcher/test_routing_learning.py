"""``lapor routing train`` and ``propose``."""

import csv
import json
from collections.abc import Sequence
from pathlib import Path

from lapor_routing.learning import Example
from tests.launcher.conftest import Lapor
from tests.routing.decided import VILLAGE, decided


def written(file: Path, examples: Sequence[Example]) -> str:
    """Decided reports as a file."""
    with file.open("w", encoding="utf-8", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(["id", "title", "text", "region_code", "agency_code", "accept_codes"])
        for number, one in enumerate(examples):
            rows.writerow([number, "", one.report.body, VILLAGE, one.agency_code, "|".join(sorted(one.accepted))])
    return str(file)


def test_what_was_learned_is_measured_and_a_worse_model_does_not_replace_it(lapor: Lapor, tmp_path: Path) -> None:
    model, file = tmp_path / "routing.model", written(tmp_path / "diputus.csv", decided())
    muddled = written(tmp_path / "kacau.csv", decided(300, seed=3, muddled=0.8))
    asked = written(tmp_path / "nanti.csv", decided(50, seed=4))

    learned = lapor("routing", "train", file, "--out", str(model))
    measured = lapor("routing", "evaluate", asked, "--model", str(model), "--json")
    before = model.read_bytes()
    worse = lapor("routing", "train", muddled, "--out", str(model))
    kept = model.read_bytes() == before
    forced = lapor("routing", "train", muddled, "--out", str(model), "--force")

    assert learned.exit_code == 0, learned.output
    assert "on the latest 60, not seen before: right body first" in learned.output
    assert "with LAPOR_ROUTING_THRESHOLD=" in learned.output
    figures = json.loads(measured.stdout.splitlines()[-1])
    assert figures["top1"] > 0.9
    assert figures["model_version"] in learned.output
    assert worse.exit_code == 1
    assert "is better and stays" in worse.output
    assert kept
    assert forced.exit_code == 0, forced.output
    assert model.read_bytes() != before


def test_a_file_that_is_no_model_is_neither_used_nor_replaced(lapor: Lapor, tmp_path: Path) -> None:
    model, file = tmp_path / "routing.model", written(tmp_path / "diputus.csv", decided(150))
    model.write_text("Bukan model.")

    used = lapor("routing", "evaluate", file, "--model", str(model))
    replaced = lapor("routing", "train", file, "--out", str(model))

    assert (used.exit_code, replaced.exit_code) == (1, 1)
    assert "not a model that `lapor routing train` has made" in used.output
    assert "It is not replaced; --force does." in replaced.output
    assert model.read_text() == "Bukan model."


def test_without_refusals_there_is_nothing_to_propose(lapor: Lapor) -> None:
    result = lapor("routing", "propose")

    assert result.exit_code == 0, result.output
    assert "0 proposals" in result.output
