"""Requests and updates as Open311 shows them: the public version, from an allow-list. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from lapor_contracts import vocabulary
from lapor_contracts.events import Mark
from lapor_contracts.marks import hidden
from lapor_contracts.schema import load
from lapor_intake.channels.open311.forms import ENDED, MEDIA, Status
from lapor_intake.channels.open311.services import services

_STATUSES = {
    vocabulary.Status.RECEIVED: "Laporan diterima, menunggu verifikasi / Received, waiting for verification",
    vocabulary.Status.INCOMPLETE: "Menunggu kelengkapan dari pelapor / Waiting for the reporter to complete it",
    vocabulary.Status.VERIFIED: "Terverifikasi / Verified",
    vocabulary.Status.ROUTED: "Diteruskan ke instansi / Passed to an agency",
    vocabulary.Status.IN_PROGRESS: "Ditindaklanjuti instansi / In progress",
    vocabulary.Status.REPORTER_REPLIED: "Pelapor menanggapi / The reporter replied",
    vocabulary.Status.CLOSED: "Selesai / Closed",
    vocabulary.Status.REOPENED: "Dibuka kembali / Reopened",
    vocabulary.Status.ARCHIVED: "Diarsipkan / Archived",
    vocabulary.Status.MERGED: "Digabung dengan laporan lain / Merged with another report",
    vocabulary.Status.REFERRED: "Dialihkan ke Ombudsman / Referred to the Ombudsman",
}


#: In these nobody has let the report pass (yet): it may be spam, or against somebody.
_UNSEEN = frozenset({vocabulary.Status.RECEIVED, vocabulary.Status.INCOMPLETE, vocabulary.Status.ARCHIVED})


def request_shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A request, with all fields of the standard."""
    service = services().get(row["category"])
    changed_at = row["changed_at"] or row["requested_at"]
    status = vocabulary.Status(row["status"] or vocabulary.Status.RECEIVED)
    is_shown = status not in _UNSEEN
    return {
        "service_request_id": row["tracking_id"],
        "status": _open_or_closed(row),
        "status_notes": _notes(row),
        "service_name": service.name if service else None,
        "service_code": row["category"],
        "description": _description(status, row),
        "agency_responsible": row["agency_name"],
        "service_notice": None,
        "requested_datetime": _moment(row["requested_at"]),
        "updated_datetime": _moment(changed_at),
        "expected_datetime": None,
        "address": _public("place", row["place"], row) if is_shown else None,
        "address_id": None,
        "zipcode": None,
        "lat": row["lat"] if is_shown else None,
        "long": row["long"] if is_shown else None,
        "media_url": None,
    }


def update_shown(row: Mapping[Any, Any]) -> dict[str, Any]:
    """A step, as mySociety's extension has it."""
    return {
        "update_id": str(row["change_id"]),
        "service_request_id": row["tracking_id"],
        "status": _open_or_closed(row),
        "updated_datetime": _moment(row["changed_at"]),
        "description": _notes(row),
        "media_url": None,
    }


def _description(status: vocabulary.Status, row: Mapping[Any, Any]) -> str | None:
    """What happened, once it was verified; until then the title, and of what was archived nothing."""
    if status is vocabulary.Status.ARCHIVED:
        return None
    if status in _UNSEEN:
        return row["edited_title"] or _public("title", row["title"], row)
    return row["edited_body"] or _public("body", row["body"].partition(MEDIA)[0], row)


def _public(name: str, text: str | None, row: Mapping[Any, Any]) -> str | None:
    """The text without what the public must not read."""
    marks = (load(Mark, mark) for mark in row["marks"] if mark["field"] == name)
    return hidden(text, marks) if text is not None else None


def _notes(row: Mapping[Any, Any]) -> str:
    """How it stands, who has it, and what the body answered."""
    words = _STATUSES[vocabulary.Status(row["status"] or vocabulary.Status.RECEIVED)]
    told = ": ".join(filter(None, (words, row["agency_name"])))
    return f"{told}. {row['text']}" if row["text"] else told


def _open_or_closed(row: Mapping[Any, Any]) -> Status:
    return Status.CLOSED if row["status"] in ENDED else Status.OPEN


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
