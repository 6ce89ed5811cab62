"""Intake on a stage, with keys of its own."""

import base64
from typing import Any

import orjson
import pytest
import sqlalchemy as sa
from nacl.public import PrivateKey, SealedBox

from lapor_contracts.events import ContactSealed
from lapor_intake import service
from tests.support.builders import TRACKING_KEY
from tests.support.stage import Stage

GATEWAY_TOKEN = "between the gateway and us"


def opened(event: ContactSealed, key: PrivateKey) -> Any:
    """What notification reads in a sealed contact."""
    return orjson.loads(SealedBox(key).decrypt(base64.b64decode(event.sealed)))


@pytest.fixture(scope="session")
def notification_key() -> PrivateKey:
    """The key with which notification opens what intake seals."""
    return PrivateKey.generate()


@pytest.fixture
def stage(engine: sa.Engine, notification_key: PrivateKey) -> Stage:
    """Intake as most installations have it."""
    return Stage(
        service,
        engine,
        database_url=str(engine.url),
        tracking_key=TRACKING_KEY,
        notification_public_key=bytes(notification_key.public_key),
        public_url="https://lapor.example",
    )


@pytest.fixture
def guarded_stage(engine: sa.Engine, notification_key: PrivateKey) -> Stage:
    """Intake that takes SMS only from a gateway that knows the token."""
    return Stage(
        service,
        engine,
        database_url=str(engine.url),
        tracking_key=TRACKING_KEY,
        notification_public_key=bytes(notification_key.public_key),
        kannel_token=GATEWAY_TOKEN,
    )
