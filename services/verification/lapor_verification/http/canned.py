"""The API of the texts that verifiers begin with."""

from typing import Any

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, current_staff, requires
from lapor_contracts.vocabulary import Role
from lapor_verification import handlers, store
from lapor_verification.domain.canned import CannedText
from lapor_verification.http.answers import DECIDERS
from lapor_verification.schemas import CannedTextSchema, KnownTextSchema


def blueprint(transactions: Transactions) -> Blueprint:
    """The routes, on this database."""
    api = Blueprint("canned texts", description="Texts that verifiers begin with")

    @api.route("/api/v1/cases/texts")
    @requires(*DECIDERS)
    @api.response(200, KnownTextSchema(many=True))
    def texts() -> list[CannedText]:
        """All of them, also retired ones."""
        with transactions.read() as connection:
            return store.read_canned_texts(connection)

    @api.route("/api/v1/cases/texts/<string(maxlength=60):text_id>", methods=["PUT"])
    @requires(Role.COORDINATOR)
    @api.arguments(CannedTextSchema)
    @api.response(200, KnownTextSchema)
    def save(data: dict[str, Any], text_id: str) -> CannedText:
        """Let a text be so from now on; a new name is a new text."""
        text = CannedText(text_id=text_id, **data)
        with transactions.begin() as tx:
            handlers.save_canned_text(text, current_staff().id, tx)
        return text

    return api
