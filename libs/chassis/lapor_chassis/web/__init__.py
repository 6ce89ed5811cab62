"""What every service shows on HTTP: one application, problems, sign-in, pages, paging.

An API answers JSON and refuses what it does not know::

    def blueprint(transactions: Transactions) -> Blueprint:
        api = Blueprint("cases", description="Reports that wait for a verifier")

        @api.route("/api/v1/cases/<uuid:report_id>/verification", methods=["POST"])
        @requires(Role.VERIFIER)
        @api.arguments(VerificationSchema)          # a StrictSchema: an unknown field is a 422 naming it
        @api.response(201, CaseSchema)
        def verify(arguments, report_id):
            with transactions.begin() as tx:
                outcome = handlers.verify(..., by=current_staff().id, tx=tx)
            if isinstance(outcome, Refusal):
                raise refused(outcome)
            return outcome

        @api.route("/api/v1/cases")
        @requires(Role.VERIFIER, Role.SUPERVISOR)
        @api.arguments(Paging, location="query")
        @api.response(200, page_of(CaseSchema))
        def waiting(paging):
            with transactions.read() as connection:
                fetch = partial(store.waiting_cases, connection)    # fetch(after, limit) -> rows, in this order
                return paged(fetch, paging, by={"received_at": datetime, "report_id": UUID})

        return api

A page answers HTML; its templates extend ``layout.html`` and draw fields with ``macros.html``::

    page = PageBlueprint("queue", __name__)          # templates in ./templates beside the module

    @page.route("/verifikasi/<uuid:report_id>", methods=["GET", "POST"])
    @requires(Role.VERIFIER)                         # nobody signed in: off to /masuk?next=…
    def case(report_id):
        form = read_form(VerificationSchema) if request.method == "POST" else Form()
        if form.values is not None:
            ...
            return redirect(url_for(".case", report_id=report_id), 303)
        return render("verification/case.html", form=form), 422 if form.errors else 200

    {% extends "layout.html" %}
    {% import "macros.html" as ui with context %}
    {% block title %}Verifikasi{% endblock %}
    {% block content %}
      <h1>{{ t("Verifikasi laporan", "Verify a report") }}</h1>
      {{ ui.error_summary(form.errors, {"title": "Judul"}) }}
      <form method="post">
        {{ csrf_field() }}
        {{ ui.field("title", "Judul laporan", "Title", form.given.title, form.errors.title, maxlength=140) }}
        <button>{{ t("Verifikasi", "Verify") }}</button>
      </form>
    {% endblock %}

`create_app` makes the application of one service, `compose` puts several behind one address, `serve` serves.
"""

from lapor_chassis.sign_in import Staff
from lapor_chassis.web.access import (
    close_session,
    current_staff,
    has_pass,
    local_path,
    open_session,
    requires,
    signed_in,
)
from lapor_chassis.web.app import create_app, openapi_document
from lapor_chassis.web.asking import per_address
from lapor_chassis.web.blueprints import Blueprint, PageBlueprint, longest_body
from lapor_chassis.web.forms import Form, read_form
from lapor_chassis.web.front import compose
from lapor_chassis.web.live import live, news_of_list, version_of
from lapor_chassis.web.pages import render, t
from lapor_chassis.web.paging import Paging, page_of, paged, paging_of_request
from lapor_chassis.web.problems import Problem, away, refused
from lapor_chassis.web.schemas import StrictSchema, said
from lapor_chassis.web.server import background, serve

__all__ = [
    "Blueprint",
    "Form",
    "PageBlueprint",
    "Paging",
    "Problem",
    "Staff",
    "StrictSchema",
    "away",
    "background",
    "close_session",
    "compose",
    "create_app",
    "current_staff",
    "has_pass",
    "live",
    "local_path",
    "longest_body",
    "news_of_list",
    "open_session",
    "openapi_document",
    "page_of",
    "paged",
    "paging_of_request",
    "per_address",
    "read_form",
    "refused",
    "render",
    "requires",
    "said",
    "serve",
    "signed_in",
    "t",
    "version_of",
]
