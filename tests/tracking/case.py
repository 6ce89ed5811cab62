"""One report as its reporter meets it."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from lapor_chassis.tracking_ids import TrackingIds
from lapor_contracts.events import ReportReceived
from tests.support import builders
from tests.support.stage import WEDNESDAY, Stage

CANARY = "Kanarifakta"


def later(hours: float) -> datetime:
    """So many hours after the Wednesday on which everything begins."""
    return WEDNESDAY + timedelta(hours=hours)


class Case:
    """A report, its tracking ID and its receipt, and what the reporter does with them."""

    def __init__(self, stage: Stage) -> None:
        self.report_id: UUID = uuid4()
        self.tracking_id = builders.tracking_id(self.report_id)
        ids = TrackingIds(builders.TRACKING_KEY)
        self.receipt = ids.new_receipt(self.tracking_id)
        self.receipt_hash = ids.hash_of(self.tracking_id, self.receipt)
        self.stage = stage
        self.address = f"/api/v1/reports/{self.tracking_id}"

    def received(self, **changes: Any) -> ReportReceived:
        """As intake says that it has the report."""
        return builders.received(report_id=self.report_id, receipt_hash=self.receipt_hash, **changes)

    def told(self, *, anonymous: bool = False, secret: bool = False) -> "Case":
        """Received, verified, routed and answered."""
        about: dict[str, Any] = {"report_id": self.report_id}
        self.stage.hear(
            self.received(title=f"Judul {CANARY}", body=f"Isi {CANARY}", anonymous=anonymous, secret=secret),
            builders.verified(**about, verified_at=later(0.1), secret=secret),
            builders.routed(**about, routed_at=later(0.2), agency_name="PLN"),
            builders.answered(**about, answered_at=later(5), agency_name="PLN", text=f"Jawaban {CANARY}"),
        )
        self.stage.clock.set(later(24))
        return self

    def get(self, **headers: str) -> Any:
        return self.stage.client.get(self.address, headers={k.replace("_", "-"): v for k, v in headers.items()})

    def reply(self, text: Any, receipt: str | None = None, key: str | None = None) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        body = {"receipt": receipt or self.receipt, "text": text}
        return self.stage.client.post(f"{self.address}/replies", json=body, headers=headers)

    def act(self, way: str, key: str | None = None, **given: Any) -> Any:
        """What the reporter does in the API."""
        headers = {"Idempotency-Key": key} if key else {}
        return self.stage.client.post(f"{self.address}/{way}", json={"receipt": self.receipt, **given}, headers=headers)

    @property
    def may(self) -> set[str]:
        """What its reporter may do with it now."""
        return set(self.get(X_Receipt=self.receipt).json["acts"])

    def close(self, receipt: str | None = None) -> Any:
        return self.stage.client.post(f"{self.address}/closure", json={"receipt": receipt or self.receipt})

    def send(self, **form: str) -> Any:
        """A form of the report's page."""
        return self.stage.client.post(f"/lacak/{self.tracking_id}", data={"receipt": self.receipt, **form})
