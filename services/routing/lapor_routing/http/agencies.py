"""Anyone looks up which bodies there are."""

from typing import Any

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint
from lapor_routing import directory
from lapor_routing import schemas as s
from lapor_routing.http.answering import existing


def agencies_api(transactions: Transactions) -> Blueprint:
    """Anyone may look up who is there."""
    api = Blueprint("agencies", description="The directory of bodies")

    @api.route("/api/v1/agencies")
    @api.arguments(s.AgencySearchSchema, location="query")
    @api.response(200, s.AgencyPageSchema)
    def search(given: dict[str, Any]) -> dict[str, Any]:
        with transactions.read() as connection:
            found, following = directory.search_agencies(connection, given["q"], given.get("cursor"), given["limit"])
        return {"items": found, "next": following}

    @api.route("/api/v1/agencies/<path:code>")
    @api.response(200, s.AgencySchema)
    def get(code: str) -> Any:
        with transactions.read() as connection:
            return existing(directory.agency(connection, code))

    return api
