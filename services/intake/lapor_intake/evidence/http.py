"""The API by which officers and bodies' own systems give evidence, the page for officers, and what the public sees."""

from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from flask import Response, request

from lapor_chassis.refusals import Refusal
from lapor_chassis.tracking_ids import as_written
from lapor_chassis.web import (
    Blueprint,
    Form,
    PageBlueprint,
    Problem,
    StrictSchema,
    current_staff,
    longest_body,
    read_form,
    refused,
    render,
    requires,
)
from lapor_contracts.events import Attachment
from lapor_contracts.vocabulary import Role
from lapor_intake.attachments.http import AROUND_FILES, AttachmentSchema, UploadSchema, sent
from lapor_intake.channels.channel import Reception
from lapor_intake.evidence.giving import about, give, given
from lapor_intake.pages import wrong
from lapor_intake.pages.attaching import attached, longest_form, with_files
from lapor_intake.schemas import attachments_field


class EvidenceForm(StrictSchema):
    """Files; those that were taken before are named."""

    attachments = attachments_field()


def blueprints(reception: Reception) -> list[Blueprint | PageBlueprint]:
    """``/api/v1/evidence`` and ``/bukti``."""
    return [_api(reception), _pages(reception)]


def _api(reception: Reception) -> Blueprint:
    api = Blueprint("evidence", description="Files by which bodies show what was done.")
    attachments = reception.attachments
    binary = {"type": "string", "format": "binary"}

    @api.route("/api/v1/evidence/<tracking_id>", methods=["POST"])
    @longest_body(attachments.largest + AROUND_FILES)
    @requires(Role.OFFICER)
    @api.arguments(UploadSchema, location="files")
    @api.response(201, AttachmentSchema)
    @api.alt_response(404, description="No such report, or one that takes no evidence.")
    def add(files: dict[str, Any], tracking_id: str) -> Attachment:
        """Give a file; an answer of the same body names it by its id. The same file again is the same one."""
        desk = _Giving(reception, as_written(tracking_id))
        taken = attachments.take_in(files["file"].read(), desk.key)
        if isinstance(taken, Refusal):
            raise refused(taken)
        outcome = desk.give([taken.id])
        if isinstance(outcome, Refusal):
            raise refused(outcome)
        return outcome[0]

    @api.route("/api/v1/evidence/<uuid:attachment_id>")
    @api.response(200, binary, content_type="application/octet-stream", description="The file, as it may be seen.")
    @api.alt_response(404, description="No such evidence, or not for the public, or no answer names it.")
    def show(attachment_id: UUID) -> Response:
        """Evidence of a public report that an answer names: for everybody."""
        shown = attachments.shown(attachment_id)
        if shown is None or not shown.is_public:
            raise Problem(404)
        return sent(attachment_id, shown, attachments.content(shown))

    return api


def _pages(reception: Reception) -> PageBlueprint:
    page = PageBlueprint("evidence-pages", __name__)

    @page.get("/bukti/<tracking_id>")
    @requires(Role.OFFICER)
    def blank(tracking_id: str) -> str:
        return show(Form(), _Giving(reception, as_written(tracking_id)))

    @page.post("/bukti/<tracking_id>")
    @longest_body(longest_form(reception))
    @requires(Role.OFFICER)
    def add(tracking_id: str) -> tuple[str, int]:
        desk = _Giving(reception, as_written(tracking_id))
        form = with_files(read_form(EvidenceForm), reception, desk.key)
        if form.values is None:
            return show(form, desk), 422
        ids = form.values.get("attachments", ())
        outcome = desk.give(ids)
        if isinstance(outcome, Refusal):
            return show(wrong(form, outcome), desk), 422
        return show(replace(form, given={}), desk, done=len(outcome)), 201 if outcome else 200

    def show(form: Form, desk: "_Giving", done: int = 0) -> str:
        return render(
            "evidence/give.html",
            form=form,
            attached=attached(form, reception),
            tracking_id=desk.tracking_id,
            given=desk.given(),
            done=done,
            back=_back(),
        )

    return page


@dataclass(frozen=True)
class _Giving:
    """Whoever is signed in gives evidence of a report, for their body."""

    reception: Reception
    tracking_id: str

    @property
    def agency_code(self) -> str:
        code = current_staff().agency_code
        if code is None:
            raise Problem(403, detail="Akun ini bukan milik suatu instansi (this account belongs to no body).")
        return code

    @property
    def key(self) -> tuple[str, str]:
        """Under which the same file is the same evidence; asked for only where there is a report to show."""
        self.given()
        return "evidence", f"{self.tracking_id}/{self.agency_code}"

    def given(self) -> list[Attachment]:
        with self.reception.transactions.read() as connection:
            report_id = about(connection, self.tracking_id)
            if report_id is None:
                raise Problem(404)
            return given(connection, report_id, self.agency_code)

    def give(self, file_ids: list[UUID]) -> tuple[Attachment, ...] | Refusal:
        with self.reception.transactions.begin() as tx:
            outcome = give(
                self.reception.attachments,
                self.tracking_id,
                file_ids,
                tx,
                by=current_staff().id,
                agency_code=self.agency_code,
            )
        if outcome is None:
            raise Problem(404)
        return outcome


def _back() -> str:
    """Where the officer came from, if that is a report in the inbox."""
    try:
        return f"/instansi/{UUID(request.args.get('kembali', ''))}"
    except ValueError:
        return "/instansi"
