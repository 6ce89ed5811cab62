"""What operators ask: is it alive, is it ready, how is it doing; and what it says and hears."""

import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any, NamedTuple

import orjson
from flask import Flask, Response, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Histogram, generate_latest

from lapor_chassis.telemetry import log
from lapor_contracts.asyncapi import asyncapi_document
from lapor_contracts.events import Event

Checks = Mapping[str, Callable[[], Any]]

Hears = Mapping[str, Iterable[type[Event]]]

#: Where the events are described; every service describes them all, and says which of them it hears.
CATALOGUE = "/api/v1/asyncapi.json"

_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"})


class HttpFigures(NamedTuple):
    """How many requests, and how long they took."""

    requests: Counter
    seconds: Histogram


@cache
def http_figures(registry: CollectorRegistry) -> HttpFigures:
    """The figures of ``registry``: made once, however many applications share it."""
    labels = ["service", "method", "route", "status"]
    return HttpFigures(
        Counter("lapor_http_requests_total", "HTTP requests answered.", labels, registry=registry),
        Histogram("lapor_http_request_seconds", "Time to answer an HTTP request.", labels, registry=registry),
    )


def catalogue(hears: Hears) -> Callable[[], Response]:
    """Answers with the AsyncAPI document, which is made when first asked for: it takes a tenth of a second."""
    document = cache(lambda: orjson.dumps(asyncapi_document(hears)))
    return lambda: Response(document(), content_type="application/json")


def install(app: Flask, service: str, checks: Checks, hears: Hears, registry: CollectorRegistry) -> None:
    """Serve ``/healthz``, ``/readyz``, ``/metrics`` and the catalogue of events, and count every request."""
    figures = http_figures(registry)
    app.add_url_rule(CATALOGUE, "asyncapi", catalogue(hears))

    @app.get("/healthz")
    def healthz() -> Response:
        return jsonify(status="alive")

    @app.get("/readyz")
    def readyz() -> tuple[Response, int]:
        document, status = readiness(checks)
        return jsonify(document), status

    @app.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    @app.before_request
    def start() -> None:
        g.started = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        # The template of the route and never the path: a tracking ID is a secret, and paths are endless.
        labels = (
            service,
            request.method if request.method in _METHODS else "other",
            request.url_rule.rule if request.url_rule else "none",
            str(response.status_code),
        )
        figures.requests.labels(*labels).inc()
        figures.seconds.labels(*labels).observe(time.perf_counter() - g.get("started", time.perf_counter()))
        return response


def readiness(checks: Checks) -> tuple[dict[str, Any], int]:
    """Each dependency with ``ok`` or what kind of trouble it has, and the HTTP status that says all of it."""
    found = {name: _state(name, check) for name, check in checks.items()}
    ready = all(state == "ok" for state in found.values())
    return {"status": "ready" if ready else "not ready", "checks": found}, 200 if ready else 503


def _state(name: str, check: Callable[[], Any]) -> str:
    try:
        check()
    except Exception as error:  # whatever it is, it is the answer
        log.warning("dependency away", dependency=name, error=type(error).__name__)
        return f"away: {type(error).__name__}"  # the text could hold addresses and users
    return "ok"
