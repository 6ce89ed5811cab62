"""Pages: usable without script, by keyboard and by ear, and with no request to anyone else."""

import re

import pytest
from flask.testing import FlaskClient

from lapor_chassis.web import t
from tests.chassis.web_example import client


@pytest.fixture
def web() -> FlaskClient:
    return client()


def test_a_page_is_indonesian_with_one_heading_and_a_way_past_the_navigation(web: FlaskClient) -> None:
    page = web.get("/catatan").text

    assert '<html lang="id">' in page
    assert "<title>Catatan · LAPOR!</title>" in page
    assert page.count("<h1>") == 1
    assert '<a class="skip" href="#isi">' in page
    assert '<main id="isi"' in page
    assert 'Tulis catatan <span class="en" lang="en">Write a note</span>' in page


def test_what_is_the_same_in_both_languages_is_said_once() -> None:
    assert t("Status", "Status") == "Status"
    assert t("Tempat", "Place") == 'Tempat <span class="en" lang="en">Place</span>'


def test_every_field_has_a_label_and_its_hint_is_tied_to_it(web: FlaskClient) -> None:
    page = web.get("/catatan").text

    for name in re.findall(r'<(?:input|select|textarea) id="([^"]+)"', page):
        assert f'<label for="{name}">' in page
    assert 'aria-describedby="title-hint"' in page
    assert '<option value="51.71" selected>Kota Denpasar</option>' in page


def test_a_wrong_form_comes_back_with_what_was_typed_and_what_is_wrong(web: FlaskClient) -> None:
    answer = web.post("/catatan", data={"title": 'Lampu "padam" di jalan raya', "missing": ["where", "when"]})

    assert answer.status_code == 422
    assert 'value="Lampu &#34;padam&#34; di jalan raya"' in answer.text
    assert '<a href="#title">Judul</a>: Paling banyak 20 huruf. <span class="en"' in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert 'aria-describedby="title-hint title-error"' in answer.text
    assert answer.text.count('name="missing" value="where" checked') == 1
    assert answer.text.count('name="missing" value="when" checked') == 1


def test_a_field_left_blank_counts_as_missing(web: FlaskClient) -> None:
    answer = web.post("/catatan", data={"title": "  "})

    assert answer.status_code == 422
    assert "Wajib diisi." in answer.text


def test_a_field_nobody_asked_for_is_refused(web: FlaskClient) -> None:
    answer = web.post("/catatan", data={"title": "Lampu", "peran": "admin"})

    assert answer.status_code == 422
    assert "Isian tidak dikenal." in answer.text


def test_the_next_page_keeps_the_filter(web: FlaskClient) -> None:
    page = web.get("/catatan?kind=complaint&cursor=a").text

    assert 'href="?kind=complaint&amp;cursor=berikut"' in page


def test_pages_ask_nobody_else_and_run_no_script(web: FlaskClient) -> None:
    answer = web.get("/catatan")

    assert "<script" not in answer.text
    assert " style=" not in answer.text
    assert not re.search(r'(?:src|href)="(?:https?:)?//', answer.text)
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_addresses_with_tracking_ids_are_not_told_to_others_nor_kept(web: FlaskClient) -> None:
    answer = web.get("/catatan")

    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=()" in answer.headers["Permissions-Policy"]


def test_errors_are_protected_like_everything_else(web: FlaskClient) -> None:
    answer = web.get("/api/v1/trouble/bug")

    assert answer.headers["Cache-Control"] == "no-store"
    assert "Content-Security-Policy" in answer.headers


@pytest.mark.parametrize(("address", "strict"), [("http://localhost", False), ("https://localhost", True)])
def test_browsers_are_held_to_https_once_they_came_by_it(web: FlaskClient, address: str, strict: bool) -> None:
    answer = web.get("/catatan", base_url=address)

    assert ("Strict-Transport-Security" in answer.headers) is strict


def test_the_stylesheet_is_small_and_kept_for_a_year(web: FlaskClient) -> None:
    (address,) = re.findall(r'<link rel="stylesheet" href="([^"]+)">', web.get("/catatan").text)

    answer = web.get(address, buffered=True)
    again = web.get(address, buffered=True, headers={"If-None-Match": answer.headers["ETag"]})

    assert len(answer.data) < 10_000
    assert answer.headers["Cache-Control"] == "public, max-age=31536000"
    assert again.status_code == 304
