"""A body's inbox: sifted, as officers like to see it, as a file, and many reports at once."""

from collections.abc import Callable
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import marshmallow as ma
from flask import Response, redirect, request, url_for
from marshmallow import fields, validate

from lapor_chassis.refusals import Refusal
from lapor_chassis.telemetry import log
from lapor_chassis.transactions import Transaction, Transactions
from lapor_chassis.web import (
    Form,
    PageBlueprint,
    Problem,
    StrictSchema,
    current_staff,
    live,
    news_of_list,
    paging_of_request,
    read_form,
    render,
    requires,
    version_of,
)
from lapor_contracts.fields import text
from lapor_contracts.vocabulary import AnswerKind, Role
from lapor_routing import handlers, store
from lapor_routing import schemas as s
from lapor_routing.directory import units_of
from lapor_routing.domain.agencies import Agency
from lapor_routing.domain.disposition import Disposition
from lapor_routing.handlers import Desk
from lapor_routing.http import Current, inbox_count, inbox_entries, inbox_page, own_desk
from lapor_routing.pages import export, words
from lapor_routing.reference.suggesting import places, subjects

#: So many may be chosen at once.
MOST = 100
MOST_UNITS = 200
#: So far reports are counted.
MOST_COUNTED = 1_000


class ViewForm(StrictSchema):
    """The name under which filters are kept."""

    name = text(40, 1, required=True)


class TakeForm(StrictSchema):
    """The officer takes them on."""


class AnswerForm(StrictSchema):
    """The same first answer to many."""

    text = text(10_000, 1, required=True)
    confirmed = fields.Boolean(required=True, validate=validate.Equal(True))


class UnitForm(StrictSchema):
    """All to one unit."""

    agency_code = text(80, 1, required=True)
    note = text(2_000, load_default="")


Act = Callable[[UUID, dict[str, Any], Desk, Transaction], Any]


def add_to(page: PageBlueprint, transactions: Transactions, current: Current) -> None:
    """``/instansi`` and what is done from there with many reports."""
    views = InboxPages(transactions, current)
    page.add_url_rule("/instansi", view_func=views.inbox)
    page.add_url_rule("/instansi/perubahan", view_func=views.changes)
    page.add_url_rule("/instansi/unduh.<any(csv, xlsx):form>", view_func=views.download)
    page.add_url_rule("/instansi/tampilan", view_func=views.save_view, methods=["POST"])
    page.add_url_rule("/instansi/tampilan/<uuid:view_id>/hapus", view_func=views.forget_view, methods=["POST"])
    page.add_url_rule("/instansi/banyak", view_func=views.choose, methods=["POST"])
    page.add_url_rule(
        "/instansi/banyak/<any(ambil, tanggapi, teruskan):action>", view_func=views.act_on_many, methods=["POST"]
    )


