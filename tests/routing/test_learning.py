"""What a model learns from decided reports, what it says, and which files are none."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import sqlalchemy as sa

from lapor_chassis.errors import SettingsError
from lapor_contracts.events import ReportRouted
from lapor_routing import service
from lapor_routing.directory import load_directory
from lapor_routing.domain.agencies import Agency, AgencyKind, AgencyStatus, Directory
from lapor_routing.domain.choice import Report, choose
from lapor_routing.domain.learned import Prediction
from lapor_routing.experience import model_at
from lapor_routing.learning import Example, Model, ModelFileError, TrainingError, is_better, load, save, train
from lapor_routing.learning.encoding import called_by_rules
from lapor_routing.reference.agencies import AgencyRow
from lapor_routing.reference.rules import shipped_rules
from tests.routing.conftest import BODIES, FORMER, POWER, ROADS, TRAFFIC
from tests.routing.decided import CITY, VILLAGE, decided
from tests.support.builders import verified
from tests.support.staff import SIGNING_KEY
from tests.support.stage import Stage

SERVICE = service

LIGHT = Report(title="", body="Lampu jalan padam di gang kami", region_code=VILLAGE)
DISHUB = f"PEMDA-{CITY}/OPD-DISHUB"


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Model:
    """What four hundred reports taught, as it was read back from its file."""
    path = tmp_path_factory.mktemp("model") / "routing.model"
    trained = train(decided(), shipped_rules(), lambda text: None)
    save(trained.model, path)
    return load(path)


def moved(one: Example, regency: str) -> Example:
    """The same report of another regency, which has no list of topics of its own."""
    report = replace(one.report, region_code=regency)
    return Example(report, one.agency_code.replace(CITY, regency), one.accepted)


@pytest.fixture
def file(model: Model, tmp_path: Path) -> Path:
    """A model's file."""
    save(model, tmp_path / "routing.model")
    return tmp_path / "routing.model"


def test_who_handled_reports_like_it_is_probable_for_a_report(model: Model) -> None:
    [predicted] = model.predict([LIGHT])

    assert predicted[0].agency_code == DISHUB
    assert predicted[0].probability > 0.8
    assert 0.99 < sum(one.probability for one in predicted) <= 1.001


def test_of_villages_offices_it_says_the_kind_and_the_place_says_which(model: Model) -> None:
    [predicted] = model.predict([replace(LIGHT, body="Iuran RT tidak jelas, mohon bantuan")])

    assert predicted[0].agency_code == "OPD-KELURAHAN"


@pytest.mark.parametrize(
    ("text", "kind"),
    [("Halte bus kotor, rambunya hilang", "OPD-DISHUB"), ("Jembatan penyeberangan retak", "OPD-DPUPR")],
    ids=["traffic", "a bridge"],
)
def test_what_nobody_has_reported_yet_goes_where_the_rules_say(text: str, kind: str) -> None:
    regency = "14.02"
    learned = train([moved(one, regency) for one in decided(120)], shipped_rules(), lambda text: None).model

    [predicted] = learned.predict([Report(title="", body=text, region_code=regency)])

    assert predicted[0].agency_code == f"PEMDA-{regency}/{kind}"


@pytest.mark.parametrize(
    ("code", "called"),
    [
        ("PEMDA-35.78/OPD-DISDIK", "OPD-DISDIK"),
        ("PEMDA-35/OPD-DISDIK", "OPD-DISDIK@PROV"),
        ("POLRES-35.78", "POLRES"),
        ("BUMN-PLN", "BUMN-PLN"),
    ],
    ids=["a city's office", "a province's", "the police of a city", "a state company"],
)
def test_the_rules_know_a_body_by_its_kind(code: str, called: str) -> None:
    assert called_by_rules(code) == called


def test_a_batch_gets_what_each_report_gets_alone(model: Model) -> None:
    reports = [one.report for one in decided(30, seed=2)]

    assert model.predict(reports) == [model.predict([report])[0] for report in reports]


@pytest.mark.parametrize("region_code", ["14.02", None], ids=["another regency", "nobody knows where"])
def test_it_is_silent_where_it_has_not_learned(model: Model, region_code: str | None) -> None:
    assert model.predict([replace(LIGHT, region_code=region_code)]) == [()]


def test_it_was_measured_on_the_latest_reports_which_it_had_not_seen(model: Model) -> None:
    assert model.figures["reports"] == 60
    assert model.figures["top1"] > 0.9
    assert model.figures["top3"] >= model.figures["top1"]


def test_no_word_of_a_report_is_in_its_file(file: Path) -> None:
    with np.load(file) as content:
        told, kinds = bytes(content["description"]).decode(), {content[name].dtype.kind for name in content.files}

    assert "lampu" not in told
    assert kinds <= {"f", "i", "u"}, "numbers, and nothing else"


