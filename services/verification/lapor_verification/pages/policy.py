"""What is decided without a person: the policy as it stands, its history, and how a coordinator changes it."""

from dataclasses import replace
from typing import Any

from flask import redirect, url_for
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from lapor_chassis.current import Current
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
from lapor_contracts.vocabulary import Role
from lapor_verification import store
from lapor_verification.domain.policy import HOLDING, MARKING, Policy, shipped_policy
from lapor_verification.pages import labels
from lapor_verification.pages.words import WORDS
from lapor_verification.schemas import PolicyForm

Page = str | tuple[str, int] | Response


class _BackForm(StrictSchema):
    """Let an earlier version hold again."""

    seen = fields.Integer(required=True)
    reason = said(1000)
    confirmed = fields.Boolean(required=True, validate=validate.Equal(True, error="Missing data for required field."))


def blueprint(transactions: Transactions, current: Current[Policy]) -> PageBlueprint:
    """The pages, on this database."""
    page = PageBlueprint("policy", __name__)

    @page.get("/verifikasi/kebijakan")
    @requires(Role.COORDINATOR)
    def policy() -> Page:
        return show(Form())

    @page.post("/verifikasi/kebijakan")
    @requires(Role.COORDINATOR)
    def change() -> Page:
        form = read_form(PolicyForm)
        if form.values is None:
            return show(form), 422
        return take_effect(form.values["policy"], form.values["reason"])

    @page.post("/verifikasi/kebijakan/<int:version>")
    @requires(Role.COORDINATOR)
    def back(version: int) -> Page:
        form = read_form(_BackForm)
        if form.values is None:
            return show(form), 422
        with transactions.read() as connection:
            earlier = store.find_policy(connection, version)
        if earlier is None:
            raise Problem(404)
        return take_effect(replace(earlier, version=form.values["seen"] + 1), form.values["reason"])

    def take_effect(policy: Policy, reason: str) -> Response:
        """An earlier version that comes back is a new one too: what was decided under each stays known."""
        with transactions.begin() as tx:
            added = store.add_policy(tx, policy, current_staff().id, reason)
        current.forget()
        if not added:
            raise Problem(
                409,
                code="changed",
                detail="Kebijakan berubah sejak Anda membukanya; periksa kembali. (The policy has changed meanwhile.)",
            )
        return redirect(url_for(".policy", done="1"), 303)

    def show(form: Form) -> str:
        with transactions.read() as connection:
            settings = store.read_policies(connection)
        present = settings[0].policy if settings else shipped_policy()
        return render(
            "verification/policy.html",
            present=present,
            settings=settings,
            shipped=shipped_policy(),
            form=form,
            given=form.given or _as_given(present),
            label_of={check.value: words[0] for check, words in labels.CHECKS.items()},
            holding=HOLDING,
            marking=MARKING,
            **WORDS,
        )

    return page


def _as_given(policy: Policy) -> dict[str, Any]:
    """The policy as a form shows it."""
    thresholds = {check.value: str(percent) for check, percent in policy.thresholds.items()}
    return {**vars(policy), **thresholds}
