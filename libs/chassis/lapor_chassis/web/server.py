"""Serving an application: waitress, in every mode (see docs/adr/0003)."""

import signal
import threading
from types import FrameType
from typing import TYPE_CHECKING

import waitress
from werkzeug.middleware.proxy_fix import ProxyFix

from lapor_chassis.telemetry import log

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: waitress takes in the whole request before a thread sees it; what the application refuses as too large must
#: get that far for its answer to be ours.
LONGEST_REQUEST = 16 * 1024 * 1024


def serve(
    app: "WSGIApplication",
    port: int,
    host: str = "127.0.0.1",
    *,
    threads: int = 8,
    trusted_proxies: int = 0,
) -> None:
    """Serve until SIGTERM or SIGINT; requests under way have five seconds to finish.

    ``trusted_proxies`` is how many proxies stand in front; only then are their ``X-Forwarded-`` headers believed.
    """
    if trusted_proxies:
        app = ProxyFix(app, x_for=trusted_proxies, x_proto=trusted_proxies, x_host=trusted_proxies)
    server = waitress.create_server(
        app,
        host=host,
        port=port,
        threads=threads,
        ident="",
        connection_limit=1000,  # connections wait in a poll loop and hold no thread: slow phones are welcome
        asyncore_use_poll=True,
        max_request_body_size=LONGEST_REQUEST,
        clear_untrusted_proxy_headers=not trusted_proxies,
    )
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)
    log.info("serving", host=host, port=port)
    server.run()  # returns on SystemExit and KeyboardInterrupt, once its threads have finished
    server.close()
    log.info("stopped serving", host=host, port=port)


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit
