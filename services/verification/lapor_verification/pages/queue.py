"""The queue: what waits for a verifier, the most urgent first."""

from functools import partial

from flask import request

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import PageBlueprint, paged, paging_of_request, render, requires
from lapor_verification import store
from lapor_verification.domain.case import State
from lapor_verification.http import DECIDERS, ORDER, sift_of
from lapor_verification.pages.words import WORDS


def add_to(page: PageBlueprint, transactions: Transactions) -> None:
    """The routes of the queue."""

    @page.get("/verifikasi")
    @requires(*DECIDERS)
    def queue() -> str:
        state = _state(request.args.get("state"))
        with transactions.read() as connection:
            cases = paged(
                partial(store.find_cases, connection, sift=sift_of(transactions, {"state": state})),
                paging_of_request(),
                by=ORDER,
            )
        return render("verification/queue.html", page=cases, state=state, **WORDS)


def _state(text: str | None) -> State:
    return State(text) if text in list(State) else State.WAITING
