"""What the webhooks of platforms have in common: a body in JSON, signed with a secret that we share."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from typing import Any

import orjson
from flask import request

from lapor_chassis.web import Problem

#: Meta puts up to a thousand messages into one delivery.
LARGEST_DELIVERY = 3 * 1024 * 1024

#: How a platform writes a signature.
Signature = Callable[[str, bytes], str]

#: For the description of the API: the form is the platform's own.
DELIVERY = {"requestBody": {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}}


def in_hex(secret: str, content: bytes) -> str:
    """As Meta signs."""
    return f"sha256={hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()}"


def in_base64(secret: str, content: bytes) -> str:
    """As X signs."""
    digest = hmac.digest(secret.encode(), content, hashlib.sha256)
    return f"sha256={base64.b64encode(digest).decode()}"


def delivery(secret: str, sign: Signature, header: str) -> dict[str, Any]:
    """What the present request brings, once it is sure who sent it."""
    given = request.headers.get(header)
    if not given:
        raise Problem(401, detail=f"The signature ({header}) is missing.")
    content = request.get_data()
    if not is_same(sign(secret, content), given):
        raise Problem(403, detail="The signature is wrong.")
    try:
        read = orjson.loads(content)
    except orjson.JSONDecodeError:
        raise Problem(400, detail="This is no JSON.") from None
    if not isinstance(read, dict):
        raise Problem(400, detail="This is no JSON object.")
    return read


def is_same(expected: str, given: str) -> bool:
    """Whether two secrets are the same; takes the same time whatever the answer."""
    return hmac.compare_digest(expected.encode(), given.encode())


def items(content: Any, name: str) -> list[Any]:
    """A list in a delivery, by its name; empty where there is none."""
    found = content.get(name) if isinstance(content, dict) else None
    return found if isinstance(found, list) else []
