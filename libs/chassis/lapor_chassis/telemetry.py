"""Logs and figures for the operator: fixed phrases with fields, never a body, never a person."""

import logging
import sys

import structlog
from prometheus_client import Counter, Gauge, Histogram

from lapor_chassis.errors import SettingsError

log = structlog.get_logger()

messages_handled = Counter("lapor_messages_total", "Messages taken off the bus.", ["service", "fate"])
messages_published = Counter("lapor_published_total", "Events confirmed by the bus.", ["service"])
timer_runs = Counter("lapor_timer_runs_total", "Things that timers did.", ["service", "timer"])
timer_finished = Gauge(
    "lapor_timer_finished_timestamp_seconds", "When a timer last had nothing left to do.", ["service", "timer"]
)
timer_failures = Counter("lapor_timer_failures_total", "Timer runs that failed.", ["service", "timer"])
batch_seconds = Histogram(
    "lapor_batch_seconds",
    "Time from taking a batch to its commit.",
    ["service"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5),
)
outbox_oldest = Gauge("lapor_outbox_oldest_seconds", "Age of the oldest event not yet published.", ["service"])
dead_letters_waiting = Gauge("lapor_dead_letters", "Messages set aside.", ["service"])
dead_letters_oldest = Gauge("lapor_dead_letters_oldest_seconds", "Age of the oldest message set aside.", ["service"])


def configure_logging(*, as_json: bool, level: str = "INFO") -> None:
    """One line per happening on standard error: JSON for machines, plain for people."""
    threshold = logging.getLevelNamesMapping().get(level.upper())
    if threshold is None:
        raise SettingsError("LAPOR_LOG_LEVEL: must be DEBUG, INFO, WARNING, ERROR or CRITICAL")
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    renderer = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer(colors=False)
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(threshold),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries speak in the same form, and only of trouble.
    others = logging.StreamHandler(sys.stderr)
    others.setFormatter(structlog.stdlib.ProcessorFormatter(processor=renderer, foreign_pre_chain=shared))
    logging.basicConfig(handlers=[others], level=max(threshold, logging.WARNING), force=True)


def fault(error: BaseException) -> dict[str, str]:
    """What kind of error, and where: enough to find it, and nothing of what its text may quote from a person."""
    frames, frame = [], error.__traceback__
    while frame is not None:
        frames.append(f"{frame.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{frame.tb_lineno}")
        frame = frame.tb_next
    return {"error": type(error).__name__, "where": " < ".join(frames[:-4:-1]) or "?"}
