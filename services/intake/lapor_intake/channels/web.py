"""Reports by the form on our own pages, and the pages around it."""

import uuid
from dataclasses import replace
from pathlib import Path

from flask import Response, request, send_from_directory
from marshmallow import fields, validate

from lapor_chassis.refusals import Refusal
from lapor_chassis.web import Form, PageBlueprint, longest_body, read_form, render
from lapor_chassis.web.headers import HEADERS
from lapor_contracts import vocabulary
from lapor_contracts.events import Point
from lapor_contracts.fields import Latitude, Longitude
from lapor_contracts.schema import field_of
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.pages import adding, by_province, completion, wrong
from lapor_intake.pages.attaching import attached, longest_form, with_files
from lapor_intake.schemas import FlatReport, submission_of_flat

_APP = Path(__file__).parents[1] / "pages" / "app"


class ReportForm(FlatReport):
    """The form as a browser sends it: a box that is not ticked is not sent."""

    proof = fields.String(validate=validate.Length(max=2_000))
    latitude = field_of(Latitude)
    longitude = field_of(Longitude)


def channel(_settings: object, reception: Reception) -> Channel:
    """The form on our own pages, and the page that completes a report."""
    pages = [blueprint(reception), completion.blueprint(reception), adding.blueprint(reception)]
    return Channel(name="web", title="Formulir web", blueprints=pages)


def blueprint(reception: Reception) -> PageBlueprint:
    """``/`` and ``/lapor``."""
    desk, transactions = reception.desk, reception.transactions
    page = PageBlueprint("intake", __name__, template_folder="../pages/templates")
    page.after_request(_may_ask_where)

    @page.get("/")
    def home() -> str:
        return render("intake/home.html")

    @page.get("/app/<name>")
    def app(name: str) -> Response:
        """What makes the form an app. Asked for each time, because these names never change."""
        file = send_from_directory(_APP, name, max_age=0)
        file.headers["Service-Worker-Allowed"] = "/"  # sw.js lies in a folder and looks after the page beside it
        return file

    @page.get("/lapor")
    def blank_report() -> str:
        return show(Form({"key": str(uuid.uuid4())}))

    @page.post("/lapor")
    @longest_body(longest_form(reception))
    def report() -> tuple[str, int]:
        form = read_form(ReportForm)
        form = with_files(form, reception, ("web", form.given.get("key") or str(uuid.uuid4())))
        if form.values is None:
            return show(form), 422
        proof = form.values.pop("proof", None)
        submission = submission_of_flat(
            form.values,
            key=str(uuid.uuid4()),
            source="web",
            channel=vocabulary.Channel.WEB,
            acknowledged=True,
            point=_point(form.values.pop("latitude", None), form.values.pop("longitude", None)),
        )
        with transactions.begin() as tx:
            outcome = desk.accept(submission, tx, reception.visitor(submission.idempotency_key, proof))
        if not isinstance(outcome, Refusal):
            return render("intake/sent.html", slip=desk.slip(outcome.tracking_id, outcome.receipt)), 201
        if outcome.errors:
            return show(wrong(form, outcome)), 422
        if outcome.retry_after:
            return show(form, refusal=outcome), 429
        # Sent before, then changed and sent again: perhaps it is another report, which only they can say.
        again = replace(form, given={**form.given, "key": str(uuid.uuid4())})
        return show(again, already_sent=True), 409

    def show(form: Form, *, already_sent: bool = False, refusal: Refusal | None = None) -> str:
        return render(
            "intake/report.html",
            form=form,
            regions=by_province(),
            attached=attached(form, reception),
            already_sent=already_sent,
            refusal=refusal,
        )

    return page


def _may_ask_where(response: Response) -> Response:
    """Let the form ask the browser where it is; it does so when somebody presses the button for it."""
    if request.path == "/lapor":
        policy = HEADERS["Permissions-Policy"].replace("geolocation=()", "geolocation=(self)")
        response.headers["Permissions-Policy"] = policy
    return response


def _point(latitude: float | None, longitude: float | None) -> Point | None:
    return None if latitude is None or longitude is None else Point(latitude=latitude, longitude=longitude)
