"""Answers over HTTP, and errors in the standard's words."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, request
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException

from lapor_chassis.web.problems import Problem, answer_unexpected, flatten
from lapor_intake.channels.open311.writing import CONTENT_TYPES, written

#: What the standard calls our fields.
_NAMES = {"body": "description", "reporter.phone": "phone", "reporter.email": "email"}


def answer(
    root: str, content: Any, form: str, status: int = HTTPStatus.OK, headers: Mapping[str, str] | None = None
) -> Response:
    """An answer as XML or JSON."""
    return Response(written(root, content, form), status, headers, content_type=CONTENT_TYPES[form])


def install(api: Blueprint) -> None:
    """Let whatever goes wrong be told in the standard's form."""
    api.register_error_handler(ValidationError, _invalid)
    api.register_error_handler(HTTPException, _refused)
    api.register_error_handler(Exception, _failed)


def _invalid(error: ValidationError) -> Response:
    return _wrong_fields(flatten(error.normalized_messages()))


def _refused(error: HTTPException) -> Response:
    if not isinstance(error, Problem):  # its description may quote what was sent
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        return _errors(status, [status.phrase])
    if error.errors:
        return _wrong_fields(error.errors)
    status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
    return _errors(status, [error.detail or status.phrase], error.headers)


def _failed(error: Exception) -> Response:
    told = answer_unexpected(error)
    headers = {name: value for name, value in told.headers if name == "Retry-After"}
    return _errors(told.status_code, [HTTPStatus(told.status_code).phrase], headers)


def _wrong_fields(errors: Mapping[str, Sequence[str]]) -> Response:
    """The standard knows no other number for them."""
    told = [f"{_NAMES.get(name, name)}: {' '.join(texts)}" for name, texts in errors.items()]
    return _errors(HTTPStatus.BAD_REQUEST, told)


def _errors(status: int, descriptions: Sequence[str], headers: Mapping[str, str] | None = None) -> Response:
    """In XML unless JSON was asked for."""
    form = "json" if request.path.endswith(".json") else "xml"
    errors = [{"code": int(status), "description": description} for description in descriptions]
    return answer("errors", errors, form, status, headers)
