"""The page on which staff sign in, and the way out."""

from dataclasses import replace
from typing import Any

from flask import make_response, redirect, request

from lapor_chassis.sign_in import SigningKey, Staff
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import (
    Form,
    PageBlueprint,
    Problem,
    close_session,
    local_path,
    open_session,
    read_form,
    render,
    requires,
)
from lapor_contracts.vocabulary import Role
from lapor_routing.http import signed_in
from lapor_routing.schemas import SignInFormSchema

HOMES = (
    (Role.OFFICER, "/instansi"),
    (Role.COORDINATOR, "/koordinator"),
    (Role.VERIFIER, "/verifikasi"),
    (Role.ADMINISTRATOR, "/direktori"),
)


def pages(transactions: Transactions, key: SigningKey) -> PageBlueprint:
    """``/masuk`` and ``/keluar``."""
    page = PageBlueprint("sign-in-page", __name__)

    @page.get("/masuk")
    def ask() -> Any:
        return show(Form({"next": request.args.get("next", "")}))

    @page.post("/masuk")
    def enter() -> Any:
        form = read_form(SignInFormSchema)
        if form.values is None:
            return show(form), 422
        try:
            signed = signed_in(transactions, key, form.values["username"], form.values["password"])
        except Problem as problem:
            refused = replace(form, errors={"username": [str(problem.detail)]})
            return show(refused), problem.code, problem.headers
        onward = local_path(form.values["next"], otherwise=home_of(signed.staff))
        return open_session(make_response(redirect(onward, 303)), signed.token)

    @page.post("/keluar")
    @requires()
    def leave() -> Any:
        return close_session(make_response(redirect("/", 303)))

    return page


def home_of(staff: Staff) -> str:
    """Where somebody's work lies."""
    return next((address for role, address in HOMES if staff.has(role)), "/")


def show(form: Form) -> str:
    """The page, with what was given before."""
    return render("routing/sign_in.html", form=form)
