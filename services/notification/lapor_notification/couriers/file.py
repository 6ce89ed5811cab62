"""A file in the place of gateways and mail servers."""

import os
import threading
from pathlib import Path

import orjson

from lapor_notification.couriers.courier import Message
from lapor_notification.domain import Delivered, Outcome


class FileSink:
    """A file with one JSON line for each notice, for machines that have neither gateway nor mail server.

    A line is on the disk when `send` returns. The last lines are read again at the start, so that a notice whose line
    was written just before a crash is not written a second time.
    """

    _TAIL = 64 * 1024

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._written: set[str] | None = None

    def send(self, message: Message) -> Outcome:
        """Append the notice, its address masked."""
        line = {
            "notice_id": str(message.notice_id),
            "written_at": message.written_at,
            "template": message.template,
            "tracking_id": message.tracking_id,
            "via": message.via,
            "to": masked(message.to),
            "text": message.text,
        }
        with self._lock:
            if self._written is None:
                self._written = self._repair()
            if line["notice_id"] not in self._written:
                self._append(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        return Delivered(message.via)

    def _append(self, line: bytes) -> None:
        descriptor = os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, line)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _repair(self) -> set[str]:
        """Cut off a line that a crash left half written; returns the notices of the last lines."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        if not self._path.exists():
            return set()
        with self._path.open("r+b") as file:
            size = file.seek(0, os.SEEK_END)
            begin = max(0, size - self._TAIL)
            file.seek(begin)
            tail = file.read()
            whole = tail[: tail.rfind(b"\n") + 1]
            file.truncate(begin + len(whole))
        lines = whole.split(b"\n")[1 if begin else 0 : -1]
        return {orjson.loads(line)["notice_id"] for line in lines}


def masked(address: str) -> str:
    """Enough to tell two addresses apart on a screen, not enough to write to either."""
    if "@" in address:
        return f"{address[0]}***@***"
    return "*" * max(len(address) - 2, 0) + address[-2:]
