"""A wrong setting stops the start, by its name and without its value."""

import pytest

from lapor_chassis.errors import SettingsError
from lapor_notification.keys import new_keypair
from lapor_notification.service import Settings

GOOD = {
    "LAPOR_NOTIFICATION_DATABASE_URL": "sqlite://",
    "LAPOR_NOTIFICATION_PRIVATE_KEY": new_keypair().private,
}


def test_a_database_and_a_key_are_enough() -> None:
    settings = Settings.from_environment(GOOD)

    assert settings.sms is settings.smtp is settings.sink is None


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("LAPOR_NOTIFICATION_DATABASE_URL", ""),
        ("LAPOR_NOTIFICATION_PRIVATE_KEY", ""),
        ("LAPOR_NOTIFICATION_PRIVATE_KEY", "hemlig!"),
        ("LAPOR_NOTIFICATION_PRIVATE_KEY", "aGVtbGln"),
        ("LAPOR_NOTIFICATION_SMS_URL", "hemlig"),
        ("LAPOR_NOTIFICATION_SMTP_URL", "smtp://lapor:hemlig@mail"),
        ("LAPOR_NOTIFICATION_SMTP_URL", "smtp://lapor:hemlig/#@mail?from=lapor@lapor.example"),
        ("LAPOR_NOTIFICATION_LEASE_SECONDS", "hemlig"),
        ("LAPOR_NOTIFICATION_LEASE_SECONDS", "0"),
    ],
)
def test_a_wrong_setting_is_named_and_not_shown(variable: str, value: str) -> None:
    with pytest.raises(SettingsError, match=variable) as caught:
        Settings.from_environment({**GOOD, variable: value})

    assert "hemlig" not in str(caught.value)


def test_the_settings_do_not_show_their_secrets() -> None:
    settings = Settings.from_environment({**GOOD, "LAPOR_NOTIFICATION_SMS_URL": "http://lapor:hemlig@gateway/"})

    assert "hemlig" not in repr(settings)
    assert GOOD["LAPOR_NOTIFICATION_PRIVATE_KEY"] not in repr(settings)
