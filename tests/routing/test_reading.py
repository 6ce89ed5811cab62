"""How reports are read: as people write them, and with an eye on what stands before a name."""

import pytest

from lapor_routing.domain.choice import Report, choose
from lapor_routing.domain.learned import Correction, Corrections, Prediction
from lapor_routing.domain.reading import Reader
from lapor_routing.domain.text import PhraseBook
from lapor_routing.reference.rules import shipped_rules
from tests.routing.country import country

ROOTS = frozenset({"tambal", "lubang", "alir", "tumpuk", "sapu", "mohon", "pohon", "coret", "jalan", "lampu"})
CITY = "35.78"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        pytest.param("jln", "jalan", id="short"),
        pytest.param("lampunya", "lampu", id="with a suffix"),
        pytest.param("ditambal", "tambal", id="a passive"),
        pytest.param("berlubang", "lubang", id="a state"),
        pytest.param("mengalir", "alir", id="an active"),
        pytest.param("menyapu", "sapu", id="an active that changes its root"),
        pytest.param("numpuk", "tumpuk", id="as it is spoken"),
        pytest.param("memohon", "mohon", id="not another root (pohon)"),
        pytest.param("tolooong", "tolong", id="drawn out"),
        pytest.param("drainese", "drainase", id="mistyped"),
        pytest.param("coretan", "coretan", id="a word of its own, though near one of ours (coretax)"),
        pytest.param("Sumarno", "sumarno", id="a name"),
    ],
)
def test_words_are_read_as_the_rules_write_them(written, read):
    reader = Reader({"jln": "jalan"}, ROOTS)
    reader.forgive({"drainase", "coretax", "penertiban"})

    assert reader.words(written) == [read]


def test_a_phrase_is_found_with_other_words_between_and_not_across_half_a_text():
    book: PhraseBook[str] = PhraseBook()
    book.add(["lampu", "mati"], "dark", loose=True)

    near = list(book.find_loose(["lampu", "di", "depan", "balai", "mati"]))
    far = list(book.find_loose(["lampu", "di", "depan", "balai", "desa", "kami", "sudah", "lama", "mati"]))

    assert [match.meanings for match in near] == [("dark",)]
    assert near[0].positions == (0, 4)
    assert far == []


def first(body: str, **known: str) -> str:
    return (
        choose(Report(title="", body=body, region_code=CITY, **known), shipped_rules(), country())
        .candidates[0]
        .agency_code
    )


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param("Saluran tersumbat di depan kantor BPN", f"PEMDA-{CITY}/OPD-DPUPR", id="only where it is"),
        pytest.param("Kabel internet semrawut dan putus, bukan milik PLN", f"PEMDA-{CITY}/OPD-DISKOMINFO", id="denied"),
        pytest.param(
            "Sudah pernah lapor ke Polsek, parkir liar tetap saja di trotoar", f"PEMDA-{CITY}/OPD-DISHUB", id="told"
        ),
        pytest.param("Yth. Bapak Presiden, sampah menumpuk di TPS", f"PEMDA-{CITY}/OPD-DLH", id="only spoken to"),
        pytest.param("dalane rusak, akeh sing bolong, nyuwun didandani", f"PEMDA-{CITY}/OPD-DPUPR", id="in Javanese"),
    ],
)
def test_a_name_counts_by_what_stands_before_it(body, code):
    assert first(body) == code


@pytest.mark.parametrize(
    ("body", "level"),
    [
        pytest.param("Pak Wali, bansos di kampung kami salah sasaran", f"PEMDA-{CITY}/OPD-DINSOS", id="the mayor"),
        pytest.param("Ibu Menteri, bansos di kampung kami salah sasaran", "KEMENSOS", id="a minister"),
    ],
)
def test_who_is_spoken_to_says_whose_level_it_is(body, level):
    assert first(body) == level


def test_jakartas_provincial_office_comes_before_its_branch_in_the_city():
    choice = choose(Report(title="", body="sampah menumpuk", region_code="31.74"), shipped_rules(), country())

    assert [candidate.agency_code for candidate in choice.candidates[:2]] == [
        "PEMDA-31/OPD-DLH",
        "PEMDA-31.74/OPD-DLH",
    ]


def test_a_model_leads_and_says_so():
    report = Report(title="", body="lampu jalan mati", region_code=CITY)
    learned = [Prediction("OPD-DPUPR", 0.9), Prediction("OPD-DISHUB", 0.05)]

    choice = choose(report, shipped_rules(), country(), learned=learned, model_version="m1")

    winner = choice.candidates[0]
    assert winner.agency_code == f"PEMDA-{CITY}/OPD-DPUPR"
    assert "learned_model" in {piece.kind for piece in winner.evidence}
    assert choice.model_version == "m1"


def test_an_approved_correction_outweighs_the_words():
    report = Report(title="", body="lampu jalan mati", region_code=CITY)
    corrections = Corrections([Correction("T02.01", CITY, f"PEMDA-{CITY}/OPD-DPKP")])

    choice = choose(report, shipped_rules(), country(), corrections=corrections)

    assert choice.candidates[0].agency_code == f"PEMDA-{CITY}/OPD-DPKP"
    assert "correction" in {piece.kind for piece in choice.candidates[0].evidence}
