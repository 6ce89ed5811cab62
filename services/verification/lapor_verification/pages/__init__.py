"""The verifier's pages: the queue and a report with what can be done about it."""

from collections.abc import Mapping
from functools import cache, partial
from typing import Any
from uuid import UUID

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import (
    Form,
    PageBlueprint,
    StrictSchema,
    current_staff,
    paged,
    paging_of_request,
    read_form,
    render,
    requires,
)
from lapor_contracts.regions import RegionKind, enclosing, regions, time_zone_of
from lapor_verification import handlers, store
from lapor_verification.domain.case import State
from lapor_verification.domain.redaction import segments
from lapor_verification.http import DECIDERS, ORDER, accepted, found
from lapor_verification.pages import labels
from lapor_verification.schemas import (
    ArchivingForm,
    ReturnForm,
    VerificationSchema,
)

#: What can be done, as it stands in the address: what reads the form, and what does it.
ACTIONS: dict[str, tuple[type[StrictSchema], handlers.Decide]] = {
    "verifikasi": (VerificationSchema, handlers.verify),
    "kembalikan": (ReturnForm, handlers.return_report),
    "arsipkan": (ArchivingForm, handlers.archive),
}

Page = str | tuple[str, int] | Response


def blueprint(transactions: Transactions) -> PageBlueprint:
    """The pages, on this database."""
    page = PageBlueprint("verification", __name__)

    @page.get("/verifikasi")
    @requires(*DECIDERS)
    def queue() -> Page:
        state = _state(request.args.get("state"))
        with transactions.read() as connection:
            cases = paged(partial(store.find_cases, connection, state=state), paging_of_request(), by=ORDER)
        return render("verification/queue.html", page=cases, state=state, **_WORDS)

    @page.get("/verifikasi/<uuid:report_id>")
    @requires(*DECIDERS)
    def case(report_id: UUID) -> Page:
        return show(report_id, {})

    @page.post("/verifikasi/<uuid:report_id>/<any(verifikasi, kembalikan, arsipkan):action>")
    @requires(*DECIDERS)
    def decide(report_id: UUID, action: str) -> Page:
        schema, handler = ACTIONS[action]
        form = read_form(schema)
        if form.values is None:
            return show(report_id, {action: form}), 422
        with transactions.begin() as tx:
            decided = handler(report_id, form.values, current_staff().id, tx)
        case = accepted(transactions, report_id, decided)
        return redirect(url_for(".queue", done=case.state.value, tracking_id=case.report.tracking_id), 303)

    def show(report_id: UUID, forms: Mapping[str, Form]) -> str:
        case = found(transactions, report_id)
        return render(
            "verification/case.html",
            case=case,
            forms={action: forms.get(action, Form()) for action in ACTIONS},
            errors=next((form.errors for form in forms.values()), {}),
            regions=_regions(),
            **_WORDS,
        )

    return page


def _state(text: str | None) -> State:
    return State(text) if text in list(State) else State.WAITING


@cache
def _regions() -> list[tuple[str, list[tuple[str, str]]]]:
    """Provinces with their regencies and cities, as a list to choose from."""
    return [
        (
            province.name,
            [(region.code, region.name) for region in regions().values() if region.code[:2] == province.code],
        )
        for province in regions().values()
        if province.kind is RegionKind.PROVINCE
    ]


def _region_name(code: str | None) -> str:
    region = enclosing(code)
    return region.name if region else ""


_WORDS: dict[str, Any] = {
    "State": State,
    "states": labels.STATES,
    "kinds": labels.KINDS,
    "kind_options": [(kind.value, f"{words[0]} ({words[1]})") for kind, words in labels.KINDS.items()],
    "missing_words": labels.MISSING,
    "archive_reasons": [(code.value, words) for code, words in labels.ARCHIVE_REASONS.items()],
    "zone_of": time_zone_of,
    "region_name": _region_name,
    "segments": segments,
    "personal": labels.PERSONAL,
}
