"""A template in its parts: what is said by SMS, in a chat, in a letter; in Indonesian, in English.

The shipped ones are files with a block for each part; what an operator writes instead is kept part by part.
"""

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from lapor_notification.domain.templates import TemplateName

Parts = Mapping[str, str]

#: Every part, and whether a template can do without: then it is said as its SMS, or with the link to the report.
PARTS = {
    "sms": False,
    "sms_english": True,
    "chat": True,
    "subject": False,
    "indonesian": False,
    "english": False,
    "link": True,
}
#: What follows the words of a letter where the template has no link of its own.
LINK = "Pantau laporan Anda / Follow your report:\n{{ public_url }}/lacak/{{ tracking_id }}"

_BLOCK = re.compile(r"{%-? block (\w+) -?%}(.*?){%-? endblock -?%}", re.DOTALL)


@cache
def shipped_parts(template: TemplateName) -> Parts:
    """As it comes with this package."""
    text = (files("lapor_notification") / "templates" / f"{template}.txt").read_text(encoding="utf-8")
    return {name: part.strip() for name, part in _BLOCK.findall(text)}
