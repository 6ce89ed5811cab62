"""Errors as RFC 9457 problem documents, and as pages with the same words for people."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, NamedTuple

import orjson
from flask import current_app, g, make_response, render_template, request
from werkzeug import Response
from werkzeug.exceptions import HTTPException

from lapor_chassis import database
from lapor_chassis.refusals import Refusal
from lapor_chassis.telemetry import log

CONTENT_TYPE = "application/problem+json"

#: Seconds after which a client may try again when the database is away.
RETRY_AFTER = 5


class Words(NamedTuple):
    """What is said of a status: a title and a sentence for people, and the sentence in English."""

    title: str
    sentence: str
    english: str


WORDS = {
    400: Words("Permintaan tidak dapat dibaca", "Permintaan ini tidak lengkap atau rusak.", "The request is broken."),
    401: Words("Silakan masuk", "Halaman ini hanya untuk petugas yang sudah masuk.", "Sign in first."),
    403: Words("Tidak diizinkan", "Anda tidak berwenang melakukan hal ini.", "You may not do this."),
    404: Words("Tidak ditemukan", "Tidak ada apa pun di alamat ini.", "There is nothing at this address."),
    405: Words(
        "Cara tidak didukung", "Alamat ini tidak menerima cara tersebut.", "This method is not for this address."
    ),
    406: Words("Bentuk tidak tersedia", "Bentuk yang diminta tidak tersedia.", "The form asked for is not available."),
    409: Words("Tidak dapat dilakukan", "Keadaan laporan sudah berubah.", "This is not possible any more."),
    413: Words("Terlalu besar", "Kiriman ini melebihi batas ukuran.", "What was sent is too large."),
    415: Words("Jenis isi tidak didukung", "Jenis isi ini tidak dapat dibaca.", "This content type cannot be read."),
    422: Words("Isian belum benar", "Beberapa isian perlu diperbaiki.", "Some fields need to be corrected."),
    429: Words("Terlalu sering", "Mohon tunggu sebentar lalu coba lagi.", "Too many requests: wait, then try again."),
    500: Words("Terjadi kesalahan", "Kesalahan ini sudah kami catat. Mohon coba lagi.", "Something went wrong here."),
    503: Words("Sedang tidak tersedia", "Mohon coba lagi sebentar lagi.", "Not available just now: try again soon."),
}


class Problem(HTTPException):
    """An error to answer with. ``title`` and ``detail`` are for people and must not hold anything personal.

    ``errors`` names the fields at fault; ``code`` names the kind of problem for machines.
    """

    def __init__(
        self,
        status: int,
        title: str | None = None,
        *,
        detail: str | None = None,
        errors: Mapping[str, Sequence[str]] | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = status
        self.title = title
        self.detail = detail
        self.errors = errors or {}
        self.kind = f"urn:lapor:problem:{code}" if code else "about:blank"
        self.headers = headers or {}


def refused(refusal: Refusal) -> Problem:
    """The problem that tells of a refusal: 422 if fields are at fault, 429 if it is only too early, else 409."""
    if refusal.retry_after is not None:
        later = {"Retry-After": str(refusal.retry_after)}
        return Problem(429, detail=refusal.reason, code=refusal.code, headers=later)
    status = 422 if refusal.errors else 409
    return Problem(status, detail=refusal.reason, errors=refusal.errors, code=refusal.code)


def away() -> Problem:
    """The database cannot be reached: nothing was done, and the client should come again."""
    return Problem(503, headers={"Retry-After": str(RETRY_AFTER)})


def answer(error: HTTPException) -> Response:
    """The response to an HTTP error, in the form that the one who asked can read."""
    if error.code is not None and error.code < 400:  # "not modified" is no problem
        return error.get_response()
    problem = error if isinstance(error, Problem) else _problem_of(error)
    words = _words(problem.code or 500)
    if wants_page():
        response = make_response(render_template("problem.html", problem=problem, words=words), problem.code)
    else:
        response = make_response(orjson.dumps(_document(problem, words)), problem.code)
        response.content_type = CONTENT_TYPE
    response.headers.extend(problem.headers)
    return response


def answer_unexpected(error: Exception) -> Response:
    """The response to what nobody foresaw: 503 if the database is away, else 500 without a word of why."""
    if database.is_away(error):
        log.warning("database away", error=type(error).__name__)
        return answer(away())
    log.error("request failed", method=request.method, route=str(request.url_rule), exc_info=error)
    return answer(Problem(500))


def flatten(messages: Any, prefix: str = "") -> dict[str, list[str]]:
    """Marshmallow's nested messages by dotted field name: ``{"reporter.phone": ["Not a valid string."]}``."""
    if isinstance(messages, Mapping):
        found: dict[str, list[str]] = {}
        for name, inner in messages.items():
            # A complaint about the whole belongs to what holds it.
            path = prefix if name == "_schema" else f"{prefix}.{name}" if prefix else str(name)
            for key, texts in flatten(inner, path).items():
                found.setdefault(key, []).extend(texts)
        return found
    return {prefix or "body": [str(text) for text in (messages if isinstance(messages, list) else [messages])]}


def wants_page() -> bool:
    """Whether a person at a browser asks, and not a program."""
    blueprint = current_app.blueprints.get(request.blueprint or "")
    if blueprint is not None:
        return bool(getattr(blueprint, "has_pages", False))
    if request.path.startswith(("/api/", "/channels/")):
        return False
    return request.accept_mimetypes.best_match(["application/json", "text/html"]) == "text/html"


def _document(problem: Problem, words: Words) -> dict[str, Any]:
    document: dict[str, Any] = {
        "type": problem.kind,
        "title": problem.title or words.title,
        "status": problem.code,
        "detail": problem.detail or words.english,
    }
    if "request_id" in g:
        document["instance"] = f"urn:uuid:{g.request_id}"
    if problem.errors:
        document["errors"] = problem.errors
    return document


def _problem_of(error: HTTPException) -> Problem:
    """The same error in our words; Werkzeug's descriptions may quote what was sent."""
    headers = {name: value for name, value in error.get_headers(request.environ) if name != "Content-Type"}
    data = getattr(error, "data", None) or {}
    errors: dict[str, list[str]] = {}
    for fields in (data.get("messages") or {}).values():  # webargs: by location, then by field
        errors |= flatten(fields)
    return Problem(error.code or 500, errors=errors, headers=headers)


def _words(status: int) -> Words:
    known = WORDS.get(status)
    return known or Words(HTTPStatus(status).phrase, WORDS[400].sentence, HTTPStatus(status).phrase)
