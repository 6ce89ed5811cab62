"""The API: officers ask and look, custodians decide."""

from dataclasses import replace
from functools import partial
from typing import Any, NoReturn
from uuid import UUID

from marshmallow import fields

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import (
    Blueprint,
    Paging,
    Problem,
    Staff,
    StrictSchema,
    current_staff,
    page_of,
    paged,
    refused,
    requires,
    said,
)
from lapor_contracts.fields import Line
from lapor_contracts.schema import field_of
from lapor_contracts.vocabulary import Role
from lapor_intake.disclosure import store
from lapor_intake.disclosure.domain import NOT_AGREED, NOT_YOURS, OVER, Disclosure, State
from lapor_intake.disclosure.handlers import Look, Registry

BY_ID = {"disclosure_id": UUID}

#: With what a denied look is answered; whatever else the rules refuse is a conflict.
_DENIED = {NOT_YOURS.code: 403, NOT_AGREED.code: 403, OVER.code: 410}


class DisclosureQuery(Paging):
    """Which requests."""

    state = fields.Enum(State, by_value=True)


class AskSchema(StrictSchema):
    """An officer asks who reported."""

    tracking_id = field_of(Line, required=True)
    reason = said(2_000)
    legal_basis = said(300)


class DecisionSchema(StrictSchema):
    """A custodian decides."""

    agreed = fields.Boolean(required=True)
    note = said(2_000)


class ConsentSchema(StrictSchema):
    """What one custodian decided."""

    custodian = fields.String()
    agreed = fields.Boolean()
    note = fields.String()
    decided_at = fields.AwareDateTime()


class DisclosureSchema(StrictSchema):
    """A request. What custodians decided is for custodians; the officer sees what came of it."""

    disclosure_id = fields.UUID()
    tracking_id = fields.String()
    requested_by = fields.String()
    username = fields.String()
    requested_at = fields.AwareDateTime()
    agency_code = fields.String(allow_none=True)
    reason = fields.String()
    legal_basis = fields.String()
    state = fields.Enum(State, by_value=True)
    until = fields.AwareDateTime(allow_none=True, metadata={"description": "When the officer's time is over."})
    consents = fields.List(fields.Nested(ConsentSchema))


class RecordSchema(StrictSchema):
    """The reporter, and the texts as they were given: of the report, or of something that was added to it."""

    name = fields.String(allow_none=True)
    phone = fields.String(allow_none=True)
    email = fields.String(allow_none=True)
    account = fields.String(allow_none=True)
    handle = fields.String(allow_none=True)
    address = fields.String(allow_none=True)
    title = fields.String(allow_none=True)
    body = fields.String(allow_none=True)
    place = fields.String(allow_none=True)


class LookSchema(StrictSchema):
    """What the officer may see this time."""

    tracking_id = fields.String(attribute="disclosure.tracking_id")
    until = fields.AwareDateTime(attribute="disclosure.until")
    records = fields.List(fields.Nested(RecordSchema), metadata={"description": "Empty where nothing is kept."})


