"""Kannel: its smsbox asks us about each SMS, and sends the sender what we answer.

group = sms-service
keyword = default
catch-all = true
get-url = "https://…/channels/sms/kannel?sender=%p&to=%P&text=%b&charset=%C&coding=%c&udh=%u&id=%I&token=…"
omit-empty = true        # where the answer follows, or there is nothing to say
max-messages = 1
"""

from dataclasses import dataclass
from urllib.parse import parse_qsl

from flask import Response, request

from lapor_chassis.settings import ServiceSettings, setting
from lapor_chassis.web import Blueprint
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.channels.sms import gate, reports
from lapor_intake.channels.sms.gate import Gate
from lapor_intake.channels.sms.parts import part_of
from lapor_intake.channels.sms.receiving import Sms, SmsDesk
from lapor_intake.domain import normal_phone

_NAME = "kannel"
_MOST_FIELDS = 50
_TEXT = {"type": "string"}
_PARAMETERS = [
    {"in": "query", "name": name, "schema": _TEXT, "description": meaning}
    for name, meaning in {
        "sender": "Who sent the SMS (`%p`; also as `from`).",
        "to": "To which number (`%P`).",
        "text": "What it says (`%b`).",
        "charset": "How `text` is written (`%C`).",
        "coding": "The same, as a number (`%c`): 2 is UCS-2.",
        "udh": "The user data header (`%u`): says which part of a long SMS this is.",
        "id": "Kannel's id of the SMS (`%I`): the same one is the same SMS.",
        "ts": "When Kannel got it (`%t`); taken for the id where there is none.",
        "token": "The secret shared with Kannel (also as X-Lapor-Token).",
    }.items()
]
_RECEIPT = [
    {"in": "query", "name": name, "schema": _TEXT, "description": meaning}
    for name, meaning in {
        "notice": "Which message.",
        "status": "1 reached the telephone, 2 did not, 16 was not taken by the network (`%d`).",
        "answer": "What the network said (`%A`).",
        "token": "The secret shared with Kannel (also as X-Lapor-Token).",
    }.items()
]


@dataclass(frozen=True, kw_only=True)
class Settings(gate.Settings, ServiceSettings):
    """What the channel is told."""

    kannel_token: str | None = setting("LAPOR_INTAKE_KANNEL_TOKEN", default=None)


def channel(settings: Settings, reception: Reception) -> Channel:
    """Open in the embedded mode; with a broker, only with a token or a list of addresses."""
    title = "SMS 1708 (Kannel)"
    is_guarded = settings.kannel_token or settings.sms_networks
    if settings.amqp_uri and not is_guarded:
        return Channel(name=_NAME, title=title, lacks=["LAPOR_INTAKE_KANNEL_TOKEN"])
    desk = SmsDesk(reception=reception, patience=settings.sms_patience)
    gateway = blueprint(desk, Gate(settings.kannel_token, settings.sms_networks))
    return Channel(name=_NAME, title=title, blueprints=[gateway], timers=[desk.timer(_NAME)])


def blueprint(desk: SmsDesk, gate: Gate) -> Blueprint:
    """``/channels/sms/kannel``."""
    gateway = Blueprint("sms", description="SMS that Kannel brings. Answers in plain text.")
    gateway.bytes_in = ("text", "udh")

    @gateway.route("/channels/sms/kannel", methods=["GET", "POST"])
    @gateway.doc(parameters=_PARAMETERS, responses={400: {"content": {"application/problem+json": {}}}})
    @gateway.response(200, _TEXT, content_type="text/plain", description="The answer to the sender; may be empty.")
    @gateway.alt_response(400, schema=_TEXT, content_type="text/plain", description="Without a sender; or unreadable.")
    @gateway.alt_response(403, schema=_TEXT, content_type="text/plain", description="Not from our gateway.")
    def receive() -> Response:
        """Take in an SMS."""
        if reason := gate.refusal():
            return _plain(reason, 403)
        try:
            form = _form()
        except ValueError:
            return _plain("Too many fields.", 400)
        phone = normal_phone((form.get("sender") or form.get("from") or b"").decode(errors="replace"))
        if not phone:
            return _plain("The sender is missing or is not a telephone number.", 400)
        sms = Sms(
            gateway=_NAME,
            phone=phone,
            text=_text(form),
            to=form.get("to", b"").decode(errors="replace"),
            gateway_id=(form.get("id") or form.get("ts") or b"").decode(errors="replace") or None,
            part=part_of(form.get("udh", b"")),
        )
        return _plain(desk.receive(sms))

    @gateway.route("/channels/sms/kannel/receipt", methods=["GET"])
    @gateway.doc(parameters=_RECEIPT)
    @gateway.response(200, _TEXT, content_type="text/plain", description="Heard.")
    @gateway.alt_response(403, schema=_TEXT, content_type="text/plain", description="Not from our gateway.")
    def hear_receipt() -> Response:
        """What became of an SMS of ours (``dlr-url``)."""
        if reason := gate.refusal():
            return _plain(reason, 403)
        desk.hear(reports.of_kannel(request.args))
        return _plain("")

    return gateway


def _form() -> dict[str, bytes]:
    """The fields as bytes: Kannel puts headers and UCS-2 into the address as they are."""
    written = request.query_string
    if request.mimetype == "application/x-www-form-urlencoded":
        written += b"&" + request.get_data()
    pairs = parse_qsl(written.decode("latin-1"), encoding="latin-1", max_num_fields=_MOST_FIELDS)
    return {name: value.encode("latin-1") for name, value in pairs}


def _text(form: dict[str, bytes]) -> str:
    raw, charset = form.get("text", b""), form.get("charset", b"").upper()
    if charset.startswith(b"UTF-16") or (form.get("coding") == b"2" and not charset):
        return raw[: len(raw) // 2 * 2].decode("utf-16-be", "surrogatepass")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")
