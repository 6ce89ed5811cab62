"""How a report went, on a page for staff: apart from the public one, which shows everybody the same."""

from typing import Any

from lapor_chassis.web import PageBlueprint, render, requires
from lapor_tracking.http import Counter
from lapor_tracking.http.staff import ROLES, staff_view
from lapor_tracking.words import AUDIENCES, DETAIL_VALUES, DETAILS


def blueprint(counter: Counter) -> PageBlueprint:
    """The page."""
    page = PageBlueprint("perjalanan", __name__)

    @page.route("/lacak/<typed>/petugas")
    @requires(*ROLES)
    def timeline(typed: str) -> Any:
        seen = staff_view(counter, typed)
        return render(
            "tracking/staff.html",
            view=seen.view,
            audience=AUDIENCES[seen.audience],
            labels=DETAILS,
            values=DETAIL_VALUES,
        )

    return page
