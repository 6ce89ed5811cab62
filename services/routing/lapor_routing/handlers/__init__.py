"""What routing does: finds who is competent, and carries out what bodies and coordinators decide."""

from lapor_routing.handlers.choosing import route_report, route_reports
from lapor_routing.handlers.desk import (
    NOT_FOUND,
    Assign,
    Desk,
    GiveAnswer,
    PassOn,
    Refuse,
    assign,
    give_answer,
    pass_on,
    refuse,
)
from lapor_routing.handlers.hearing import (
    close_report,
    hear_agency,
    hear_reporter,
    hear_supplement,
    note_deadline,
    take_reply,
)

__all__ = [
    "NOT_FOUND",
    "Assign",
    "Desk",
    "GiveAnswer",
    "PassOn",
    "Refuse",
    "assign",
    "close_report",
    "give_answer",
    "hear_agency",
    "hear_reporter",
    "hear_supplement",
    "note_deadline",
    "pass_on",
    "refuse",
    "route_report",
    "route_reports",
    "take_reply",
]
