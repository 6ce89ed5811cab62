"""Where routes are gathered: APIs that document themselves, and pages."""

import functools
from collections.abc import Callable, Collection
from typing import Any, TypeVar, cast

import flask
import flask_smorest
from flask import request

from lapor_chassis.web.schemas import StrictParser


class Blueprint(flask_smorest.Blueprint):
    """Routes of an API: JSON in and out, each described in the OpenAPI document."""

    ARGUMENTS_PARSER = StrictParser()

    bytes_in: Collection[str] = ()
    """Parameters of the address that hold bytes and no text; the routes read them out of ``request.query_string``."""

    def __init__(self, name: str, *, description: str = "", **options: Any) -> None:
        super().__init__(name, __name__, description=description, **options)

    def arguments(self, schema: Any, **options: Any) -> Any:
        """As flask-smorest does, but with one schema for all requests: to make one takes longer than to use it."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)


class PageBlueprint(flask.Blueprint):
    """Routes that answer HTML; errors are pages too. Templates lie in ``templates`` beside the module."""

    has_pages = True

    def __init__(self, name: str, import_name: str, *, template_folder: str = "templates", **options: Any) -> None:
        super().__init__(name, import_name, template_folder=template_folder, **options)


F = TypeVar("F", bound=Callable[..., Any])


def longest_body(size: int) -> Callable[[F], F]:
    """Let a route take up to ``size`` bytes, more or less than others. Stands above what reads the body."""

    def decorate(view: F) -> F:
        @functools.wraps(view)
        def limited(*args: Any, **kwargs: Any) -> Any:
            request.max_content_length = size
            return view(*args, **kwargs)

        return cast(F, limited)

    return decorate
