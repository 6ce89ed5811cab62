"""Pages: Indonesian with English beside it, a layout, a stylesheet of our own."""

import hashlib
from functools import cache
from importlib import resources
from typing import Any

from flask import Flask, render_template
from markupsafe import Markup, escape

from lapor_chassis.web import access, dates
from lapor_contracts.vocabulary import Role

#: Where the navigation leads, in Indonesian and English; without roles it is for everyone.
NAVIGATION: tuple[tuple[str, str, str, frozenset[Role]], ...] = (
    ("/lapor", "Lapor", "Report", frozenset()),
    ("/lacak", "Lacak", "Track", frozenset()),
    ("/laporan", "Cari", "Search", frozenset()),
    ("/statistik", "Statistik", "Statistics", frozenset()),
    ("/verifikasi", "Verifikasi", "Verify", frozenset({Role.VERIFIER, Role.COORDINATOR})),
    ("/instansi", "Instansi", "Agency", frozenset({Role.OFFICER})),
    ("/koordinator", "Koordinator", "Coordinator", frozenset({Role.COORDINATOR})),
    ("/direktori", "Direktori", "Directory", frozenset({Role.OFFICER, Role.ADMINISTRATOR, Role.COORDINATOR})),
    ("/pemberitahuan", "Pemberitahuan", "Notices", frozenset({Role.OPERATOR})),
    ("/identitas", "Identitas", "Identity", frozenset({Role.OFFICER, Role.CUSTODIAN})),
    ("/digitalisasi", "Digitalisasi", "Type in", frozenset({Role.OFFICER, Role.VERIFIER, Role.COORDINATOR})),
)


def t(indonesian: str, english: str) -> Markup:
    """Text in both languages: Indonesian, then English small and muted; once where both say the same."""
    if indonesian == english:
        return escape(indonesian)
    return Markup('{} <span class="en" lang="en">{}</span>').format(escape(indonesian), escape(english))


def render(template: str, **values: Any) -> str:
    """The page that ``template`` makes of ``values``."""
    return render_template(template, **values)


def navigation() -> list[tuple[str, str, str]]:
    """Address, Indonesian and English label of each place that is open to whoever asks."""
    staff = access.signed_in()
    return [
        (address, label, english)
        for address, label, english, roles in NAVIGATION
        if not roles or (staff and staff.has(*roles))
    ]


def install(app: Flask) -> None:
    """Give templates what every page needs."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        t=t,
        csrf_field=access.csrf_field,
        navigation=navigation,
        static=static,
        day=dates.day_in_words,
        moment=dates.moment_in_words,
        limit=dates.limit_in_words,
    )
    app.context_processor(lambda: {"staff": access.signed_in()})


@cache
def static(name: str) -> str:
    """Where a file of ours lies. The address changes with the content, so that browsers may keep it for a year."""
    content = resources.files(__package__).joinpath("static", name).read_bytes()
    return f"/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"
