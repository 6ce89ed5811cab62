"""The ways in over HTTP. A new channel is a module here that makes a `Submission`, and a line below."""

from typing import Any

from lapor_chassis.transactions import Transactions
from lapor_intake.channels import sms, submissions, web
from lapor_intake.handlers import Desk


def blueprints(desk: Desk, transactions: Transactions, *, kannel_token: str | None) -> list[Any]:
    """What the web application shows of each channel."""
    return [
        web.blueprint(desk, transactions),
        sms.blueprint(desk, transactions, token=kannel_token),
        submissions.blueprint(desk, transactions),
    ]
