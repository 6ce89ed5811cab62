"""Regions are known by code, by name and by what people call them in an SMS."""

import pytest

from lapor_contracts.regions import RegionKind, enclosing, region_called, regions, time_zone_of


def test_all_provinces_regencies_and_cities_are_known():
    kinds = [region.kind for region in regions().values()]

    assert kinds.count(RegionKind.PROVINCE) == 38
    assert len(kinds) - 38 == 514


def test_every_regency_and_city_lies_in_a_province_and_shares_its_time_zone():
    for region in regions().values():
        if region.kind is not RegionKind.PROVINCE:
            assert region.parent_code is not None
            province = regions()[region.parent_code]

            assert region.code.startswith(province.code)
            assert region.time_zone == province.time_zone


@pytest.mark.parametrize(
    ("code", "zone"),
    [
        pytest.param("14.02", "Asia/Jakarta", id="a regency in Riau counts in WIB"),
        pytest.param("61", "Asia/Jakarta", id="West Kalimantan counts in WIB"),
        pytest.param("63", "Asia/Makassar", id="South Kalimantan counts in WITA"),
        pytest.param("73.71", "Asia/Makassar", id="Makassar counts in WITA"),
        pytest.param("82", "Asia/Jayapura", id="North Maluku counts in WIT"),
        pytest.param("91.71.01.1001", "Asia/Jayapura", id="a kelurahan counts as its city does"),
        pytest.param(None, "Asia/Jakarta", id="what has no region counts in the capital's zone"),
        pytest.param("99.99", "Asia/Jakarta", id="an unknown code counts in the capital's zone"),
    ],
)
def test_working_days_are_counted_in_the_zone_of_the_region(code, zone):
    assert time_zone_of(code) == zone


@pytest.mark.parametrize(
    ("word", "code"),
    [
        pytest.param("INHU", "14.02", id="an abbreviation"),
        pytest.param("inhu", "14.02", id="in small letters"),
        pytest.param("INHO", "14.02", id="with one wrong letter"),
        pytest.param("Kuansing", "14.09", id="another abbreviation"),
        pytest.param("TAPSEL", "12.03", id="in another province"),
        pytest.param("Surabaya", "35.78", id="a city's own name"),
        pytest.param("KabupatenBogor", "32.01", id="a full name written together"),
        pytest.param("Bandung", None, id="a name of two regions means neither"),
        pytest.param("jalan", None, id="an ordinary word"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_the_keyword_of_an_sms_means_a_region(word, code):
    region = region_called(word)

    assert (region and region.code) == code


def test_a_village_lies_in_its_regency():
    region = enclosing("35.78.01.1001")

    assert region is not None
    assert region.name == "Kota Surabaya"