class InboxPages:
    """The views."""

    def __init__(self, transactions: Transactions, current: Current) -> None:
        self.transactions = transactions
        self.current = current
        self.acts: dict[str, tuple[type[ma.Schema], Act]] = {
            "ambil": (TakeForm, self._take),
            "tanggapi": (AnswerForm, self._answer),
            "teruskan": (UnitForm, self._pass_on),
        }

    @requires(Role.OFFICER)
    def inbox(self) -> str:
        """What waits for the body and its units."""
        wanted = paging_of_request(s.InboxSchema)
        with self.transactions.read() as connection:
            saved = store.list_views(connection, current_staff().id)
        count = inbox_count(self.transactions, self.current, wanted, MOST_COUNTED)
        entries = inbox_page(self.transactions, self.current, wanted)
        return render(
            "routing/inbox.html",
            page=entries,
            news=news_of_list(".changes", version_of(entries["items"])),
            count=f"{count}+" if count == MOST_COUNTED else count,
            kept=kept(),
            saved=saved,
            units=self._units(),
            subjects=subjects().items(),
            places=places(self._region()).items(),
            now=self.transactions.clock.now(),
            zone=self._zone(),
            words=words,
        )

    @requires(Role.OFFICER)
    def changes(self) -> Response:
        """Whether the inbox shows something else now: asked by the page itself."""
        entries = inbox_page(self.transactions, self.current, paging_of_request(s.InboxSchema))
        return live(version_of(entries["items"]), seconds=10)

    @requires(Role.OFFICER)
    def download(self, form: str) -> Response:
        """The inbox as it is sifted, as a file."""
        entries = inbox_entries(
            self.transactions, self.current, paging_of_request(s.InboxSchema), limit=export.MOST + 1
        )
        if len(entries) > export.MOST:
            raise Problem(
                422,
                detail=f"Lebih dari {export.MOST} laporan: saring dahulu "
                f"(more than {export.MOST} reports: filter them first).",
            )
        zone = ZoneInfo(self._zone())
        content = export.as_csv(entries, zone) if form == "csv" else export.as_xlsx(entries, zone)
        log.info("inbox taken out", officer=current_staff().id, rows=len(entries), form=form)
        kind = "text/csv" if form == "csv" else "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        headers = {"Content-Disposition": f'attachment; filename="kotak-masuk.{form}"', "Cache-Control": "no-store"}
        return Response(content, mimetype=kind, headers=headers)

    @requires(Role.OFFICER)
    def save_view(self) -> Any:
        """Keep the filters of this address under a name."""
        form = read_form(ViewForm)
        if form.values is None:
            raise Problem(422, detail="Beri nama tampilan ini (give these filters a name).")
        with self.transactions.begin() as tx:
            saved = store.save_view(tx, current_staff().id, form.values["name"], kept())
        if not saved:
            raise Problem(409, detail="Sudah terlalu banyak tampilan, hapus satu (delete one of your views first).")
        return redirect(url_for(".inbox", **kept()), 303)

    @requires(Role.OFFICER)
    def forget_view(self, view_id: UUID) -> Any:
        """It is not needed any more."""
        with self.transactions.begin() as tx:
            store.forget_view(tx, current_staff().id, view_id)
        return redirect(url_for(".inbox"), 303)

    @requires(Role.OFFICER)
    def choose(self) -> Any:
        """What is to be done with those that were ticked?"""
        action = request.form.get("action", "")
        if action not in self.acts:
            raise Problem(422, detail="Pilih apa yang dilakukan (choose what is to be done).")
        return self._confirm(action, Form())

    @requires(Role.OFFICER)
    def act_on_many(self, action: str) -> Any:
        """Each by itself: one that cannot be done holds up no other."""
        schema, act = self.acts[action]
        form = read_form(schema, beside=("disposition",))
        if form.values is None:
            return self._confirm(action, form), 422
        desk, outcomes = own_desk(self.transactions, self.current), []
        for one in self._chosen():
            with self.transactions.begin() as tx:
                outcome = act(one.id, form.values, desk, tx)
            outcomes.append((one, outcome if isinstance(outcome, Refusal) else None))
        done = sum(refusal is None for _, refusal in outcomes)
        return render("routing/many_done.html", outcomes=outcomes, done=done, kept=kept())

    def _confirm(self, action: str, form: Form) -> str:
        own = current_staff().agency_code
        with self.transactions.read() as connection:
            units = [(unit.code, unit.name) for unit in units_of(connection, own or "")] if action == "teruskan" else []
        return render(
            "routing/many.html",
            action=action,
            form=form,
            chosen=self._chosen(),
            units=units,
            kept=kept(),
            words=words,
        )

    def _chosen(self) -> list[Disposition]:
        """Those that were ticked and are one's own; what is sealed is worked on by itself."""
        try:
            ids = [UUID(one) for one in dict.fromkeys(request.form.getlist("disposition"))]
        except ValueError:
            raise Problem(422) from None
        if not 1 <= len(ids) <= MOST:
            raise Problem(422, detail=f"Pilih 1 sampai {MOST} laporan (choose 1 to {MOST} reports).")
        desk = own_desk(self.transactions, self.current)
        with self.transactions.read() as connection:
            found = store.find_dispositions(connection, ids)
        return [one for one in found if desk.has(one) and not one.report.sealed_for]

    def _take(self, disposition_id: UUID, _given: dict[str, Any], desk: Desk, tx: Transaction) -> Any:
        command = handlers.HandOver(disposition_id=disposition_id, username=current_staff().username)
        return handlers.hand_over(command, tx, desk=desk, snapshot=self.current())

    def _answer(self, disposition_id: UUID, given: dict[str, Any], desk: Desk, tx: Transaction) -> Any:
        command = handlers.GiveAnswer(disposition_id=disposition_id, kind=AnswerKind.INITIAL, text=given["text"])
        return handlers.give_answer(command, tx, desk=desk, snapshot=self.current())

    def _pass_on(self, disposition_id: UUID, given: dict[str, Any], desk: Desk, tx: Transaction) -> Any:
        command = handlers.PassOn(disposition_id=disposition_id, **given)
        return handlers.pass_on(command, tx, desk=desk, snapshot=self.current())

    def _units(self) -> list[tuple[str, str]]:
        """The body and its units by name, as far as one finds one's way in a list."""
        snapshot = self.current()
        codes = snapshot.inboxes_of(current_staff().agency_code or "")
        return sorted(((code, snapshot.name_of(code)) for code in codes), key=lambda unit: unit[1])[:MOST_UNITS]

    def _zone(self) -> str:
        own = self._own()
        return own.time_zone if own else words.JAKARTA

    def _region(self) -> str | None:
        own = self._own()
        return own.region_code if own else None

    def _own(self) -> Agency | None:
        return self.current().directory.get(current_staff().agency_code)


def kept() -> dict[str, Any]:
    """How the inbox was sifted, for every way back to it."""
    return {name: value for name, value in request.args.items() if name in s.SiftSchema().fields and value.strip()}
