"""The words of notices as a page: write, look at them by every way, let them hold, go back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import redirect, url_for
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from lapor_chassis.current import Current
from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import (
    Form,
    PageBlueprint,
    Problem,
    StrictSchema,
    current_staff,
    read_form,
    render,
    requires,
    said,
)
from lapor_notification import store
from lapor_notification.domain import Rulebook
from lapor_notification.domain.samples import cases_of, variables_of
from lapor_notification.handlers.wording import change_words, editable, go_back
from lapor_notification.http.templates import EDITORS
from lapor_notification.pages.words import LABELS, PURPOSES
from lapor_notification.store.wordings import Parts
from lapor_notification.wording import PARTS, Wording, previews, problems_of, shipped_parts
from lapor_notification.wording.checking import LONGEST_PART

Page = str | tuple[str, int] | Response

_PARTS_FORM = {
    name: fields.String(load_default="", validate=validate.Length(max=LONGEST_PART, error="Terlalu panjang."))
    for name in PARTS
}


class _WordsForm(StrictSchema.from_dict(_PARTS_FORM, name="_Parts")):  # type: ignore[misc]
    seen = fields.Integer(required=True)
    reason = fields.String(load_default="", validate=validate.Length(max=1000))
    do = fields.String(load_default="preview", validate=validate.OneOf(["preview", "hold"]))


class _BackForm(StrictSchema):
    seen = fields.Integer(required=True)
    reason = said(1000)


def blueprint(
    transactions: Transactions, rules: Rulebook, words: Current[Mapping[str, Parts]], public_url: str
) -> PageBlueprint:
    """The pages, on this database."""
    page, desk = PageBlueprint("words", __name__), _Desk(transactions, rules, words, public_url)

    @page.get("/pemberitahuan")
    @requires(*EDITORS)
    def all_templates() -> Page:
        with transactions.read() as connection:
            latest = store.latest_changes(connection)
        known = [(rules.templates[name], latest.get(name), desk.title_of(name)) for name in editable(rules)]
        return render("notification/templates.html", templates=known, purposes=PURPOSES)

    @page.get("/pemberitahuan/<name>")
    @requires(*EDITORS)
    def template(name: str) -> Page:
        return desk.show(desk.known(name), Form())

    @page.post("/pemberitahuan/<name>")
    @requires(*EDITORS)
    def change(name: str) -> Page:
        form = read_form(_WordsForm)
        if form.values is None:
            return desk.show(desk.known(name), form), 422
        return (desk.hold if form.values["do"] == "hold" else desk.preview)(desk.known(name), form)

    @page.post("/pemberitahuan/<name>/<int:version>")
    @requires(*EDITORS)
    def back(name: str, version: int) -> Page:
        form = read_form(_BackForm)
        if form.values is None:
            return desk.show(desk.known(name), form), 422
        return desk.back(desk.known(name), version, form.values)

    return page


@dataclass(frozen=True)
class _Desk:
    """What the routes do."""

    transactions: Transactions
    rules: Rulebook
    words: Current[Mapping[str, Parts]]
    public_url: str

    def known(self, name: str) -> str:
        if name not in editable(self.rules):
            raise Problem(404)
        return name

    def title_of(self, name: str) -> str:
        """What it is about, in the words of its own subject."""
        parts = self.words().get(name) or shipped_parts(name)
        return Wording(self.public_url).part(parts["subject"], next(cases_of(name, self.rules)))

    def preview(self, name: str, form: Form) -> Page:
        parts = _parts_of(form)
        problems = problems_of(parts, shipped_parts(name), cases_of(name, self.rules))
        return self.show(name, Form(given=form.given, errors=problems), parts), 422 if problems else 200

    def hold(self, name: str, form: Form) -> Page:
        given: Any = form.values
        if not given["reason"].strip():
            errors = {"reason": ["Perlu diisi. (Must not be empty.)"]}
            return self.show(name, Form(given=form.given, errors=errors)), 422
        with self.transactions.begin() as tx:
            outcome = change_words(
                name,
                _parts_of(form),
                rules=self.rules,
                seen=given["seen"],
                by=current_staff().id,
                reason=given["reason"],
                tx=tx,
            )
        if isinstance(outcome, Refusal):
            wrong = dict(outcome.errors or {"seen": [outcome.reason]})
            return self.show(name, Form(given=form.given, errors=wrong)), 422 if outcome.errors else 409
        return self._done(name)

    def back(self, name: str, version: int, given: Mapping[str, Any]) -> Page:
        with self.transactions.begin() as tx:
            outcome = go_back(name, version, seen=given["seen"], by=current_staff().id, reason=given["reason"], tx=tx)
        if isinstance(outcome, Refusal):
            raise Problem(404 if outcome.code == "no_version" else 409, code=outcome.code, detail=outcome.reason)
        return self._done(name)

    def show(self, name: str, form: Form, shown: Parts | None = None) -> str:
        with self.transactions.read() as connection:
            history = store.changes_of(connection, name)
        present = (history[0].parts if history else None) or shipped_parts(name)
        case = next(cases_of(name, self.rules))
        return render(
            "notification/template.html",
            told=self.rules.templates[name],
            title=self.title_of(name),
            version=history[0].version if history else 0,
            history=history,
            given={**present, **form.given},
            form=form,
            labels=LABELS,
            purposes=PURPOSES,
            variables=["public_url", *variables_of(name, self.rules)],
            previews=[] if form.errors else list(previews(shown or present, case, self.public_url)),
        )

    def _done(self, name: str) -> Response:
        self.words.forget()
        return redirect(url_for(".template", name=name, done="1"), 303)


def _parts_of(form: Form) -> dict[str, str]:
    given: Any = form.values
    return {name: given[name] for name in PARTS if given[name].strip()}
