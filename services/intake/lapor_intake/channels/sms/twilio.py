"""Twilio: a form for each SMS, signed with the account's token, answered in TwiML."""

import base64
import hmac
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from flask import Response, request
from werkzeug.datastructures import MultiDict

from lapor_chassis.settings import setting
from lapor_chassis.web import Blueprint, Problem
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.channels.sms import gate, reports
from lapor_intake.channels.sms.receiving import Sms, SmsDesk
from lapor_intake.channels.webhook import is_same
from lapor_intake.domain import normal_phone

_NAME = "twilio"
_PATH = "/channels/sms/twilio"


def _form(*names: str) -> dict[str, Any]:
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    return {"required": True, "content": {"application/x-www-form-urlencoded": {"schema": schema}}}


_FORM = _form("MessageSid", "From", "To", "Body")
_RECEIPT = _form("MessageSid", "MessageStatus", "ErrorCode")
_XML = {"type": "string"}


@dataclass(frozen=True, kw_only=True)
class Settings(gate.Settings):
    """What the channel is told."""

    twilio_auth_token: str | None = setting("LAPOR_INTAKE_TWILIO_AUTH_TOKEN", default=None)


def channel(settings: Settings, reception: Reception) -> Channel:
    """Open once it knows the token. Twilio calls from many addresses, and its signature says enough."""
    title = "SMS (Twilio)"
    token = settings.twilio_auth_token
    if not token:
        return Channel(name=_NAME, title=title, lacks=["LAPOR_INTAKE_TWILIO_AUTH_TOKEN"])
    desk = SmsDesk(reception=reception, patience=settings.sms_patience)
    return Channel(name=_NAME, title=title, blueprints=[blueprint(desk, token)])


def blueprint(desk: SmsDesk, token: str) -> Blueprint:
    """``/channels/sms/twilio``."""
    gateway = Blueprint(_NAME, description="SMS that Twilio brings. Answers in TwiML.")
    address = desk.reception.public_url + _PATH

    def check(address: str) -> None:
        query = request.query_string.decode("latin-1")
        signed = signature(token, f"{address}?{query}" if query else address, request.form)
        if not is_same(signed, request.headers.get("X-Twilio-Signature", "")):
            raise Problem(403, detail="The signature is wrong.")

    @gateway.route(_PATH, methods=["POST"])
    @gateway.doc(requestBody=_FORM)
    @gateway.response(200, _XML, content_type="text/xml", description="The answer to the sender, in TwiML.")
    @gateway.alt_response(400, description="Without a sender.")
    @gateway.alt_response(403, description="Not signed by Twilio.")
    def receive() -> Response:
        """Take in an SMS."""
        check(address)
        phone = normal_phone(request.form.get("From", ""))
        if not phone:
            raise Problem(400, detail="The sender is missing or is not a telephone number.")
        sms = Sms(
            gateway=_NAME,
            phone=phone,
            text=request.form.get("Body", ""),
            to=request.form.get("To", ""),
            gateway_id=request.form.get("MessageSid") or None,
        )
        return _twiml(desk.receive(sms))

    @gateway.route(f"{_PATH}/receipt", methods=["POST"])
    @gateway.doc(requestBody=_RECEIPT)
    @gateway.response(204, description="Heard.")
    @gateway.alt_response(403, description="Not signed by Twilio.")
    def hear_receipt() -> None:
        """What became of an SMS of ours (``StatusCallback``)."""
        check(f"{address}/receipt")
        desk.hear(reports.of_twilio(request.values))

    return gateway


def signature(token: str, address: str, form: MultiDict[str, str]) -> str:
    """How Twilio signs: the address, then each field and its value in the order of their names."""
    fields = "".join(name + value for name in sorted(form) for value in sorted(set(form.getlist(name))))
    digest = hmac.digest(token.encode(), (address + fields).encode("utf-8", "surrogatepass"), "sha1")
    return base64.b64encode(digest).decode()


def _twiml(answer: str) -> Response:
    message = f"<Message>{escape(answer)}</Message>" if answer else ""
    xml = f'<?xml version="1.0" encoding="UTF-8"?><Response>{message}</Response>'
    return Response(xml, content_type="text/xml; charset=utf-8")
