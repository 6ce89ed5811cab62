"""How much lies with which body, and since when."""

import sqlalchemy as sa

from lapor_routing.domain.attendance import Backlog
from lapor_routing.domain.disposition import State
from lapor_routing.store.tables import dispositions

#: What a body has yet to answer.
UNANSWERED = (State.OPEN, State.IN_PROGRESS)


def backlogs(connection: sa.Connection) -> list[Backlog]:
    """What each body has yet to answer."""
    own = dispositions.c
    theirs = own.agency_code.is_not(None) & own.state.in_(UNANSWERED)
    query = sa.select(own.agency_code, sa.func.count(), sa.func.min(own.assigned_at)).where(theirs)
    rows = connection.execute(query.group_by(own.agency_code))
    return [Backlog(code, reports, since) for code, reports, since in rows]


def count_held(connection: sa.Connection, agency_code: str) -> int:
    """How much a body has yet to answer."""
    own = dispositions.c
    query = sa.select(sa.func.count()).where(own.agency_code == agency_code, own.state.in_(UNANSWERED))
    return connection.execute(query).scalar_one()
