"""The web application of one service."""

import functools
import uuid
from datetime import timedelta
from typing import Any, cast

import flask_smorest
import structlog
import werkzeug
from flask import Flask, Response, current_app, g, jsonify, request
from marshmallow import fields
from prometheus_client import REGISTRY, CollectorRegistry
from werkzeug.exceptions import HTTPException

from lapor_chassis.clock import Clock, SystemClock
from lapor_chassis.service import Service
from lapor_chassis.sign_in import VerifyKey
from lapor_chassis.web import access, headers, operations, pages, problems
from lapor_chassis.web.problems import Problem
from lapor_chassis.web.schemas import StrictSchema

#: A report with all its fields has some 12 KB; what is larger than this is refused unless its route says otherwise.
LONGEST_BODY = 256 * 1024


class ProblemSchema(StrictSchema):
    """An error (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    instance = fields.String(metadata={"description": "The request, as the logs name it."})
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "What is wrong, by field."},
    )


class Api(flask_smorest.Api):
    """flask-smorest, with problem documents for errors."""

    ERROR_SCHEMA = ProblemSchema

    def handle_http_exception(self, error: HTTPException) -> werkzeug.Response:
        """Answer any HTTP error, whoever raised it."""
        return problems.answer(error)


def create_app(
    service: Service,
    *,
    verify_key: VerifyKey | None = None,
    checks: operations.Checks | None = None,
    clock: Clock | None = None,
    registry: CollectorRegistry = REGISTRY,
) -> Flask:
    """The application that shows ``service``: its blueprints, its OpenAPI document, its state and figures.

    ``checks`` are the dependencies that the runtime adds to the service's own (database, broker).
    """
    app = Flask(__package__)
    app.config.update(
        SERVICE=service.name,
        API_TITLE=f"LAPOR! {service.name}",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        MAX_CONTENT_LENGTH=LONGEST_BODY,
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=365),  # the stylesheet's address changes with its content
    )
    app.extensions["lapor-doorkeeper"] = access.Doorkeeper(verify_key, clock or SystemClock())
    app.extensions["lapor-checks"] = checks = {**(checks or {}), **service.checks}
    app.extensions["lapor-hears"] = hears = {service.name: tuple(service.handlers)}
    _identify_requests(app)
    operations.install(app, service.name, checks, hears, registry)
    headers.install(app)
    pages.install(app)
    app.before_request(_refuse_nul)
    app.before_request(access.refuse_cross_site)
    app.register_error_handler(Exception, problems.answer_unexpected)
    _register(app, service)
    return app


def openapi_document(app: Flask) -> dict[str, Any]:
    """The OpenAPI document of the application's service."""
    return cast(dict[str, Any], app.extensions["lapor-openapi"]())


def _register(app: Flask, service: Service) -> None:
    Api(app)
    for blueprint in service.blueprints:
        app.register_blueprint(blueprint)
    # To describe an API takes longer than all else that a start does, and hardly anybody asks for it.
    app.extensions["lapor-openapi"] = functools.cache(functools.partial(_described, app, service))

    @app.get(f"/api/v1/openapi/{service.name}.json", endpoint="openapi")
    def openapi() -> Response:
        return jsonify(openapi_document(app))


def _described(app: Flask, service: Service) -> dict[str, Any]:
    """As flask-smorest describes an application while it registers blueprints: here, one that serves nobody."""
    described = Flask(__package__)
    described.config.update(app.config)
    api = Api(described)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"})
    api.spec.components.security_scheme("session", {"type": "apiKey", "in": "cookie", "name": access.COOKIE})
    for blueprint in service.blueprints:
        if isinstance(blueprint, flask_smorest.Blueprint):
            api.register_blueprint(blueprint)
    document: dict[str, Any] = api.spec.to_dict()
    parts = document["components"]
    parts["schemas"].pop("PaginationMetadata")  # of flask-smorest's own paging, which we do not use
    for response in parts.get("responses", {}).values():  # none where a service has no API
        # flask-smorest documents errors with the content type of everything else.
        response["content"] = {problems.CONTENT_TYPE: response["content"]["application/json"]}
    return document


def _identify_requests(app: Flask) -> None:
    """Every request has an id, in the logs and in what a person is shown when it fails."""

    @app.before_request
    def begin() -> None:
        g.request_id = uuid.uuid4()
        structlog.contextvars.clear_contextvars()  # threads serve one request after the other
        structlog.contextvars.bind_contextvars(request_id=str(g.request_id))


def _refuse_nul() -> None:
    """No text in an address of ours holds one, and PostgreSQL cannot store it."""
    blueprint = current_app.blueprints.get(request.blueprint or "")
    holds_bytes = getattr(blueprint, "bytes_in", ())
    given = [pair for pair in request.args.items(multi=True) if pair[0] not in holds_bytes]
    if "\0" in request.path or any("\0" in text for pair in given for text in pair):
        raise Problem(400)
