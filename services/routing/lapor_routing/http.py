"""Routing's API: sign in, look up bodies, work off dispositions, decide what nobody else could."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from math import ceil
from typing import Any, TypeVar
from uuid import UUID

from lapor_chassis.refusals import Refusal
from lapor_chassis.sign_in import LIFETIME, SigningKey, Staff
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Paging, Problem, current_staff, paged, refused, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import directory, handlers, officers, store
from lapor_routing import schemas as s
from lapor_routing.current import Snapshot
from lapor_routing.domain.disposition import Answer, State
from lapor_routing.handlers import Desk

#: What an officer still has on the table.
ON_THE_TABLE = (State.OPEN, State.IN_PROGRESS, State.ANSWERED)

#: Lists go by id: those made later sort later, so the longest waiting stands first.
BY_ID = {"id": UUID}

Outcome = TypeVar("Outcome")
Current = Callable[[], Snapshot]


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


def agencies_api(transactions: Transactions) -> Blueprint:
    """Anyone may look up who is there."""
    api = Blueprint("agencies", description="The directory of bodies")

    @api.route("/api/v1/agencies")
    @api.arguments(s.AgencySearchSchema, location="query")
    @api.response(200, s.AgencyPageSchema)
    def search(given: dict[str, Any]) -> dict[str, Any]:
        with transactions.read() as connection:
            found, following = directory.search_agencies(connection, given["q"], given.get("cursor"), given["limit"])
        return {"items": found, "next": following}

    @api.route("/api/v1/agencies/<path:code>")
    @api.response(200, s.AgencySchema)
    def get(code: str) -> Any:
        with transactions.read() as connection:
            return existing(directory.agency(connection, code))

    return api


def dispositions_api(transactions: Transactions, current: Current) -> Blueprint:
    """An officer works off what came to the body and its units."""
    api = Blueprint("dispositions", description="What came to a body: answer, refuse, pass on")

    @api.route("/api/v1/dispositions")
    @requires(Role.OFFICER)
    @api.arguments(s.InboxSchema, location="query")
    @api.response(200, s.EntryPageSchema)
    def inbox(given: dict[str, Any]) -> dict[str, Any]:
        return inbox_page(transactions, current, given)

    @api.route("/api/v1/dispositions/<uuid:disposition_id>")
    @requires(Role.OFFICER)
    @api.response(200, s.DossierSchema)
    def get(disposition_id: UUID) -> store.Dossier:
        return own_dossier(transactions, current, disposition_id)

    @api.route("/api/v1/dispositions/<uuid:disposition_id>/sealed")
    @requires(Role.OFFICER)
    @api.response(200, s.SealedSchema)
    @api.alt_response(404, description="No such disposition of one's own, or not of a whistleblower's report")
    def sealed(disposition_id: UUID) -> dict[str, Any]:
        """What only the body's private key opens: for `lapor oversight open`, or a system of the body's own."""
        return sealed_papers(transactions, own_dossier(transactions, current, disposition_id))

    @api.route("/api/v1/dispositions/<uuid:disposition_id>/answers", methods=["POST"])
    @requires(Role.OFFICER)
    @api.arguments(s.GiveAnswerSchema)
    @api.response(201, s.AnswerSchema)
    def answer(given: dict[str, Any], disposition_id: UUID) -> Answer:
        command = handlers.GiveAnswer(disposition_id=disposition_id, **given)
        desk = own_desk(current)
        with transactions.begin() as tx:
            outcome = handlers.give_answer(command, tx, desk=desk)
        return done(outcome)

    @api.route("/api/v1/dispositions/<uuid:disposition_id>/refusals", methods=["POST"])
    @requires(Role.OFFICER)
    @api.arguments(s.RefusalSchema)
    @api.response(201, s.HolderSchema)
    def refuse(given: dict[str, Any], disposition_id: UUID) -> Any:
        command = handlers.Refuse(disposition_id=disposition_id, **given)
        desk = own_desk(current)
        with transactions.begin() as tx:
            outcome = handlers.refuse(command, tx, desk=desk, snapshot=current())
        return done(outcome)

    @api.route("/api/v1/dispositions/<uuid:disposition_id>/handovers", methods=["POST"])
    @requires(Role.OFFICER)
    @api.arguments(s.HandoverSchema)
    @api.response(201, s.HolderSchema)
    def pass_on(given: dict[str, Any], disposition_id: UUID) -> Any:
        command = handlers.PassOn(disposition_id=disposition_id, **given)
        desk = own_desk(current)
        with transactions.begin() as tx:
            outcome = handlers.pass_on(command, tx, desk=desk, snapshot=current())
        return done(outcome)

    return api


def coordination_api(transactions: Transactions, current: Current) -> Blueprint:
    """The coordinator decides what neither the rules nor the bodies could."""
    api = Blueprint("coordination", description="Reports that wait for the coordinator's decision")

    @api.route("/api/v1/coordination")
    @requires(Role.COORDINATOR)
    @api.arguments(Paging, location="query")
    @api.response(200, s.EntryPageSchema)
    def queue(given: dict[str, Any]) -> dict[str, Any]:
        return waiting_page(transactions, given)

    @api.route("/api/v1/coordination/<uuid:report_id>")
    @requires(Role.COORDINATOR)
    @api.response(200, s.DossierSchema)
    def get(report_id: UUID) -> store.Dossier:
        return waiting_dossier(transactions, report_id)

    @api.route("/api/v1/coordination/<uuid:report_id>/assignments", methods=["POST"])
    @requires(Role.COORDINATOR)
    @api.arguments(s.AssignmentSchema)
    @api.response(201, s.HolderSchema)
    def assign(given: dict[str, Any], report_id: UUID) -> Any:
        command = handlers.Assign(report_id=report_id, **given)
        with transactions.begin() as tx:
            outcome = handlers.assign(command, tx, coordinator=current_staff().id, snapshot=current())
        return done(outcome)

    return api


def own_desk(current: Current) -> Desk:
    """What whoever is signed in may act on: the dispositions of their body and its units."""
    staff = current_staff()
    if staff.agency_code is None:
        raise Problem(403, detail="Akun ini bukan milik suatu instansi (this account belongs to no body).")
    own = staff.agency_code
    return Desk(actor=staff.id, agency_code=own, inboxes=current().inboxes_of(own))


def inbox_page(transactions: Transactions, current: Current, given: dict[str, Any]) -> dict[str, Any]:
    """One page of the inbox of whoever is signed in."""
    states = [given["state"]] if "state" in given else ON_THE_TABLE
    desk = own_desk(current)
    with transactions.read() as connection:
        fetch = partial(store.list_inbox, connection, desk.inboxes, desk.agency_code, states)
        return paged(fetch, given, by=BY_ID)


def waiting_page(transactions: Transactions, given: dict[str, Any]) -> dict[str, Any]:
    """One page of the coordinator's queue."""
    with transactions.read() as connection:
        return paged(partial(store.list_waiting, connection), given, by=BY_ID)


