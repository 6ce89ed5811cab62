"""Routing's API: sign in, look up bodies, work off dispositions, decide what nobody else could."""

from lapor_routing.http.agencies import agencies_api
from lapor_routing.http.answering import Current, done
from lapor_routing.http.coordination import coordination_api, waiting_dossier, waiting_page
from lapor_routing.http.dispositions import dispositions_api, inbox_page, own_desk, own_dossier, sealed_papers
from lapor_routing.http.sign_in import sign_in_api, signed_in

__all__ = [
    "Current",
    "agencies_api",
    "coordination_api",
    "dispositions_api",
    "done",
    "inbox_page",
    "own_desk",
    "own_dossier",
    "sealed_papers",
    "sign_in_api",
    "signed_in",
    "waiting_dossier",
    "waiting_page",
]
