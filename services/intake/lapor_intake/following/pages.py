"""The pages: follow a report, confirm it, end it.

A link alone changes nothing: programs that look at mail open links.
"""

from typing import Any

from flask import request

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, PageBlueprint, StrictSchema, read_form, refused, render
from lapor_contracts.fields import Line
from lapor_contracts.schema import field_of
from lapor_intake.following.handlers import PATIENCE, Following
from lapor_intake.following.http import known
from lapor_intake.pages import wrong


class FollowForm(StrictSchema):
    """Where the follower is reached."""

    address = field_of(Line, required=True)


def blueprint(following: Following, transactions: Transactions) -> PageBlueprint:
    """``/ikuti``: the same for every ID, so that it does not tell which ones exist."""
    page = PageBlueprint("following", __name__)

    @page.route("/ikuti/<tracking_id>", methods=["GET", "POST"])
    def follow(tracking_id: str) -> Any:
        form = Form() if request.method == "GET" else read_form(FollowForm)
        if form.values is None:
            return show(form, tracking_id), 422 if form.errors else 200
        with transactions.begin() as tx:
            refusal = following.ask(tracking_id, form.values["address"], tx, visitor=request.remote_addr or "")
        if refusal and refusal.errors:
            return show(wrong(form, refusal), tracking_id), 422
        if refusal:
            raise refused(refusal)
        return render("following/asked.html", tracking_id=tracking_id, days=PATIENCE.days), 202

    @page.get("/ikuti/konfirmasi/<token>")
    def invitation(token: str) -> str:
        with transactions.read() as connection:
            follower = known(following.find(token, connection))
        return render("following/confirm.html", follower=follower, done=follower.confirmed_at is not None, token=token)

    @page.post("/ikuti/konfirmasi/<token>")
    def confirm(token: str) -> str:
        with transactions.begin() as tx:
            follower = known(following.confirm(token, tx))
        return render("following/confirm.html", follower=follower, done=True, token=token)

    @page.get("/ikuti/berhenti/<token>")
    def farewell(token: str) -> str:
        return render("following/end.html", done=False)

    @page.post("/ikuti/berhenti/<token>")
    def end(token: str) -> str:
        """Also for mail programs, whose button sends it by itself (RFC 8058)."""
        with transactions.begin() as tx:
            known(following.end(token, tx))
        return render("following/end.html", done=True)

    def show(form: Form, tracking_id: str) -> str:
        return render("following/ask.html", form=form, tracking_id=tracking_id)

    return page
