"""The texts that verifiers begin with: all read them, coordinators change them."""

from typing import Any
from uuid import uuid4

from flask import redirect, url_for

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, PageBlueprint, Problem, current_staff, read_form, render, requires
from lapor_contracts.vocabulary import Role
from lapor_verification import handlers, store
from lapor_verification.domain.canned import CannedText
from lapor_verification.http import DECIDERS
from lapor_verification.pages import labels
from lapor_verification.schemas import CannedTextSchema


def add_to(page: PageBlueprint, transactions: Transactions) -> None:
    """The routes of canned texts."""

    @page.get("/verifikasi/teks-siap")
    @requires(*DECIDERS)
    def canned_texts() -> str:
        return render(
            "verification/canned.html",
            texts=known().values(),
            purposes=labels.PURPOSES,
            may_change=current_staff().has(Role.COORDINATOR),
        )

    @page.get("/verifikasi/teks-siap/baru", defaults={"text_id": None})
    @page.get("/verifikasi/teks-siap/<string(maxlength=60):text_id>")
    @requires(Role.COORDINATOR)
    def canned_text(text_id: str | None) -> str:
        return show(text_id, Form())

    @page.post("/verifikasi/teks-siap/baru", defaults={"text_id": None})
    @page.post("/verifikasi/teks-siap/<string(maxlength=60):text_id>")
    @requires(Role.COORDINATOR)
    def save_canned_text(text_id: str | None) -> Any:
        form = read_form(CannedTextSchema)
        if form.values is None:
            return show(text_id, form), 422
        text = CannedText(text_id=text_id or str(uuid4()), **form.values)
        with transactions.begin() as tx:
            handlers.save_canned_text(text, current_staff().id, tx)
        return redirect(url_for(".canned_texts", done="1"), 303)

    def show(text_id: str | None, form: Form) -> str:
        text = known().get(text_id) if text_id else None
        if text_id and text is None:
            raise Problem(404)
        return render(
            "verification/canned_text.html",
            text=text,
            form=form,
            purpose_options=[(each.value, f"{words[0]} ({words[1]})") for each, words in labels.PURPOSES.items()],
        )

    def known() -> dict[str, CannedText]:
        with transactions.read() as connection:
            return {text.text_id: text for text in store.read_canned_texts(connection)}
