"""Intake on a stage, with keys of its own."""

import base64
from pathlib import Path
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from nacl.public import PrivateKey, SealedBox

from lapor_contracts.events import ContactSealed
from lapor_intake import service
from lapor_intake.vault import LocalKey, Record, Vault, vault
from tests.support.builders import TRACKING_KEY
from tests.support.stage import Stage

VAULT_KEY = LocalKey(b"another key for tests, 32 bytes.")
GATEWAY_TOKEN = "between the gateway and us"


def opened(event: ContactSealed, key: PrivateKey) -> Any:
    """What notification reads in a sealed contact."""
    return orjson.loads(SealedBox(key).decrypt(base64.b64decode(event.sealed)))


def kept(stage: Stage) -> list[Record]:
    """What the vault holds, as whoever has its key reads it."""
    keeper = Vault(VAULT_KEY)
    with stage.transactions.begin() as tx:
        found = tx.execute(sa.select(vault.c.record_id).order_by(vault.c.record_id)).scalars().all()
        return [record for record_id in found if (record := keeper.open(tx, record_id))]


@pytest.fixture(scope="session")
def notification_key() -> PrivateKey:
    """The key with which notification opens what intake seals."""
    return PrivateKey.generate()


@pytest.fixture
def intake_settings(engine: sa.Engine, notification_key: PrivateKey, tmp_path: Path) -> dict[str, Any]:
    """What intake must be told."""
    return {
        "database_url": str(engine.url),
        "tracking_key": TRACKING_KEY,
        "vault_key": VAULT_KEY,
        "notification_public_key": bytes(notification_key.public_key),
        "attachments": str(tmp_path / "attachments"),
    }


@pytest.fixture
def stage(engine: sa.Engine, intake_settings: dict[str, Any]) -> Stage:
    """Intake as most installations have it."""
    return Stage(service, engine, **intake_settings, public_url="https://lapor.example")


@pytest.fixture
def guarded_stage(engine: sa.Engine, intake_settings: dict[str, Any]) -> Stage:
    """Intake that takes SMS only from a gateway that knows the token."""
    return Stage(service, engine, **intake_settings, kannel_token=GATEWAY_TOKEN)
