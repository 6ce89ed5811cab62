"""Tracking's pages: find a report, see where it stands, open the thread, and do what can be done now."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import uuid4

import marshmallow as ma
from flask import redirect, request, url_for
from marshmallow import fields, validate

from lapor_chassis.refusals import Refusal
from lapor_chassis.web import Form, PageBlueprint, StrictSchema, live, read_form, render, t
from lapor_contracts.fields import Token
from lapor_contracts.fields import text as text_field
from lapor_contracts.schema import field_of
from lapor_tracking.domain.acts import Act
from lapor_tracking.domain.steps import Step
from lapor_tracking.handlers import Wish
from lapor_tracking.http import Counter, Visit, address_of_request, nothing_to_show

#: What each form must hold beside the receipt: a text, a choice, or that the reporter is sure. As each field has a name
#: of its own, several forms can stand on one page.
_NEEDED = {
    Act.REPLY: "text",
    Act.APPEAL: "text",
    Act.RATE: "rating",
    Act.OUTCOME: "holds",
    Act.CLOSE: "confirmed",
    Act.WITHDRAW: "withdrawn",
    Act.REFER: "referred",
}
#: Which may say why: in a field beside that of a reply.
_WITH_REASON = frozenset({Act.REOPEN, Act.OUTCOME})
_OPEN = "open"


class ThreadForm(StrictSchema):
    """What the reporter sends from the page of a report: each form also holds the receipt, no address ever does."""

    receipt = fields.String(required=True, validate=validate.Length(max=40))
    action = fields.String(required=True, validate=validate.OneOf([_OPEN, Act.REOPEN, *_NEEDED]))
    text = text_field(10_000)
    reason = text_field(10_000)
    rating = fields.Integer(validate=validate.Range(1, 5))
    holds = fields.String(validate=validate.OneOf(["yes", "no"]))
    key = field_of(Token)
    confirmed = fields.Boolean()
    withdrawn = fields.Boolean()
    referred = fields.Boolean()

    @ma.validates_schema
    def _has_what_it_needs(self, form: dict[str, Any], **_: Any) -> None:
        needed = _NEEDED.get(form["action"])
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
            return closed_page(typed, form)
        return _page(counter, visit, form) if receipt is None else _answer(counter, visit, form)

    @page.get("/lacak/<typed>/perubahan")
    def changes(typed: str) -> Any:
        """Whether there is something new on the page of a report: asked by the page itself."""
        version = counter.version(typed, request.args.get("izin", ""))
        if version is None:
            raise nothing_to_show()
        return live(version, seconds=20)

    return page


def _answer(counter: Counter, visit: Visit, form: Form) -> Any:
    if form.values is None:
        return _page(counter, visit, form), 422
    if form.values["action"] == _OPEN:
        return _page(counter, visit, form)
    act = Act(form.values["action"])
    written = "reason" if act in _WITH_REASON else "text"
    outcome = counter.do(visit, _wish(act, form.values, written))
    if isinstance(outcome, Refusal):
        errors = {written: outcome.errors["text"]} if outcome.errors else {}
        refused = replace(form, errors=errors)
        return _page(counter, visit, refused, refusal=outcome), 422 if outcome.errors else 409
    return _page(counter, visit, Form({"receipt": form.given["receipt"]}), done=outcome)


def _wish(act: Act, given: Mapping[str, Any], written: str) -> Wish:
    return Wish(
        act=act,
        text=given.get(written, ""),
        rating=given.get("rating"),
        holds=given.get("holds") == "yes",
        key=given.get("key"),
    )


def _page(
    counter: Counter, visit: Visit, form: Form, *, done: Step | None = None, refusal: Refusal | None = None
) -> str:
    watch_pass = counter.watch_pass(visit)
    version = counter.version(visit.tracking_id, watch_pass)  # before it is read: what happens meanwhile is not missed
    return render(
        "tracking/report.html",
        view=counter.view(visit),
        news=url_for(".changes", typed=visit.tracking_id, v=version, izin=watch_pass or None),
        form=form,
        key=form.given.get("key") or uuid4(),
        done=done and done.type,
        refusal=refusal,
    )


def closed_page(typed: str, form: Form) -> Any:
    """The same page whether the number is mistyped or nobody's, the report secret, or the receipt wrong."""
    wrong = t("Nomor dan kode rahasia ini tidak membuka laporan apa pun.", "This ID and receipt open no report.")
    error = [wrong] if request.method == "POST" else None
    return render("tracking/closed.html", typed=typed, receipt=form.given.get("receipt"), error=error), 404
