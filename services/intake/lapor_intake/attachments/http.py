"""Files over HTTP: uploads in one piece, and what staff and reporters see of them."""

from io import BytesIO
from typing import Any
from uuid import UUID

from flask import Response, request, send_file
from flask_smorest.fields import Upload
from marshmallow import fields, validate

from lapor_chassis.refusals import Refusal
from lapor_chassis.web import Blueprint, Problem, StrictSchema, has_pass, longest_body, refused, requires
from lapor_contracts.events import Attachment
from lapor_contracts.vocabulary import Role
from lapor_intake.attachments.store import Shown
from lapor_intake.handlers import Desk

#: What a form has around its files.
AROUND_FILES = 64 * 1024

_EXTENSIONS = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "video/mp4": "mp4",
}


class UploadSchema(StrictSchema):
    """One file. Its name is not read: it may be somebody's."""

    file = Upload(required=True)


class AttachmentSchema(StrictSchema):
    """A file that was taken, and waits for 24 hours for the report that names it."""

    id = fields.UUID()
    media_type = fields.String(metadata={"description": "By its content, such as `image/jpeg`."})
    size = fields.Integer(metadata={"description": "Bytes of what is shown of it."})


class PassSchema(StrictSchema):
    """What shows that routing has given this address to a body."""

    given = fields.String(required=True, data_key="pass", validate=validate.Length(1, 600))


class ReceiptSchema(StrictSchema):
    """What shows whose report it is."""

    receipt = fields.String(required=True, validate=validate.Length(1, 40))


def blueprint(desk: Desk) -> Blueprint:
    """``/api/v1/uploads`` and ``/api/v1/attachments``."""
    attachments = desk.attachments
    api = Blueprint("attachments", description="Files that come with reports.")

    @api.route("/api/v1/uploads", methods=["POST"])
    @longest_body(attachments.largest + AROUND_FILES)
    @api.arguments(UploadSchema, location="files")
    @api.response(201, AttachmentSchema)
    @api.alt_response(429, description="Too many files from this address; see Retry-After.")
    def upload(given: dict[str, Any]) -> Attachment:
        """Hand in a file, to be named by a report.

        PDF, JPEG, PNG, WebP or MP4 by its content. It is shown without what a camera or a program noted in it.
        """
        if len(request.files.getlist("file")) > 1:
            raise Problem(422, errors={"file": ["Send one file at a time."]})
        if exceeded := desk.admission.exceeded_by_upload(request.remote_addr or ""):
            raise refused(exceeded.refusal())
        outcome = attachments.take_in(given["file"].read())
        if isinstance(outcome, Refusal):
            raise refused(outcome)
        return outcome

    _add_views(api, desk)
    return api


def _add_views(api: Blueprint, desk: Desk) -> None:
    """What staff, bodies and reporters see of the files."""
    attachments, attempts = desk.attachments, desk.attempts
    binary = {"type": "string", "format": "binary"}

    @api.route("/api/v1/attachments/<uuid:attachment_id>")
    @requires(Role.VERIFIER, Role.OFFICER, Role.COORDINATOR)
    @api.response(200, binary, content_type="application/octet-stream", description="The file, as it may be seen.")
    @api.alt_response(404, description="No such attachment, or its reporter is forgotten.")
    def show_to_staff(attachment_id: UUID) -> Response:
        """A report's attachment. Whoever may see the report finds its id there, and nowhere else."""
        shown = attachments.shown(attachment_id)
        if shown is None:
            raise Problem(404)
        return sent(attachment_id, shown, attachments.content(shown))

    @api.route("/api/v1/attachments/<uuid:attachment_id>/shared")
    @api.arguments(PassSchema, location="query")
    @api.response(200, binary, content_type="application/octet-stream", description="The file, as it may be seen.")
    @api.alt_response(404, description="No such attachment, or its reporter is forgotten, or the pass is not good.")
    def show_to_bodies(given: dict[str, str], attachment_id: UUID) -> Response:
        """An attachment of a report that a body was assigned, at the address that its own system was given."""
        shown = attachments.shown(attachment_id) if has_pass(given["given"], str(attachment_id)) else None
        if shown is None:
            raise Problem(404)
        return sent(attachment_id, shown, attachments.content(shown))

    @api.route("/api/v1/attachments/<uuid:attachment_id>", methods=["POST"])
    @api.arguments(ReceiptSchema, location="form")
    @api.response(200, binary, content_type="application/octet-stream", description="The file, as it may be seen.")
    @api.alt_response(404, description="No such attachment, or the receipt is not its report's.")
    @api.alt_response(429, description="Too many wrong receipts; see Retry-After.")
    def show_to_reporter(given: dict[str, str], attachment_id: UUID) -> Response:
        """An attachment of one's own report."""
        name, address = str(attachment_id), request.remote_addr or ""
        if wait := attempts.seconds_to_wait(name, address):
            raise Problem(429, headers={"Retry-After": str(wait)})
        shown = attachments.shown(attachment_id)
        # As much work where there is none: the time tells nothing.
        receipt_hash = shown.receipt_hash if shown else None
        opened = desk.tracking_ids.opens(shown.tracking_id if shown else name, given["receipt"], receipt_hash)
        if shown is None or not opened or shown.is_withheld:
            attempts.note_wrong(name, address)
            raise Problem(404)
        return sent(attachment_id, shown, attachments.content(shown))


def sent(attachment_id: UUID, shown: Shown, content: bytes) -> Response:
    """The file as browsers show it, and keep nothing of it."""
    is_document = shown.media_type == "application/pdf"  # browsers show none that may run no script
    response = send_file(
        BytesIO(content),
        shown.media_type,
        as_attachment=is_document,
        download_name=f"lampiran-{str(attachment_id)[:8]}.{_EXTENSIONS[shown.media_type]}",
        conditional=True,  # players ask for parts of a video
        etag=False,
        max_age=0,
    )
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "sandbox"
    return response
