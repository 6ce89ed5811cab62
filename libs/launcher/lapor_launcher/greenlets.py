"""Cooperative sockets and sleeps for workers. Imports nothing else of ours: it must come first."""

import os
import warnings


def prepare() -> None:
    """Patch the standard library for eventlet, before anything else is imported."""
    os.environ.setdefault("PSYCOPG_WAIT_FUNC", "wait_selector")  # else each query blocks every greenlet
    warnings.filterwarnings("ignore", message=r"\s*Eventlet is deprecated")
    import eventlet

    eventlet.monkey_patch()
