"""What each template is for: a table (``data/templates.csv``) beside the words, which stand in ``templates``."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

#: The name of a template: a file in ``templates``, a row in ``data/templates.csv``.
TemplateName = str

#: The first notice of a report: it alone tells the receipt.
RECEIVED: TemplateName = "received"
#: To a whistleblower: neither number nor body, as somebody else may read it.
NEWS: TemplateName = "news"
#: What a member of staff has to do, once a working day.
DIGEST: TemplateName = "digest"
#: To the address that a member of staff gave: whether it is theirs.
STAFF_CONFIRM: TemplateName = "staff_confirm"
COMMAND_ANSWERED: TemplateName = "command_answered"
MESSAGE_ANSWERED: TemplateName = "message_answered"
#: To whoever asked, who may be somebody else than the reporter, at an address that is kept until it is sent.
ANSWERS = frozenset({COMMAND_ANSWERED, MESSAGE_ANSWERED})


class Purpose(StrEnum):
    """What a notice is for: so much it may be left out."""

    STATE = "state"
    """It says how the report stands. After an outage only the latest is worth saying."""
    REQUEST = "request"
    """It says how the report stands and what its reporter may do now: always said, and overtakes a mere state."""
    APART = "apart"
    """A reminder, a question, news of a right: always said, and overtakes nothing."""
    RECEIPT = "receipt"
    """It answers what its reader just did."""


class Delivery(StrEnum):
    """When a notice may be brought."""

    AT_ONCE = "at_once"
    BY_DAY = "by_day"
    """Not in the quiet hours where the report comes from."""


class Secrecy(StrEnum):
    """How much of a report somebody else may learn from a notice."""

    OPEN = "open"
    SECRET = "secret"  # noqa: S105 - no password
    """Its content is kept from the public (rahasia)."""
    SEALED = "sealed"
    """A whistleblower's."""


@dataclass(frozen=True)
class Template:
    """A row of the table."""

    name: TemplateName
    purpose: Purpose
    delivery: Delivery
    secret: TemplateName
    """Said in its place of a report whose content is kept from the public: no body, no topic."""
    sealed: TemplateName
    """Said in its place to a whistleblower."""

    def as_known(self, secrecy: "Secrecy | None") -> TemplateName:
        """What is said of a report that is as secret as this. Nothing known yet is as good as secret."""
        match secrecy:
            case Secrecy.OPEN:
                return self.name
            case Secrecy.SEALED:
                return self.sealed
        return self.secret


def read_templates(rows: Iterable[Mapping[str, str]]) -> dict[TemplateName, Template]:
    """The table; a ValueError names the row that is wrong."""
    found: dict[TemplateName, Template] = {}
    for row in rows:
        try:
            template = Template(
                name=row["template"],
                purpose=Purpose(row["purpose"]),
                delivery=Delivery(row["delivery"]),
                secret=row["secret"],
                sealed=row["sealed"],
            )
        except ValueError as error:
            raise ValueError(f"template {row['template']}: {error}") from None
        if template.name in found:
            raise ValueError(f"template {template.name}: stands in the table twice")
        found[template.name] = template
    for template in found.values():
        for other in (template.secret, template.sealed):
            if other not in found:
                raise ValueError(f"template {template.name}: there is no template {other!r} to say in its place")
    return found
