"""How signing in is read and written."""

from marshmallow import fields

from lapor_chassis.web import StrictSchema
from lapor_contracts.fields import text


class SignInSchema(StrictSchema):
    """A name and a password."""

    username = text(80, 1, required=True)
    password = text(200, 1, required=True, load_only=True)


class SignInFormSchema(SignInSchema):
    """The same on the page, which also knows where to go on."""

    next = text(500, load_default="")


class TokenSchema(StrictSchema):
    """What to send with each request, as ``Authorization: Bearer …``."""

    token = fields.String(required=True)
    expires_at = fields.AwareDateTime(required=True)
