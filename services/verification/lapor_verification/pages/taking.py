"""Taking a case in hand, handing it back, and taking it over from a colleague."""

from uuid import UUID

from flask import redirect, url_for
from marshmallow import fields
from werkzeug.wrappers import Response

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import PageBlueprint, Problem, StrictSchema, current_staff, read_form, requires
from lapor_contracts.vocabulary import Role
from lapor_verification import handlers
from lapor_verification.http import DECIDERS, accepted, check_whose
from lapor_verification.pages.queue import kept


def add_to(page: PageBlueprint, transactions: Transactions) -> None:
    """The routes of who works on a case."""

    @page.post("/verifikasi/<uuid:report_id>/<any(ambil, alih):how>")
    @requires(*DECIDERS)
    def take(report_id: UUID, how: str) -> Response:
        over = how == "alih"
        if over and not current_staff().has(Role.COORDINATOR):
            raise Problem(403)
        if over and read_form(_Confirmed).values is None:
            raise Problem(422, detail="Centang persetujuan untuk mengambil alih. (Confirm that you take it over.)")
        check_whose(transactions, report_id)
        with transactions.begin() as tx:
            outcome = handlers.take(report_id, current_staff().id, tx, over=over)
        accepted(transactions, report_id, outcome)
        return redirect(url_for(".case", report_id=report_id, **kept()), 303)

    @page.post("/verifikasi/<uuid:report_id>/lepas")
    @requires(*DECIDERS)
    def hand_back(report_id: UUID) -> Response:
        check_whose(transactions, report_id)
        with transactions.begin() as tx:
            outcome = handlers.hand_back(report_id, current_staff().id, tx)
        accepted(transactions, report_id, outcome)
        return redirect(url_for(".queue", **kept()), 303)


class _Confirmed(StrictSchema):
    confirmed = fields.Boolean(required=True)
