"""Serving an application: waitress, in every mode (see docs/adr/0003)."""

import logging
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, Any

import waitress
from waitress import wasyncore
from werkzeug.middleware.proxy_fix import ProxyFix

from lapor_chassis.telemetry import log

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: waitress takes in the whole request before a thread sees it; what the application refuses as too large must
#: get that far for its answer to be ours. A form with five files of ten megabytes does.
LONGEST_REQUEST = 64 * 1024 * 1024


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
    server = _server(app, port, host, threads, trusted_proxies)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, _stop)
    log.info("serving", host=host, port=port)
    server.run()  # returns on SystemExit and KeyboardInterrupt, once its threads have finished
    server.close()
    log.info("stopped serving", host=host, port=port)


@contextmanager
def background(app: "WSGIApplication", port: int, host: str = "127.0.0.1", *, threads: int = 8) -> Iterator[str]:
    """Serve in a thread for the length of the block; yields the address. Port 0 takes a free one."""
    server = _server(app, port, host, threads, 0)
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.effective_port}"
    finally:
        # Requests under way have five seconds to finish; what comes in meanwhile is cut off with its connection.
        server.task_dispatcher.shutdown(cancel_pending=False)
        # In the server's own thread, which is the only one that may touch its connections.
        server.trigger.pull_trigger(lambda: wasyncore.close_all(server._map, ignore_all=True))
        thread.join()


def _server(app: "WSGIApplication", port: int, host: str, threads: int, trusted_proxies: int) -> Any:
    # A line for each request that has to wait would be a storm just when there is enough to do already; how long
    # requests take is measured, and what waits while we stop is no news.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    if trusted_proxies:
        app = ProxyFix(app, x_for=trusted_proxies, x_proto=trusted_proxies, x_host=trusted_proxies)
    return waitress.create_server(
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


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit
