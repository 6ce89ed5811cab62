"""Pages that bring themselves up to date: server-sent events that hold neither a thread nor a connection.

A page that is drawn with ``ui.live`` says which version of its content it shows, and where to ask for news. Each
answer is given at once and ends; the browser's EventSource asks again after the time that it was told, and names the
last version that it heard of. Why it does not stay open: docs/adr/0022.

    @page.get("/instansi/perubahan")
    @requires(Role.OFFICER)
    def changes() -> Response:
        return live(version_of(rows()), seconds=10)
"""

import hashlib
import random
from collections.abc import Iterable
from urllib.parse import urlencode

import orjson
from flask import Response, request, url_for

#: Asks for the version that a page shows, before its browser has heard of any.
SHOWN = "v"


def live(version: str, *, seconds: int) -> Response:
    """The present version of what is shown, if it is another one than the browser knows; asked again in about a while.

    Pages that were opened together do not come again together.
    """
    pause = round(seconds * random.uniform(750, 1250))  # noqa: S311 - no secret
    known = request.headers.get("Last-Event-ID") or request.args.get(SHOWN)
    news = "" if version == known else f"id: {version}\ndata: {version}\n"
    # Of unknown length, so that the server closes the connection: thousands who come again in a while keep none.
    return Response(iter([f"retry: {pause}\n{news}\n"]), content_type="text/event-stream; charset=utf-8")


def news_of_list(endpoint: str, version: str) -> str:
    """Where a list hears of news: of the very page of it that is shown, as it is sifted."""
    return f"{url_for(endpoint)}?{urlencode({**request.args.to_dict(), SHOWN: version})}"


def version_of(rows: Iterable[object]) -> str:
    """Another one whenever what is shown of the rows is another."""
    return hashlib.blake2b(orjson.dumps(list(rows), default=str), digest_size=9).hexdigest()
