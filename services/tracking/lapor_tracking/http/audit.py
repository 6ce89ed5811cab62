"""What a citizen needs to check that nothing was changed: signed roots, and proofs that steps are in them."""

from functools import partial
from typing import Any

import marshmallow as ma
from flask import Response, jsonify
from marshmallow import fields

from lapor_chassis.web import Blueprint, Paging, page_of, paged
from lapor_tracking import chaining, store
from lapor_tracking.domain.audiences import Audience
from lapor_tracking.domain.proof import Proof
from lapor_tracking.domain.timeline import UNHEARD
from lapor_tracking.http.counter import Counter, Visit, admitted
from lapor_tracking.http.report import ReceiptHeader


class SealSchema(ma.Schema):
    """A signed root. Signed is `lapor-chain-v1`, a newline, and all but the signature as JSON with sorted keys."""

    number = fields.Integer()
    day = fields.String(metadata={"description": "In Jakarta. A day with very many steps has several."})
    first = fields.Integer(metadata={"description": "The place of its first leaf in the chain."})
    count = fields.Integer()
    root = fields.String(metadata={"description": "Of the Merkle tree (RFC 6962, SHA-256) of its leaves."})
    previous = fields.String(metadata={"description": "SHA-256 of what was signed before."})
    sealed_at = fields.String()
    public_key = fields.String(metadata={"description": "Ed25519, hexadecimal."})
    signature = fields.String()


class OpeningSchema(ma.Schema):
    """A field that is shown: SHA-256 of its salt and of `{"name":value}` is its digest."""

    name = fields.String()
    salt = fields.String()
    value = fields.Raw(allow_none=True)


class ProvenStepSchema(ma.Schema):
    """A step of the report, and its way to a root."""

    seq = fields.Integer()
    event_id = fields.UUID()
    type = fields.String()
    happened_at = fields.String()
    opened = fields.List(fields.Nested(OpeningSchema))
    closed = fields.List(fields.String(), metadata={"description": "Digests of what is not for you."})
    seal = fields.Integer(allow_none=True, metadata={"description": "None while the day is not over."})
    path = fields.List(fields.String())


class ProofSchema(ma.Schema):
    """A proof for `lapor audit check`."""

    version = fields.Integer()
    tracking_id = fields.String()
    report_id = fields.UUID()
    seals = fields.List(fields.Nested(SealSchema))
    steps = fields.List(fields.Nested(ProvenStepSchema))


def blueprint(counter: Counter) -> Blueprint:
    """The API."""
    api = Blueprint("audit", description="Proof that nothing was changed")

    @api.route("/api/v1/audit/roots")
    @api.arguments(Paging, location="query")
    @api.response(200, page_of(SealSchema))
    def roots(paging: dict[str, Any]) -> dict[str, Any]:
        """The signed roots, the newest first. Keep one, and nothing before it can be changed unseen."""
        with counter.transactions.read() as connection:
            found = paged(partial(_seals, connection), paging, by={"number": int})
        return found | {"items": [vars_of(one) for one in found["items"]]}

    @api.route("/api/v1/audit/reports/<tracking_id>")
    @api.arguments(ReceiptHeader, location="headers")
    @api.response(200, ProofSchema)
    @api.alt_response(404, description="Nothing to show: no such report, not its receipt, or a secret one without it.")
    def proof(headers: dict[str, str], tracking_id: str) -> dict[str, Any]:
        """That a report's steps are in the chain: with the receipt, all that its reporter may see."""
        return prove(counter, admitted(counter, tracking_id, headers.get("receipt"))).document()

    return api


def prove(counter: Counter, visit: Visit) -> Proof:
    """The proof for whoever may look."""
    with counter.transactions.read() as connection:
        timeline = store.find_timeline(connection, visit.tracking_id, counter.rules) or UNHEARD
        audience = Audience.PUBLIC if visit.receipt is None else Audience.REPORTER
        return chaining.prove(connection, timeline, audience)


def as_file(proof: Proof) -> Response:
    """The proof as it is kept."""
    answer = jsonify(proof.document())
    answer.headers["Content-Disposition"] = f'attachment; filename="bukti-{proof.tracking_id}.json"'
    return answer


def vars_of(one: store.chain.Sealed) -> dict[str, Any]:
    """A seal with its signature."""
    return {name: getattr(one.seal, name) for name in one.seal.__slots__} | {"signature": one.signature}


def _seals(connection: Any, after: tuple[Any, ...] | None, limit: int) -> list[store.chain.Sealed]:
    return store.chain.find_seals(connection, after[0] if after else None, limit)
