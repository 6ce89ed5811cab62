"""Who a member of staff is: short-lived tokens that routing signs and every service can verify.

A token says all that a request needs (who, which roles, of which agency), so that no service asks another. A pass opens
one thing for whoever holds it.
"""

import secrets
import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from joserfc import jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import OKPKey

from lapor_contracts.vocabulary import Role

#: The fully specified name (RFC 9864) of EdDSA on this curve; no other algorithm is ever accepted.
ALGORITHM = "Ed25519"

#: A working day. There is no renewal: the next morning one signs in again.
LIFETIME = timedelta(hours=8)

#: For whom a pass is, in its claims: so it is no token of staff, and theirs are no passes.
BEARER = "bearer"


class InvalidTokenError(Exception):
    """Forged, expired, or not a token at all. The text never holds the token."""


@dataclass(frozen=True)
class Staff:
    """A member of staff, as far as other services know one."""

    id: str
    username: str
    roles: frozenset[Role]
    agency_code: str | None = None

    def has(self, *roles: Role) -> bool:
        """Whether one of the ``roles`` is theirs."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True)
class Session:
    """What a token says: who, until when, and the secret that forms must repeat."""

    staff: Staff
    csrf: str
    expires_at: datetime


class SigningKey:
    """Signs tokens. Only routing holds one."""

    def __init__(self, pem: str) -> None:
        key = _load(load_pem_private_key, pem, password=None)
        if not isinstance(key, Ed25519PrivateKey):
            raise ValueError("not an Ed25519 private key")
        self._key = OKPKey.import_key(key)

    @classmethod
    def generate(cls) -> Self:
        """A new key."""
        return cls(OKPKey.generate_key("Ed25519").as_pem(private=True).decode())

    @property
    def pem(self) -> str:
        """The secret key, to be kept."""
        return self._key.as_pem(private=True).decode()

    @property
    def public_pem(self) -> str:
        """The key that the other services are given."""
        return self._key.as_pem(private=False).decode()

    def __repr__(self) -> str:
        return "SigningKey(…)"

    def sign(self, staff: Staff, *, now: datetime, lifetime: timedelta = LIFETIME) -> str:
        """A token for ``staff``."""
        claims = {
            "sub": staff.id,
            "username": staff.username,
            "roles": sorted(staff.roles),
            "agency_code": staff.agency_code,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
            "jti": str(uuid.uuid4()),
            "csrf": secrets.token_urlsafe(16),
        }
        return self._sign(claims)

    def sign_pass(self, to: str, *, until: datetime) -> str:
        """A pass to the one thing that is called so, for whoever holds it, until then."""
        return self._sign({"aud": BEARER, "sub": to, "exp": int(until.timestamp())})

    def _sign(self, claims: dict[str, Any]) -> str:
        return jwt.encode({"alg": ALGORITHM}, claims, self._key, algorithms=[ALGORITHM])


class VerifyKey:
    """Verifies tokens. Every service holds one."""

    def __init__(self, pem: str) -> None:
        key = _load(load_pem_public_key, pem)
        if not isinstance(key, Ed25519PublicKey):
            raise ValueError("not an Ed25519 public key")
        self._key = OKPKey.import_key(key)

    def read(self, token: str, *, now: datetime) -> Session:
        """The session that ``token`` stands for, or `InvalidTokenError`."""
        needed: jwt.ClaimsOption = {"essential": True}
        rules = jwt.JWTClaimsRegistry(int(now.timestamp()), sub=needed, username=needed, exp=needed, csrf=needed)
        try:
            return _session(self._claims(token, rules))
        except (JoseError, ClaimError, ValueError, KeyError, TypeError) as error:
            raise InvalidTokenError(type(error).__name__) from None

    def admits(self, given: str, to: str, *, now: datetime) -> bool:
        """Whether this is a pass to what is called so, and still good."""
        rules = jwt.JWTClaimsRegistry(
            int(now.timestamp()),
            aud={"essential": True, "value": BEARER},
            sub={"essential": True, "value": to},
            exp={"essential": True},
        )
        try:
            self._claims(given, rules)
        except (JoseError, ClaimError, ValueError, TypeError):
            return False
        return True

    def _claims(self, token: str, rules: jwt.JWTClaimsRegistry) -> dict[str, Any]:
        claims = jwt.decode(token, self._key, algorithms=[ALGORITHM]).claims
        rules.validate(claims)
        return claims


def _session(claims: dict[str, Any]) -> Session:
    staff = Staff(
        id=claims["sub"],
        username=claims["username"],
        roles=frozenset(Role(name) for name in claims["roles"]),
        agency_code=claims.get("agency_code"),
    )
    return Session(staff, csrf=claims["csrf"], expires_at=datetime.fromtimestamp(claims["exp"], UTC))


def _load(load: Any, pem: str, **options: Any) -> Any:
    try:
        return load(pem.encode(), **options)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError("not a readable key in PEM form") from None
