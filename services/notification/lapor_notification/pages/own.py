"""How a member of staff is told: their address, which is sealed at once, and how often."""

from typing import Any

from flask import redirect, url_for
from marshmallow import fields, validate
from nacl.public import PrivateKey
from werkzeug.wrappers import Response

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, PageBlueprint, StrictSchema, current_staff, read_form, render, requires
from lapor_contracts.vocabulary import Role
from lapor_notification import store
from lapor_notification.domain.digests import Wants
from lapor_notification.handlers.staff import choose
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
        sealed = None
        if given["email"]:
            contact = {"via": "email", "email": given["email"], "language": given["language"]}
            sealed = seal_contact({name: value for name, value in contact.items() if value}, key)
        with transactions.begin() as tx:
            has_address = sealed or getattr(store.find_member(tx, current_staff().id), "sealed", None)
            if given["wants"] is Wants.NONE or has_address:
                choose(current_staff(), given["wants"], sealed, given["time_zone"], tx)
                return redirect(url_for(".own", done="1"), 303)
        errors = {"email": ["Perlu diisi untuk diberi tahu. (Needed, to be told.)"]}
        return show(Form(given=form.given, errors=errors)), 422

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
        )

    return page
