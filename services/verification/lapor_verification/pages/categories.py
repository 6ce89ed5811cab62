"""What the field for a category is helped by."""

from pathlib import Path

from flask import Response, send_from_directory

from lapor_chassis.web import PageBlueprint, requires
from lapor_verification.http import DECIDERS


def add_to(page: PageBlueprint) -> None:
    """Suggests categories in the verifier's browser. Asked for each time, because its name never changes."""

    @page.get("/verifikasi/categories.js")
    @requires(*DECIDERS)
    def suggest_categories() -> Response:
        return send_from_directory(Path(__file__).parent / "static", "categories.js", max_age=0)
