"""Several bodies: the owner or the coordinator sends copies and asks others to act too; who has a copy reads it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Paging, current_staff, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import handlers, store
from lapor_routing import schemas as s
from lapor_routing.domain.agencies import Agency
from lapor_routing.domain.disposition import Disposition
from lapor_routing.http.answering import Current, done
from lapor_routing.http.desk import copied_dossier, copies_page, own_desk

_OWN = "/api/v1/dispositions/<uuid:disposition_id>"
_ANY = "/api/v1/coordination/<uuid:report_id>"


@dataclass(frozen=True)
class Sharing:
    """What is done alike for the owner and for the coordinator."""

    transactions: Transactions
    current: Current

    def owner(self, disposition_id: UUID) -> handlers.Sharer:
        """Whoever is signed in, as an officer of the owner."""
        return handlers.Owner(disposition_id=disposition_id, desk=own_desk(self.transactions, self.current))

    def coordinator(self, report_id: UUID) -> handlers.Sharer:
        """Whoever is signed in, as the coordinator."""
        return handlers.Coordinator(report_id=report_id, by=current_staff().id)

    def send_copy(self, given: dict[str, Any], sharer: handlers.Sharer) -> Agency:
        """A body reads along."""
        with self.transactions.begin() as tx:
            outcome = handlers.send_copy(handlers.SendCopy(**given), tx, sharer=sharer, snapshot=self.current())
        return done(outcome)

    def add_co_owner(self, given: dict[str, Any], sharer: handlers.Sharer) -> Disposition:
        """A body acts too."""
        with self.transactions.begin() as tx:
            outcome = handlers.add_co_owner(handlers.AddCoOwner(**given), tx, sharer=sharer, snapshot=self.current())
        return done(outcome)

    def release(self, given: dict[str, Any], part_id: UUID, sharer: handlers.Sharer) -> Disposition:
        """A body need not act after all."""
        command = handlers.Release(disposition_id=part_id, **given)
        with self.transactions.begin() as tx:
            outcome = handlers.release(command, tx, sharer=sharer, snapshot=self.current())
        return done(outcome)


def sharing_api(transactions: Transactions, current: Current) -> Blueprint:
    """Copies and co-owners, for officers."""
    api = Blueprint("sharing", description="Several bodies: copies to read, co-owners with a clock of their own")
    sharing = Sharing(transactions, current)

    @api.route("/api/v1/copies")
    @requires(Role.OFFICER)
    @api.arguments(Paging, location="query")
    @api.response(200, s.CopyPageSchema)
    def copies(given: dict[str, Any]) -> dict[str, Any]:
        """What the body and its units may read along (tembusan), the latest first."""
        return copies_page(transactions, current, given)

    @api.route("/api/v1/copies/<uuid:copy_id>")
    @requires(Role.OFFICER)
    @api.response(200, s.DossierSchema)
    def copy(copy_id: UUID) -> store.Dossier:
        return copied_dossier(transactions, current, copy_id)

    _add_sharing(api, _OWN, Role.OFFICER, sharing, sharing.owner)
    return api


def coordinators_sharing_api(transactions: Transactions, current: Current) -> Blueprint:
    """The same for the coordinator, on any report that is under way."""
    api = Blueprint("coordinators-sharing", description="The coordinator shares a report with further bodies")
    sharing = Sharing(transactions, current)
    _add_sharing(api, _ANY, Role.COORDINATOR, sharing, sharing.coordinator)
    return api


def _add_sharing(
    api: Blueprint, address: str, role: Role, sharing: Sharing, sharer_of: Callable[..., handlers.Sharer]
) -> None:
    """What is done below an address; ``sharer_of`` makes of what the address names whoever does it."""

    @api.route(f"{address}/copies", methods=["POST"])
    @requires(role)
    @api.arguments(s.SendCopySchema)
    @api.response(201, s.AgencySchema)
    def send_copy(given: dict[str, Any], **named: UUID) -> Agency:
        return sharing.send_copy(given, sharer_of(**named))

    @api.route(f"{address}/co-owners", methods=["POST"])
    @requires(role)
    @api.arguments(s.AddCoOwnerSchema)
    @api.response(201, s.HolderSchema)
    def add_co_owner(given: dict[str, Any], **named: UUID) -> Disposition:
        return sharing.add_co_owner(given, sharer_of(**named))

    @api.route(f"{address}/co-owners/<uuid:part_id>/releases", methods=["POST"])
    @requires(role)
    @api.arguments(s.ReasonSchema)
    @api.response(201, s.HolderSchema)
    def release(given: dict[str, Any], part_id: UUID, **named: UUID) -> Disposition:
        return sharing.release(given, part_id, sharer_of(**named))
