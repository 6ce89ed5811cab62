"""Bodies' own systems answer over HTTPS; coordinators look after their connections."""

from functools import partial
from typing import Any

from flask import request

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Paging, Problem, paged, requires
from lapor_contracts.events import AgencyReplied
from lapor_contracts.vocabulary import Role
from lapor_routing import handlers
from lapor_routing.domain.delivering import Connection, Means
from lapor_routing.http.answering import BY_ID, Current, done, existing
from lapor_routing.outbound import connecting, store
from lapor_routing.outbound.keys import Locked, Strongbox, new_secret
from lapor_routing.outbound.measuring import with_queues
from lapor_routing.outbound.webhook import is_signed
from lapor_routing.schemas import connections as s


def replies_api(transactions: Transactions, current: Current, strongbox: Strongbox) -> Blueprint:
    """What a body with a webhook answers: signed with the same secret, the other way round."""
    api = Blueprint("agency-replies", description="Bodies' own systems answer over HTTPS")

    @api.route("/api/v1/agency-replies", methods=["POST"])
    @api.arguments(s.SignatureSchema, location="headers")
    @api.arguments(s.AgencyReplySchema)
    @api.response(200, s.TakenSchema)
    @api.alt_response(401, description="Not signed with a secret of this body's; which of both is wrong is not said")
    def reply(_signature: dict[str, str], event: AgencyReplied) -> dict[str, Any]:
        """Answer, refuse or pass on; the same `reply_id` is the same reply, however often it is sent.

        Signed as Standard Webhooks says, with the secret of the body's webhook.
        """
        if not is_signed(_system(event.agency_code), request.get_data(), dict(request.headers)):
            raise Problem(401, headers={"WWW-Authenticate": 'Signature realm="lapor"'})
        with transactions.begin() as tx:
            outcome = handlers.take_reply(event, tx, current())
            if isinstance(outcome, Refusal):
                done(outcome)  # raises, so that the reply does not count as taken
        return {"reply_id": event.reply_id, "is_new": outcome is not None}

    def _system(code: str) -> Connection:
        with transactions.read() as connection:
            line = store.find_line(connection, code)
        if line is not None and line.means is Means.WEBHOOK:
            try:
                return strongbox.connection(line, at=transactions.clock.now())
            except Locked as locked:
                raise Problem(503, detail=str(locked)) from None
        # Nobody's secret: so that the answer takes as long where there is no such connection.
        return Connection(agency_code=code, means=Means.WEBHOOK, address="", secrets=[new_secret()])

    return api


def connections_api(transactions: Transactions, amqp_uri: str | None) -> Blueprint:
    """Which bodies are connected, and what waits for them."""
    api = Blueprint("connections", description="Connections of bodies' own systems")

    @api.route("/api/v1/connections")
    @requires(Role.COORDINATOR)
    @api.arguments(Paging, location="query")
    @api.response(200, s.ConnectionPageSchema)
    def connections(given: dict[str, Any]) -> dict[str, Any]:
        return connections_page(transactions, amqp_uri, given)

    @api.route("/api/v1/connections/<path:code>/deliveries")
    @requires(Role.COORDINATOR)
    @api.arguments(Paging, location="query")
    @api.response(200, s.DeliveryPageSchema)
    def deliveries(given: dict[str, Any], code: str) -> dict[str, Any]:
        connected_line(transactions, code)
        return deliveries_page(transactions, code, given)

    @api.route("/api/v1/connections/<path:code>/redeliveries", methods=["POST"])
    @requires(Role.COORDINATOR)
    @api.arguments(s.RedeliverySchema)
    @api.response(200, s.RedeliveredSchema)
    def redeliver(given: dict[str, Any], code: str) -> dict[str, Any]:
        connected_line(transactions, code)
        with transactions.begin() as tx:
            count = connecting.redeliver(code, tx, **given)
        return {"count": done(count)}

    @api.route("/api/v1/connections/<path:code>/resumption", methods=["POST"])
    @requires(Role.COORDINATOR)
    @api.response(204)
    def resume(code: str) -> None:
        connected_line(transactions, code)
        with transactions.begin() as tx:
            connecting.resume(code, tx)

    return api


def connections_page(transactions: Transactions, amqp_uri: str | None, given: dict[str, Any]) -> dict[str, Any]:
    """One page of the connections."""
    with transactions.read() as connection:
        found = paged(partial(store.list_lines, connection), given, by={"code": str})
    return found | {"items": with_queues(found["items"], amqp_uri)}


def deliveries_page(transactions: Transactions, code: str, given: dict[str, Any]) -> dict[str, Any]:
    """One page of what was and is to be brought to a body's system."""
    with transactions.read() as connection:
        return paged(partial(store.list_deliveries, connection, code), given, by=BY_ID)


def connected_line(transactions: Transactions, code: str) -> store.Line:
    """The connection of a body, or the problem that there is none."""
    with transactions.read() as connection:
        return existing(store.find_line(connection, code))
