"""Bodies' own systems as coordinators see them: what waits, what went wrong, and going on."""

from typing import Any

from flask import redirect, url_for

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Form, PageBlueprint, paging_of_request, read_form, render, requires
from lapor_contracts.vocabulary import Role
from lapor_routing.http import Current, done
from lapor_routing.http.connections import connected_line, connections_page, deliveries_page
from lapor_routing.outbound import connecting
from lapor_routing.outbound.measuring import with_queues
from lapor_routing.pages import words
from lapor_routing.schemas.connections import AgainSchema


def pages(transactions: Transactions, current: Current, amqp_uri: str | None) -> PageBlueprint:
    """``/koordinasi/sambungan`` and each connection below it."""
    page = PageBlueprint("connection-pages", __name__)

    @page.get("/koordinasi/sambungan")
    @requires(Role.COORDINATOR)
    def connections() -> str:
        found = connections_page(transactions, amqp_uri, paging_of_request())
        return render(
            "routing/connections.html", page=found, name_of=current().name_of, words=words, zone=words.JAKARTA
        )

    @page.get("/koordinasi/sambungan/<path:code>")
    @requires(Role.COORDINATOR)
    def connection(code: str) -> str:
        return show(code, Form())

    @page.post("/koordinasi/sambungan/<path:code>")
    @requires(Role.COORDINATOR)
    def again(code: str) -> Any:
        """Go on at once, or bring something once more."""
        connected_line(transactions, code)
        form = read_form(AgainSchema)
        if form.values is None:
            return show(code, form), 422
        with transactions.begin() as tx:
            if form.values["what"] == "resume":
                connecting.resume(code, tx)
            else:
                done(connecting.redeliver(code, tx, delivery_id=form.values["delivery_id"]))
        return redirect(url_for(".connection", code=code), 303)

    def show(code: str, form: Form) -> str:
        (line,) = with_queues([connected_line(transactions, code)], amqp_uri)
        return render(
            "routing/connection.html",
            line=line,
            page=deliveries_page(transactions, code, paging_of_request()),
            form=form,
            name_of=current().name_of,
            words=words,
            zone=words.JAKARTA,
        )

    return page
