"""The words of notices: what is said now, how other words would look, and how they come to hold."""

from collections.abc import Mapping
from typing import Any

from marshmallow import fields, validate

from lapor_chassis.current import Current
from lapor_chassis.refusals import Refusal
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint, Problem, StrictSchema, current_staff, refused, requires, said
from lapor_contracts.vocabulary import Role
from lapor_notification import store
from lapor_notification.domain import Delivery, Purpose, Rulebook
from lapor_notification.domain.samples import cases_of, variables_of
from lapor_notification.handlers.wording import change_words, editable, go_back
from lapor_notification.store.wordings import Change, Parts
from lapor_notification.wording import PARTS, previews, problems_of, shipped_parts
from lapor_notification.wording.checking import LONGEST_PART

#: Who may change what the country reads.
EDITORS = (Role.OPERATOR,)


class TemplateSchema(StrictSchema):
    """A template, by its name."""

    name = fields.String()
    purpose = fields.Enum(Purpose, by_value=True)
    delivery = fields.Enum(Delivery, by_value=True)
    version = fields.Integer(metadata={"description": "0: as it is shipped, and never changed."})


class ChangeSchema(StrictSchema):
    """A version of its words."""

    version = fields.Integer()
    parts = fields.Dict(fields.String(), fields.String(), allow_none=True, metadata={"description": "None: shipped."})
    changed_at = fields.AwareDateTime()
    changed_by = fields.String()
    reason = fields.String()


class WordsSchema(TemplateSchema):
    """A template with its words."""

    parts = fields.Dict(fields.String(), fields.String())
    shipped = fields.Dict(fields.String(), fields.String())
    variables = fields.List(fields.String())
    history = fields.List(fields.Nested(ChangeSchema))


class PartsSchema(StrictSchema):
    """Words that somebody wrote, part by part."""

    parts = fields.Dict(
        fields.String(validate=validate.OneOf(list(PARTS))),
        fields.String(validate=validate.Length(max=LONGEST_PART)),
        required=True,
    )


class NewWordsSchema(PartsSchema):
    """Words that are to hold."""

    seen = fields.Integer(required=True, metadata={"description": "The version that these words change."})
    reason = said(1000)


class BackSchema(StrictSchema):
    """An earlier version that is to hold again."""

    version = fields.Integer(required=True, validate=validate.Range(min=0), metadata={"description": "0: the shipped."})
    seen = fields.Integer(required=True)
    reason = said(1000)


class PreviewSchema(StrictSchema):
    """A notice as it would be read."""

    form = fields.String()
    language = fields.String(allow_none=True)
    subject = fields.String()
    text = fields.String()
    measure = fields.String(metadata={"description": "How much of an SMS it fills."})


class PreviewsSchema(StrictSchema):
    """How words would look, and what is wrong with them."""

    previews = fields.List(fields.Nested(PreviewSchema))
    problems = fields.Dict(fields.String(), fields.List(fields.String()))


def blueprint(
    transactions: Transactions, rules: Rulebook, words: Current[Mapping[str, Parts]], public_url: str
) -> Blueprint:
    """The routes, on this database."""
    api = Blueprint("templates", description="The words of notices, and how operators change them")
    _add_reading(api, transactions, rules, public_url)
    _add_changing(api, transactions, rules, words)
    return api


def _add_reading(api: Blueprint, transactions: Transactions, rules: Rulebook, public_url: str) -> None:
    @api.route("/api/v1/templates")
    @requires(*EDITORS)
    @api.response(200, TemplateSchema(many=True))
    def templates() -> list[dict[str, Any]]:
        """All templates."""
        with transactions.read() as connection:
            latest = store.latest_changes(connection)
        return [
            {**vars(rules.templates[name]), "version": latest[name].version if name in latest else 0}
            for name in editable(rules)
        ]

    @api.route("/api/v1/templates/<name>")
    @requires(*EDITORS)
    @api.response(200, WordsSchema)
    def template(name: str) -> dict[str, Any]:
        """One template: its words, the shipped ones, and every version."""
        with transactions.read() as connection:
            history = store.changes_of(connection, _known(name, rules))
        return {
            **vars(rules.templates[name]),
            "version": history[0].version if history else 0,
            "parts": (history[0].parts if history else None) or shipped_parts(name),
            "shipped": shipped_parts(name),
            "variables": ["public_url", *variables_of(name, rules)],
            "history": history,
        }

    @api.route("/api/v1/templates/<name>/preview", methods=["POST"])
    @requires(*EDITORS)
    @api.arguments(PartsSchema)
    @api.response(200, PreviewsSchema)
    def preview(given: Mapping[str, Any], name: str) -> dict[str, Any]:
        """How words would look by each way, and what is wrong with them. Nothing is kept."""
        cases = list(cases_of(_known(name, rules), rules))
        problems = problems_of(given["parts"], shipped_parts(name), cases)
        return {"problems": problems, "previews": [] if problems else previews(given["parts"], cases[0], public_url)}


def _add_changing(
    api: Blueprint, transactions: Transactions, rules: Rulebook, words: Current[Mapping[str, Parts]]
) -> None:
    @api.route("/api/v1/templates/<name>", methods=["PUT"])
    @requires(*EDITORS)
    @api.arguments(NewWordsSchema)
    @api.response(200, ChangeSchema)
    def change(given: Mapping[str, Any], name: str) -> Change:
        """Let other words hold; all processes say them within a minute."""
        with transactions.begin() as tx:
            outcome = change_words(
                _known(name, rules),
                given["parts"],
                rules=rules,
                seen=given["seen"],
                by=current_staff().id,
                reason=given["reason"],
                tx=tx,
            )
        return answered(outcome)

    @api.route("/api/v1/templates/<name>/restoration", methods=["POST"])
    @requires(*EDITORS)
    @api.arguments(BackSchema)
    @api.response(200, ChangeSchema)
    def restore(given: Mapping[str, Any], name: str) -> Change:
        """Let an earlier version hold again, as a new one."""
        with transactions.begin() as tx:
            outcome = go_back(
                _known(name, rules),
                given["version"],
                seen=given["seen"],
                by=current_staff().id,
                reason=given["reason"],
                tx=tx,
            )
        return answered(outcome)

    def answered(outcome: Change | Refusal) -> Change:
        if isinstance(outcome, Refusal):
            raise refused(outcome)
        words.forget()
        return outcome


def _known(name: str, rules: Rulebook) -> str:
    if name not in editable(rules):
        raise Problem(404)
    return name
