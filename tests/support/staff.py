"""Staff who have signed in, without asking routing: the tests hold a signing key of their own."""

from datetime import datetime

from lapor_chassis.sign_in import SigningKey, Staff, VerifyKey
from lapor_contracts.vocabulary import Role

SIGNING_KEY = SigningKey.generate()
VERIFY_KEY = VerifyKey(SIGNING_KEY.public_pem)


def token(*roles: Role, now: datetime, agency_code: str | None = None, officer: str = "officer-1") -> str:
    """A token that is good for some hours from ``now``."""
    staff = Staff(id=officer, username=officer, roles=frozenset(roles), agency_code=agency_code)
    return SIGNING_KEY.sign(staff, now=now)
