"""One service as a process of its own: its worker, its web server, or intake's way in for e-mails."""

import asyncio
import gc
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Event, Thread
from typing import Any, cast

from flask import request

from lapor_chassis.amqp import AWAY, connect, declare
from lapor_chassis.database import is_away
from lapor_chassis.errors import SettingsError
from lapor_chassis.migrate import upgrade
from lapor_chassis.telemetry import fault, log
from lapor_chassis.topology import topology
from lapor_chassis.web import away, compose, serve
from lapor_launcher.services import NAMES, Assembled, assemble

#: What a web server answers even while it waits for its database: who asks for it wants to know just that.
ALWAYS = ("healthz", "readyz", "metrics", "static")


def serve_worker(name: str, *, host: str, port: int | None) -> None:
    """Take the service's messages off RabbitMQ until told to stop. `greenlets.prepare` comes first."""
    from lapor_chassis.housekeeping import housekeeping
    from lapor_chassis.worker import container, serve_health

    one = assemble(name)
    uri = one.settings.amqp_uri
    if not uri:
        raise SettingsError("AMQP_URI: is not set; a worker needs a broker (`lapor run` needs none)")
    if port is not None:
        silent = replace(one, service=replace(one.service, blueprints=()))
        app = silent.app(broker=lambda: connect(uri, timeout=2).release())
        _listen(port, partial(serve_health, app, host, port))
    _until_it_works("database", name, lambda: upgrade(name, one.transactions.engine))
    _until_it_works("broker", name, lambda: declare(uri, topology([one.service])))
    service = replace(one.service, timers=[*one.service.timers, *housekeeping(name, one.transactions, uri)])
    _collect_garbage_seldom()
    running = container(service, one.transactions, uri)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: _spawn(running.stop))
    running.start()
    running.wait()


def _collect_garbage_seldom() -> None:
    """A batch makes many objects and hardly a cycle among them: looking for cycles all the time is time lost."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def serve_web(name: str, *, host: str, port: int) -> None:
    """Answer HTTP for one service, or for ``all`` of them behind one address."""
    services = [assemble(one) for one in (NAMES if name == "all" else (name,))]
    apps = [_app(one) for one in services]
    proxies = services[0].settings.trusted_proxies
    front = compose(apps) if name == "all" else apps[0]
    _listen(port, partial(serve, front, port=port, host=host, trusted_proxies=proxies))


def serve_lmtp(*, host: str, port: int) -> None:
    """Take e-mails from a mail server until told to stop; what comes while the database is away stays there."""
    from lapor_intake import service
    from lapor_intake.channels import email
    from lapor_intake.channels.email import lmtp

    one = assemble("intake")
    settings = cast(service.Settings, one.settings)
    if not settings.mail_addresses:
        raise SettingsError("LAPOR_INTAKE_MAIL_ADDRESSES: is not set; which addresses are ours?")
    postbox = email.postbox(settings, service.reception_of(settings, one.transactions))
    _until_it_works("database", "intake", lambda: upgrade("intake", one.transactions.engine))
    _listen(port, lambda: asyncio.run(lmtp.serve(postbox, host=host, port=port)))


def _app(one: Assembled) -> Any:
    """The service's application; until its tables are there it asks everybody to come again."""
    prepared = Event()

    def ask() -> None:
        one.ask_database()
        if not prepared.is_set():
            raise RuntimeError("the tables are not up to date yet")

    def prepare() -> None:
        _until_it_works("database", one.service.name, lambda: upgrade(one.service.name, one.transactions.engine))
        prepared.set()

    app = one.app(database=ask)

    @app.before_request
    def hold_back() -> None:
        if not prepared.is_set() and request.endpoint not in ALWAYS:
            raise away()

    Thread(target=prepare, name=f"{one.service.name}.prepare", daemon=True).start()
    return app


def _listen(port: int, begin: Callable[[], None]) -> None:
    try:
        begin()
    except OSError as error:
        raise SettingsError(f"--port {port}: {error.strerror}") from None


def _until_it_works(what: str, service: str, attempt: Callable[[], None]) -> None:
    """Start-up order is nobody's business: wait for what is not there yet."""
    while True:
        try:
            attempt()
            return
        except Exception as error:
            if not (is_away(error) or isinstance(error, AWAY)):
                raise
            log.warning(f"waiting for the {what}", service=service, **fault(error))
            time.sleep(1)


def _spawn(function: Callable[[], None]) -> None:
    # A signal handler runs in the hub, which must not wait.
    import eventlet

    eventlet.spawn_n(function)
