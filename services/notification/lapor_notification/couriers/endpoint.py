"""A server that takes JSON."""

import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from lapor_notification.couriers.courier import TIMEOUT

_LONGEST_ANSWER = 64 * 1024


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An address that takes JSON."""

    secure: bool
    host: str
    port: int | None

    def post(self, path: str, content: Mapping[str, Any], authorization: str) -> tuple[int, bytes]:
        """Status and answer. ``http.client`` and no more: it follows no redirect and logs no address."""
        connect = http.client.HTTPSConnection if self.secure else http.client.HTTPConnection
        connection = connect(self.host, self.port, timeout=TIMEOUT)
        headers = {"Authorization": authorization, "Content-Type": "application/json"}
        try:
            connection.request("POST", path, orjson.dumps(content), headers)
            response = connection.getresponse()
            return response.status, response.read(_LONGEST_ANSWER)
        finally:
            connection.close()
