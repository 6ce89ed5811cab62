"""An open page, as far as it asks whether it shows something else now."""

import re
from html import unescape

from flask.testing import FlaskClient


class OpenPage:
    """Somebody looks at it."""

    def __init__(self, client: FlaskClient, path: str) -> None:
        self._client = client
        (self.address,) = map(unescape, re.findall(r'data-live="([^"]+)"', client.get(path).text))
        self._heard = ""

    def hears_news(self) -> bool:
        """Whether there is something that it does not show yet, nor has heard of."""
        headers = {"Last-Event-ID": self._heard} if self._heard else {}
        answer = self._client.get(self.address, headers=headers)
        assert answer.content_type == "text/event-stream; charset=utf-8"
        news = re.search(r"^id: (\S+)$", answer.text, re.MULTILINE)
        self._heard = news[1] if news else self._heard
        return news is not None
