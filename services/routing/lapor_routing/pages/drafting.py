"""Maker and checker: drafts of answers, more time, and the officer who approves both or gives them back."""

from typing import Any
from uuid import UUID

from flask import request
from marshmallow import fields

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transaction
from lapor_chassis.web import Form, PageBlueprint, Problem, StrictSchema, current_staff, render, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import handlers
from lapor_routing import schemas as s
from lapor_routing.domain.drafts import WITH_AUTHOR, Draft, DraftKind, ExtensionPolicy, Wording
from lapor_routing.http.drafts import drafted
from lapor_routing.pages import words
from lapor_routing.pages.deciding import with_code
from lapor_routing.pages.dossiers import Dossiers
from lapor_routing.store import Dossier


class ApproveForm(StrictSchema):
    """Nothing but the button."""


class CheckingForm(StrictSchema):
    """Whether another officer approves first; a box that is not ticked is not sent."""

    required = fields.Boolean(load_default=False)


def add_to(page: PageBlueprint, dossiers: Dossiers, policy: ExtensionPolicy) -> None:
    """``/instansi/…/rancangan`` and ``/perpanjangan``."""
    views = DraftingPages(dossiers, policy)
    page.add_url_rule("/instansi/persetujuan", view_func=views.checking, methods=["GET", "POST"])
    for address, view in (
        ("perpanjangan", views.extension),
        ("rancangan", views.new),
        ("rancangan/<uuid:draft_id>", views.draft),
        ("rancangan/<uuid:draft_id>/persetujuan", views.approval),
        ("rancangan/<uuid:draft_id>/pengembalian", views.give_back),
    ):
        page.add_url_rule(f"/instansi/<uuid:disposition_id>/{address}", view_func=view, methods=["GET", "POST"])


class DraftingPages:
    """The views; each form posts to its own address, which shows it again where something is wrong."""

    def __init__(self, dossiers: Dossiers, policy: ExtensionPolicy) -> None:
        self._at = dossiers
        self._policy = policy

    @requires(Role.OFFICER)
    def extension(self, disposition_id: UUID) -> Any:
        """More time: granted at once, or handed in where another officer approves."""

        def extend(given: dict[str, Any], tx: Transaction) -> Any:
            if not needs_approval:
                command = handlers.Extend(disposition_id=disposition_id, **given)
                return handlers.extend(command, tx, desk=desk, policy=self._policy)
            wording = Wording(kind=DraftKind.EXTENSION, text=given["reason"], working_days=given["working_days"])
            draft = handlers.WriteDraft(disposition_id=disposition_id, wording=wording)
            return handlers.write_draft(draft, tx, desk=desk, snapshot=self._at.current(), policy=self._policy)

        desk, dossier = self._at.desk(), self._at.read(disposition_id)
        needs_approval = dossier.disposition.agency_code in desk.checked
        done = "submitted" if needs_approval else "extended"
        form = self._at.sent(s.ExtendFormSchema, extend, ".disposition", disposition_id=disposition_id, done=done)
        return self._at.show("extension", dossier, form, policy=self._policy) if isinstance(form, Form) else form

    @requires(Role.OFFICER)
    def new(self, disposition_id: UUID) -> Any:
        """A draft that is new; it comes back with the report where something is wrong."""
        form = self._written(disposition_id, None)
        return self._at.show("disposition", self._at.read(disposition_id), form) if isinstance(form, Form) else form

    @requires(Role.OFFICER)
    def draft(self, disposition_id: UUID, draft_id: UUID) -> Any:
        """A draft: its author writes on, another officer decides."""
        return self._shown(disposition_id, draft_id, self._written(disposition_id, draft_id))

    @requires(Role.APPROVER)
    def approval(self, disposition_id: UUID, draft_id: UUID) -> Any:
        """It goes out."""

        def approve(_given: dict[str, Any], tx: Transaction) -> Any:
            command = handlers.DecideDraft(disposition_id=disposition_id, draft_id=draft_id, approve=True)
            return handlers.decide_draft(command, tx, desk=desk, snapshot=self._at.current(), policy=self._policy)

        desk = self._at.desk()
        sent = self._at.sent(ApproveForm, approve, ".disposition", disposition_id=disposition_id, done="approved")
        return self._shown(disposition_id, draft_id, sent)

    @requires(Role.APPROVER)
    def give_back(self, disposition_id: UUID, draft_id: UUID) -> Any:
        """Its author is to put something right."""

        def give_back(given: dict[str, Any], tx: Transaction) -> Any:
            command = handlers.DecideDraft(
                disposition_id=disposition_id, draft_id=draft_id, approve=False, note=given["note"]
            )
            return handlers.decide_draft(command, tx, desk=desk, snapshot=self._at.current(), policy=self._policy)

        desk = self._at.desk()
        sent = self._at.sent(
            s.NoteFormSchema, give_back, ".disposition", disposition_id=disposition_id, done="returned"
        )
        return self._shown(disposition_id, draft_id, sent)

    @requires(Role.ADMINISTRATOR)
    def checking(self) -> Any:
        """Whether the body works by draft and approval."""

        def set_it(given: dict[str, Any], tx: Transaction) -> Any:
            return handlers.check_body(desk.agency_code, given["required"], tx, desk=desk)

        desk = self._at.desk()
        sent = self._at.sent(CheckingForm, set_it, ".checking", done="set")
        checked = desk.agency_code in desk.checked
        return render("routing/checking.html", checked=checked, words=words) if isinstance(sent, Form) else sent

    def _written(self, disposition_id: UUID, draft_id: UUID | None) -> Any:
        def write(given: dict[str, Any], tx: Transaction) -> Any:
            named = with_code(tx, given, "needed_agency_code")
            if isinstance(named, Refusal):
                return named
            command = drafted(named, disposition_id, draft_id)
            return handlers.write_draft(command, tx, desk=desk, snapshot=self._at.current(), policy=self._policy)

        desk = self._at.desk()
        done = "drafted" if request.form.get("submit") == "false" else "submitted"
        return self._at.sent(s.WriteDraftFormSchema, write, ".disposition", disposition_id=disposition_id, done=done)

    def _shown(self, disposition_id: UUID, draft_id: UUID, sent: Any) -> Any:
        if not isinstance(sent, Form):
            return sent
        dossier = self._at.read(disposition_id)
        draft = _one_of(dossier, draft_id)
        is_own = draft.author == current_staff().username
        return self._at.show(
            "draft",
            dossier,
            sent,
            draft=draft,
            is_own=is_own,
            may_write=is_own and draft.state in WITH_AUTHOR,
            policy=self._policy,
        )


def _one_of(dossier: Dossier, draft_id: UUID) -> Draft:
    draft = next((one for one in dossier.drafts if one.id == draft_id), None)
    if draft is None:
        raise Problem(404)
    return draft
