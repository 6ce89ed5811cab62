"""Changing bodies of the directory: each form says what it will do before it does it."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any

from flask import redirect, request, url_for

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import Form, render, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import directory
from lapor_routing.domain.agencies import Agency, Competence
from lapor_routing.handlers import directory as change
from lapor_routing.http.access import EDITORS, arranged, editor, may_add_below
from lapor_routing.pages.deciding import FOUND_AT_ONCE, carry_out, with_code
from lapor_routing.pages.directory import words
from lapor_routing.reference.suggesting import places, subjects
from lapor_routing.schemas import directory as s
from lapor_routing.schemas.dispositions import ReasonSchema
from lapor_routing.store.backlog import count_held

#: What a field of the form means that was left empty.
BLANK: Mapping[str, Any] = {
    "name": "",
    "short_name": "",
    "parent_code": None,
    "region_code": None,
    "verifies_itself": False,
}


@dataclass(frozen=True)
class Editing:
    """The forms. Each posts to its own page, which comes back where something is wrong."""

    transactions: Transactions

    @requires(*EDITORS)
    def add(self) -> Any:
        """A new body, below another one or below none."""
        parent_code = request.values.get("parent_code", "")

        def act(given: dict[str, Any], tx: Transaction) -> Any:
            reason, named = given.pop("reason"), with_code(tx, given, "parent_code")
            if isinstance(named, Refusal):
                return named
            may_add_below(self.transactions, named.get("parent_code", ""))
            return change.add_body(Agency(**named), tx, editor=editor(), reason=reason)

        form = Form({"parent_code": parent_code})
        if request.method == "GET":
            may_add_below(self.transactions, parent_code)
        else:
            form = carry_out(self.transactions, s.NewAgencyFormSchema, act)
            if not form.errors:
                return redirect(url_for(".body", code=form.given["code"].strip(), done="added"), 303)
        return self._show("add", form, parent_code=parent_code)

    @requires(*EDITORS)
    def amend(self, code: str) -> Any:
        """Its name, what stands above it, who verifies for it."""

        def act(given: dict[str, Any], tx: Transaction) -> Any:
            reason, named = given.pop("reason"), with_code(tx, given, "parent_code")
            if isinstance(named, Refusal):
                return named
            wanted = {**BLANK, **named}
            if not access.is_coordinator:
                wanted["verifies_itself"] = body.verifies_itself
            return change.amend_body(code, wanted, tx, editor=editor(), reason=reason)

        body, access = arranged(self.transactions, code)
        form = Form(
            {**{field.name: getattr(body, field.name) for field in fields(body)}, "aliases": "\n".join(body.aliases)}
        )
        if request.method == "POST":
            form = carry_out(self.transactions, s.AmendmentFormSchema, act)
            if not form.errors:
                return redirect(url_for(".body", code=code, done="amended"), 303)
        return self._show("amend", form, body=body, access=access)

    @requires(*EDITORS)
    def close(self, code: str) -> Any:
        """Merged into another body, split among several, or gone: first looked for, then confirmed."""

        def act(given: dict[str, Any], tx: Transaction) -> Any:
            return change.close_body(code, given["successor_codes"], tx, editor=editor(), reason=given["reason"])

        body, _ = arranged(self.transactions, code)
        form = Form({"successor_codes": request.values.getlist("successor_codes")[:20]})
        if request.method == "POST":
            form = carry_out(self.transactions, s.ClosureFormSchema, act)
            if not form.errors:
                return redirect(url_for(".body", code=code, done="closed"), 303)
        wanted = request.args.get("cari", "").strip()[:100]
        with self.transactions.read() as connection:
            chosen = [directory.agency(connection, other) for other in form.given.get("successor_codes", ())]
            found = directory.search_agencies(connection, wanted, limit=FOUND_AT_ONCE)[0] if wanted else []
            units = directory.count_units(connection, code)
            reports = count_held(connection, code)
        bodies = {one.code: one for one in (*chosen, *found) if one and one.code != code}
        return self._show("close", form, body=body, bodies=bodies.values(), units=units, reports=reports)

    @requires(*EDITORS)
    def reopen(self, code: str) -> Any:
        """It was closed by mistake."""

        def act(given: dict[str, Any], tx: Transaction) -> Any:
            return change.reopen_body(code, tx, editor=editor(), reason=given["reason"])

        body, _ = arranged(self.transactions, code)
        form = Form()
        if request.method == "POST":
            form = carry_out(self.transactions, ReasonSchema, act)
            if not form.errors:
                return redirect(url_for(".body", code=code, done="reopened"), 303)
        return self._show("reopen", form, body=body)

    @requires(Role.COORDINATOR)
    def competences(self, code: str) -> Any:
        """For what, and where, it comes first."""

        def act(given: dict[str, Any], tx: Transaction) -> Any:
            ends = given.pop("ends")
            competence = Competence(agency_code=code, **given)
            return (
                change.end_competence(competence, tx)
                if ends
                else change.make_competent(competence, tx, subjects=subjects())
            )

        body, _ = arranged(self.transactions, code)
        form = Form()
        if request.method == "POST":
            form = carry_out(self.transactions, s.CompetenceFormSchema, act)
            if not form.errors:
                return redirect(url_for(".competences", code=code, done="competent"), 303)
        with self.transactions.read() as connection:
            held = directory.competences_of(connection, code)
        return self._show("competences", form, body=body, held=held, subjects=subjects())

    def _show(self, template: str, form: Form, **values: Any) -> Any:
        shown = render(f"routing/directory/{template}.html", form=form, words=words, places=places(None), **values)
        return shown, 422 if form.errors else 200
