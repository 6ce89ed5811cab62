"""``/open311/v2/``: GeoReport v2 with mySociety's updates, in XML and JSON."""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request

from lapor_chassis.web.problems import Problem
from lapor_intake.channels.channel import Reception
from lapor_intake.channels.open311 import answers, store
from lapor_intake.channels.open311.answers import answer
from lapor_intake.channels.open311.counter import Counter, unknown_request
from lapor_intake.channels.open311.forms import search_of
from lapor_intake.channels.open311.services import definition, services
from lapor_intake.channels.open311.showing import request_shown, update_shown
from lapor_intake.channels.open311.writing import CONTENT_TYPES
from lapor_intake.schemas import IdempotencyHeader

#: When what can be reported, and where, changed last.
CHANGESET = "2026-11-21T00:00:00Z"

_FORM = "<any(xml, json):form>"
_KEEP_AN_HOUR = {"Cache-Control": "public, max-age=3600"}


def blueprint(reception: Reception, *, needs_key: bool) -> Blueprint:
    """All of it. Whatever else is asked for below ``/open311/`` is not found, in the standard's words."""
    api = Blueprint("open311", __name__, url_prefix="/open311")
    answers.install(api)
    _describe(api, reception.public_url)
    _show(api, reception)
    _take(api, Counter(reception=reception, needs_key=needs_key))

    @api.route("/<path:_path>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def nowhere(_path: str) -> Response:
        raise Problem(HTTPStatus.NOT_FOUND, detail="Nothing at this address, in this format or by this method.")

    return api


def _describe(api: Blueprint, public_url: str) -> None:
    @api.get(f"/discovery.{_FORM}")
    @api.get(f"/v2/discovery.{_FORM}")
    def discovery(form: str) -> Response:
        return answer("discovery", _discovery(public_url), form, headers=_KEEP_AN_HOUR)

    @api.get(f"/v2/services.{_FORM}")
    def service_list(form: str) -> Response:
        described = [service.described() for service in services().values()]
        return answer("services", described, form, headers=_KEEP_AN_HOUR)

    @api.get(f"/v2/services/<code>.{_FORM}")
    def service_definition(code: str, form: str) -> Response:
        service = services().get(code)
        if service is None:
            raise Problem(HTTPStatus.NOT_FOUND, detail="service_code: there is no such service.")
        return answer("service_definition", definition(service), form, headers=_KEEP_AN_HOUR)


def _show(api: Blueprint, reception: Reception) -> None:
    @api.get(f"/v2/requests.{_FORM}")
    def requests(form: str) -> Response:
        search = search_of(request.args.items(multi=True), reception.transactions.clock.now())
        with reception.transactions.read() as connection:
            found = store.find_requests(connection, search)
        return answer("service_requests", [request_shown(row) for row in found], form)

    @api.get(f"/v2/requests/<request_id>.{_FORM}")
    def one_request(request_id: str, form: str) -> Response:
        return answer("service_requests", [found(request_id)], form)

    @api.get(f"/v2/tokens/<request_id>.{_FORM}")
    def token(request_id: str, form: str) -> Response:
        """A request has its ID at once: that is its token too."""
        name = found(request_id)["service_request_id"]
        return answer("service_requests", [{"service_request_id": name, "token": name}], form)

    @api.get(f"/v2/servicerequestupdates.{_FORM}")
    def updates(form: str) -> Response:
        search = search_of(request.args.items(multi=True), reception.transactions.clock.now())
        with reception.transactions.read() as connection:
            found = store.find_updates(connection, search)
        return answer("service_requests_updates", [update_shown(row) for row in found], form)

    def found(request_id: str) -> dict[str, Any]:
        tracking_id = reception.desk.tracking_ids.read(request_id)
        with reception.transactions.read() as connection:
            row = store.find_request(connection, tracking_id or "")
        if row is None:
            raise unknown_request()
        return request_shown(row)


def _take(api: Blueprint, counter: Counter) -> None:
    @api.post(f"/v2/requests.{_FORM}")
    def take_request(form: str) -> Response:
        key = IdempotencyHeader().load(dict(request.headers)).get("idempotency_key")
        taken = counter.take_request(request.form.items(multi=True), key)
        return answer("service_requests", [taken], form, HTTPStatus.CREATED)

    @api.post(f"/v2/servicerequestupdates.{_FORM}")
    def take_update(form: str) -> Response:
        taken = counter.take_update(request.form.items(multi=True))
        return answer("service_request_updates", [taken], form, HTTPStatus.CREATED)


def _discovery(public_url: str) -> dict[str, Any]:
    endpoint = {
        "specification": "http://wiki.open311.org/GeoReport_v2",
        "url": f"{public_url}/open311/v2",
        "changeset": CHANGESET,
        "type": "production",
        "formats": list(CONTENT_TYPES.values()),
    }
    return {
        "changeset": CHANGESET,
        "contact": f"LAPOR!: {public_url}",
        "key_service": "Kunci (api_key) diberikan oleh pengelola LAPOR! / The operator of LAPOR! gives out keys",
        "endpoints": [endpoint],
    }
