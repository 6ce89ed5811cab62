"""Runs a service's timers in threads, where nameko does not."""

import threading
from collections.abc import Sequence

from lapor_chassis.database import is_away
from lapor_chassis.service import Timer
from lapor_chassis.telemetry import fault, log, timer_failures, timer_finished, timer_runs


def run_timer(service: str, timer: Timer) -> None:
    """Let the timer do all that is due; what goes wrong is logged and tried again the next time."""
    try:
        while done := timer.run():
            timer_runs.labels(service, timer.name).inc(done)
        timer_finished.labels(service, timer.name).set_to_current_time()
    except Exception as error:
        timer_failures.labels(service, timer.name).inc()
        if is_away(error):
            log.warning("timer waits for the database", service=service, timer=timer.name)
        else:
            log.error("timer failed", service=service, timer=timer.name, **fault(error))


class Timers:
    """All timers of one process, each in its own thread."""

    def __init__(self, timers: Sequence[tuple[str, Timer]]) -> None:
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._tick, args=pair, name=f"{pair[0]}.{pair[1].name}", daemon=True)
            for pair in timers
        ]

    def start(self) -> None:
        """Begin; each timer runs at once and then every so often."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Finish what is at hand and stop."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _tick(self, service: str, timer: Timer) -> None:
        while not self._stopping.is_set():
            run_timer(service, timer)
            self._stopping.wait(timer.every)
