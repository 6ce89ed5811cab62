"""Where a report plays, down to the village: of which many are called alike."""

import pytest

from lapor_contracts.events import Point
from lapor_routing.domain.choice import Report, choose
from lapor_routing.domain.places import Whereabouts
from lapor_routing.reference.rules import shipped_rules
from tests.routing.country import country


def place_of(body: str = "sampah menumpuk", point: tuple[float, float] | None = None, **known: str) -> Whereabouts:
    pin = Point(latitude=point[0], longitude=point[1]) if point else None
    return choose(Report(title="", body=body, point=pin, **known), shipped_rules(), country()).place


@pytest.mark.parametrize(
    ("body", "known", "regions", "within"),
    [
        pytest.param("di desa Sidomulyo kec. Batu", {}, ["35.79"], "35.79.01.2007", id="village and kecamatan"),
        pytest.param("di Desa Sidomulyo, Batu", {}, ["35.79"], "35.79.01.2007", id="the kecamatan just behind"),
        pytest.param("desa Sidomulyo Kab. Sleman", {}, ["34.04"], "34.04.02.2003", id="village and regency"),
        pytest.param("di kelurahan Kutisari", {}, ["35.78"], "35.78.24.1001", id="a name that occurs once"),
        pytest.param("di desa Sidomulyo", {"region_code": "35.79"}, ["35.79"], "35.79.01.2007", id="the region given"),
        pytest.param("di kecamatan Batu", {"region_code": "35.79"}, ["35.79"], "35.79.01", id="only the kecamatan"),
        pytest.param("di kecamatan Soreang, Bandung", {}, ["32.04"], "32.04.37", id="which Bandung"),
        pytest.param("sampah", {"place": "Rungkut Kidul"}, ["35.78"], "35.78.03.1002", id="written as the place"),
        pytest.param("lewat Jalan Rungkut Kidul", {}, [], None, id="a street is called after it"),
        pytest.param("tidak ada desa yang bersih", {}, [], None, id="no name at all"),
    ],
)
def test_names_down_to_the_village_say_where(body, known, regions, within):
    place = place_of(body, **known)

    assert [region.code for region in place.regions] == regions
    assert place.within == within


def test_a_name_of_many_villages_leaves_it_open_and_says_so():
    place = place_of("sampah menumpuk di desa Sidomulyo")

    assert len(place.regions) == 3
    assert "satu dari" in place.evidence[0].detail


@pytest.mark.parametrize(
    ("point", "known", "region", "kind"),
    [
        pytest.param((-7.25, 112.75), {}, "35.78", "pin", id="inside a city"),
        pytest.param((-7.25, 112.75), {"region_code": "35"}, "35.78", "pin", id="more precise than the province"),
        pytest.param((-7.25, 112.75), {"region_code": "33.74"}, "33.74", "region_given", id="what was given stands"),
        pytest.param((-4.5, 111.5), {}, None, None, id="at sea"),
        pytest.param((52.37, 4.9), {}, None, None, id="abroad"),
    ],
)
def test_a_pin_says_where(point, known, region, kind):
    place = place_of(point=point, **known)

    assert [found.code for found in place.regions] == ([region] if region else [])
    assert [piece.kind for piece in place.evidence] == ([kind] if kind else [])


def test_a_pin_a_little_off_the_coast_belongs_to_the_nearest_kecamatan():
    place = place_of(point=(-6.93, 110.40))

    assert [region.code for region in place.regions] == ["33.74"]
