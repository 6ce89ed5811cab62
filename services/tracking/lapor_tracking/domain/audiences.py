"""Who may see what of a timeline: five views of one story, each an allow-list. What is not in the table nobody sees.

The reporter's own words are the reporter's alone here: the body that holds the report reads them on its desk for as
long as it does, and the public reads them elsewhere, without what is marked in them.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from lapor_tracking.domain.steps import Step, StepType


class Audience(StrEnum):
    """For whom a timeline is shown."""

    PUBLIC = "public"
    REPORTER = "reporter"
    """With the receipt."""
    AGENCY = "agency"
    """Of a body that holds the report, held it, acts on a part of it, or was sent a copy."""
    VERIFIER = "verifier"
    SUPERVISOR = "supervisor"
    """And coordinators, who decide where bodies do not agree."""


Audiences = frozenset[Audience]

ALL: Audiences = frozenset(Audience)
REPORTER: Audiences = frozenset({Audience.REPORTER})
SUPERVISOR: Audiences = frozenset({Audience.SUPERVISOR})
DESKS: Audiences = SUPERVISOR | {Audience.VERIFIER}
STAFF: Audiences = DESKS | {Audience.AGENCY}
INVOLVED: Audiences = ALL - {Audience.PUBLIC}
#: Whom it concerns how a report was handled in the end.
CONCERNED: Audiences = INVOLVED - {Audience.VERIFIER}

#: The name of a step's text among its fields.
TEXT = "text"

#: Of a secret report the public sees who acted and how it went, should it ever see anything of it.
_OF_A_SECRET = frozenset({"tracking_id", "agency_code", "agency_name", "closed_by", "supervised"})


@dataclass(frozen=True)
class Shown:
    """Who sees that a step was taken, and beside that each of its fields."""

    to: Audiences
    fields: Mapping[str, Audiences] = field(default_factory=dict)

    def of(self, name: str) -> Audiences:
        """Who sees this field."""
        return self.to & (_EVERYWHERE.get(name) or self.fields.get(name, frozenset()))


#: In every step: whose it is, and who decided, by an id that tells nobody's name.
_EVERYWHERE: Mapping[str, Audiences] = {"tracking_id": ALL, "by": SUPERVISOR}
_AGENCY: Mapping[str, Audiences] = {"agency_code": ALL, "agency_name": ALL}
_ANSWER = Shown(
    ALL,
    {
        **_AGENCY,
        TEXT: ALL,
        "answer_type": ALL,
        "planned_on": ALL,
        "legal_basis": ALL,
        "needed_agency_code": ALL,
        "needed_agency_name": ALL,
        "attachments": ALL,
    },
)

TABLE: Mapping[StepType, Shown] = {
    StepType.RECEIVED: Shown(
        ALL,
        {
            "kind": INVOLVED,
            "channel": INVOLVED,
            "title": INVOLVED,
            "region_code": INVOLVED,
            "category": INVOLVED,
            "secret": INVOLVED,
            "anonymous": INVOLVED,
            "attachments": REPORTER,
            TEXT: REPORTER,
        },
    ),
    StepType.SUPPLEMENTED: Shown(ALL, {"region_code": INVOLVED, "attachments": REPORTER, TEXT: REPORTER}),
    StepType.RETURNED: Shown(ALL, {"missing": REPORTER | DESKS, TEXT: REPORTER | DESKS}),
    StepType.VERIFIED: Shown(
        ALL,
        {
            "kind": INVOLVED,
            "region_code": INVOLVED,
            "counted_as": INVOLVED,
            "counted_as_name": INVOLVED,
            "secret": INVOLVED,
            "supervised": ALL,
            "round": STAFF,
            TEXT: ALL,
        },
    ),
    StepType.RECALLED: Shown(ALL, {"round": STAFF, TEXT: STAFF}),
    StepType.MERGED: Shown(ALL, {"parent_tracking_id": ALL, TEXT: INVOLVED}),
    StepType.SPLIT: Shown(ALL, {TEXT: INVOLVED}),
    StepType.ARCHIVED: Shown(ALL, {"reason_code": ALL, TEXT: ALL}),
    StepType.APPEALED: Shown(ALL, {TEXT: REPORTER}),
    StepType.APPEAL_GRANTED: Shown(ALL, {TEXT: ALL}),
    StepType.APPEAL_UPHELD: Shown(ALL, {TEXT: ALL}),
    StepType.REFUSED: Shown(ALL, {**_AGENCY, "named_agency_code": STAFF, TEXT: STAFF}),
    StepType.UNROUTABLE: Shown(ALL, {"round": STAFF, TEXT: DESKS}),
    StepType.ROUTED: Shown(ALL, {**_AGENCY, "kind": INVOLVED, "hop": STAFF, "round": STAFF}),
    StepType.CO_OWNER_ADDED: Shown(ALL, {**_AGENCY, "round": STAFF, TEXT: STAFF}),
    StepType.CO_OWNER_RELEASED: Shown(ALL, {**_AGENCY, TEXT: STAFF}),
    StepType.COPY_SENT: Shown(ALL, {**_AGENCY, TEXT: STAFF}),
    StepType.EXTENDED: Shown(ALL, {**_AGENCY, "working_days": ALL, TEXT: ALL}),
    StepType.INITIAL_ANSWER: _ANSWER,
    StepType.QUESTION: _ANSWER,
    StepType.SUBSTANTIVE_ANSWER: _ANSWER,
    StepType.REPLIED: Shown(ALL, {TEXT: REPORTER}),
    StepType.RATED: Shown(CONCERNED, {"rating": CONCERNED, "agency_code": CONCERNED}),
    StepType.CLOSED: Shown(ALL, {"closed_by": ALL, TEXT: ALL}),
    StepType.REOPENED: Shown(ALL, {"times": INVOLVED, "agency_code": INVOLVED, TEXT: REPORTER}),
    StepType.WITHDRAWN: Shown(ALL),
    StepType.REFERRAL_OFFERED: Shown(INVOLVED),
    StepType.REFERRED: Shown(ALL, {"agency_code": ALL}),
    StepType.OUTCOME_ASKED: Shown(CONCERNED),
    StepType.OUTCOME_REPORTED: Shown(CONCERNED, {"holds": CONCERNED}),
    # Whoever works on it learns that nobody will read what they write.
    StepType.CONTACT_PAUSED: Shown(INVOLVED, {"via": INVOLVED, "reachable": INVOLVED, "reason": SUPERVISOR}),
    StepType.NOTICE_FAILED: Shown(SUPERVISOR, {"template": SUPERVISOR, "via": SUPERVISOR, "reason": SUPERVISOR}),
    # That somebody asked who the reporter is must reveal nothing to anybody else.
    StepType.IDENTITY_REQUESTED: Shown(REPORTER, {"agency_code": REPORTER}),
    StepType.IDENTITY_DISCLOSED: Shown(REPORTER, {"agency_code": REPORTER, "until": REPORTER, TEXT: REPORTER}),
    StepType.IDENTITY_FORGOTTEN: Shown(REPORTER),
    StepType.REDACTED: Shown(DESKS),
    StepType.EDITED: Shown(DESKS, {"title": DESKS, TEXT: DESKS}),
}


#: After these the public reads other words.
_REWORDING = frozenset({StepType.REDACTED, StepType.EDITED})


def sees(audience: Audience, step: StepType) -> bool:
    """Whether they may know that such a step was taken."""
    return audience in TABLE[step].to


def changing(audience: Audience) -> Collection[StepType]:
    """The steps that change what they see: those that they see, and those that change the words of others."""
    return [step for step in StepType if sees(audience, step) or step in _REWORDING]


def fields_for(audience: Audience, step: Step, *, secret: bool) -> dict[str, Any]:
    """What they may see of a step, by name."""
    shown = TABLE[step.type]
    named = {**step.data, TEXT: step.text}
    return {
        name: value
        for name, value in named.items()
        if audience in shown.of(name) and not (secret and audience is Audience.PUBLIC and name not in _OF_A_SECRET)
    }


#: With these a body gets to do with a report.
_TAKES_PART = frozenset({StepType.ROUTED, StepType.CO_OWNER_ADDED, StepType.COPY_SENT})


def took_part(agency_code: str, steps: Collection[Step]) -> bool:
    """Whether the body, or a unit of it, holds the report, held it, acts on a part of it, or was sent a copy.

    Where somebody blows the whistle, to stand above another body is no reason to see anything; and what the body
    complained of may have had before is none either.
    """
    reported = {step.data["reported_agency_code"] for step in steps if step.data.get("reported_agency_code")}
    bodies = {step.data["agency_code"] for step in steps if step.type in _TAKES_PART}
    is_sealed = any(step.data.get("oversight_key") for step in steps)
    if reported or is_sealed:
        return agency_code in bodies - reported
    return any(body == agency_code or body.startswith(f"{agency_code}/") for body in bodies)
