"""Reports by SMS, as a gateway (Kannel, Jasmin) brings them: ``INHU jalan rusak di …``."""

import hmac
import re
import uuid
from dataclasses import dataclass
from typing import NamedTuple

from flask import Response, request

from lapor_chassis.refusals import Refusal
from lapor_chassis.settings import setting
from lapor_chassis.transactions import Transactions
from lapor_chassis.web import Blueprint
from lapor_contracts import vocabulary
from lapor_contracts.fields import FORBIDDEN
from lapor_contracts.regions import Region, region_called
from lapor_intake.channels.channel import Channel, Reception
from lapor_intake.domain import Reporter, Submission, normal_phone
from lapor_intake.handlers import Desk, Slip

#: Shorter than this nobody can say what is wrong where.
SHORTEST_TEXT = 10
LONGEST_TEXT = 10_000
#: In one SMS, of characters that each take one place in the GSM alphabet.
_ONE_SMS = re.compile(r"[A-Za-z0-9 :/.,!?&=%+()-]{1,160}")

#: Regions have such names too, and these begin a sentence: they count as a keyword only in capitals.
_ORDINARY_WORDS = frozenset({"batu", "batu bara", "buru", "landak", "medan", "mitra", "pati", "puncak"})
_LONGEST_NAME = 4
_KEYWORD = re.compile(r"[A-Z][A-Z0-9]{1,19}")


class Message(NamedTuple):
    """What an SMS says: for which region, after which other keyword, and what."""

    region_code: str | None
    keyword: str | None
    body: str


def read(text: str) -> Message:
    """Take the keyword off an SMS, where there is one."""
    text = FORBIDDEN.sub("", text).strip()
    words = list(re.finditer(r"\S+", text))
    for word in reversed(words[:_LONGEST_NAME]):
        head, rest = text[: word.end()], text[word.end() :].strip()
        region = _region(head, rest)
        if region:
            return Message(region.code, None, rest)
    first = words[0].group() if words else ""
    return Message(None, first if _KEYWORD.fullmatch(first) else None, text)


def _region(head: str, rest: str) -> Region | None:
    """The region that the first words name. A wrong letter is forgiven only in what is clearly a keyword."""
    name = head.strip("#,.:;-")
    region = region_called(name) if name else None
    if region is None or (_KEYWORD.fullmatch(name) and not rest.isupper()):
        return region
    names = {other.casefold() for other in (region.name, region.short_name, *region.aliases)}
    return region if name.casefold() in names - _ORDINARY_WORDS else None


def answer(slip: Slip) -> str:
    """What the reporter reads: the tracking ID, in one SMS whatever our address is."""
    short = f"LAPOR! Laporan Anda diterima. Nomor: {slip.tracking_id}. Kode rahasia: {slip.receipt}."
    full = f"{short} Lacak: {slip.page_url}"
    return full if _ONE_SMS.fullmatch(full) else short


HELP = (
    "LAPOR! Kirim: DAERAH spasi isi laporan (apa, di mana, kapan). "
    "Contoh: INHU lampu jalan mati di depan pasar Rengat sejak 3 Mei"
)


_TEXT = {"type": "string"}
_PARAMETERS = [
    {"in": "query", "name": name, "schema": _TEXT, "description": meaning}
    for name, meaning in {
        "sender": "Who sent the SMS (also as `from`).",
        "to": "To which number.",
        "text": "What it says.",
        "id": "The gateway's id of the SMS: the same one is the same report.",
        "ts": "When the gateway got it.",
        "token": "The secret shared with the gateway (also as X-Lapor-Token).",
    }.items()
]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the SMS channel is told."""

    kannel_token: str | None = setting("LAPOR_INTAKE_KANNEL_TOKEN", default=None)


def channel(settings: Settings, reception: Reception) -> Channel:
    """SMS 1708."""
    gateway = blueprint(reception.desk, reception.transactions, token=settings.kannel_token)
    return Channel(name="kannel", title="SMS 1708 (Kannel)", blueprints=[gateway])


def blueprint(desk: Desk, transactions: Transactions, *, token: str | None) -> Blueprint:
    """``/channels/sms/kannel``."""
    gateway = Blueprint("sms", description="SMS that a gateway such as Kannel brings. Answers in plain text.")

    @gateway.route("/channels/sms/kannel", methods=["GET", "POST"])
    @gateway.doc(parameters=_PARAMETERS, responses={400: {"content": {"application/problem+json": {}}}})
    @gateway.response(200, _TEXT, content_type="text/plain", description="The answer to the sender.")
    @gateway.alt_response(400, schema=_TEXT, content_type="text/plain", description="Without a sender; or unreadable.")
    @gateway.alt_response(403, schema=_TEXT, content_type="text/plain", description="A wrong token.")
    def receive() -> Response:
        """Take in an SMS."""
        if token and not _is_right(token, request.headers.get("X-Lapor-Token") or request.values.get("token", "")):
            return _plain("Wrong token.", 403)
        phone = normal_phone(request.values.get("sender") or request.values.get("from") or "")
        if not phone:
            return _plain("The sender is missing or is not a telephone number.", 400)
        message = read(request.values.get("text", ""))
        if not SHORTEST_TEXT <= len(message.body) <= LONGEST_TEXT:
            return _plain(HELP)
        submission = Submission(
            source="sms",
            idempotency_key=_key(desk, phone),
            channel=vocabulary.Channel.SMS,
            body=message.body,
            region_code=message.region_code,
            keyword=message.keyword,
            reporter=Reporter(phone=phone),
            acknowledged=True,
        )
        with transactions.begin() as tx:
            outcome = desk.accept(submission, tx)
        return _plain(HELP if isinstance(outcome, Refusal) else answer(desk.slip(outcome.tracking_id, outcome.receipt)))

    return gateway


def _key(desk: Desk, phone: str) -> str:
    """What a gateway repeats when it sends the same SMS again.

    The text belongs to it, because gateways that were restarted count their ids from one again.
    """
    stamp = request.values.get("id") or request.values.get("ts") or str(uuid.uuid4())
    return desk.fingerprints.of(phone, request.values.get("text", ""), stamp)


def _is_right(token: str, given: str) -> bool:
    return hmac.compare_digest(token.encode(), given.encode())


def _plain(text: str, status: int = 200) -> Response:
    return Response(text, status, content_type="text/plain; charset=utf-8")
