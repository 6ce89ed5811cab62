"""Answers as XML and as JSON, as the standard writes them. Pure."""

import json
import re
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree

#: Without a charset, as clients compare them; both are UTF-8, and the XML says so itself.
CONTENT_TYPES = {"xml": "text/xml", "json": "application/json"}

#: How the members of a list are called in XML.
_MEMBERS = {
    "services": "service",
    "attributes": "attribute",
    "values": "value",
    "service_requests": "request",
    "service_request_updates": "request_update",
    "service_requests_updates": "request_update",
    "errors": "error",
    "endpoints": "endpoint",
    "formats": "format",
}
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def written(root: str, content: Any, form: str) -> bytes:
    """The answer; ``root`` names the outermost element, which JSON does without."""
    if form == "json":
        return json.dumps(content, ensure_ascii=False).encode()
    return bytes(ElementTree.tostring(_element(root, content), encoding="utf-8", xml_declaration=True))


def _element(name: str, content: Any) -> ElementTree.Element:
    element = ElementTree.Element(name)
    if isinstance(content, Mapping):
        element.extend(_element(key, value) for key, value in content.items())
    elif isinstance(content, list):
        element.extend(_element(_MEMBERS[name], member) for member in content)
    elif content is not None:
        text = str(content).lower() if isinstance(content, bool) else str(content)
        element.text = _NOT_IN_XML.sub("", text)
    return element
