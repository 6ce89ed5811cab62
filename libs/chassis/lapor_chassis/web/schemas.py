"""Reading what is sent: strictly, and saying which field is wrong."""

from typing import Any

import marshmallow as ma
import orjson
from flask import Request
from webargs.core import is_json
from webargs.flaskparser import FlaskParser

from lapor_chassis.web.problems import Problem
from lapor_contracts.fields import text


class StrictSchema(ma.Schema):
    """A schema that refuses fields it does not know: a misspelt one would otherwise be lost in silence."""

    class Meta:
        unknown = ma.RAISE


def said(longest: int) -> ma.fields.String:
    """A required text that says something: blanks alone are no reason and no answer."""
    field = text(longest, 1, required=True)
    field.validators.append(ma.validate.Regexp(r"(?s).*\w", error="Missing data for required field."))
    return field


class StrictParser(FlaskParser):
    """Reads JSON only where JSON was declared, and nothing that is not quite JSON."""

    def load_json(self, req: Request, schema: ma.Schema) -> Any:
        """The body; orjson refuses what the standard library lets in: NaN, lone surrogates, endless nesting."""
        body = req.get_data()
        if not body:
            return ma.missing
        if not is_json(req.mimetype):
            raise Problem(415, detail="Content-Type must be application/json.")
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise Problem(400, detail=f"The body is not JSON: {error.msg}.") from None
