"""News for open pages: given at once, over a connection that is not kept."""

import http.client
from urllib.parse import urlsplit

from lapor_chassis.service import Service
from lapor_chassis.web import PageBlueprint, background, create_app, live, version_of
from tests.chassis.probe import metadata


def test_whoever_will_ask_again_in_a_while_keeps_no_connection() -> None:
    page = PageBlueprint("news", __name__)
    page.add_url_rule("/perubahan", view_func=lambda: live("7", seconds=10))
    app = create_app(Service("probe", metadata, blueprints=[page]))

    with background(app, 0) as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=10)
        connection.request("GET", "/perubahan?v=6")
        answer = connection.getresponse()

        assert answer.headers["Connection"] == "close"
        assert answer.read().endswith(b"id: 7\ndata: 7\n\n")


def test_a_list_has_another_version_once_anything_of_it_is_another() -> None:
    rows = [{"id": 1, "due_at": None}, {"id": 2, "due_at": "2026-01-07"}]

    versions = {version_of(shown) for shown in (rows, rows[:1], rows[::-1], [], [*rows, {"id": 3}])}

    assert len(versions) == 5
    assert version_of(rows) == version_of([dict(row) for row in rows])
