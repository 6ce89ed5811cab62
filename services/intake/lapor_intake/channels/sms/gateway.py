"""Any other gateway: Jasmin's HTTP form, or an object in JSON.

Jasmin takes no answer but its own ``ACK/Jasmin``; what the sender is to read goes by notification. A gateway that
speaks JSON gets it in ``answer``.
"""

from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from flask import Response, request
from marshmallow import fields, validate

from lapor_chassis.settings import setting
from lapor_chassis.web import Blueprint, Problem
from lapor_contracts.fields import no_control_characters
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.channels.sms import gate, reports
from lapor_intake.channels.sms.gate import Gate
from lapor_intake.channels.sms.parts import part_of
from lapor_intake.channels.sms.receiving import Sms, SmsDesk
from lapor_intake.domain import normal_phone

_NAME = "sms-gateway"
_FORM = "application/x-www-form-urlencoded"
_UCS2 = 8


@dataclass(frozen=True, kw_only=True)
class Settings(gate.Settings):
    """What the channel is told."""

    sms_gateway_token: str | None = setting("LAPOR_INTAKE_SMS_GATEWAY_TOKEN", default=None)


class Bytes(fields.String):
    """Bytes in hexadecimal."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **options: Any) -> Any:
        try:
            return bytes.fromhex(super()._deserialize(value, attr, data, **options))
        except ValueError:
            raise ma.ValidationError("Must be bytes in hexadecimal.") from None


class SmsSchema(ma.Schema):
    """An SMS, with Jasmin's names. Other fields are ignored, for gateways say much that we need not know."""

    class Meta:
        unknown = ma.EXCLUDE

    id = fields.String(load_default=None, validate=[validate.Length(max=200), no_control_characters])
    sender = fields.String(required=True, data_key="from")
    to = fields.String(load_default="", validate=[validate.Length(max=100), no_control_characters])
    content = fields.String(load_default="")
    coding = fields.Integer(load_default=0, metadata={"description": "8 is UCS-2; `binary` then holds the text."})
    binary = Bytes(load_default=b"", metadata={"description": "The content as bytes, in hexadecimal."})
    udh = Bytes(load_default=b"", metadata={"description": "The user data header, in hexadecimal."})


class AnswerSchema(ma.Schema):
    """What the sender is to read."""

    answer = fields.String(metadata={"description": "Empty where the answer follows by notification."})


def channel(settings: Settings, reception: Reception) -> Channel:
    """Open once it has a token."""
    title = "SMS (Jasmin, JSON)"
    if not settings.sms_gateway_token:
        return Channel(name=_NAME, title=title, lacks=["LAPOR_INTAKE_SMS_GATEWAY_TOKEN"])
    desk = SmsDesk(reception=reception, patience=settings.sms_patience)
    gateway = blueprint(desk, Gate(settings.sms_gateway_token, settings.sms_networks))
    return Channel(name=_NAME, title=title, blueprints=[gateway], timers=[desk.timer(_NAME)])


def blueprint(desk: SmsDesk, gate: Gate) -> Blueprint:
    """``/channels/sms/gateway``."""
    gateway = Blueprint(_NAME, description="SMS that a gateway brings: Jasmin's form, or JSON.")
    gateway.bytes_in = ("content",)
    schema = SmsSchema()
    body = {"required": True, "content": {kind: {"schema": SmsSchema} for kind in ("application/json", _FORM)}}

    @gateway.route("/channels/sms/gateway", methods=["GET", "POST"])
    @gateway.doc(requestBody=body, responses={200: {"content": {"text/plain": {}}}})
    @gateway.response(200, AnswerSchema, description="The answer to the sender; `ACK/Jasmin` for a form.")
    @gateway.alt_response(403, description="Not from our gateway.")
    @gateway.alt_response(422, description="Without a sender, or with a field that cannot be read.")
    def receive() -> Any:
        """Take in an SMS."""
        if reason := gate.refusal():
            raise Problem(403, detail=reason)
        is_form = request.mimetype != "application/json"
        try:
            given = schema.load(request.values.to_dict() if is_form else request.get_json())
        except ma.ValidationError as error:
            raise Problem(422, errors=error.normalized_messages()) from None
        phone = normal_phone(given["sender"])
        if not phone:
            raise Problem(422, errors={"from": ["Must be a telephone number."]})
        sms = Sms(
            gateway=_NAME,
            phone=phone,
            text=_text(given),
            to=given["to"],
            gateway_id=given["id"] or None,
            part=part_of(given["udh"]),
        )
        answer = desk.receive(sms, at_once=not is_form)
        return Response("ACK/Jasmin", content_type="text/plain") if is_form else {"answer": answer}

    @gateway.route("/channels/sms/gateway/receipt", methods=["GET", "POST"])
    @gateway.doc(requestBody={"content": {_FORM: {"schema": {"type": "object"}}}})
    @gateway.response(200, {"type": "string"}, content_type="text/plain", description="`ACK/Jasmin`: heard.")
    @gateway.alt_response(403, description="Not from our gateway.")
    def hear_receipt() -> Response:
        """What became of an SMS of ours (Jasmin's ``dlr-url``)."""
        if reason := gate.refusal():
            raise Problem(403, detail=reason)
        desk.hear(reports.of_jasmin(request.values))
        return Response("ACK/Jasmin", content_type="text/plain")

    return gateway


def _text(given: dict[str, Any]) -> str:
    binary: bytes = given["binary"]
    if given["coding"] == _UCS2 and binary:
        return binary[: len(binary) // 2 * 2].decode("utf-16-be", "surrogatepass")
    return str(given["content"])
