"""Anyone looks up which bodies there are; coordinators and administrators change them, as they do on the pages."""

from collections.abc import Sequence
from typing import Any

from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Paging, paged, requires
from lapor_contracts.vocabulary import Role
from lapor_routing import directory
from lapor_routing.domain.agencies import Agency, Competence
from lapor_routing.domain.directory_changes import Change
from lapor_routing.handlers import directory as change
from lapor_routing.http.access import EDITORS, arranged, editor, may_add_below
from lapor_routing.http.answering import BY_ID, done, existing
from lapor_routing.reference.suggesting import subjects
from lapor_routing.schemas import directory as s
from lapor_routing.schemas.agencies import AgencyPageSchema, AgencySchema, AgencySearchSchema
from lapor_routing.schemas.dispositions import ReasonSchema

_ALL = "/api/v1/agencies"
_ONE = f"{_ALL}/<path:code>"


def agencies_api(transactions: Transactions) -> Blueprint:
    """The directory. Codes may hold slashes, and end where a word in small letters begins."""
    api = Blueprint("agencies", description="The directory of bodies")
    _add_reading(api, transactions)
    _add_changes(api, transactions)
    _add_competences(api, transactions)
    return api


def _add_reading(api: Blueprint, transactions: Transactions) -> None:
    @api.route(_ALL)
    @api.arguments(AgencySearchSchema, location="query")
    @api.response(200, AgencyPageSchema)
    def search(given: dict[str, Any]) -> dict[str, Any]:
        with transactions.read() as connection:
            found, following = directory.search_agencies(connection, given["q"], given.get("cursor"), given["limit"])
        return {"items": found, "next": following}

    @api.route(_ONE)
    @api.response(200, AgencySchema)
    def get(code: str) -> Any:
        with transactions.read() as connection:
            return existing(directory.agency(connection, code))

    @api.route(f"{_ONE}/changes")
    @requires()
    @api.arguments(Paging, location="query")
    @api.response(200, s.ChangePageSchema)
    def changes(given: dict[str, Any], code: str) -> dict[str, Any]:
        """What people changed about it, the newest first."""
        with transactions.read() as connection:
            existing(directory.agency(connection, code))
            return paged(lambda *page: directory.history_of(connection, code, *page), given, by=BY_ID)


def _add_changes(api: Blueprint, transactions: Transactions) -> None:
    @api.route(_ALL, methods=["POST"])
    @requires(*EDITORS)
    @api.arguments(s.NewAgencySchema)
    @api.response(201, AgencySchema)
    def add(given: dict[str, Any]) -> Agency:
        """A new body, below another one; above all others only for coordinators."""
        reason, body = given.pop("reason"), Agency(**given)
        may_add_below(transactions, body.parent_code or "")
        with transactions.begin() as tx:
            outcome = change.add_body(body, tx, editor=editor(), reason=reason)
        return _changed(body.code, outcome)

    @api.route(_ONE, methods=["PATCH"])
    @requires(*EDITORS)
    @api.arguments(s.AmendmentSchema)
    @api.response(200, AgencySchema)
    def amend(given: dict[str, Any], code: str) -> Agency:
        """It is called otherwise, or stands elsewhere; an old name still finds it. What is not sent stays."""
        arranged(transactions, code)
        reason = given.pop("reason")
        with transactions.begin() as tx:
            outcome = change.amend_body(code, given, tx, editor=editor(), reason=reason)
        return _changed(code, outcome)

    @api.route(f"{_ONE}/closure", methods=["POST"])
    @requires(*EDITORS)
    @api.arguments(s.ClosureSchema)
    @api.response(201, AgencySchema)
    def close(given: dict[str, Any], code: str) -> Agency:
        """It is no more: one other body takes over (a merger), several do (a split), or nobody does."""
        arranged(transactions, code)
        with transactions.begin() as tx:
            outcome = change.close_body(code, given["successor_codes"], tx, editor=editor(), reason=given["reason"])
        return _changed(code, outcome)

    @api.route(f"{_ONE}/reopening", methods=["POST"])
    @requires(*EDITORS)
    @api.arguments(ReasonSchema)
    @api.response(201, AgencySchema)
    def reopen(given: dict[str, Any], code: str) -> Agency:
        """It was closed by mistake. What was handed over meanwhile stays where it is."""
        arranged(transactions, code)
        with transactions.begin() as tx:
            outcome = change.reopen_body(code, tx, editor=editor(), reason=given["reason"])
        return _changed(code, outcome)


def _add_competences(api: Blueprint, transactions: Transactions) -> None:
    @api.route(f"{_ONE}/competences")
    @requires()
    @api.response(200, s.CompetenceSchema(many=True))
    def competences(code: str) -> list[Competence]:
        """For what, and where, it comes first."""
        with transactions.read() as connection:
            existing(directory.agency(connection, code))
            return directory.competences_of(connection, code)

    @api.route(f"{_ONE}/competences", methods=["PUT"])
    @requires(Role.COORDINATOR)
    @api.arguments(s.CompetenceSchema)
    @api.response(200, s.CompetenceSchema)
    def make_competent(given: dict[str, Any], code: str) -> Competence:
        """From now on it comes first for this, whatever the rules say."""
        arranged(transactions, code)
        with transactions.begin() as tx:
            outcome = change.make_competent(Competence(agency_code=code, **given), tx, subjects=subjects())
        return done(outcome)

    @api.route(f"{_ONE}/competences", methods=["DELETE"])
    @requires(Role.COORDINATOR)
    @api.arguments(s.SubjectSchema, location="query")
    @api.response(204)
    def end_competence(given: dict[str, Any], code: str) -> None:
        """The rules alone decide again."""
        arranged(transactions, code)
        with transactions.begin() as tx:
            change.end_competence(Competence(agency_code=code, **given), tx)


def _changed(code: str, outcome: Sequence[Change] | Refusal) -> Agency:
    """The body as it is now; others may have changed with it."""
    return next(one.after for one in done(outcome) if one.after.code == code)
