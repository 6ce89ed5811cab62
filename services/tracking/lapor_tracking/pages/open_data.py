"""The page that says what open data there is, and what its columns mean; and what search engines may keep."""

from datetime import timedelta
from typing import Any

from flask import Response

from lapor_chassis.web import PageBlueprint, render
from lapor_tracking.http.open_data import DICTIONARY, Shelf

#: So many of the last days have a link; all others have their addresses.
_DAYS = 14
#: What is hidden later ought not to live on in a search engine, and results of a search are without end.
_ROBOTS = """User-agent: *
Disallow: /lacak/
Disallow: /laporan?
Disallow: /api/
"""


def blueprint(shelf: Shelf) -> PageBlueprint:
    """The page."""
    page = PageBlueprint("data", __name__)

    @page.route("/data")
    def about() -> Any:
        today = shelf.today()
        month = (today.replace(day=1) - timedelta(days=1)).strftime("%Y-%m")
        return render(
            "tracking/data.html",
            columns=DICTIONARY,
            days=[today - timedelta(days=number + 1) for number in range(_DAYS)],
            month=month,
            licence=shelf.licence,
            least=shelf.least,
        )

    @page.route("/robots.txt")
    def robots() -> Response:
        return Response(_ROBOTS, content_type="text/plain; charset=utf-8", headers={"Cache-Control": "max-age=86400"})

    return page
