"""A civic app that knows only the standard: the `georeport` client as it is on PyPI, on a running LAPOR!."""

import uuid
from collections.abc import Mapping
from typing import Any

import pytest
import requests
from georeport import GeoReport

from tests.support.embedded_system import EmbeddedSystem
from tests.support.until import until

pytestmark = pytest.mark.system

PATIENCE = 30

FORMATS = pytest.mark.parametrize("form", ["json", "xml"])

LAMP = {
    "service_code": "T02",
    "description": "Lampu jalan mati di Jalan Sudirman Rengat sejak Senin, gelap dan rawan.",
    "address_string": "Jalan Sudirman, Rengat",
    "attribute[region_code]": "14.02",
    "attribute[occurred_on]": "2026-01-05",
    "email": "siti@example.org",
}


def root(system: EmbeddedSystem) -> str:
    """Where a client is told that Open311 is."""
    found = requests.get(f"{system.url}/open311/discovery.json", timeout=10).json()
    (endpoint,) = found["endpoints"]
    assert endpoint["specification"] == "http://wiki.open311.org/GeoReport_v2"
    return f"{system.url}/open311/v2"


def report(system: EmbeddedSystem, **changes: str) -> str:
    """Report as a civic app does; the request's ID."""
    house = uuid.uuid4().int % 99_999  # of which nobody has reported yet
    given = {**LAMP, "description": f"{LAMP['description']} Nomor {house}.", **changes}
    answer = requests.post(f"{root(system)}/requests.json", data=given, timeout=30)
    assert answer.status_code == 201, answer.text
    return str(answer.json()[0]["service_request_id"])


def has_status_notes(client: GeoReport, name: str, words: str) -> Mapping[str, Any] | None:
    """The request, once it says so."""
    found: Mapping[str, Any] = client.get_service_request(name)
    return found if words in found["status_notes"] else None


@FORMATS
def test_a_client_of_the_standard_finds_all_that_it_asks_for(shared_system: EmbeddedSystem, form: str) -> None:
    client, name = GeoReport(root(shared_system), output_format=form), report(shared_system)
    until(lambda: has_status_notes(client, name, "Diteruskan ke instansi"), PATIENCE)

    services = client.get_service_list()
    definition = client.get_service_definition("T02")
    (found,) = as_list(client.get_service_requests(service_request_id=name))
    among_others = as_list(client.get_service_requests(service_code="T02", status="open"))
    alone = client.get_service_request(name)

    assert len(services) == 27
    assert definition["service_code"] == "T02"
    assert found == alone
    assert name in [one["service_request_id"] for one in among_others]
    assert alone["description"].startswith(LAMP["description"])
    assert alone["address"] == LAMP["address_string"]
    assert "siti" not in str(among_others)


@FORMATS
def test_a_client_sees_its_request_go_to_the_body_that_is_competent(shared_system: EmbeddedSystem, form: str) -> None:
    client, name = GeoReport(root(shared_system), output_format=form), report(shared_system)

    routed = until(lambda: has_status_notes(client, name, "Diteruskan ke instansi"), PATIENCE)

    assert routed["agency_responsible"] == "Dinas Perhubungan Kabupaten Indragiri Hulu"
    assert routed["status"] == "open"
    answer = requests.get(f"{root(shared_system)}/servicerequestupdates.json", timeout=10).json()
    steps = [one["description"].split(" / ")[0] for one in answer if one["service_request_id"] == name]
    assert steps == ["Laporan diterima, menunggu verifikasi", "Terverifikasi", "Diteruskan ke instansi"]


def test_what_its_reporter_adds_reaches_the_conversation(shared_system: EmbeddedSystem) -> None:
    key, client = shared_system.add_adapter("kota"), GeoReport(root(shared_system))
    name = report(shared_system, api_key=key)
    until(lambda: has_status_notes(client, name, "Diteruskan ke instansi"), PATIENCE)
    update = {"api_key": key, "service_request_id": name, "description": "Malam ini masih gelap."}

    answer = requests.post(f"{root(shared_system)}/servicerequestupdates.json", data=update, timeout=30)

    assert answer.status_code == 201
    until(lambda: has_status_notes(client, name, "Pelapor menanggapi"), PATIENCE)


@FORMATS
def test_a_secret_request_is_not_there_for_a_client(shared_system: EmbeddedSystem, form: str) -> None:
    client = GeoReport(root(shared_system), output_format=form)
    secret, public = report(shared_system, **{"attribute[secret]": "true"}), report(shared_system)

    with pytest.raises(requests.HTTPError, match="404"):
        client.get_service_request(secret)

    listed = [one["service_request_id"] for one in as_list(client.get_service_requests())]
    assert public in listed
    assert secret not in listed


def as_list(found: Any) -> list[Mapping[str, Any]]:
    """In XML a list of one looks like the one."""
    return found if isinstance(found, list) else [found]
