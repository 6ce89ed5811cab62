"""How a member of staff is told: how often, and at which address, which is sealed at once and which they confirm."""

from typing import Any

from flask import redirect, url_for
from marshmallow import fields, validate
from nacl.public import PrivateKey
from werkzeug.wrappers import Response

from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import Form, PageBlueprint, Problem, StrictSchema, current_staff, read_form, render, requires
from lapor_contracts.vocabulary import Role
from lapor_notification import store
from lapor_notification.domain.digests import Wants
from lapor_notification.handlers.staff import PATIENCE, choose, confirm, is_proof, new_proof, offer
from lapor_notification.keys import seal_contact
from lapor_notification.pages.words import WANTS, ZONES

Page = str | tuple[str, int] | Response


class _OwnForm(StrictSchema):
    email = fields.Email(
        load_default="", allow_none=True, error_messages={"invalid": "Bukan alamat surel. (No e-mail address.)"}
    )
    wants = fields.Enum(Wants, by_value=True, required=True)
    time_zone = fields.String(load_default="Asia/Jakarta", validate=validate.OneOf([zone for zone, _ in ZONES]))
    language = fields.String(load_default="", validate=validate.OneOf(["", "id", "en"]))


def blueprint(transactions: Transactions, key: PrivateKey) -> PageBlueprint:
    """The page, on this database."""
    page = PageBlueprint("own", __name__)

    @page.get("/pemberitahuan/saya")
    @requires(*Role)
    def own() -> Page:
        return show(Form())

    @page.post("/pemberitahuan/saya")
    @requires(*Role)
    def save() -> Page:
        form = read_form(_OwnForm)
        if form.values is None:
            return show(form), 422
        given: Any = form.values
        wants, email = given["wants"], given["email"]
        with transactions.begin() as tx:
            member = store.find_member(tx, current_staff().id)
            if wants is Wants.NONE or email or (member and (member.sealed or member.offered)):
                choose(current_staff(), wants, given["time_zone"], tx)
                if wants is not Wants.NONE and email:
                    offer_address(email, given["language"], tx)
                return redirect(url_for(".own", done="1"), 303)
        errors = {"email": ["Perlu diisi untuk diberi tahu. (Needed, to be told.)"]}
        return show(Form(given=form.given, errors=errors)), 422

    def offer_address(email: str, language: str, tx: Transaction) -> None:
        proof = new_proof()
        contact = {"via": "email", "email": email, "language": language, "proof": proof}
        sealed = seal_contact({name: value for name, value in contact.items() if value}, key)
        offer(current_staff().id, sealed, proof, tx)

    def show(form: Form) -> str:
        with transactions.read() as connection:
            member = store.find_member(connection, current_staff().id)
        kept = {"wants": member.wants.value, "time_zone": member.time_zone} if member else {"wants": "none"}
        return render(
            "notification/own.html",
            member=member,
            given={**kept, **form.given},
            form=form,
            wants=WANTS,
            zones=ZONES,
            days=PATIENCE.days,
        )

    _add_confirmation(page, transactions)
    return page


def _add_confirmation(page: PageBlueprint, transactions: Transactions) -> None:
    @page.get("/pemberitahuan/saya/<proof>")
    @requires(*Role)
    def question(proof: str) -> Page:
        """A link alone changes nothing: programs that look at mail open links."""
        with transactions.read() as connection:
            if not is_proof(store.find_member(connection, current_staff().id), proof):
                raise _not_theirs()
        return render("notification/confirm.html")

    @page.post("/pemberitahuan/saya/<proof>")
    @requires(*Role)
    def confirmation(proof: str) -> Page:
        with transactions.begin() as tx:
            if not confirm(current_staff().id, proof, tx):
                raise _not_theirs()
        return redirect(url_for(".own", done="1"), 303)


def _not_theirs() -> Problem:
    return Problem(
        404, "Tautan ini tidak berlaku", detail="This link is not, or no longer, good, or for somebody else."
    )
