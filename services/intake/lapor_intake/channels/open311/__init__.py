"""Open311 GeoReport v2: civic apps that speak it report to LAPOR!, and show what becomes of their reports."""

from dataclasses import dataclass

from lapor_chassis.settings import setting
from lapor_contracts.events import ReportEdited, ReportRedacted, StatusChanged
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.channels.open311 import http, store


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What Open311 is told."""

    open311_needs_key: bool = setting("LAPOR_INTAKE_OPEN311_NEEDS_KEY", default=False)


def channel(settings: Settings, reception: Reception) -> Channel:
    """Open311 GeoReport v2."""
    return Channel(
        name="open311",
        title="Open311 GeoReport v2",
        blueprints=[http.blueprint(reception, needs_key=settings.open311_needs_key)],
        handlers={
            StatusChanged: store.note_change,
            ReportRedacted: store.note_redaction,
            ReportEdited: store.note_edit,
        },
    )
