"""Tracking's pages: find a report, see where it stands, open the thread, reply, close."""

from collections.abc import Callable
from functools import partial
from typing import Any

import marshmallow as ma
from flask import redirect, request, url_for
from marshmallow import fields, validate

from lapor_chassis.refusals import Refusal
from lapor_chassis.web import Form, PageBlueprint, StrictSchema, read_form, render, t
from lapor_contracts.fields import text
from lapor_tracking.domain.steps import Step, StepType, may_follow
from lapor_tracking.http import Counter


class ThreadForm(StrictSchema):
    """What the reporter sends from the page of a report: each form also holds the receipt, no address ever does."""

    receipt = fields.String(required=True, validate=validate.Length(max=40))
    action = fields.String(required=True, validate=validate.OneOf(["open", "reply", "close"]))
    text = text(10_000)
    confirmed = fields.Boolean()

    @ma.validates_schema
    def _has_what_it_needs(self, form: dict[str, Any], **_: Any) -> None:
        needed = {"reply": "text", "close": "confirmed"}.get(form["action"])
        if needed and not form.get(needed):
            raise ma.ValidationError("Missing data for required field.", needed)


def blueprint(counter: Counter) -> PageBlueprint:
    """The pages."""
    page = PageBlueprint("lacak", __name__)

    @page.route("/lacak")
    def find() -> Any:
        typed = request.args.get("id", "").strip()
        if not typed:
            return render("tracking/find.html", typed="", error=None)
        return redirect(url_for(".report", typed=counter.ids.read(typed) or typed))

    @page.route("/lacak/<typed>", methods=["GET", "POST"])
    def report(typed: str) -> Any:
        tracking_id = counter.ids.read(typed)
        if tracking_id is None:
            return _not_found(typed)
        if request.method == "GET":
            return _page(counter, tracking_id, Form())
        return _answer(counter, tracking_id, read_form(ThreadForm))

    return page


def _answer(counter: Counter, tracking_id: str, form: Form) -> Any:
    if form.values is None:
        opened = counter.opens(tracking_id, form.given.get("receipt", ""))
        return _page(counter, tracking_id, form, opened=opened), 422
    if not counter.opens(tracking_id, form.values["receipt"]):
        wrong = t("Kode rahasia ini tidak cocok dengan nomor laporan.", "This receipt does not fit the tracking ID.")
        return _page(counter, tracking_id, Form(form.given, errors={"receipt": [wrong]})), 422
    acts: dict[str, Callable[[], Step | Refusal | None]] = {
        "open": lambda: None,
        "reply": partial(counter.reply, tracking_id, form.values.get("text", "")),
        "close": partial(counter.close, tracking_id),
    }
    outcome = acts[form.values["action"]]()
    if isinstance(outcome, Refusal):
        return _page(counter, tracking_id, form, opened=True, refusal=outcome), 409
    return _page(counter, tracking_id, Form({"receipt": form.given["receipt"]}), opened=True, done=outcome)


def _page(
    counter: Counter,
    tracking_id: str,
    form: Form,
    *,
    opened: bool = False,
    done: Step | None = None,
    refusal: Refusal | None = None,
) -> str:
    view = counter.view(tracking_id, with_thread=opened)
    return render(
        "tracking/report.html",
        view=view,
        form=form,
        done=done and done.type,
        refusal=refusal,
        may_reply=may_follow(view.status, StepType.REPLIED),
        may_close=may_follow(view.status, StepType.CLOSED),
    )


def _not_found(typed: str) -> Any:
    error = t("Nomor ini bukan nomor laporan. Periksa lagi.", "This is not a tracking ID. Please check it.")
    return render("tracking/find.html", typed=typed, error=[error]), 404
