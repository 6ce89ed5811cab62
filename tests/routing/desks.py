"""Officers of bodies and the coordinator, as they use the API."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lapor_contracts.envelope import decode
from lapor_contracts.events import Event, ReportRouted
from lapor_contracts.vocabulary import Role
from lapor_routing.outbound.tables import deliveries
from tests.support.builders import verified
from tests.support.stage import Stage


@dataclass(frozen=True)
class Officer:
    """Somebody of a body at work."""

    stage: Stage
    agency_code: str | None
    name: str = "officer-1"
    roles: tuple[Role, ...] = (Role.OFFICER,)

    def get(self, path: str) -> Any:
        """What they are shown."""
        return self.stage.client.get(f"/api/v1/{path}", headers=self._headers)

    def post(self, path: str, /, **body: Any) -> Any:
        """What they do, and what comes back."""
        return self.stage.client.post(f"/api/v1/{path}", json=body, headers=self._headers)

    def put(self, path: str, /, **body: Any) -> Any:
        """What they set, and what comes back."""
        return self.stage.client.put(f"/api/v1/{path}", json=body, headers=self._headers)

    def dossier(self, disposition_id: UUID | str) -> dict[str, Any]:
        """All about one disposition of theirs."""
        dossier: dict[str, Any] = self.get(f"dispositions/{disposition_id}").json
        return dossier

    def inbox(self) -> list[dict[str, Any]]:
        """What lies on the table."""
        items: list[dict[str, Any]] = self.get("dispositions").json["items"]
        return items

    @property
    def _headers(self) -> dict[str, str]:
        return self.stage.signed_in(*self.roles, agency_code=self.agency_code, officer=self.name)


def coordinator(stage: Stage) -> Officer:
    """Who decides what nobody else could."""
    return Officer(stage, None, "coordinator-1", (Role.COORDINATOR,))


def routed_to(stage: Stage, agency_code: str, **changes: Any) -> ReportRouted:
    """A report that the rules have just given to a body."""
    stage.hear(verified(agency_code=agency_code, **changes))
    return stage.announced(ReportRouted)[-1]


def told(stage: Stage) -> list[Event]:
    """What bodies' own systems are to be told, in order."""
    return [decode(row["body"]).event for row in sorted(stage.rows(deliveries), key=lambda row: row["id"])]
