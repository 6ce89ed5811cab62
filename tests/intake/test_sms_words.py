"""What the first words of an SMS may say, and what is no keyword."""

import csv
from importlib.resources import files

import pytest

from lapor_contracts.keywords import keyword_called, keyword_like
from lapor_intake.channels.sms.words import Message, read
from lapor_routing.reference.agencies import agency_rows, office_types


def inhu(body: str) -> Message:
    """A report for Indragiri Hulu."""
    return Message(body, region_code="14.02")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("INHU jalan rusak", inhu("jalan rusak"), id="keyword"),
        pytest.param("inhu jalan rusak", inhu("jalan rusak"), id="small letters"),
        pytest.param("Inhu, jalan rusak", inhu("jalan rusak"), id="with a comma"),
        pytest.param("#INHU jalan rusak", inhu("jalan rusak"), id="as a hashtag"),
        pytest.param("INHU JALAN RUSAK", inhu("JALAN RUSAK"), id="all in capitals"),
        pytest.param("Indragiri Hulu jalan rusak", inhu("jalan rusak"), id="two words"),
        pytest.param("Kab. Inhu jalan rusak", inhu("jalan rusak"), id="with its rank"),
        pytest.param("INHU\njalan rusak\ndan gelap", inhu("jalan rusak\ndan gelap"), id="on lines"),
        pytest.param("INHO jalan rusak", inhu("jalan rusak"), id="a letter wrong"),
        pytest.param("INUH jalan rusak", inhu("jalan rusak"), id="letters swapped"),
        pytest.param("INHUU jalan rusak", inhu("jalan rusak"), id="a letter too many"),
        pytest.param("INHUjalan rusak", inhu("jalan rusak"), id="without a space"),
        pytest.param("INHOjalan rusak", inhu("jalan rusak"), id="a letter wrong and no space"),
        pytest.param("INHU-jalan rusak", inhu("jalan rusak"), id="a dash for a space"),
        pytest.param("inhujalan rusak", inhu("jalan rusak"), id="small letters and no space"),
        pytest.param("INHUJALAN RUSAK", inhu("JALAN RUSAK"), id="capitals and no space"),
        pytest.param("INHU", inhu(""), id="nothing but a keyword"),
        pytest.param("MEDAN banjir", Message("banjir", region_code="12.71"), id="a city"),
        pytest.param("medan banjir", Message("banjir", region_code="12.71"), id="a city in small letters"),
        pytest.param("SURABYA banjir", Message("banjir", region_code="35.78"), id="a city, a letter missing"),
        pytest.param("kota bandung banjir", Message("banjir", region_code="32.73"), id="the city, not the regency"),
        pytest.param("Bandung banjir", Message("Bandung banjir"), id="city or regency"),
        pytest.param("PLN padam", Message("PLN padam", None, "BUMN-PLN", "PLN"), id="a state company"),
        pytest.param("kemenkes obat", Message("kemenkes obat", None, "KEMENKES", "Kemenkes"), id="a ministry"),
        pytest.param("KEMENKS obat", Message("KEMENKS obat", None, "KEMENKES", "Kemenkes"), id="a ministry, misspelt"),
        pytest.param("ATR/BPN sertifikat", Message("ATR/BPN sertifikat", None, "ATR-BPN", "ATR/BPN"), id="a stroke"),
        pytest.param("DISHUB lampu", Message("DISHUB lampu", keyword="Dishub"), id="an office of each region"),
        pytest.param("Jalan rusak di Rengat", Message("Jalan rusak di Rengat"), id="no keyword"),
        pytest.param("lambat sekali", Message("lambat sekali"), id="one letter off LAMBAR, but a word"),
        pytest.param("BANJIR di desa", Message("BANJIR di desa"), id="one letter off BANJAR, but a word in capitals"),
        pytest.param("TAKUT LEWAT SINI", Message("TAKUT LEWAT SINI"), id="capitals forgive no letter"),
        pytest.param("Batu besar di jalan", Message("Batu besar di jalan"), id="a stone, not the city"),
        pytest.param("BATU jalan rusak", Message("jalan rusak", region_code="35.79"), id="the city, not a stone"),
        pytest.param("Polisi minta uang", Message("Polisi minta uang"), id="a policeman, not the police as a body"),
        pytest.param("B1234XY parkir liar", Message("B1234XY parkir liar"), id="a plate is no keyword"),
        pytest.param(" ", Message(""), id="nothing"),
        pytest.param("", Message(""), id="nothing at all"),
        pytest.param("#,.- -", Message("#,.- -"), id="nothing but signs"),
    ],
)
def test_the_first_words_may_say_for_whom_it_is(text: str, message: Message) -> None:
    assert read(text) == message


def test_every_keyword_names_a_body_of_the_directory() -> None:
    directory = {row.agency.code for row in agency_rows()}
    kinds = {name.casefold() for kind in office_types() for name in (kind.short_name, *kind.names)}
    with files("lapor_contracts").joinpath("data", "body_keywords.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))

    assert {row["code"] for row in rows if row["code"]} <= directory
    assert {row["keyword"].casefold() for row in rows if not row["code"]} <= kinds
    assert all(keyword_called(row["keyword"]) for row in rows)


@pytest.mark.parametrize("word", ["tolong", "MOHON", "Jalan", "LAMPU", "banjir", "SAMPAH", "warga", "LISTRIK", "guru"])
def test_a_word_with_which_reports_begin_is_no_misspelt_keyword(word: str) -> None:
    assert keyword_called(word) is None
    assert keyword_like(word) is None
