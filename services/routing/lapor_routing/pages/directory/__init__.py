"""The directory as staff see it: bodies, their units, officers and history; forms for those who may change it."""

from collections.abc import Callable
from typing import Any

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import PageBlueprint
from lapor_routing.http import Current
from lapor_routing.pages.directory.browsing import Browsing
from lapor_routing.pages.directory.editing import Editing
from lapor_routing.pages.directory.files import Files
from lapor_routing.pages.directory.staff import StaffPages


def pages(transactions: Transactions, current: Current, silent_days: int) -> PageBlueprint:
    """``/direktori`` and what lies below it. Codes begin with a capital letter or a digit, our own words do not."""
    page = PageBlueprint("directory", "lapor_routing.pages")
    browsing = Browsing(transactions, current, silent_days)
    editing, staff = Editing(transactions), StaffPages(transactions)
    files = Files(transactions)

    def add(address: str, view: Callable[..., Any], *methods: str) -> None:
        page.add_url_rule(f"/direktori{address}", view_func=view, methods=list(methods or ("GET",)))

    add("", browsing.start)
    add("/perhatian", browsing.attention)
    add("/ekspor.csv", files.download)
    add("/impor", files.hand_in, "GET", "POST")
    add("/impor/<uuid:import_id>", files.one, "GET", "POST")
    add("/tambah", editing.add, "GET", "POST")
    add("/ubah/<path:code>", editing.amend, "GET", "POST")
    add("/tutup/<path:code>", editing.close, "GET", "POST")
    add("/buka/<path:code>", editing.reopen, "GET", "POST")
    add("/kewenangan/<path:code>", editing.competences, "GET", "POST")
    add("/petugas/<path:code>", staff.of_body, "GET", "POST")
    add("/petugas-cuti/<uuid:officer_id>", staff.absence, "GET", "POST")
    add("/petugas-status/<uuid:officer_id>", staff.status, "POST")
    add("/<path:code>", browsing.body)
    return page
