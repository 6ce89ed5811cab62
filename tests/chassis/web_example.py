"""A small service with an API and pages, on which the web chassis is tested."""

import sqlite3
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from flask import redirect, request
from flask.testing import FlaskClient
from marshmallow import fields
from prometheus_client import CollectorRegistry

from lapor_chassis.clock import Clock
from lapor_chassis.refusals import Refusal
from lapor_chassis.service import Service
from lapor_chassis.sign_in import SigningKey, Staff, VerifyKey
from lapor_chassis.web import (
    Blueprint,
    Form,
    PageBlueprint,
    StrictSchema,
    close_session,
    create_app,
    current_staff,
    local_path,
    longest_body,
    open_session,
    read_form,
    refused,
    render,
    requires,
)
from lapor_contracts.fields import text
from lapor_contracts.vocabulary import Role

KEY = SigningKey.generate()
VERIFIER = Staff("officer-1", "verifikator", frozenset({Role.VERIFIER}))


class ReporterSchema(StrictSchema):
    phone = text(20)


class NoteSchema(StrictSchema):
    title = text(20, 1, required=True)
    written_on = fields.Date()
    reporter = fields.Nested(ReporterSchema)


class NoteFormSchema(StrictSchema):
    title = text(20, 1, required=True)
    missing = fields.List(text(10))


def api() -> Blueprint:
    """Notes: an API with one of everything."""
    notes = Blueprint("notes", description="Notes")

    @notes.route("/api/v1/notes", methods=["POST"])
    @notes.arguments(NoteSchema)
    @notes.response(201, NoteSchema)
    def write(note: dict[str, Any]) -> dict[str, Any]:
        return note

    @notes.route("/api/v1/uploads", methods=["POST"])
    @longest_body(1024 * 1024)
    @notes.arguments(StrictSchema)
    @notes.response(204)
    def upload(_nothing: dict[str, Any]) -> None:
        """Take something large."""

    @notes.route("/api/v1/notes/<uuid:note_id>", methods=["DELETE"])
    @requires(Role.VERIFIER)
    @notes.response(200, NoteSchema)
    def delete(note_id: UUID) -> dict[str, Any]:
        return {"title": current_staff().username}

    @notes.route("/api/v1/refusal", methods=["POST"])
    def refuse() -> Any:
        raise refused(Refusal("Laporan sudah selesai", code="already-closed"))

    @notes.route("/api/v1/trouble/<kind>")
    def trouble(kind: str) -> Any:
        raise TROUBLE[kind]

    return notes


TROUBLE: dict[str, Exception] = {
    "bug": RuntimeError("the reporter is Siti, 0812"),
    "connection-refused": sa.exc.OperationalError(None, None, Exception("connection refused")),
    "locked": sa.exc.OperationalError("INSERT", {}, sqlite3.OperationalError("database is locked")),
    "pool-exhausted": sa.exc.TimeoutError("QueuePool limit reached"),
    "no-such-table": sa.exc.OperationalError("SELECT", {}, sqlite3.OperationalError("no such table: notes")),
}


def pages() -> PageBlueprint:
    """The same for people."""
    page = PageBlueprint("pages", __name__)

    @page.route("/catatan", methods=["GET", "POST"])
    def note() -> Any:
        form = read_form(NoteFormSchema) if request.method == "POST" else Form()
        return render("example/note.html", form=form), 422 if form.errors else 200

    @page.route("/verifikasi", methods=["GET", "POST"])
    @requires(Role.VERIFIER)
    def queue() -> Any:
        return render("example/note.html", form=Form())

    @page.route("/koordinator")
    @requires(Role.COORDINATOR)
    def coordinator() -> Any:
        return render("example/note.html", form=Form())

    @page.route("/masuk", methods=["POST"])
    def enter() -> Any:
        signed = KEY.sign(VERIFIER, now=datetime.now(UTC))
        return open_session(redirect(local_path(request.args.get("next"))), signed)

    @page.route("/keluar", methods=["POST"])
    def leave() -> Any:
        return close_session(redirect("/"))

    @page.route("/rusak/<kind>")
    def trouble(kind: str) -> Any:
        raise TROUBLE[kind]

    return page


def service(name: str = "example", **changes: Any) -> Service:
    """The service, without database and events."""
    return Service(name, sa.MetaData(), **{"blueprints": [api(), pages()], **changes})


def client(clock: Clock | None = None, **changes: Any) -> FlaskClient:
    """A browser, or a program, that talks to it."""
    made = create_app(
        service(**changes), verify_key=VerifyKey(KEY.public_pem), clock=clock, registry=CollectorRegistry()
    )
    return made.test_client()


def bearer(staff: Staff = VERIFIER) -> dict[str, str]:
    """The header of a program that a member of staff uses."""
    return {"Authorization": f"Bearer {KEY.sign(staff, now=datetime.now(UTC))}"}
