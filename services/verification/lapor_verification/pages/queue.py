"""The queue: what waits for a verifier, sifted, the most urgent first; and the next case of it."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

from flask import Response as File
from flask import redirect, request, send_from_directory, url_for
from werkzeug.wrappers import Response

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import (
    PageBlueprint,
    live,
    news_of_list,
    paged,
    paging_of_request,
    render,
    requires,
    version_of,
)
from lapor_verification import handlers, store
from lapor_verification.domain.case import UNDECIDED, Case
from lapor_verification.http import DECIDERS, ORDER, sift_of
from lapor_verification.pages.words import WORDS, region_options
from lapor_verification.schemas import CaseQuery, SiftSchema

#: By what the queue can be sifted, as it stands in an address.
SIEVES = frozenset(SiftSchema().fields)


def add_to(page: PageBlueprint, transactions: Transactions) -> None:
    """The routes of the queue."""

    @page.get("/verifikasi")
    @requires(*DECIDERS)
    def queue() -> str:
        query = paging_of_request(CaseQuery)
        sift = sift_of(transactions, query)
        with transactions.read() as connection:
            cases = paged(partial(store.find_cases, connection, sift=sift), query, by=ORDER)
            counts = store.count_cases(connection, sift)
        return render(
            "verification/queue.html",
            page=cases,
            news=news_of_list(".changes", _version(cases["items"])),
            sift=sift,
            counts=counts,
            most_counted=store.MOST_COUNTED,
            kept=kept(),
            undecided=sift.state in UNDECIDED,
            regions=region_options(whole_provinces=True),
            now=sift.now,
            **WORDS,
        )

    @page.get("/verifikasi/perubahan")
    @requires(*DECIDERS)
    def changes() -> File:
        """Whether the queue shows something else now: asked by the page itself."""
        query = paging_of_request(CaseQuery)
        with transactions.read() as connection:
            cases = paged(partial(store.find_cases, connection, sift=sift_of(transactions, query)), query, by=ORDER)
        return live(_version(cases["items"]), seconds=10)

    @page.post("/verifikasi/berikutnya")
    @requires(*DECIDERS)
    def next_case() -> Response:
        return to_next(transactions)

    @page.get("/verifikasi/desk.js")
    @requires(*DECIDERS)
    def script() -> File:
        return send_from_directory(Path(__file__).parent / "static", "desk.js", max_age=0)


def kept() -> dict[str, Any]:
    """How the queue was sifted, for every way back to it."""
    return {name: text for name, text in request.args.items() if name in SIEVES and text.strip()}


def _version(cases: Sequence[Case]) -> str:
    return version_of((case.report_id, case.version, case.taken_by, case.due_at, case.is_late) for case in cases)


def to_next(transactions: Transactions, **said: str) -> Response:
    """On to the next case of the queue as it was sifted, taken in hand; or to the queue, where none is left."""
    query = paging_of_request(CaseQuery)
    with transactions.begin() as tx:
        case = handlers.take_next(sift_of(transactions, query), tx)
    if case is None:
        return redirect(url_for(".queue", **{**kept(), "nothing": "1", **said}), 303)
    return redirect(url_for(".case", report_id=case.report_id, **{**kept(), **said}), 303)
