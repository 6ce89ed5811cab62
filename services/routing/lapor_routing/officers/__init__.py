"""Who may sign in: the officers of bodies, verifiers, coordinators; who of them is away, and who acts meanwhile."""

from lapor_routing.officers.passwords import SHORTEST_PASSWORD, new_password, plain
from lapor_routing.officers.signing_in import ATTEMPTS, LOCKED_FOR, Locked, reset_password, sign_in, waiting_time
from lapor_routing.officers.staff import (
    OF_A_BODY,
    Officer,
    attendance,
    called,
    create,
    everybody,
    exists,
    list_officers,
    officers_of,
    set_absence,
    set_active,
    staffed,
    stood_in_for,
    today_at,
    with_id,
)
from lapor_routing.officers.tables import officers, sign_in_attempts

__all__ = [
    "ATTEMPTS",
    "LOCKED_FOR",
    "OF_A_BODY",
    "SHORTEST_PASSWORD",
    "Locked",
    "Officer",
    "attendance",
    "called",
    "create",
    "everybody",
    "exists",
    "list_officers",
    "new_password",
    "officers",
    "officers_of",
    "plain",
    "reset_password",
    "set_absence",
    "set_active",
    "sign_in",
    "sign_in_attempts",
    "staffed",
    "stood_in_for",
    "today_at",
    "waiting_time",
    "with_id",
]