def own_dossier(transactions: Transactions, current: Current, disposition_id: UUID) -> store.Dossier:
    """All about one disposition of the signed-in officer's; another body's does not exist for them."""
    with transactions.read() as connection:
        dossier = existing(store.find_dossier(connection, disposition_id))
    if not own_desk(current).has(dossier.disposition):
        raise Problem(404)
    return dossier


def sealed_papers(transactions: Transactions, dossier: store.Dossier) -> dict[str, Any]:
    """All that is sealed about a whistleblower's report, with the keys for whom."""
    report = dossier.disposition.report
    with transactions.read() as connection:
        sealed = existing(store.find_sealed(connection, report.id))
    return {
        "tracking_id": report.tracking_id,
        "oversight_key": sealed.oversight_key,
        "reporter_key": sealed.reporter_key,
        "report": sealed.content,
        "messages": dossier.messages,
    }


def waiting_dossier(transactions: Transactions, report_id: UUID) -> store.Dossier:
    """All about a report that waits for the coordinator."""
    with transactions.read() as connection:
        dossier = existing(store.find_waiting(connection, report_id))
    if dossier.disposition.report.sealed_for is None:
        return dossier
    return replace(dossier, disposition=replace(dossier.disposition, report=dossier.disposition.report.veiled))


def existing(found: Outcome | None) -> Outcome:
    """What was found, or the problem that there is nothing."""
    if found is None:
        raise Problem(404)
    return found


def done(outcome: Outcome | Refusal) -> Outcome:
    """The outcome, or the problem that tells why there is none."""
    if isinstance(outcome, Refusal):
        raise Problem(404, detail=outcome.reason) if outcome == handlers.NOT_FOUND else refused(outcome)
    return outcome
