"""What whoever asked by a message reads, reporter or not."""

from zoneinfo import ZoneInfo

from lapor_chassis.working_days import last_day
from lapor_contracts.events import CommandAnswered, MessageAnswered
from lapor_notification.domain.notices import Data
from lapor_notification.domain.templates import COMMAND_ANSWERED, MESSAGE_ANSWERED, TemplateName


def answer_to(event: CommandAnswered | MessageAnswered) -> tuple[TemplateName, Data]:
    """The words, and what fills them."""
    if isinstance(event, MessageAnswered):
        return MESSAGE_ANSWERED, {"tracking_id": "", "text": event.text}
    due_on = last_day(event.due_at, ZoneInfo(event.time_zone)) if event.due_at else None
    return COMMAND_ANSWERED, {
        "tracking_id": event.tracking_id,
        "command": event.command.value,
        "done": "yes" if event.done else "",
        "refused": event.refused or "",
        "status": event.status.value if event.status else "",
        "agency_name": event.agency_name or "",
        "due_on": f"{due_on:%d-%m-%Y}" if due_on else "",
    }
