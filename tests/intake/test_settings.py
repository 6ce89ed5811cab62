"""What intake is told, and what it says when that is wrong."""

import base64

import pytest
from nacl.public import PrivateKey

from lapor_chassis.errors import SettingsError
from lapor_intake.service import Settings

RIGHT = {
    "LAPOR_INTAKE_DATABASE_URL": "sqlite:///intake.db",
    "LAPOR_TRACKING_KEY": base64.b64encode(b"k" * 32).decode(),
    "LAPOR_INTAKE_VAULT_KEY": base64.b64encode(b"v" * 32).decode(),
    "LAPOR_NOTIFICATION_PUBLIC_KEY": base64.b64encode(bytes(PrivateKey.generate().public_key)).decode(),
}


def test_right_settings_are_read() -> None:
    settings = Settings.from_environment({**RIGHT, "LAPOR_INTAKE_KANNEL_TOKEN": "t"})

    assert settings.tracking_key == b"k" * 32
    assert settings.kannel_token == "t"


@pytest.mark.parametrize("variable", RIGHT)
def test_a_missing_setting_is_named(variable: str) -> None:
    with pytest.raises(SettingsError, match=variable):
        Settings.from_environment({name: text for name, text in RIGHT.items() if name != variable})


@pytest.mark.parametrize("variable", ["LAPOR_TRACKING_KEY", "LAPOR_INTAKE_VAULT_KEY", "LAPOR_NOTIFICATION_PUBLIC_KEY"])
@pytest.mark.parametrize("text", ["not base64!", base64.b64encode(b"too short").decode()])
def test_a_wrong_key_is_named_and_not_repeated(variable: str, text: str) -> None:
    with pytest.raises(SettingsError, match=variable) as caught:
        Settings.from_environment({**RIGHT, variable: text})

    assert text not in str(caught.value)
