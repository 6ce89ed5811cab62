"""What became of notices, for those who must see to it when reporters are not reached."""

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from marshmallow import fields

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Paging, StrictSchema, page_of, paged, requires
from lapor_contracts.vocabulary import Role
from lapor_notification import store
from lapor_notification.domain import State


class NoticeQuery(Paging):
    """Which notices."""

    report_id = fields.UUID()
    state = fields.Enum(State, by_value=True)


class NoticeSchema(StrictSchema):
    """A notice, without a word of who it goes to."""

    id = fields.UUID()
    report_id = fields.UUID()
    tracking_id = fields.Function(
        lambda notice: notice.data["tracking_id"] or None, metadata={"description": "None for what was no report."}
    )
    template = fields.String()
    state = fields.Enum(State, by_value=True)
    via = fields.String(allow_none=True)
    attempts = fields.Integer()
    reason = fields.String(allow_none=True, metadata={"description": "Why the last attempt failed."})
    planned_at = fields.AwareDateTime()
    due_at = fields.AwareDateTime(metadata={"description": "When the next attempt is due, while it is planned."})
    finished_at = fields.AwareDateTime(allow_none=True)
    delivered_at = fields.AwareDateTime(
        allow_none=True, metadata={"description": "When its provider said that it arrived, where it says so."}
    )


def blueprint(transactions: Transactions) -> Blueprint:
    """The routes, on this database."""
    api = Blueprint("notices", description="What reporters are told, and whether it reached them")

    @api.route("/api/v1/notices")
    @requires(Role.OPERATOR, Role.COORDINATOR)
    @api.arguments(NoticeQuery, location="query")
    @api.response(200, page_of(NoticeSchema))
    def notices(query: Mapping[str, Any]) -> dict[str, Any]:
        """Notices, the newest first."""
        with transactions.read() as connection:
            fetch = partial(store.find_notices, connection, report_id=query.get("report_id"), state=query.get("state"))
            return paged(fetch, query, by={"id": UUID})

    return api
