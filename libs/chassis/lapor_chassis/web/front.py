"""Several services behind one address: the embedded mode's front, in place of an ingress."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import orjson
from flask import Flask, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

from lapor_chassis.web import operations
from lapor_chassis.web.headers import HEADERS

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


def compose(apps: Sequence[Flask]) -> "WSGIApplication":
    """One WSGI application out of several: each request goes to the first that has a route for it.

    What none has is answered by the first, as is what concerns the process (``/healthz``, ``/metrics``). What each
    would answer for itself alone is answered for all of them together.
    """
    checks = {
        f"{app.config['SERVICE']}.{name}": check
        for app in apps
        for name, check in app.extensions["lapor-checks"].items()
    }
    hears = {name: events for app in apps for name, events in app.extensions["lapor-hears"].items()}

    def ready() -> Response:
        document, status = operations.readiness(checks)
        return Response(orjson.dumps(document), status, content_type="application/json")

    together = {"/readyz": ready, operations.CATALOGUE: operations.catalogue(hears)}

    def front(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        if answer := together.get(environ.get("PATH_INFO", "")):
            response = answer()
            response.headers.update(HEADERS)
            return response(environ, start_response)
        app, allowed = _choose(apps, environ)
        return app.wsgi_app(environ, _with_allow(start_response, allowed) if allowed else start_response)

    return front


def _choose(apps: Sequence[Flask], environ: "WSGIEnvironment") -> tuple[Flask, set[str]]:
    """The application for a request, and the methods to allow if it is only the method that fits nowhere."""
    refusing: list[Flask] = []
    allowed: set[str] = set()
    for app in apps:
        try:
            app.url_map.bind_to_environ(environ).match()
        except RequestRedirect:
            return app, set()
        except NotFound:
            continue
        except MethodNotAllowed as error:
            refusing.append(app)
            allowed.update(error.valid_methods or ())
        except HTTPException:
            break  # the request itself is broken: any of them says so
        else:
            return app, set()
    return (refusing or apps)[0], allowed


def _with_allow(start_response: "StartResponse", methods: set[str]) -> Callable[..., Any]:
    """``start_response`` that names the methods of all applications, not only of the one that answers."""

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        others = [(name, value) for name, value in headers if name.lower() != "allow"]
        return start_response(status, [*others, ("Allow", ", ".join(sorted(methods)))], *rest)

    return start
