"""Routing starts only with settings that make sense, and says which one does not."""

import pytest

from lapor_chassis.errors import SettingsError
from lapor_routing.service import Settings
from tests.support.staff import SIGNING_KEY

ENVIRONMENT = {"LAPOR_ROUTING_DATABASE_URL": "sqlite://", "LAPOR_SIGN_IN_PRIVATE_KEY": SIGNING_KEY.pem}


def test_the_settings_never_show_the_signing_key() -> None:
    settings = Settings.from_environment(ENVIRONMENT)

    assert settings.threshold == 0.8
    assert "PRIVATE" not in repr(settings)


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LAPOR_ROUTING_DATABASE_URL", ""),
        ("LAPOR_SIGN_IN_PRIVATE_KEY", ""),
        ("LAPOR_SIGN_IN_PRIVATE_KEY", "-----BEGIN NOTHING-----"),
        ("LAPOR_ROUTING_THRESHOLD", "2"),
        ("LAPOR_ROUTING_THRESHOLD", "banyak"),
    ],
)
def test_a_wrong_setting_is_named(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_environment({**ENVIRONMENT, variable: value})
