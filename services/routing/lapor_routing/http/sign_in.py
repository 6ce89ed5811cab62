"""Staff sign in, and get a token that every service knows."""

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from lapor_chassis.sign_in import LIFETIME, SigningKey, Staff
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Problem
from lapor_routing import officers
from lapor_routing import schemas as s


def sign_in_api(transactions: Transactions, key: SigningKey) -> Blueprint:
    """Staff get a token."""
    api = Blueprint("sign-in", description="Staff sign in; every service knows the token")

    @api.route("/api/v1/sign-in", methods=["POST"])
    @api.arguments(s.SignInSchema)
    @api.response(200, s.TokenSchema)
    @api.alt_response(401, description="Unknown name or wrong password: which of them is not said")
    @api.alt_response(429, description="Too many wrong passwords; see Retry-After")
    def post(given: dict[str, str]) -> SignedIn:
        return signed_in(transactions, key, given["username"], given["password"])

    return api


@dataclass(frozen=True)
class SignedIn:
    """Who signed in, and what shows it until when."""

    staff: Staff
    token: str
    expires_at: datetime


def signed_in(transactions: Transactions, key: SigningKey, username: str, password: str) -> SignedIn:
    """A token for whoever gives the right password, or the problem that tells why not."""
    staff = officers.sign_in(transactions, username, password)
    if isinstance(staff, officers.Locked):
        raise Problem(
            429,
            detail="Terlalu banyak percobaan masuk, tunggu sebentar (too many attempts, wait a little).",
            headers={"Retry-After": str(ceil(staff.wait.total_seconds()))},
        )
    if staff is None:
        raise Problem(401, detail="Nama atau kata sandi salah (wrong name or password).", code="wrong_credentials")
    now = transactions.clock.now()
    return SignedIn(staff, key.sign(staff, now=now), now + LIFETIME)
