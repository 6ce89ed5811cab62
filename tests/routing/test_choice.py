"""Who is competent, and why: decided from evidence that anybody may read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lapor_contracts.regions import regions
from lapor_routing.domain.choice import Choice, Report, choose
from lapor_routing.reference.rules import shipped_rules
from tests.routing.country import country


def decide(body: str, title: str = "", excluded: frozenset[str] = frozenset(), **known: str) -> Choice:
    return choose(Report(title=title, body=body, **known), shipped_rules(), country(), excluded=excluded)


def winner_of(choice: Choice) -> str | None:
    return choice.winner.agency_code if choice.winner else None


def reasons(choice: Choice) -> dict[str, str]:
    """What speaks for the winner: kind of evidence to its words."""
    assert choice.winner is not None
    return {piece.kind: piece.detail for piece in choice.winner.evidence}


@pytest.mark.parametrize(
    ("report", "code"),
    [
        pytest.param(
            Report(
                title="Lampu jalan padam sejak dua minggu",
                body="Deretan lampu jalan di depan pasar Air Molek padam sehingga gelap gulita dan rawan begal.",
                region_code="14.02",
            ),
            "PEMDA-14.02/OPD-DISHUB",
            id="street lights: the regency's transport office",
        ),
        pytest.param(
            Report(
                title="Jalan rusak parah",
                body="INHU jln rusak parah dan berlobang di desa kami, truk sawit lewat tiap malam, mohon diperbaiki",
                keyword="INHU",
            ),
            "PEMDA-14.02/OPD-DPUPR",
            id="a road, by SMS with abbreviations: the regency's public works",
        ),
        pytest.param(
            Report(
                title="Listrik sering padam tanpa pemberitahuan",
                body="Sebulan ini listrik padam hampir tiap sore di Sungayang. Kata petugas PLN gardunya rusak.",
                region_code="13.04",
            ),
            "BUMN-PLN",
            id="power cuts: the electricity company",
        ),
        pytest.param(
            Report(
                title="Air PDAM mati tiga hari",
                body="Air tidak mengalir sejak Senin, tagihan air tetap datang. Kami di Kota Bandung harus beli galon.",
                place="Kota Bandung",
            ),
            "PEMDA-32.73/OPD-PDAM",
            id="water: the company of the city that the place names",
        ),
        pytest.param(
            Report(
                title="Iuran BPJS sudah dibayar tetapi kartu nonaktif",
                body="Kartu BPJS Kesehatan saya nonaktif, padahal iuran bpjs lunas. Rujukan bpjs ditolak.",
                region_code="73.71",
            ),
            "BPJS-KES",
            id="health insurance: the national institution, whatever the region",
        ),
        pytest.param(
            Report(
                title="KTP elektronik belum jadi",
                body="Perekaman KTP sudah enam bulan lalu, blanko katanya habis terus di Disdukcapil.",
                region_code="35.07.01",
            ),
            "PEMDA-35.07/OPD-DISDUKCAPIL",
            id="identity cards: the registry of the regency around the kecamatan",
        ),
        pytest.param(
            Report(
                title="Jalan nasional berlubang",
                body="Jalan nasional lintas timur di Kabupaten Pelalawan berlubang dalam, sudah banyak yang jatuh.",
                region_code="14.05",
            ),
            "BBPJN-14",
            id="a national road: the ministry's office, not the regency",
        ),
        pytest.param(
            Report(
                title="Sertifikat tanah PTSL tidak kunjung terbit",
                body="Kami ikut PTSL tahun lalu, pengukuran selesai, sertifikat tanah belum dibagikan oleh BPN.",
                region_code="33.74",
            ),
            "KANTAH-33.74",
            id="land titles: the land office of the city",
        ),
    ],
)
def test_a_report_finds_its_competent_body(report, code):
    choice = choose(report, shipped_rules(), country())

    assert winner_of(choice) == code
    assert choice.sure, choice


@pytest.mark.parametrize(
    ("body", "code"),
    [
        pytest.param("jalan rusak parah dan berlubang", "PEMDA-14.02/OPD-DPUPR", id="a road is the regency's"),
        pytest.param("jalan provinsi rusak parah", "PEMDA-14/OPD-DPUPR", id="a provincial road is the province's"),
        pytest.param("jalan nasional rusak parah", "BBPJN-14", id="a national road is the ministry's"),
        pytest.param("pungutan sekolah di SMP kami", "PEMDA-14.02/OPD-DISDIK", id="lower schools are the regency's"),
        pytest.param("sman kami memungut uang gedung", "PEMDA-14/OPD-DISDIK", id="upper schools are the province's"),
    ],
)
def test_the_words_say_whose_level_it_is(body, code):
    choice = decide(body, region_code="14.02")

    assert choice.candidates[0].agency_code == code


@pytest.mark.parametrize(
    ("agency_code", "body", "code"),
    [
        pytest.param("BUMN-KAI", "mohon bantuannya", "BUMN-KAI", id="the body itself"),
        pytest.param("KEMENKOMINFO", "mohon bantuannya", "KOMDIGI", id="its only successor"),
        pytest.param("KEMENPUPR", "rumah subsidi belum serah terima", "KEMENPKP", id="the successor for this matter"),
        pytest.param("KEMENPUPR", "jalan tol berlubang", "KEMENPU", id="the other successor for another one"),
    ],
)
def test_the_reporters_choice_is_followed_also_under_an_old_name(agency_code, body, code):
    choice = decide(body, agency_code=agency_code, region_code="14.02")

    assert winner_of(choice) == code
    assert choice.sure
    assert "reporter_choice" in reasons(choice)


def test_the_reporters_choice_comes_before_all_other_evidence():
    choice = decide("lampu jalan mati, pju padam, gelap gulita", agency_code="BUMN-PLN", region_code="14.02")

    assert winner_of(choice) == "BUMN-PLN"
    assert choice.runner_up is not None
    assert choice.runner_up.agency_code == "PEMDA-14.02/OPD-DISHUB"


def test_a_choice_that_does_not_exist_is_passed_over():
    choice = decide("lampu jalan mati, pju padam", agency_code="TIDAK-ADA", region_code="14.02")

    assert winner_of(choice) == "PEMDA-14.02/OPD-DISHUB"


def test_a_name_is_seen_also_where_it_begins_with_the_last_word_of_another_phrase():
    choice = decide("Apakah kartu BPJS Kesehatan saya masih aktif setelah berhenti kerja?")

    assert winner_of(choice) == "BPJS-KES"


def test_an_old_name_in_the_text_finds_the_successor():
    choice = decide("Kominfo pusat belum memblokir situs itu, KemenkopUKM juga diam")

    assert {"KOMDIGI", "KEMENKOP"} <= {candidate.agency_code for candidate in choice.candidates}


def test_a_named_body_outweighs_a_topic():
    choice = decide("Saya sudah lapor ke BPJS Ketenagakerjaan soal gaji", region_code="14.02")

    assert winner_of(choice) == "BPJS-TK"


@pytest.mark.parametrize(
    ("text", "known", "code"),
    [
        pytest.param("sampah menumpuk di Bandung", {}, None, id="Bandung alone is a regency and a city"),
        pytest.param("sampah menumpuk di Bandung", {"region_code": "32"}, None, id="the province does not help"),
        pytest.param("sampah menumpuk di Bandung", {"region_code": "32.04"}, "32.04", id="the region given decides"),
        pytest.param("sampah menumpuk di Kota Bandung", {}, "32.73", id="the rank decides"),
        pytest.param("sampah menumpuk, mohon Bupati Bandung", {}, "32.04", id="its head decides"),
        pytest.param("sampah menumpuk", {"place": "Kab. Bandung"}, "32.04", id="the place decides"),
        pytest.param("sampah menumpuk di Bandung Barat", {}, "32.17", id="a longer name is another region"),
        pytest.param("sampah menumpuk di Surabaya", {}, "35.78", id="a name of one region only"),
        pytest.param("sampah menumpuk di kec. Rungkut", {}, "35.78", id="a kecamatan of one region only"),
        pytest.param("sampah menumpuk di Bandung", {"keyword": "SBY"}, "35.78", id="the keyword of the SMS"),
    ],
)
def test_an_ambiguous_place_needs_the_region(text, known, code):
    choice = decide(text, **known)

    assert winner_of(choice) == (code and f"PEMDA-{code}/OPD-DLH")


def test_an_open_place_shows_both_bodies_and_says_why():
    choice = decide("sampah menumpuk di Bandung")

    assert {candidate.agency_code for candidate in choice.candidates} >= {"PEMDA-32.04/OPD-DLH", "PEMDA-32.73/OPD-DLH"}
    assert "Kabupaten Bandung" in choice.doubt
    assert "Kota Bandung" in choice.doubt


def test_a_regional_matter_without_a_region_is_the_coordinators():
    choice = decide("lampu jalan mati, pju padam, gelap gulita")

    assert choice.winner is None
    assert not choice.sure
    assert "Wilayah" in choice.doubt


def test_nothing_known_is_the_coordinators():
    choice = decide("halo selamat pagi", region_code="14.02")

    assert choice.winner is None
    assert choice.confidence == 0
    assert choice.doubt
    assert choice.candidates[0].agency_code == "PEMDA-14.02"


@pytest.mark.parametrize(
    ("known", "code"),
    [
        pytest.param({"keyword": "PLN"}, "BUMN-PLN", id="a company"),
        pytest.param({"keyword": "dishub", "region_code": "14.02"}, "PEMDA-14.02/OPD-DISHUB", id="an office"),
    ],
)
def test_the_keyword_of_an_sms_may_name_a_body(known, code):
    choice = decide("tolong segera ditangani", **known)

    assert winner_of(choice) == code
    assert choice.sure
    assert "sms_keyword" in reasons(choice)


def test_the_keyword_that_set_the_region_is_named_as_the_evidence():
    choice = decide("lampu jalan mati", keyword="INHU", region_code="14.02")

    assert reasons(choice)["sms_keyword"] == "kata kunci SMS “INHU” → Kabupaten Indragiri Hulu"


def test_a_category_of_lapor_points_to_its_topic():
    choice = decide("tolong segera ditangani", category="LK31.002", region_code="14.02")

    assert winner_of(choice) == "PEMDA-14.02/OPD-DISHUB"
    assert "category_given" in reasons(choice)


def test_an_excluded_body_is_never_chosen_not_even_by_the_reporter():
    excluded = frozenset({"PEMDA-14.02/OPD-DISHUB"})

    choice = decide("lampu jalan mati", agency_code="PEMDA-14.02/OPD-DISHUB", region_code="14.02", excluded=excluded)

    assert excluded.isdisjoint(candidate.agency_code for candidate in choice.candidates)
    assert choice.candidates


def test_the_evidence_says_which_words_led_where():
    choice = decide("Lampu jalannya mati, mohon Dishub", region_code="14.02")

    assert reasons(choice) == {
        "topic_phrase": "frasa “lampu jalannya mati” → topik Lampu penerangan jalan umum (PJU) mati",
        "body_named": "nama “dishub” → Dinas Perhubungan Kabupaten Indragiri Hulu",
        "region_given": "wilayah pada laporan: Kabupaten Indragiri Hulu",
    }


def test_the_evidence_never_repeats_the_report():
    choice = decide("Nama saya Sutrisno 08123456789, lampu jalan mati di depan rumah saya", region_code="14.02")

    told = " ".join(piece.detail for candidate in choice.candidates for piece in candidate.evidence).lower()
    assert "sutrisno" not in told
    assert "0812" not in told


# fmt: off
WORDS = st.sampled_from([
    "lampu", "jalan", "mati", "rusak", "provinsi", "nasional", "bandung", "kota", "kabupaten", "inhu", "kec", "rungkut",
    "jambi", "pln", "bpjs", "kesehatan", "dinas", "bpn", "pdam", "kominfo", "kemendikbud", "polisi", "tidur", "sampah",
    "air", "guru", "sman", "banjir", "ktp", "dan", "di", "yang", "<b>", "08123", "‘’", "É", "你",
])
# fmt: on
TEXTS = st.one_of(st.text(max_size=300), st.lists(WORDS, max_size=40).map(" ".join))
REGIONS = st.one_of(st.none(), st.sampled_from(sorted(regions())), st.just("99.99"), st.just("35.78.01.1001"))
AGENCIES = st.one_of(st.none(), st.sampled_from(sorted(agency.code for agency in country())), st.just("X"))
REPORTS = st.builds(
    Report,
    title=TEXTS,
    body=TEXTS,
    region_code=REGIONS,
    place=st.one_of(st.none(), TEXTS),
    agency_code=AGENCIES,
    keyword=st.one_of(st.none(), WORDS, st.text(max_size=10)),
    category=st.one_of(st.none(), st.sampled_from(["LK31.002", "T01.01", "?"])),
)


@settings(max_examples=300, deadline=None)
@given(REPORTS, st.sets(AGENCIES.filter(bool), max_size=3))
def test_whatever_people_write_the_choice_is_sound(report, excluded):
    choice = choose(report, shipped_rules(), country(), excluded=excluded)

    codes = [candidate.agency_code for candidate in choice.candidates]
    assert len(codes) == len(set(codes)) <= 5
    assert excluded.isdisjoint(codes)
    assert all(agency and agency.active for agency in map(country().get, codes))
    assert 0 <= choice.confidence <= 1
    assert (choice.winner is None) == bool(choice.doubt)
    for candidate in choice.candidates:
        assert 0 <= candidate.score <= 1
        assert candidate.evidence
        assert all(0 < len(piece.detail) <= 300 and 0 <= piece.weight <= 1 for piece in candidate.evidence)


@settings(max_examples=200, deadline=None)
@given(REPORTS, st.sampled_from(sorted(agency.code for agency in country() if agency.active)))
def test_choosing_an_existing_body_always_leads_there(report, agency_code):
    choice = decide(
        report.body, report.title, agency_code=agency_code, region_code=report.region_code, place=report.place
    )

    assert winner_of(choice) == agency_code
    assert choice.sure


@settings(max_examples=100, deadline=None)
@given(REPORTS)
def test_the_same_report_is_always_decided_alike(report):
    assert choose(report, shipped_rules(), country()) == choose(report, shipped_rules(), country())
