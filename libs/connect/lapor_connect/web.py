"""Handing in reports over HTTP, where there is no broker or none that others may reach."""

import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import requests

from lapor_connect.broker import to_json
from lapor_connect.errors import Refused, Unavailable
from lapor_connect.patience import Patience
from lapor_connect.submitted import Submitted

#: What may be different in a moment: too many requests, an error over there, a proxy without its server.
TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
#: Nobody there, no answer, or an answer that breaks off: perhaps the report was taken, so the same key goes again.
AWAY = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)
#: Seconds to connect, and seconds to wait for an answer.
TIMEOUT = (5.0, 30.0)


class WebDoor:
    """POST to ``/api/v1/submissions``."""

    def __init__(self, name: str, address: str, secret: str | None, *, patience: float, first_pause: float) -> None:
        self._url = f"{address.rstrip('/')}/api/v1/submissions"
        self._patience, self._first_pause = patience, first_pause
        self._lock = threading.Lock()
        self._session = requests.Session()
        self._session.headers.update({"User-Agent": f"lapor-connect ({name})", "Content-Type": "application/json"})
        if secret:
            self._session.headers["Authorization"] = f"Bearer {secret}"

    def submit(self, report: Mapping[str, Any], key: str) -> Submitted:
        """Post the report until it is taken or refused, always with the same key."""
        body = to_json({**report, "idempotency_key": key})
        patience = Patience(self._patience, self._first_pause)
        trouble = ""
        with self._lock:
            for _ in patience.attempts():
                try:
                    response = self._session.post(
                        self._url,
                        data=body,
                        timeout=TIMEOUT,
                        allow_redirects=False,  # a redirected POST becomes a GET: it would seem to work
                    )
                except AWAY as error:
                    trouble = type(error).__name__
                    continue
                if response.status_code not in TRY_AGAIN:
                    return _read(response, key)
                trouble = f"HTTP {response.status_code}"
                patience.wished = _retry_after(response)
        raise Unavailable(f"not taken within {self._patience:g} s: {trouble}")

    def close(self) -> None:
        """Close the connections."""
        self._session.close()


def _read(response: requests.Response, key: str) -> Submitted:
    try:
        document = response.json()
    except requests.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        raise Refused(f"HTTP {response.status_code}: this is not an answer of LAPOR!")
    if not response.ok or "tracking_id" not in document:
        reason = document.get("detail") or document.get("title") or "this is not an answer of LAPOR!"
        raise Refused(f"HTTP {response.status_code}: {reason}", document.get("errors"))
    return Submitted(key, document["tracking_id"], document.get("receipt"), document.get("status_url"))


def _retry_after(response: requests.Response) -> float:
    """Seconds that the other side asks to wait; it may say them as a number or as a date."""
    text = response.headers.get("Retry-After", "")
    if text.isdigit():
        return float(text)
    try:
        return max(0.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (ValueError, TypeError):  # TypeError: a date without a zone
        return 0.0
