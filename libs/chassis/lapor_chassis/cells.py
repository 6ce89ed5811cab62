"""What people wrote, in the cells of a spreadsheet."""

import re

#: A spreadsheet would compute what begins like a formula, whoever wrote it. In Indonesia a semicolon ends a cell of a
#: CSV file, so a formula may begin behind one too.
_FORMULA = re.compile(r"(^|[;\t\r\n])(?=[\s'\"]*[=+@\-\uff1d\uff0b\uff0d\uff20]|\s*[\t\r])")


def harmless(text: str) -> str:
    """The text, computed by no spreadsheet: an apostrophe stands before what one might take for a formula."""
    return _FORMULA.sub(r"\1'", text)