def test_too_few_reports_teach_nothing() -> None:
    with pytest.raises(TrainingError, match="at least 100"):
        train(decided(50), shipped_rules(), lambda text: None)


def test_reports_from_nowhere_teach_nothing() -> None:
    nowhere = [replace(one, report=replace(one.report, region_code=None)) for one in decided(120)]

    with pytest.raises(TrainingError, match="no region has"):
        train(nowhere, shipped_rules(), lambda text: None)


def test_a_worse_model_does_not_replace_a_better_one(model: Model) -> None:
    later = train(decided(200, seed=3, muddled=0.8), shipped_rules(), lambda text: None)

    better, why = is_better(model, later, shipped_rules())

    assert better
    assert "the old one right body first" in why


def test_a_model_from_more_reports_replaces_an_older_one(model: Model) -> None:
    again = train(decided() + decided(800, seed=4), shipped_rules(), lambda text: None)

    better, why = is_better(model, again, shipped_rules())

    assert not better
    assert "180 reports that neither had seen" in why


def changed(content: bytes) -> bytes:
    """One bit is another."""
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


@pytest.mark.parametrize(
    "spoil",
    [lambda content: content[:-100], changed, lambda content: b"\x80\x04.", lambda content: b""],
    ids=["cut off", "changed", "a pickle", "empty"],
)
def test_a_file_that_is_not_whole_or_not_ours_is_refused(file: Path, spoil: Callable[[bytes], bytes]) -> None:
    file.write_bytes(spoil(file.read_bytes()))

    with pytest.raises(ModelFileError, match=r"broken|changed"):
        load(file)


def test_numbers_that_were_exchanged_are_noticed(file: Path) -> None:
    with np.load(file) as content:
        parts = dict(content)
    parts["start"] = parts["start"] + np.float32(0.5)
    with file.open("wb") as out:
        np.savez_compressed(out, **parts)

    with pytest.raises(ModelFileError, match="changed since it was made"):
        load(file)


def test_objects_in_a_file_are_never_unpickled(file: Path) -> None:
    with np.load(file) as content:
        parts = dict(content)
    with file.open("wb") as out:
        np.savez_compressed(out, **{**parts, "start": np.array([print], dtype=object)})

    with pytest.raises(ModelFileError, match="broken"):
        load(file)


def test_a_broken_model_stops_the_start_by_the_name_of_the_setting(file: Path) -> None:
    file.write_bytes(b"")

    with pytest.raises(SettingsError, match="LAPOR_ROUTING_MODEL"):
        model_at(file)


def test_a_model_leads_where_it_has_learned_and_the_reporters_choice_comes_first() -> None:
    directory = Directory(BODIES)
    light = Report(title="Lampu jalan mati", body="Lampu PJU mati.", region_code="14.02")
    learned = (Prediction(ROADS.code, 0.9), Prediction(TRAFFIC.code, 0.05))

    alone = choose(light, shipped_rules(), directory)
    led = choose(light, shipped_rules(), directory, learned=learned, model_version="m1")
    chosen = choose(replace(light, agency_code=POWER.code), shipped_rules(), directory, learned=learned)

    assert [found.candidates[0].agency_code for found in (alone, led, chosen)] == [TRAFFIC.code, ROADS.code, POWER.code]
    assert (led.confidence, led.model_version) == (0.9, "m1")


def test_a_closed_body_that_a_model_knows_is_its_successor_or_nobody() -> None:
    merged = replace(TRAFFIC, status=AgencyStatus.FORMER, successor_codes=(ROADS.code,))
    directory = Directory([*(body for body in BODIES if body is not TRAFFIC), merged])
    learned = (Prediction(TRAFFIC.code, 0.7), Prediction(FORMER.code, 0.3))

    found = choose(Report(title="", body="Halo", region_code="14.02"), shipped_rules(), directory, learned=learned)

    assert found.candidates[0].agency_code == ROADS.code
    assert FORMER.code not in {one.agency_code for one in found.candidates}


def test_the_running_service_asks_the_model_and_says_so(engine: sa.Engine, file: Path, model: Model) -> None:
    stage = Stage(service, engine, database_url=str(engine.url), sign_in_key=SIGNING_KEY, model=file)
    office = Agency(DISHUB, "Dinas Perhubungan Kota Surabaya", AgencyKind.REGIONAL_OFFICE, region_code=CITY)
    with stage.transactions.begin() as tx:
        load_directory(tx, [AgencyRow(body, (body.name,)) for body in (*BODIES, office)])

    stage.hear(
        verified(title="Laporan", body=LIGHT.body, region_code=VILLAGE),
        verified(title="Laporan", body="Lampu jalan padam", region_code="14.02"),
    )

    here, elsewhere = stage.announced(ReportRouted)
    assert (here.agency_code, here.model_version) == (DISHUB, model.version)
    assert "learned_model" in {piece.kind for piece in here.evidence}
    assert (elsewhere.agency_code, elsewhere.model_version) == (TRAFFIC.code, None)
