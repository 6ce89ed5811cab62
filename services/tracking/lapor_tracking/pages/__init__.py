"""Tracking's pages: find a report, see where it stands, open the thread, reply, close."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any
from uuid import uuid4

import marshmallow as ma
from flask import redirect, request, url_for
from marshmallow import fields, validate

from lapor_chassis.refusals import Refusal
from lapor_chassis.web import Form, PageBlueprint, StrictSchema, read_form, render, t
from lapor_contracts.fields import Token, text
from lapor_contracts.schema import field_of
from lapor_tracking.domain.steps import Step, StepType, may_follow
from lapor_tracking.http import Counter, Visit, address_of_request


class ThreadForm(StrictSchema):
    """What the reporter sends from the page of a report: each form also holds the receipt, no address ever does."""

    receipt = fields.String(required=True, validate=validate.Length(max=40))
    action = fields.String(required=True, validate=validate.OneOf(["open", "reply", "appeal", "close"]))
    text = text(10_000)
    key = field_of(Token)
    confirmed = fields.Boolean()

    @ma.validates_schema
    def _has_what_it_needs(self, form: dict[str, Any], **_: Any) -> None:
        needed = {"reply": "text", "appeal": "text", "close": "confirmed"}.get(form["action"])
        if needed and not form.get(needed):
            raise ma.ValidationError("Missing data for required field.", needed)


def blueprint(counter: Counter) -> PageBlueprint:
    """The pages."""
    page = PageBlueprint("lacak", __name__)

    @page.route("/lacak")
    def find() -> Any:
        typed = request.args.get("id", "").strip()
        if not typed:
            return render("tracking/find.html")
        return redirect(url_for(".report", typed=counter.ids.read(typed) or typed))

    @page.route("/lacak/<typed>", methods=["GET", "POST"])
    def report(typed: str) -> Any:
        form = Form() if request.method == "GET" else read_form(ThreadForm)
        receipt = None if request.method == "GET" else form.given.get("receipt", "")
        visit = counter.admit(typed, receipt, address=address_of_request())
        if visit is None:
            return _nothing_to_show(typed, form)
        return _page(counter, visit, form) if receipt is None else _answer(counter, visit, form)

    return page


def _answer(counter: Counter, visit: Visit, form: Form) -> Any:
    if form.values is None:
        return _page(counter, visit, form), 422
    acts: dict[str, Callable[[], Step | Refusal | None]] = {
        "open": lambda: None,
        "reply": partial(counter.reply, visit, form.values.get("text", ""), key=form.values.get("key")),
        "appeal": partial(counter.appeal, visit, form.values.get("text", "")),
        "close": partial(counter.close, visit),
    }
    outcome = acts[form.values["action"]]()
    if isinstance(outcome, Refusal):
        refused = replace(form, errors=outcome.errors)
        return _page(counter, visit, refused, refusal=outcome), 422 if outcome.errors else 409
    return _page(counter, visit, Form({"receipt": form.given["receipt"]}), done=outcome)


def _page(
    counter: Counter, visit: Visit, form: Form, *, done: Step | None = None, refusal: Refusal | None = None
) -> str:
    view = counter.view(visit)
    return render(
        "tracking/report.html",
        view=view,
        form=form,
        key=form.given.get("key") or uuid4(),
        done=done and done.type,
        refusal=refusal,
        may_reply=may_follow(view.status, StepType.REPLIED),
        may_close=may_follow(view.status, StepType.CLOSED),
    )


def _nothing_to_show(typed: str, form: Form) -> Any:
    """The same page whether the number is mistyped or nobody's, the report secret, or the receipt wrong."""
    wrong = t("Nomor dan kode rahasia ini tidak membuka laporan apa pun.", "This ID and receipt open no report.")
    error = [wrong] if request.method == "POST" else None
    return render("tracking/closed.html", typed=typed, receipt=form.given.get("receipt"), error=error), 404