def blueprint(registry: Registry, transactions: Transactions) -> Blueprint:
    """``/api/v1/disclosures``."""
    api = Blueprint("disclosures", description="Learn who reported: asked for, agreed to by two, recorded")

    @api.route("/api/v1/disclosures")
    @requires(Role.OFFICER, Role.CUSTODIAN)
    @api.arguments(DisclosureQuery, location="query")
    @api.response(200, page_of(DisclosureSchema))
    def requests(query: dict[str, Any]) -> dict[str, Any]:
        """An officer's own requests; for custodians those of all. Those that wait: the oldest first."""
        return listed(transactions, query)

    @api.route("/api/v1/disclosures", methods=["POST"])
    @requires(Role.OFFICER)
    @api.arguments(AskSchema)
    @api.response(201, DisclosureSchema)
    def ask(given: dict[str, str]) -> Disclosure:
        """Ask who reported. Every report can be asked about, and the answer is always the same."""
        with transactions.begin() as tx:
            outcome = registry.ask(given, current_staff(), tx)
        return accepted(outcome)

    @api.route("/api/v1/disclosures/<uuid:disclosure_id>")
    @requires(Role.OFFICER, Role.CUSTODIAN)
    @api.response(200, DisclosureSchema)
    @api.alt_response(404, description="No such request, or it is somebody else's.")
    def request(disclosure_id: UUID) -> Disclosure:
        """Where a request stands."""
        return found(transactions, disclosure_id)

    @api.route("/api/v1/disclosures/<uuid:disclosure_id>/decisions", methods=["POST"])
    @requires(Role.CUSTODIAN)
    @api.arguments(DecisionSchema)
    @api.response(201, DisclosureSchema)
    @api.alt_response(409, description="It is decided, or one's own, or one has decided already.")
    def decide(given: dict[str, Any], disclosure_id: UUID) -> Disclosure:
        """Agree or refuse. Two who agree let the officer look; one who refuses ends it."""
        with transactions.begin() as tx:
            outcome = registry.decide(disclosure_id, current_staff(), tx, **given)
        return accepted(outcome)

    @api.route("/api/v1/disclosures/<uuid:disclosure_id>/looks", methods=["POST"])
    @requires(Role.OFFICER, Role.CUSTODIAN)
    @api.response(201, LookSchema)
    @api.alt_response(403, description="Not agreed to, or somebody else's.")
    @api.alt_response(410, description="The time is over.")
    def look(disclosure_id: UUID) -> Look:
        """Look at the identity. Each look is recorded."""
        return looked(registry, transactions, disclosure_id)

    return api


def listed(transactions: Transactions, query: dict[str, Any]) -> dict[str, Any]:
    """A page of the requests that whoever asks may see."""
    staff = current_staff()
    only = None if staff.has(Role.CUSTODIAN) else staff.id
    with transactions.read() as connection:
        fetch = partial(store.find_many, connection, requested_by=only, state=query.get("state"))
        page = paged(fetch, query, by=BY_ID)
    return {**page, "items": [visible(one, staff) for one in page["items"]]}


def found(transactions: Transactions, disclosure_id: UUID) -> Disclosure:
    """The request, or a 404: another officer's does not exist."""
    with transactions.read() as connection:
        disclosure = store.find(connection, disclosure_id)
    staff = current_staff()
    if disclosure is None or not (staff.has(Role.CUSTODIAN) or disclosure.requested_by == staff.id):
        _unknown()
    return visible(disclosure, staff)


def accepted(outcome: Disclosure | Refusal | None) -> Disclosure:
    """The request as it is now, or the problem that tells why not."""
    if outcome is None:
        _unknown()
    if isinstance(outcome, Refusal):
        raise refused(outcome)
    return visible(outcome, current_staff())


def looked(registry: Registry, transactions: Transactions, disclosure_id: UUID) -> Look:
    """What may be seen now, or the problem that tells why nothing. Shown only once that it was looked at is kept."""
    with transactions.begin() as tx:
        outcome = registry.look(disclosure_id, current_staff(), tx)
    if outcome is None:
        _unknown()
    if isinstance(outcome, Refusal):
        raise Problem(_DENIED[outcome.code], detail=outcome.reason, code=outcome.code)
    return outcome


def is_sealed(transactions: Transactions, disclosure: Disclosure) -> bool:
    """Whether it is about a whistleblower's report; only custodians are told."""
    with transactions.read() as connection:
        return store.subject_of(connection, disclosure.tracking_id).is_sealed


def visible(disclosure: Disclosure, staff: Staff) -> Disclosure:
    """What custodians decided, and why, is between them: the one who asks learns only what came of it."""
    if staff.has(Role.CUSTODIAN) and disclosure.requested_by != staff.id:
        return disclosure
    return replace(disclosure, consents=())


def _unknown() -> NoReturn:
    raise Problem(404, detail="Permintaan ini tidak ada. (There is no such request.)")
