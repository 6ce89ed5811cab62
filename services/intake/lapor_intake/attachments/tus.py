"""Uploads that can be broken off and resumed: the tus protocol 1.0.0, with creation, expiration and termination.

What a client says of a file (``Upload-Metadata``) is not kept: its name may be somebody's, and its type may be wrong.
"""

from typing import Any
from uuid import UUID

from flask import Response, request, url_for
from werkzeug.http import http_date

from lapor_chassis.refusals import Refusal
from lapor_chassis.web import Blueprint, Problem, longest_body, refused
from lapor_intake.admission import Admission
from lapor_intake.attachments.keeping import Attachments
from lapor_intake.attachments.store import Upload

VERSION = "1.0.0"
PART = "application/offset+octet-stream"

#: The status in tus of what else would be a 422.
_STATUSES = {"attachment-too-large": 413, "upload-unknown": 404, "upload-offset": 409}


def blueprint(attachments: Attachments, admission: Admission) -> Blueprint:
    """``/api/v1/uploads/tus``."""
    tus = Blueprint("tus", description="Uploads that can be resumed, by the tus protocol 1.0.0 (https://tus.io).")

    tus.before_request(_check_version)
    tus.after_request(_name_version)

    @tus.route("/api/v1/uploads/tus", methods=["OPTIONS"], provide_automatic_options=False)
    @tus.response(204)
    def describe() -> Response:
        """What this server can do."""
        headers = {
            "Tus-Version": VERSION,
            "Tus-Extension": "creation,expiration,termination",
            "Tus-Max-Size": str(attachments.largest),
        }
        return Response(status=204, headers=headers)

    @tus.route("/api/v1/uploads/tus", methods=["POST"])
    @tus.response(201, headers={"Location": {"schema": {"type": "string"}}})
    @tus.alt_response(413, description="Larger than Tus-Max-Size.")
    def create() -> Response:
        """Begin an upload. The last part of its address is the id that a report names once it is complete."""
        if exceeded := admission.exceeded_by_upload(request.remote_addr or ""):
            raise refused(exceeded.refusal())
        upload = _done(attachments.begin(_number("Upload-Length")))
        headers = {"Location": url_for("tus.progress", upload_id=upload.attachment_id), **_expires(upload)}
        return Response(status=201, headers=headers)

    _add_uploading(tus, attachments)
    return tus


def _add_uploading(tus: Blueprint, attachments: Attachments) -> None:
    """What can be done with an upload that has begun."""

    @tus.route("/api/v1/uploads/tus/<uuid:upload_id>", methods=["HEAD"])
    @tus.response(200, headers={"Upload-Offset": {"schema": {"type": "integer"}}})
    @tus.alt_response(404, description="No such upload, or it has expired.")
    def progress(upload_id: UUID) -> Response:
        """How much has arrived."""
        upload = _found(attachments.progress(upload_id))
        headers = {"Upload-Offset": str(upload.received), "Upload-Length": str(upload.length), **_expires(upload)}
        return Response(headers=headers)

    @tus.route("/api/v1/uploads/tus/<uuid:upload_id>", methods=["PATCH"])
    @longest_body(attachments.largest)
    @tus.response(204, headers={"Upload-Offset": {"schema": {"type": "integer"}}})
    @tus.alt_response(404, description="No such upload, or it has expired.")
    @tus.alt_response(409, description="The part does not begin where the last one ended.")
    def receive(upload_id: UUID) -> Response:
        """The next part. After the last one the file is examined; one that cannot be taken is gone (422)."""
        if request.mimetype != PART:
            raise Problem(415, detail=f"Content-Type must be {PART}.")
        upload = _done(attachments.receive(upload_id, _number("Upload-Offset"), request.get_data()))
        return Response(status=204, headers={"Upload-Offset": str(upload.received), **_expires(upload)})

    @tus.route("/api/v1/uploads/tus/<uuid:upload_id>", methods=["DELETE"])
    @tus.response(204)
    @tus.alt_response(404, description="No such upload, or it has expired.")
    def end(upload_id: UUID) -> Response:
        """Give an upload up."""
        attachments.end(_found(attachments.progress(upload_id)))
        return Response(status=204)

    @tus.route("/api/v1/uploads/tus/<uuid:upload_id>", methods=["POST"])
    @tus.doc(parameters=[{"in": "header", "name": "X-HTTP-Method-Override", "schema": {"type": "string"}}])
    @tus.response(204)
    def overridden(upload_id: UUID) -> Any:
        """For clients that know no PATCH and no DELETE."""
        views = {"PATCH": receive, "DELETE": end}
        view = views.get(request.headers.get("X-HTTP-Method-Override", "").upper())
        if view is None:
            raise Problem(405)
        return view(upload_id=upload_id)


def _check_version() -> None:
    if request.method != "OPTIONS" and request.headers.get("Tus-Resumable") != VERSION:
        raise Problem(412, detail=f"Tus-Resumable must be {VERSION}.", headers={"Tus-Version": VERSION})


def _name_version(response: Response) -> Response:
    response.headers["Tus-Resumable"] = VERSION
    return response


def _expires(upload: Upload) -> dict[str, str]:
    return {"Upload-Expires": http_date(upload.expires_at)}


def _found(upload: Upload | None) -> Upload:
    if upload is None:
        raise Problem(404)
    return upload


def _number(header: str) -> int:
    text = request.headers.get(header, "")
    if not (text.isascii() and text.isdigit() and len(text) < 16):
        raise Problem(400, detail=f"{header} must be a whole number.")
    return int(text)


def _done(outcome: Upload | Refusal) -> Upload:
    if isinstance(outcome, Refusal):
        problem = refused(outcome)
        problem.code = _STATUSES.get(outcome.code, problem.code)
        raise problem
    return outcome
