"""One service as a process of its own: its worker, or its web server."""

import signal
import time
from dataclasses import replace
from typing import Any

from lapor_launcher.services import NAMES, Assembled, assemble


def serve_worker(name: str, *, host: str, port: int | None) -> None:
    """Take the service's messages off RabbitMQ until told to stop. `greenlets.prepare` comes first."""
    from lapor_chassis.amqp import declare
    from lapor_chassis.errors import SettingsError
    from lapor_chassis.housekeeping import housekeeping
    from lapor_chassis.topology import topology
    from lapor_chassis.worker import container, serve_health

    one = assemble(name)
    uri = one.settings.amqp_uri
    if not uri:
        raise SettingsError("AMQP_URI: is not set; a worker needs a broker (`lapor run` needs none)")
    if port is not None:
        silent = replace(one, service=replace(one.service, blueprints=()))
        serve_health(silent.app(broker=_ask_broker(uri)), host, port)
    _until_it_works("database", name, lambda: _migrate(one))
    _until_it_works("broker", name, lambda: declare(uri, topology([one.service])))
    service = replace(one.service, timers=[*one.service.timers, *housekeeping(name, one.transactions, uri)])
    running = container(service, one.transactions, uri)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _spawn(running.stop))
    running.start()
    running.wait()


def serve_web(name: str, *, host: str, port: int) -> None:
    """Answer HTTP for one service, or for ``all`` of them behind one address."""
    from lapor_chassis.web import compose, serve

    chosen = NAMES if name == "all" else (name,)
    services = [assemble(one) for one in chosen]
    for one in services:
        _until_it_works("database", one.service.name, lambda one=one: _migrate(one))
    apps = [one.app() for one in services]
    proxies = services[0].settings.trusted_proxies
    serve(compose(apps) if name == "all" else apps[0], port=port, host=host, trusted_proxies=proxies)


def _migrate(one: Assembled) -> None:
    from lapor_chassis.migrate import upgrade

    upgrade(one.service.name, one.transactions.engine)


def _ask_broker(uri: str) -> Any:
    from lapor_chassis.amqp import connect

    def ask() -> None:
        connect(uri, timeout=2).release()

    return ask


def _until_it_works(what: str, service: str, attempt: Any) -> None:
    """Start-up order is nobody's business: wait for what is not there yet."""
    from lapor_chassis.amqp import AWAY
    from lapor_chassis.database import is_away
    from lapor_chassis.telemetry import log

    while True:
        try:
            attempt()
            return
        except Exception as error:
            if not (is_away(error) or isinstance(error, AWAY)):
                raise
            log.warning(f"waiting for the {what}", service=service)
            time.sleep(1)


def _spawn(function: Any) -> None:
    # A signal handler runs in the hub, which must not wait.
    import eventlet

    eventlet.spawn_n(function)
