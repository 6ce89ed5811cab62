"""How a report went, as members of staff may see it: by what they are, and by what their body had to do with it."""

from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from marshmallow import fields

from lapor_chassis.sealing import SEAL
from lapor_chassis.sign_in import Staff
from lapor_chassis.web import Blueprint, current_staff, requires
from lapor_contracts.vocabulary import Role, Status
from lapor_tracking import store
from lapor_tracking.domain.audiences import Audience, took_part
from lapor_tracking.domain.timeline import Timeline
from lapor_tracking.http.counter import Counter, nothing_to_show
from lapor_tracking.http.report import DeskSchema, EntrySchema, LimitSchema, WordsSchema
from lapor_tracking.view import View, show

#: Who has to do with how reports go. Operators and custodians have not.
ROLES = (Role.VERIFIER, Role.OFFICER, Role.APPROVER, Role.ADMINISTRATOR, Role.COORDINATOR, Role.SUPERVISOR)


@dataclass(frozen=True)
class StaffView:
    """A report as a member of staff sees it."""

    audience: Audience
    view: View


class StaffEntrySchema(EntrySchema):
    """A step, with what this audience may know of it beside."""

    details = fields.Dict(keys=fields.String(), metadata={"description": "By name, as the services said it."})


class StaffTimelineSchema(ma.Schema):
    """How a report went. Never who reported it: tracking does not know."""

    tracking_id = fields.String()
    audience = fields.Enum(Audience, by_value=True, metadata={"description": "As whom you see it."})
    status = fields.Enum(Status, by_value=True)
    status_text = fields.Nested(WordsSchema, attribute="words")
    changed_at = fields.AwareDateTime(allow_none=True)
    secret = fields.Boolean()
    title = fields.String(allow_none=True)
    holder = fields.Nested(DeskSchema, attribute="desk", allow_none=True)
    co_owners = fields.List(fields.String())
    parent_tracking_id = fields.String(allow_none=True)
    deadlines = fields.List(fields.Nested(LimitSchema), attribute="limits")
    timeline = fields.List(fields.Nested(StaffEntrySchema))


def blueprint(counter: Counter) -> Blueprint:
    """The API."""
    api = Blueprint("timelines", description="How reports went, for staff")

    @api.route("/api/v1/reports/<tracking_id>/timeline")
    @requires(*ROLES)
    @api.response(200, StaffTimelineSchema)
    @api.alt_response(404, description="Nothing to show: no such report, or none that you have to do with.")
    def timeline(tracking_id: str) -> dict[str, Any]:
        seen = staff_view(counter, tracking_id)
        return vars(seen.view) | {"audience": seen.audience}

    return api


def staff_view(counter: Counter, typed: str) -> StaffView:
    """What whoever is signed in may see of a report, or the one 404 for whoever may not."""
    tracking_id = counter.ids.read(typed)
    with counter.transactions.read() as connection:
        timeline = store.find_timeline(connection, tracking_id or typed, counter.rules)
        calendar = counter.rules.at(connection).calendar
    audience = audience_of(current_staff(), timeline) if timeline else None
    if tracking_id is None or timeline is None or audience is None:
        raise nothing_to_show()
    now = counter.transactions.clock.now()
    return StaffView(audience, show(tracking_id, timeline, now, calendar, audience=audience, reader=_unsealed))


def audience_of(staff: Staff, timeline: Timeline) -> Audience | None:
    """As what they see it; None where it is none of their business.

    A whistleblower's report is the business of the body that it is sealed for, and of nobody above or beside it.
    Whoever works for a body sees what that body and its units had to do with.
    """
    has_part = staff.agency_code is not None and took_part(staff.agency_code, timeline.steps)
    if timeline.oversight_key is not None:
        return Audience.AGENCY if has_part else None
    is_everywhere = staff.agency_code is None or has_part
    if staff.has(Role.COORDINATOR) or (staff.has(Role.SUPERVISOR) and is_everywhere):
        return Audience.SUPERVISOR
    if staff.has(Role.VERIFIER) and is_everywhere:
        return Audience.VERIFIER
    return Audience.AGENCY if has_part else None


def _unsealed(text: str) -> str | None:
    """What is sealed is read where the key is."""
    return None if text.startswith(SEAL) else text
