"""Routing's API: sign in, look up bodies, work off dispositions, decide what nobody else could."""

from lapor_routing.http.agencies import agencies_api
from lapor_routing.http.answering import Current, done
from lapor_routing.http.connections import connections_api, replies_api
from lapor_routing.http.coordination import (
    closing_of,
    coordination_api,
    escalated_page,
    waiting_dossier,
    waiting_page,
    waiting_part,
)
from lapor_routing.http.desk import (
    copied_dossier,
    copies_page,
    desk_of,
    inbox_count,
    inbox_entries,
    inbox_page,
    own_desk,
    own_dossier,
    sealed_papers,
)
from lapor_routing.http.dispositions import dispositions_api
from lapor_routing.http.drafts import drafts_api
from lapor_routing.http.officers import officers_api, officers_page
from lapor_routing.http.sharing import coordinators_sharing_api, sharing_api
from lapor_routing.http.sign_in import sign_in_api, signed_in
from lapor_routing.http.working import working_api

__all__ = [
    "Current",
    "agencies_api",
    "closing_of",
    "connections_api",
    "coordination_api",
    "coordinators_sharing_api",
    "copied_dossier",
    "copies_page",
    "desk_of",
    "dispositions_api",
    "done",
    "drafts_api",
    "escalated_page",
    "inbox_count",
    "inbox_entries",
    "inbox_page",
    "officers_api",
    "officers_page",
    "own_desk",
    "own_dossier",
    "replies_api",
    "sealed_papers",
    "sharing_api",
    "sign_in_api",
    "signed_in",
    "waiting_dossier",
    "waiting_page",
    "waiting_part",
    "working_api",
]
